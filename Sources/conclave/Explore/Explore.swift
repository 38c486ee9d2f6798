import ArgumentParser
import Exploration
import Foundation
import Models
import Synchronization

struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Visits every reachable state of a small system and tells which claims hold.",
    discussion: """
      The models:
        robust             the robust key agreement of --processes members (1 to 6; 2) over a service that does \
      whatever its properties allow; an adversary has a --budget of partitions, merges, false suspicions, crashes \
      and recoveries (2)
        two-phase-commit   a transaction manager and --processes resource managers (1 to 16; 3)

      For each claim the table says whether it holds in all states (always), was met at all (sometimes: a search \
      that never meets it shows nothing, and fails), or can be reached from everywhere (always reachable: there \
      are no dead ends). A violated claim is shown by the shortest run that violates it; after --reduce there may be \
      a shorter one. A limit ends the search, \
      and so does an interrupt; what was found by then is told.

        conclave explore robust --algorithm optimized --as-printed --processes 2 --budget 3
        conclave explore two-phase-commit --processes 8
        conclave explore two-phase-commit --processes 2 --dot states.dot

      EXIT STATUS
        0   everything holds, and every reachable state was visited
        1   something is violated
        2   nothing is violated so far; a limit was reached first
        64  the command line is wrong
        74  writing failed
      """)

  enum ModelName: String, ExpressibleByArgument, CaseIterable {
    case robust
    case twoPhaseCommit = "two-phase-commit"

    /// How many there can be.
    var processes: ClosedRange<Int> {
      switch self {
      case .robust: 1...6
      case .twoPhaseCommit: 1...16
      }
    }

    /// Whether the processes can be renamed.
    var isSymmetric: Bool {
      switch self {
      case .robust: false
      case .twoPhaseCommit: true
      }
    }

    /// Whether a run is a trace that the other verbs take.
    var makesTraces: Bool {
      switch self {
      case .robust: true
      case .twoPhaseCommit: false
      }
    }
  }

  enum Order: String, ExpressibleByArgument, CaseIterable {
    case breadthFirst = "breadth-first"
    case depthFirst = "depth-first"
    case walks, simulation
  }

  @Argument(help: "The model.") var model: ModelName
  @Option(help: ArgumentHelp("How many processes.", valueName: "n")) var processes: Int?
  @OptionGroup(title: "Options of robust") var robust: ExploredRobust

  @Option(
    help: ArgumentHelp(
      "The order of the search.",
      discussion:
        "breadth-first and depth-first visit every state; walks and simulation draw runs by chance, the latter until a limit is reached."
    ))
  var search = Order.breadthFirst
  @Option(help: ArgumentHelp("The seed of the walks.", valueName: "n")) var seed: UInt64 = 1
  @Option(help: ArgumentHelp("How many walks.", valueName: "n")) var walks = 10_000
  @Option(help: ArgumentHelp("How long each walk may become, in steps.", valueName: "n")) var length = 200

  @Option(help: ArgumentHelp("End after so many states.", valueName: "n")) var states: Int?
  @Option(help: ArgumentHelp("Go so many steps from the beginning.", valueName: "n")) var depth: Int?
  @Option(help: ArgumentHelp("End after so many seconds.", valueName: "s")) var seconds: Double?
  @Option(
    help: ArgumentHelp("End when visited states take so many GiB, 32 at most (default: half of the memory)."))
  var memory: Double?
  @Option(help: ArgumentHelp("How many threads (default: as many as there are processors).", valueName: "n"))
  var workers: Int?

  @Flag(help: "Take states that differ only in names for one.") var symmetry = false
  @Flag(help: "Keep 64 bits of each state: less memory, and states may be missed; tells the odds.")
  var fingerprints = false
  @Option(
    help: ArgumentHelp("How many counterexamples of different kinds to show for a claim.", valueName: "n"))
  var counterexamples = 1
  @Flag(help: "End at the first violation.") var first = false

  @Option(help: ArgumentHelp("Write each counterexample as a trace into this folder.", valueName: "folder"))
  var traceDir: String?
  @Option(
    help: ArgumentHelp(
      "Write the graph of the states (2000 at most) for Graphviz into this file.", valueName: "file"))
  var dot: String?
  @Option(help: "The form of the report: text is for people, json is one object on one line.")
  var format = Format.text
  @Option(help: "Whether to show on a terminal how far the search is.") var progress = Occasion.auto

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  func validate() throws {
    if let processes, !model.processes.contains(processes) {
      let range = model.processes
      throw ValidationError("--processes must be from \(range.lowerBound) to \(range.upperBound).")
    }
    if symmetry && !model.isSymmetric {
      throw ValidationError("The processes of \(model.rawValue) cannot be renamed: leave out --symmetry.")
    }
    if traceDir != nil && !model.makesTraces {
      throw ValidationError("The runs of \(model.rawValue) are no traces: leave out --trace-dir.")
    }
    if model != .robust, let name = robust.given {
      throw ValidationError("--\(name) is an option of the model robust.")
    }
    for (name, value) in [("states", states), ("workers", workers)] where value.map({ $0 < 1 }) ?? false {
      throw ValidationError("--\(name) must be at least 1.")
    }
    for (name, value) in [("walks", walks), ("length", length), ("counterexamples", counterexamples)]
    where value < 1 {
      throw ValidationError("--\(name) must be at least 1.")
    }
    if let depth, depth < 0 { throw ValidationError("--depth must not be negative.") }
    if let seconds, !(seconds >= 0) { throw ValidationError("--seconds must not be negative.") }
    if let memory, !(memory > 0 && memory <= 32) {
      throw ValidationError("--memory must be greater than 0, and 32 at most.")
    }
    if fingerprints && search != .breadthFirst {
      throw ValidationError("--fingerprints needs the breadth-first search.")
    }
    if search == .simulation && seconds == nil && states == nil {
      throw ValidationError("A simulation needs --seconds or --states to end it.")
    }
  }

  func run() throws {
    do {
      switch model {
      case .robust:
        let model = robust.model(processes: processes ?? 2)
        try explore(model, settings: robust.settings(of: model)) { run in
          model.trace(of: run.steps.map(\.action))
        }
      case .twoPhaseCommit:
        let processes = processes ?? 3
        try explore(
          TwoPhaseCommit(resourceManagers: processes), settings: [("processes", "\(processes)")])
      }
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  /// - Parameters:
  ///   - settings: what the model was made of, for the report.
  ///   - trace: the trace of a run; nil for models that make none.
  private func explore<M: Model>(
    _ model: M, settings: [(name: String, value: String)], trace: ((Run<M>) throws -> [UInt8])? = nil
  ) throws {
    if let dot {
      let graph = StateGraph(model)
      if !graph.isComplete { Output.complain("warning: the graph is not complete") }
      try Output.write(Array(graph.dot.utf8), to: dot)
    }
    let line = ProgressLine(progress)
    let interrupt = Interrupt()
    let outcome = model.explore(options) { statistics in
      line?.draw { seconds in
        "\(statistics.states) states, \(statistics.waiting) waiting, depth \(statistics.depth), "
          + String(format: "%.0f states/s", Double(statistics.states) / seconds)
      }
      return !interrupt.hasHappened
    }
    line?.clear()

    var files: [[String]] = []
    for finding in outcome.findings {
      var names: [String] = []
      if let traceDir, let trace, finding.verdict == .violated {
        for (number, run) in finding.runs.enumerated() {
          let suffix = finding.runs.count > 1 ? "-\(number + 1)" : ""
          let name = Self.fileName(finding.property.name) + suffix + ".jsonl"
          names.append("\(traceDir)/\(name)")
          try Output.makeFolder(traceDir)
          try Output.write(try trace(run), to: names[number])
        }
      }
      files.append(names)
    }
    let report = ExplorationReport(
      name: self.model.rawValue, settings: settings, model: model, outcome: outcome, files: files)
    switch format {
    case .text: try Output.standard.write(report.text)
    case .json: try Output.standard.write(report.json + "\n")
    }
    switch outcome.verdict {
    case .violated: throw Status.violated
    case .undecided: throw Status.undecided
    case .holds: if outcome.end != .exhausted { throw Status.undecided }
    }
  }

  /// Letters, digits and dots, joined by hyphens.
  private static func fileName(_ text: String) -> String {
    text.split { !($0.isLetter || $0.isNumber || $0 == ".") || !$0.isASCII }.joined(separator: "-")
  }

  private var options: SearchOptions {
    let strategy: SearchOptions.Strategy =
      switch search {
      case .breadthFirst: .breadthFirst
      case .depthFirst: .depthFirst
      case .walks: .randomWalks(seed: seed, count: walks, length: length)
      case .simulation: .simulation(seed: seed, length: length)
      }
    let physical = Double(ProcessInfo.processInfo.physicalMemory)
    let bytes = min(memory.map { $0 * 0x1p30 } ?? physical / 2, 32 * 0x1p30)
    return SearchOptions(
      strategy: strategy, workers: workers ?? ProcessInfo.processInfo.activeProcessorCount,
      usesSymmetry: symmetry, usesFingerprints: fingerprints, counterexamples: counterexamples,
      stopsAtViolation: first,
      limits: SearchOptions.Limits(states: states, depth: depth, memory: Int(bytes), seconds: seconds))
  }
}

/// Takes the first interrupt by the user as a wish to see what there is by now; a second one ends the program.
private struct Interrupt {
  private static let happened = Atomic(false)

  init() {
    Self.happened.store(false, ordering: .relaxed)
    signal(SIGINT) { number in
      Interrupt.happened.store(true, ordering: .relaxed)
      signal(number, SIG_DFL)
    }
  }

  var hasHappened: Bool { Self.happened.load(ordering: .relaxed) }
}
