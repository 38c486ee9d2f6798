import CyclicGroups
import KeyAgreement
import SecureGroup
import Testing
import Traces

@testable import Simulation

@Suite struct AdversaryTests {
  /// How members may refuse each attack.
  private static let expected: [Attack: Set<String>] = [
    .replayed: ["signed message replayed", "sealed message replayed"],
    .altered: [
      "signed message altered", "signed message malformed", "signed message misdirected",
      "signed message stale", "signed message stranger", "sealed message altered",
      "sealed message malformed", "sealed message replayed", "no key yet", "unknown",
    ],
    .cutOff: [
      "signed message malformed", "sealed message altered", "sealed message malformed",
      "sealed message replayed", "no key yet", "unknown",
    ],
    .invented: [
      "signed message malformed", "sealed message altered", "sealed message malformed",
      "sealed message replayed", "no key yet", "unknown",
    ],
    .misdirected: ["signed message misdirected"],
    .delayed: ["signed message stale"],
    .stale: ["signed message stale", "sealed message altered", "sealed message replayed", "no key yet"],
    .foreign: ["signed message stranger"],
    .impersonated: ["signed message altered"],
    .misattributed: ["sealed message altered", "sealed message replayed", "no key yet"],
  ]

  /// Sections II and IV-B: an active adversary gains nothing. Whatever it makes of the messages is refused, and the run
  /// is the same as without it, byte by byte.
  @Test(arguments: ScheduleTests.kinds) func `nothing that nobody sent is let in`(
    algorithm: Algorithm, agreement: KeyAgreementProtocol
  ) throws {
    var seen: [Attack: Set<String>] = [:]
    for seed in UInt64(1)...12 {
      let (attacked, verdict) = try run(seed, algorithm, agreement, adversary: true)
      let (quiet, _) = try run(seed, algorithm, agreement)
      #expect(verdict.broken.isEmpty, "seed \(seed)")
      #expect(attacked.summary.accepted.isEmpty, "seed \(seed)")
      #expect(attacked.summary.dropped.isEmpty, "seed \(seed)")
      #expect(attacked.trace.bytes == quiet.trace.bytes, "seed \(seed)")
      #expect(quiet.summary.refusals.isEmpty)
      for (attack, refusals) in attacked.summary.refusals {
        seen[attack, default: []].formUnion(refusals.keys)
      }
    }
    for attack in Attack.allCases {
      #expect(seen[attack]?.isSubset(of: Self.expected[attack]!) == true, "\(attack): \(seen[attack] ?? [])")
    }
    // Each refusal of the sections happened.
    let kinds: Set<String> = [
      "signed message malformed", "signed message misdirected", "signed message stale",
      "signed message stranger", "signed message altered", "signed message replayed",
      "sealed message malformed", "sealed message altered", "sealed message replayed", "no key yet",
      "unknown",
    ]
    #expect(seen.values.reduce(into: []) { $0.formUnion($1) } == kinds)
  }

  @Test(arguments: [CipherSuite.aes256GCM, .chaCha20Poly1305])
  func `real signatures and seals keep it out, too`(suite: CipherSuite) throws {
    let plan = Plan(seed: 3, members: 4, events: 10, adversary: true)
    var simulation = Simulation(plan, SchnorrGroup.insecure512, Ed25519(), suite: suite)
    simulation.run()
    #expect(simulation.summary.accepted.isEmpty)
    #expect(simulation.summary.dropped.isEmpty)
    #expect(Set(simulation.summary.refusals.keys) == Set(Attack.allCases))
    #expect(try RunVerdict(simulation.summary, simulation.trace.bytes, exposed: []).broken.isEmpty)
  }

  @Test func `what is let in breaks the run`() throws {
    let (simulation, _) = try run(1, .optimized)
    var summary = simulation.summary
    summary.accepted = ["a: altered"]
    #expect(try RunVerdict(summary, simulation.trace.bytes, exposed: []).broken == ["forgery"])
  }
}
