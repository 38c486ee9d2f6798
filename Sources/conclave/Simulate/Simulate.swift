import ArgumentParser
import Foundation
import Simulation

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a key agreement on a seeded virtual network and writes the trace.",
    discussion: """
      robust: members of a group agree on keys while the network partitions and merges, and processes crash, \
      recover, leave and join, also in the middle of an agreement. The trace has both layers.
      omega, omega-fs: servers exchange a key on an asynchronous network whose scheduler is the adversary: he orders \
      everything, crashes servers in the middle of what they send, breaks into others, and delivers in the end between \
      live ones. With --seeds they calculate with symbols, and secrecy is judged, too. consensus and \
      binary-consensus are what they rest on, alone.

      The trace goes to standard output, a summary to standard error. With --seeds no trace is written: each run is \
      checked, and those that broke something are told with the command that shows them.

        conclave simulate --seed 7 --members 5 --events 40 | conclave check -
        conclave simulate --seeds 1...1000 --as-printed
        conclave simulate --seed 7 --latencies wan > trace.jsonl
        conclave simulate --seeds 1...100 --algorithm basic --state-machine basic.dot
        conclave simulate --scenario Tests/Simulation/Scenarios/join.txt > trace.jsonl
        conclave simulate --protocol omega --servers 5 --crashes 2 --seed 3 | conclave check --profile gke -
        conclave simulate --scenario Tests/Simulation/Scenarios/exchange/bound-attack.txt | conclave check -
        conclave simulate --protocol omega --servers 3 --field 2^128 --seeds 1...10

      EXIT STATUS
        0   done; with --seeds: nothing was broken
        1   with --seeds: a run broke a property; with --scenario: what happened is not what its transcript \
      expects (the difference is on standard error; CONCLAVE_REWRITE=1 writes the file anew instead)
        65  with --scenario: the file is malformed
        66  with --scenario: there is no such file
        64  the command line is wrong
        74  writing failed
      """)

  @Option(help: ArgumentHelp("Runs all these seeds and checks each.", valueName: "a...b")) var seeds: Seeds?
  @Option(
    help: ArgumentHelp(
      "Runs a scenario, which says itself of which protocol, and compares what happens with its transcript.",
      valueName: "file"))
  var scenario: String?
  @Option(
    help: ArgumentHelp(
      "With --seeds: draws the state machine of robust as the runs went through it (Figs. 2 and 3), for Graphviz.",
      valueName: "file"))
  var stateMachine: String?
  @Flag(name: .shortAndLong, help: "No summary.") var quiet = false
  @Option(help: "Whether to show on a terminal how far it is.") var progress = Occasion.auto
  @OptionGroup var options: RunOptions

  func validate() throws {
    if options.seed != nil && seeds != nil { throw ValidationError("--seed and --seeds exclude each other.") }
    if scenario != nil, seeds != nil { throw ValidationError("--scenario excludes --seeds.") }
    if scenario != nil, let option = options.given.first {
      throw ValidationError("A scenario says itself what is simulated: leave out \(option).")
    }
    if options.simulated == .robust { try options.robust.validate(manySeeds: seeds != nil) }
    if stateMachine != nil, options.simulated != .robust || seeds == nil {
      throw ValidationError("--state-machine is for robust, with --seeds: one run does not go everywhere.")
    }
  }

  func run() throws {
    do {
      if let scenario { return try ScenarioFile(scenario).simulate(quiet: quiet) }
      if let simulated = options.simulated.exchange {
        try run(ExchangeRuns(options: options.exchange, simulated: simulated))
      } else {
        try run(RobustRuns(options: options.robust, stateMachine: stateMachine))
      }
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  private func run(_ runs: some SimulatedRuns) throws {
    if let seeds {
      try runAll(seeds.range, runs)
    } else {
      let one = runs.run(options.seed ?? 1)
      try Output.standard.write(one.trace)
      if !quiet { Output.complain(one.summary) }
    }
  }

  private func runAll(_ seeds: ClosedRange<UInt64>, _ runs: some SimulatedRuns) throws {
    var runs = runs
    let line = quiet ? nil : ProgressLine(progress)
    let start = ContinuousClock.now
    var failures: [(seed: UInt64, broken: [String])] = []
    var tally: [String: Int] = [:]
    try SeedRuns.forEach(in: seeds, run: runs.judging) { seed, outcome in
      let broken = runs.count(outcome)
      if !broken.isEmpty { failures.append((seed, broken)) }
      for name in broken { tally[name, default: 0] += 1 }
      line?.draw { seconds in
        let done = seed - seeds.lowerBound + 1
        return "\(done) of \(seeds.count) runs, \(failures.count) broken, "
          + String(format: "%.0f runs/s", Double(done) / seconds)
      }
    }
    line?.clear()
    try runs.end()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var text = """
      \(seeds.count) runs, \(failures.count) broken, in \(String(format: "%.1f", seconds)) s
      \(runs.total)

      """
    for (name, count) in tally.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      text += "  \(name): \(count) runs\n"
    }
    for failure in failures.prefix(10) {
      text += "\(failure.broken.joined(separator: ", ")):\n  \(runs.command(failure.seed))\n"
    }
    if failures.count > 10 { text += "and \(failures.count - 10) more\n" }
    try Output.standard.write(text)
    if !failures.isEmpty { throw Status.violated }
  }
}

/// Runs of one protocol, by seed.
protocol SimulatedRuns {
  associatedtype Outcome: Sendable

  /// The trace, and a summary for people.
  func run(_ seed: UInt64) -> (trace: [UInt8], summary: String)
  /// Runs and judges a seed, on any thread.
  var judging: @Sendable (_ seed: UInt64) throws -> Outcome { get }
  /// Adds it to `total`.
  ///
  /// - Returns: what the run broke.
  mutating func count(_ outcome: Outcome) -> [String]
  /// Writes what is asked for besides the report, once all runs are counted.
  func end() throws(Output.Failed)
  /// What happened in all runs counted, in lines that are indented.
  var total: String { get }
  /// The command that shows a run.
  func command(_ seed: UInt64) -> String
}

extension SimulatedRuns {
  func end() throws(Output.Failed) {}
}

/// `7`, or `1...100000`.
struct Seeds: ExpressibleByArgument {
  var range: ClosedRange<UInt64>
  init?(argument: String) {
    let ends = argument.components(separatedBy: "...")
    guard ends.count == 2, let first = UInt64(ends[0]), let last = UInt64(ends[1]), first <= last else {
      return nil
    }
    range = first...last
  }
}
