public import ArgumentParser
import CyclicGroups
import Foundation
import GroupCommunication
public import KeyAgreement
public import SecureGroup
public import Simulation
import Traces

extension RobustAgreement<SymbolicGroup>.Algorithm: ExpressibleByArgument {}
extension KeyAgreementProtocol: ExpressibleByArgument {}

extension Latencies: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

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
  @Option(
    name: .customLong("latencies"),
    help: ArgumentHelp(
      """
      Links take time, from a to b milliseconds (as 0.5...20, lan, or wan), and what happens next is what is due \
      first. Without it whatever is possible can come next.
      """, valueName: "a...b"))
  var latencies: Latencies?

  var algorithm: RobustAgreement<SymbolicGroup>.Algorithm { givenAlgorithm ?? .optimized }
  var agreement: KeyAgreementProtocol { givenAgreement ?? .gdh }
  var group: String { givenGroup ?? "symbolic" }
  var members: Int { givenMembers ?? 5 }
  var events: Int { givenEvents ?? 40 }

  func plan(_ seed: UInt64) -> Plan {
    Plan(
      seed: seed, members: members, events: events, algorithm: algorithm, agreement: agreement,
      repairs: machines.repairs, adversary: adversary, latencies: latencies)
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
      ("--adversary", adversary), ("--latencies", latencies != nil),
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
  /// The file in which the state machine is drawn as the runs went through it.
  let stateMachine: String?
  private var sum = Summary()
  private var transitions = Transitions()

  init(options: RobustOptions, stateMachine: String?) {
    self.options = options
    self.stateMachine = stateMachine
  }

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
      seed \(seed): \(options.members) processes, the \(options.algorithm.rawValue) algorithm with \
      \(options.agreement.rawValue.uppercased())\(repairs == .all ? "" : ", \(repairs)"), \
      \(String(format: "%.1f", summary.time)) virtual seconds

      """
    if let links = options.plan(seed).links {
      text += "  links       \(links.latencies) ms, between \(Set(links.places).count) places\n"
    }
    text += summary.text
    return (simulation.trace.bytes, text)
  }

  /// What came of a run, and what it broke.
  struct Judged: Sendable {
    var summary: Summary
    var transitions: Transitions
    var broken: [String]
  }

  var judging: @Sendable (_ seed: UInt64) throws -> Judged {
    { [self] seed in
      var simulation = Simulation(symbolic: options.plan(seed))
      var transitions = Transitions()
      if stateMachine == nil {
        simulation.run()
      } else {
        simulation.run { happening in for turn in happening.turns { transitions.insert(turn) } }
      }
      let verdict = try RunVerdict(
        simulation.summary, simulation.trace.bytes, exposed: simulation.evidence.exposed)
      return Judged(summary: simulation.summary, transitions: transitions, broken: verdict.broken)
    }
  }

  mutating func count(_ outcome: Judged) -> [String] {
    sum.add(outcome.summary)
    transitions.formUnion(outcome.transitions)
    return outcome.broken
  }

  func end() throws(Output.Failed) {
    guard let stateMachine else { return }
    let start = RobustAgreement<SymbolicGroup>(Process(0), algorithm: options.algorithm).state
    try Output.write(Array(transitions.dot(start: start).utf8), to: stateMachine)
  }

  var total: String { "\(sum.text)\n  machines    \(sum.steps) steps" }

  func command(_ seed: UInt64) -> String {
    "conclave simulate --seed \(seed) --members \(options.members) --events \(options.events)"
      + " --algorithm \(options.algorithm.rawValue) --agreement \(options.agreement.rawValue)"
      + options.machines.given.map { " " + $0 }.joined()
      + (options.latencies.map { " --latencies \($0)" } ?? "")
      + "\(options.adversary ? " --adversary" : "") | conclave check -"
  }
}
