public import ArgumentParser
import CyclicGroups
import Foundation
public import KeyAgreement
public import SecureGroup
import Simulation
import Traces

extension RobustAgreement<SymbolicGroup>.Algorithm: ExpressibleByArgument {}
extension KeyAgreementProtocol: ExpressibleByArgument {}

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

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs the robust key agreement on a seeded virtual network and writes the trace.",
    discussion: """
      Members of a group agree on keys while the network partitions and merges, and processes crash, recover, \
      leave and join, also in the middle of an agreement. The trace of both layers goes to standard output, a \
      summary to standard error. With --seeds no trace is written: each run is checked, and those that broke \
      something are told with the command that shows them.

        conclave simulate --seed 7 --members 5 --events 40 | conclave check -
        conclave simulate --seeds 1...1000 --as-printed
        conclave simulate --scenario Tests/Simulation/Scenarios/join.txt > trace.jsonl

      EXIT STATUS
        0   done; with --seeds: nothing was broken
        1   with --seeds: a run broke a property; with --scenario: what happened is not what its transcript \
      expects (the difference is on standard error; CONCLAVE_REWRITE=1 writes the file anew instead)
        65  with --scenario: the file is malformed
        66  with --scenario: there is no such file
        64  the command line is wrong
        74  writing failed
      """)

  /// What can be simulated.
  enum SimulatedProtocol: String, ExpressibleByArgument, CaseIterable { case robust }

  @Option(name: .customLong("protocol"), help: "The protocol: robust, the secure group of Amir et al.")
  var simulated = SimulatedProtocol.robust
  @Option(help: "The seed: the same always gives the same bytes.") var seed: UInt64?
  @Option(help: ArgumentHelp("Runs all these seeds and checks each.", valueName: "a...b")) var seeds: Seeds?
  @Option(help: "The basic algorithm, or the optimized one.")
  var algorithm = RobustAgreement<SymbolicGroup>.Algorithm.optimized
  @Option(help: "The key agreement: gdh or ckd.") var agreement = KeyAgreementProtocol.gdh
  @Option(
    help: ArgumentHelp(
      "The group in which keys live: symbolic, or one of \(SchnorrGroup.allNamed.map(\.name).joined(separator: ", ")); "
        + "with those messages are signed by Ed25519 and sealed by AES-256-GCM.",
      valueName: "name"))
  var group = "symbolic"
  @Option(help: ArgumentHelp("How many processes.", valueName: "n")) var members = 5
  @Option(help: ArgumentHelp("How many events of the network and of processes.", valueName: "n"))
  var events = 40
  @Flag(help: "The machines as the paper prints them, without the repairs.") var asPrinted = false
  @Option(
    help: ArgumentHelp("Runs a scenario and compares what happens with its transcript.", valueName: "file"))
  var scenario: String?
  @Flag(
    help: """
      Somebody replays, alters, misdirects, delays and forges messages below the members, who must refuse all of it.
      """)
  var adversary = false
  @Flag(name: .shortAndLong, help: "No summary.") var quiet = false
  @Option(help: "Whether to show on a terminal how far it is.") var progress = Occasion.auto

  func validate() throws {
    if !(1...64).contains(members) { throw ValidationError("--members must be from 1 to 64.") }
    if events < 0 { throw ValidationError("--events must not be negative.") }
    if group != "symbolic" {
      guard SchnorrGroup.named(group) != nil else { throw ValidationError("There is no group '\(group)'.") }
      if seeds != nil { throw ValidationError("--seeds needs the symbolic group: secrecy is judged there.") }
    }
    if scenario != nil && (seed != nil || seeds != nil) {
      throw ValidationError("--scenario excludes --seed and --seeds.")
    }
    if adversary && asPrinted {
      throw ValidationError("--adversary and --as-printed exclude each other: as printed nothing is sealed.")
    }
    if seed != nil && seeds != nil { throw ValidationError("--seed and --seeds exclude each other.") }
  }

  func run() throws {
    do {
      if let scenario { return try ScenarioFile(scenario).simulate(quiet: quiet) }
      if let seeds { try runAll(seeds.range) } else { try runOne(seed ?? 1) }
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  private func plan(_ seed: UInt64) -> Plan {
    Plan(
      seed: seed, members: members, events: events, algorithm: algorithm, agreement: agreement,
      variant: asPrinted ? .asPrinted : .repaired, adversary: adversary)
  }

  private static func simulation(_ plan: Plan) -> Simulation<SymbolicGroup, SymbolicSignatures> {
    // As printed, messages of one view reach another: sealing would hide it.
    Simulation(
      plan, SymbolicGroup(), SymbolicSignatures(), suite: plan.variant == .asPrinted ? nil : CipherSuite.none)
  }

  private func runOne(_ seed: UInt64) throws {
    if let group = SchnorrGroup.named(group) {
      try runOne(seed, Simulation(plan(seed), group, Ed25519(), suite: asPrinted ? nil : .aes256GCM))
    } else {
      try runOne(seed, Self.simulation(plan(seed)))
    }
  }

  private func runOne<Group, Scheme>(_ seed: UInt64, _ run: Simulation<Group, Scheme>) throws {
    var simulation = run
    simulation.run()
    try Output.standard.write(simulation.trace.bytes)
    if quiet { return }
    let summary = simulation.summary
    var text = """
      \(algorithm.rawValue) algorithm\(asPrinted ? ", as printed" : ""), \(agreement.rawValue), seed \(seed): \
      \(members) processes, \(String(format: "%.1f", summary.time)) virtual seconds
        network     \(summary.partitions) partitions and merges, \(summary.falseSuspicions) false suspicions
        processes   \(summary.crashes) crashes, \(summary.leaves) leaves, \(summary.recoveries) returns
        views       \(summary.views) installed below, \(summary.secureViews) secure ones, each with its key
        agreements  \(summary.interrupted) interrupted
        messages    \(summary.messages) of applications
        operations  \(summary.counts.exponentiations) exponentiations, \(summary.counts.signatures) signatures, \
      \(summary.counts.verifications) verifications

      """
    if !summary.dropped.isEmpty { text += "  refused     \(summary.dropped.count): \(summary.dropped[0])\n" }
    if adversary { text += "  adversary   \(Self.refusals(summary))\n" }
    if let first = summary.notPossible.first {
      text += "  impossible  \(summary.notPossible.count) events: \(first)\n"
    }
    if !summary.stuck.isEmpty {
      text += "  stuck       \(summary.stuck.joined(separator: ", "))\n"
    }
    Output.complain(text.dropLast())
  }

  private func runAll(_ seeds: ClosedRange<UInt64>) throws {
    let line = quiet ? nil : ProgressLine(progress)
    let start = ContinuousClock.now
    var total = Summary()
    var failures: [(seed: UInt64, broken: [String])] = []
    var tally: [String: Int] = [:]
    let plan = { @Sendable [self] seed in self.plan(seed) }
    try SeedRuns.forEach(in: seeds) { seed in
      var simulation = Self.simulation(plan(seed))
      simulation.run()
      let verdict = try RunVerdict(
        simulation.summary, simulation.trace.bytes, exposed: simulation.evidence.exposed)
      return (simulation.summary, verdict.broken)
    } then: { seed, outcome in
      let (summary, broken) = outcome
      if !broken.isEmpty { failures.append((seed, broken)) }
      for name in broken { tally[name, default: 0] += 1 }
      total.steps += summary.steps
      total.views += summary.views
      total.secureViews += summary.secureViews
      total.lateViews += summary.lateViews
      total.interrupted += summary.interrupted
      total.messages += summary.messages
      total.refusals.merge(summary.refusals) { $0.merging($1, uniquingKeysWith: +) }
      total.accepted += summary.accepted
      line?.draw { seconds in
        let done = seed - seeds.lowerBound + 1
        return "\(done) of \(seeds.count) runs, \(failures.count) broken, "
          + String(format: "%.0f runs/s", Double(done) / seconds)
      }
    }
    line?.clear()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var text = """
      \(seeds.count) runs, \(failures.count) broken: \(total.secureViews) secure views of \(total.views) views, \
      \(total.interrupted) agreements interrupted, \(total.lateViews) views installed late, \
      \(total.messages) messages, \(total.steps) steps of machines in \(String(format: "%.1f", seconds)) s

      """
    if adversary { text += "  adversary: \(Self.refusals(total))\n" }
    for (name, count) in tally.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      text += "  \(name): \(count) runs\n"
    }
    for failure in failures.prefix(1_000_000) {
      text += "\(failure.broken.joined(separator: ", ")):\n  \(command(failure.seed))\n"
    }
    if failures.count > 10 { text += "and \(failures.count - 10) more\n" }
    try Output.standard.write(text)
    if !failures.isEmpty { throw Status.violated }
  }

  /// How often an adversary was refused, for which reasons.
  private static func refusals(_ summary: Summary) -> String {
    var kinds: [String: Int] = [:]
    for (_, refusals) in summary.refusals { kinds.merge(refusals, uniquingKeysWith: +) }
    return "\(summary.accepted.count) forged messages let in, \(kinds.values.reduce(0, +)) refused: "
      + kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }

  private func command(_ seed: UInt64) -> String {
    "conclave simulate --seed \(seed) --members \(members) --events \(events) --algorithm \(algorithm.rawValue)"
      + " --agreement \(agreement.rawValue)\(asPrinted ? " --as-printed" : "")"
      + "\(adversary ? " --adversary" : "") | conclave check -"
  }
}
