import ArgumentParser
import TraceChecking
import Traces

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judges recorded executions, property by property.",
    usage: "conclave check [<options>] <file> ...",
    discussion: """
      Reads a trace (format version 1, JSON Lines) and says of each property that its system promises \
      whether it holds, is violated, is inconclusive (nothing is violated, but something is still owed where \
      the recording stops) or not applicable (the trace does not record it). For a violation it gives the \
      argument, with the lines of the trace that prove it.

      A file may be packed (.gz); '-' is standard input; a folder stands for the .jsonl and .jsonl.gz files \
      in it. All files together are one trace, in which the lines of one process stand in one file; with \
      --each every file is a trace of its own.

      EXAMPLES
        conclave check trace.jsonl
        conclave check --profile evs node1.jsonl node2.jsonl node3.jsonl
        conclave check --each --format junit traces/ > report.xml
        conclave check --except flush-acknowledgment.b --strict trace.jsonl

      PROPERTIES
      \(Check.list(Property.judged(profile: .vs, layer: .gcs)))
        profile evs, instead of sending-view-delivery and without the flush:
      \(Check.list([.sameViewDelivery], .evs))
        profile secure, of the layer secure also:
      \(Check.list([.keyAgreement, .keyFreshness]))
        profile gke:
      \(Check.list(Property.judged(profile: .gke, layer: .gcs)))
        only where --property names it:
      \(Check.list([.signalSynchrony]))

      EXIT STATUS
        0   nothing is violated
        1   something is violated
        2   nothing is violated, but not everything is decided (--strict) or checked (--require-coverage)
        64  the command line is wrong
        65  a trace is malformed: FILE:LINE:COLUMN says where
        66  there is no such file
        74  reading or writing failed
        Of several traces (--each) the first of 74, 66, 65, 1, 2, 0 counts.
      """)

  @Option(
    help: ArgumentHelp(
      "What the system promises (default: what the trace's header says, else vs).",
      discussion: """
        vs: Virtual Synchrony; evs: Extended Virtual Synchrony, as Spread and Corosync offer it by \
        themselves; secure: vs, and above it a layer with group keys; gke: group key exchange and consensus.
        """))
  var profile: Header.Profile?

  @Option(
    name: .customLong("property"),
    help: ArgumentHelp(
      "Judge only this property, or this part of it; may be repeated.", valueName: "id[.part]"),
    transform: propertySelector)
  var properties: [PropertySelector] = []

  @Option(
    help: ArgumentHelp(
      "Leave out a property or part that the system is not meant to promise; may be repeated.",
      valueName: "id[.part]"),
    transform: propertySelector)
  var except: [PropertySelector] = []

  @Flag(help: "Exit with 2 if something is inconclusive or not applicable.")
  var strict = false

  @Flag(help: "Exit with 2 if a property had nothing to check.")
  var requireCoverage = false

  @Option(
    help: ArgumentHelp(
      "The form of the report.",
      discussion:
        "text is for people; json is one object a trace, on one line; junit is XML for build servers."))
  var format = Format.text

  @Flag(name: .shortAndLong, help: "Print no report: the exit status tells. Errors are still told.")
  var quiet = false

  @Option(help: "Whether to show on a terminal how far the reading is.")
  var progress = Occasion.auto

  @Flag(help: "Take each file for a trace of its own; one that cannot be read does not stop the others.")
  var each = false

  @Option(help: ArgumentHelp("How many violations of a property to tell at the most.", valueName: "n"))
  var witnesses = 5

  @Argument(help: ArgumentHelp("Trace files, folders of them, or - for standard input.", valueName: "file"))
  var files: [String]

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, junit
  }

  /// The properties with their definitions, broken for 80 columns: the help's own breaking knows no indent.
  private static func list(_ properties: [Property], _ profile: Header.Profile = .vs) -> String {
    properties.map { property in
      var lines = ["  \(property.rawValue)", "     "]
      for word in property.definition(in: profile).split(separator: " ") {
        if lines[lines.count - 1].count + 1 + word.count > 79 { lines.append("     ") }
        lines[lines.count - 1] += " " + word
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  func validate() throws {
    if witnesses < 0 { throw ValidationError("--witnesses must not be negative.") }
    try requireStandardInputOnce(files)
  }

  func run() throws {
    do {
      let worst = try judge()
      if worst != .success { throw worst }
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  /// Checks all traces and prints the reports.
  private func judge() throws -> ExitCode {
    var statuses: Set<Int32> = []
    var outcomes: [JUnit.Outcome] = []
    for trace in traces() {
      switch try report(on: trace) {
      case .success(let report):
        let first = !outcomes.contains { if case .checked = $0 { true } else { false } }
        outcomes.append(.checked(report))
        statuses.insert(status(of: report).rawValue)
        if quiet { continue }
        if report.events == 0 {
          Output.complain("warning: no events in \(trace.arguments.joined(separator: " "))")
        }
        switch format {
        case .text:
          let text = TextReport(report, colours: Terminal.wantsColours(1), arguments: trace.arguments).text
          try Output.standard.write((first ? "" : "\n") + text)
        case .json: try Output.standard.write(report.json + "\n")
        case .junit: break
        }
      case .failure(let error):
        outcomes.append(.unreadable(trace: trace.arguments.joined(separator: " "), reason: error.description))
        statuses.insert(error.status.rawValue)
        Output.complain(error)
      }
    }
    if format == .junit && !quiet && (each || !statuses.contains { $0 >= Status.usage.rawValue }) {
      try Output.standard.write(JUnit.document(outcomes))
    }
    let precedence = [
      Status.inputOutput, Status.noInput, Status.malformed, Status.violated, Status.undecided,
    ]
    return precedence.first { statuses.contains($0.rawValue) } ?? .success
  }

  /// A trace as it was named, and where its lines come from.
  private struct NamedTrace {
    var arguments: [String]
    var sources: Result<[TraceSource], TraceError>
  }

  private func traces() -> [NamedTrace] {
    func resolved(_ arguments: [String]) -> NamedTrace {
      NamedTrace(
        arguments: arguments,
        sources: Result { () throws(TraceError) in try TraceSource.resolve(arguments) })
    }
    if !each { return [resolved(files)] }
    return files.flatMap { file in
      let all = resolved([file])
      guard case .success(let sources) = all.sources else { return [all] }
      return sources.map { source in
        let path = if case .file(let path) = source { path } else { file }
        return NamedTrace(arguments: [path], sources: .success([source]))
      }
    }
  }

  /// - Throws: `Status.usage` where an option names a property that the trace's profile does not have.
  private func report(on trace: NamedTrace) throws -> Result<Report, TraceError> {
    let check = TraceCheck(profile: profile, properties: properties, except: except, witnesses: witnesses)
    do {
      let sources = try trace.sources.get()
      let progress = quiet ? nil : ReadingProgress(sources, progress)
      defer { progress?.clear() }
      return .success(try check.run(sources, progress: progress.map { line in { line.show(bytes: $0) } }))
    } catch let error as TraceError {
      return .failure(error)
    } catch let error as TraceCheck.NotInProfile {
      throw Self.refuse(error)
    }
  }

  private func status(of report: Report) -> ExitCode {
    if report.verdict == .violated { return Status.violated }
    let undecided = report.properties.contains { property in
      ([property.verdict] + property.parts.map(\.verdict)).contains {
        $0 == .inconclusive || $0 == .notApplicable
      }
    }
    let uncovered = report.properties.contains { $0.verdict == .holds && $0.checked == 0 }
    return strict && undecided || requireCoverage && uncovered ? Status.undecided : .success
  }
}
