public import ArgumentParser
import CyclicGroups
import Foundation
public import KeyAgreement
public import SecureGroup
import Simulation
import Traces

extension RobustAgreement<SymbolicGroup>.Algorithm: ExpressibleByArgument {}
extension KeyAgreementProtocol: ExpressibleByArgument {}

/// The options that make a run of the robust key agreement; nil where they are not given.
struct RobustOptions: ParsableArguments {
  @Option(
    name: .customLong("algorithm"),
    help: "The basic algorithm, or the optimized one. (default: optimized)")
  var givenAlgorithm: RobustAgreement<SymbolicGroup>.Algorithm?
  @Option(name: .customLong("agreement"), help: "The key agreement: gdh or ckd. (default: gdh)")
  var givenAgreement: KeyAgreementProtocol?
  @Option(
    name: .customLong("group"),
    help: ArgumentHelp(
      "The group in which keys live: symbolic, or one of \(SchnorrGroup.allNamed.map(\.name).joined(separator: ", ")); "
        + "with those messages are signed by Ed25519 and sealed by AES-256-GCM. (default: symbolic)",
      valueName: "name"))
  var givenGroup: String?
  @Option(
    name: .customLong("members"), help: ArgumentHelp("How many processes. (default: 5)", valueName: "n"))
  var givenMembers: Int?
  @Option(
    name: .customLong("events"),
    help: ArgumentHelp("How many events of the network and of processes. (default: 40)", valueName: "n"))
  var givenEvents: Int?
  @OptionGroup var machines: RepairOptions
  @Flag(
    help: """
      Somebody replays, alters, misdirects, delays and forges messages below the members, who must refuse all of it.
      """)
  var adversary = false

  var algorithm: RobustAgreement<SymbolicGroup>.Algorithm { givenAlgorithm ?? .optimized }
  var agreement: KeyAgreementProtocol { givenAgreement ?? .gdh }
  var group: String { givenGroup ?? "symbolic" }
  var members: Int { givenMembers ?? 5 }
  var events: Int { givenEvents ?? 40 }

  func plan(_ seed: UInt64) -> Plan {
    Plan(
      seed: seed, members: members, events: events, algorithm: algorithm, agreement: agreement,
      repairs: machines.repairs, adversary: adversary)
  }

  /// Where keys are numbers, messages are signed and sealed; but where repairs are missing, messages of one view reach
  /// another, which sealing would hide.
  func simulation(_ seed: UInt64, _ group: SchnorrGroup) -> Simulation<SchnorrGroup, Ed25519> {
    Simulation(plan(seed), group, Ed25519(), suite: machines.repairs == .all ? .aes256GCM : nil)
  }

  /// The options that are given.
  var given: [String] {
    let all = [
      ("--algorithm", givenAlgorithm != nil), ("--agreement", givenAgreement != nil),
      ("--group", givenGroup != nil), ("--members", givenMembers != nil), ("--events", givenEvents != nil),
      ("--adversary", adversary),
    ]
    return all.filter(\.1).map(\.0) + machines.given
  }

  func validate(manySeeds: Bool) throws {
    if !(1...64).contains(members) { throw ValidationError("--members must be from 1 to 64.") }
    if events < 0 { throw ValidationError("--events must not be negative.") }
    if group != "symbolic" {
      guard SchnorrGroup.named(group) != nil else { throw ValidationError("There is no group '\(group)'.") }
      if manySeeds { throw ValidationError("--seeds needs the symbolic group: secrecy is judged there.") }
    }
    if adversary, let option = machines.given.first {
      throw ValidationError("--adversary and \(option) exclude each other: nothing is sealed then.")
    }
  }
}

struct RobustRuns: SimulatedRuns {
  let options: RobustOptions
  private var sum = Summary()

  init(options: RobustOptions) { self.options = options }

  func run(_ seed: UInt64) -> (trace: [UInt8], summary: String) {
    guard let group = SchnorrGroup.named(options.group) else {
      return run(seed, Simulation(symbolic: options.plan(seed)))
    }
    return run(seed, options.simulation(seed, group))
  }

  private func run<Group, Scheme>(
    _ seed: UInt64, _ run: Simulation<Group, Scheme>
  ) -> (trace: [UInt8], summary: String) {
    var simulation = run
    simulation.run()
    let summary = simulation.summary
    let repairs = options.machines.repairs
    var text = """
      \(options.algorithm.rawValue) algorithm\(repairs == .all ? "" : ", \(repairs)"), \
      \(options.agreement.rawValue), seed \(seed): \
      \(options.members) processes, \(String(format: "%.1f", summary.time)) virtual seconds
        network     \(summary.partitions) partitions and merges, \(summary.falseSuspicions) false suspicions
        processes   \(summary.crashes) crashes, \(summary.leaves) leaves, \(summary.recoveries) returns
        views       \(summary.views) installed below, \(summary.secureViews) secure ones, each with its key
        agreements  \(summary.interrupted) interrupted
        messages    \(summary.messages) of applications
        operations  \(summary.counts.exponentiations) exponentiations, \(summary.counts.signatures) signatures, \
      \(summary.counts.verifications) verifications
      """
    if !summary.dropped.isEmpty { text += "\n  refused     \(summary.dropped.count): \(summary.dropped[0])" }
    if options.adversary { text += "\n  adversary   \(Self.refusals(summary))" }
    if let first = summary.notPossible.first {
      text += "\n  impossible  \(summary.notPossible.count) events: \(first)"
    }
    if !summary.stuck.isEmpty { text += "\n  stuck       \(summary.stuck.joined(separator: ", "))" }
    return (simulation.trace.bytes, text)
  }

  var judging: @Sendable (_ seed: UInt64) throws -> (summary: Summary, broken: [String]) {
    { [self] seed in
      var simulation = Simulation(symbolic: options.plan(seed))
      simulation.run()
      let verdict = try RunVerdict(
        simulation.summary, simulation.trace.bytes, exposed: simulation.evidence.exposed)
      return (simulation.summary, verdict.broken)
    }
  }

  mutating func count(_ outcome: (summary: Summary, broken: [String])) -> [String] {
    sum.steps += outcome.summary.steps
    sum.views += outcome.summary.views
    sum.secureViews += outcome.summary.secureViews
    sum.lateViews += outcome.summary.lateViews
    sum.interrupted += outcome.summary.interrupted
    sum.messages += outcome.summary.messages
    sum.refusals.merge(outcome.summary.refusals) { $0.merging($1, uniquingKeysWith: +) }
    sum.accepted += outcome.summary.accepted
    return outcome.broken
  }

  var total: String {
    """
    \(sum.secureViews) secure views of \(sum.views) views, \
    \(sum.interrupted) agreements interrupted, \(sum.lateViews) views installed late, \
    \(sum.messages) messages, \(sum.steps) steps of machines\
    \(options.adversary ? ", " + Self.refusals(sum) : "")
    """
  }

  /// How often an adversary was refused, for which reasons.
  private static func refusals(_ summary: Summary) -> String {
    var kinds: [String: Int] = [:]
    for (_, refusals) in summary.refusals { kinds.merge(refusals, uniquingKeysWith: +) }
    return "\(summary.accepted.count) forged messages let in, \(kinds.values.reduce(0, +)) refused: "
      + kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }

  func command(_ seed: UInt64) -> String {
    "conclave simulate --seed \(seed) --members \(options.members) --events \(options.events)"
      + " --algorithm \(options.algorithm.rawValue) --agreement \(options.agreement.rawValue)"
      + (options.machines.given + (options.adversary ? ["--adversary"] : [])).map { " " + $0 }.joined()
      + " | conclave check -"
  }
}
