import ArgumentParser
import Foundation
import TraceChecking
import Traces

struct Shrink: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds the smallest trace that still violates the same property.",
    usage: "conclave shrink [<options>] <file> ...",
    discussion: """
      Leaves out of the trace whatever can be left out: processes, views, messages, single events, members \
      of views, until every single one that is left is needed to violate the property, the same part of it. \
      With --same-manner the manner of the first violation is kept, too: a message delivered in a wrong view \
      does not become one that was sent in no view. The result is a trace like any other, with a note in its header; it goes to standard output, and \
      the argument why it violates the property to standard error.

      EXAMPLES
        conclave shrink trace.jsonl > small.jsonl
        conclave shrink --same-manner --property agreed-delivery.b --output small.jsonl node1.jsonl node2.jsonl

      EXIT STATUS
        0   the smallest trace has been written
        1   nothing is violated, so there is nothing to shrink
        64  the command line is wrong
        65  the trace is malformed
        66  there is no such file
        74  reading or writing failed
      """)

  @Option(
    name: .customLong("property"),
    help: ArgumentHelp(
      "The property, or its part, that the result is to violate (default: the first that is violated).",
      valueName: "id[.part]"),
    transform: propertySelector)
  var property: PropertySelector?

  @Option(help: "What the system promises (default: what the trace's header says, else vs).")
  var profile: Header.Profile?

  @Flag(help: "Keep the manner of the first violation, where another would be smaller.")
  var sameManner = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write the result (default: standard output).", valueName: "file"))
  var output: String?

  @Option(help: "Whether to show on a terminal how far the search is.")
  var progress = Occasion.auto

  @Argument(
    help: ArgumentHelp("The files of the trace, folders of them, or - for standard input.", valueName: "file")
  )
  var files: [String]

  func validate() throws { try requireStandardInputOnce(files) }

  func run() throws {
    do {
      let trace = try Trace.read(TraceSource.resolve(files))
      let line = ProgressLine(progress)
      let result = try TraceShrink(profile: profile, selector: property, keepsManner: sameManner)
        .run(header: trace.header, events: trace.events.map(\.event)) { shrinking in
          line?.draw { _ in
            "\(trace.events.count) events, \(shrinking.events.count) left after "
              + "\(shrinking.attempts) attempts"
          }
        }
      line?.clear()
      guard let result else {
        Output.complain(
          property.map { "\($0) is not violated: there is nothing to shrink" }
            ?? "nothing is violated: there is nothing to shrink")
        throw Status.violated
      }
      try write(result.text)
      try explain(result)
    } catch let error as TraceError {
      Output.complain(error)
      throw error.status
    } catch let error as TraceCheck.NotInProfile {
      throw Self.refuse(error)
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  private func write(_ text: String) throws {
    if let output { try Output.write(Array(text.utf8), to: output) } else { try Output.standard.write(text) }
  }

  /// Tells on standard error why the result violates the property; its lines are those of the result.
  private func explain(_ result: TraceShrink.Result) throws {
    let source = TraceSource.bytes([UInt8](result.text.utf8), name: output ?? "stdout")
    let report = try TraceCheck(profile: profile, properties: [result.selector], witnesses: 1).run([source])
    try? Output(descriptor: 2, name: "standard error")
      .write(TextReport(report, colours: Terminal.wantsColours(2)).text)
  }
}
