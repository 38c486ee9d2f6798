import ArgumentParser
import Exploration
import Foundation
import Synchronization

/// How to search and what to tell, whatever the model.
struct SearchArguments: ParsableArguments {
  enum Order: String, ExpressibleByArgument, CaseIterable {
    case breadthFirst = "breadth-first"
    case depthFirst = "depth-first"
    case walks, simulation
  }

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(
    name: .customLong("search"),
    help: ArgumentHelp(
      "The order of the search.",
      discussion:
        "breadth-first and depth-first visit every state; walks and simulation draw runs by chance, the latter until a limit is reached."
    ))
  var order = Order.breadthFirst
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

  @Flag(help: "Keep 64 bits of each state: less memory, and states may be missed; tells the odds.")
  var fingerprints = false
  @Option(
    help: ArgumentHelp("How many counterexamples of different kinds to show for a claim.", valueName: "n"))
  var counterexamples = 1
  @Flag(help: "End at the first violation.") var first = false

  @Option(
    help: ArgumentHelp(
      "Write the graph of the states (2000 at most) for Graphviz into this file.", valueName: "file"))
  var dot: String?
  @Option(help: "The form of the report: text is for people, json is one object on one line.")
  var format = Format.text
  @Option(help: "Whether to show on a terminal how far the search is.") var progress = Occasion.auto

  func validate() throws {
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
    if fingerprints && order != .breadthFirst {
      throw ValidationError("--fingerprints needs the breadth-first search.")
    }
    if order == .simulation && seconds == nil && states == nil {
      throw ValidationError("A simulation needs --seconds or --states to end it.")
    }
  }

  private func options(usesSymmetry: Bool) -> SearchOptions {
    let strategy: SearchOptions.Strategy =
      switch order {
      case .breadthFirst: .breadthFirst
      case .depthFirst: .depthFirst
      case .walks: .randomWalks(seed: seed, count: walks, length: length)
      case .simulation: .simulation(seed: seed, length: length)
      }
    let physical = Double(ProcessInfo.processInfo.physicalMemory)
    let bytes = min(memory.map { $0 * 0x1p30 } ?? physical / 2, 32 * 0x1p30)
    return SearchOptions(
      strategy: strategy, workers: workers ?? ProcessInfo.processInfo.activeProcessorCount,
      usesSymmetry: usesSymmetry, usesFingerprints: fingerprints, counterexamples: counterexamples,
      stopsAtViolation: first,
      limits: SearchOptions.Limits(states: states, depth: depth, memory: Int(bytes), seconds: seconds))
  }

  /// Searches, and writes report, graph and traces.
  ///
  /// - Parameters:
  ///   - name: of the model.
  ///   - settings: what the model was made of, for the report.
  ///   - traces: writes counterexamples; nil for a model whose runs are no traces.
  /// - Throws: the exit status, unless everything holds.
  func explore<M: Model>(
    _ model: M, _ name: String, settings: [(name: String, value: String)], usesSymmetry: Bool = false,
    traces: CounterexampleTraces<M>? = nil
  ) throws {
    do {
      try writeGraph(model)
      let outcome = search(model, usesSymmetry: usesSymmetry)
      let files = try outcome.findings.map { try traces?.write($0) ?? [] }
      let report = ExplorationReport(
        name: name, settings: settings, model: model, outcome: outcome, files: files)
      switch format {
      case .text: try Output.standard.write(report.text)
      case .json: try Output.standard.write(report.json + "\n")
      }
      switch outcome.verdict {
      case .violated: throw Status.violated
      case .undecided: throw Status.undecided
      case .holds: if outcome.end != .exhausted { throw Status.undecided }
      }
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  private func writeGraph(_ model: some Model) throws {
    guard let dot else { return }
    let graph = StateGraph(model)
    if !graph.isComplete { Output.complain("warning: the graph is not complete") }
    try Output.write(Array(graph.dot.utf8), to: dot)
  }

  private func search<M: Model>(_ model: M, usesSymmetry: Bool) -> Outcome<M> {
    let line = ProgressLine(progress)
    let interrupt = Interrupt()
    defer { line?.clear() }
    return model.explore(options(usesSymmetry: usesSymmetry)) { statistics in
      line?.draw { seconds in
        "\(statistics.states) states, \(statistics.waiting) waiting, depth \(statistics.depth), "
          + String(format: "%.0f states/s", Double(statistics.states) / seconds)
      }
      return !interrupt.hasHappened
    }
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
