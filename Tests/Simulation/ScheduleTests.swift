import CyclicGroups
import Foundation
import KeyAgreement
import SecureGroup
import Testing
import TraceChecking
import Traces

@testable import Simulation

typealias Algorithm = RobustAgreement<SymbolicGroup>.Algorithm

/// A run with its verdict.
func run(
  _ seed: UInt64, _ algorithm: Algorithm, _ agreement: KeyAgreementProtocol = .gdh, asPrinted: Bool = false,
  members: Int = 5, events: Int = 25, adversary: Bool = false
) throws -> (Simulation<SymbolicGroup, SymbolicSignatures>, RunVerdict) {
  let plan = Plan(
    seed: seed, members: members, events: events, algorithm: algorithm, agreement: agreement,
    repairs: asPrinted ? .none : .all, adversary: adversary)
  var simulation = Simulation(
    plan, SymbolicGroup(), SymbolicSignatures(), suite: asPrinted ? nil : CipherSuite.none)
  simulation.run()
  let verdict = try RunVerdict(
    simulation.summary, simulation.trace.bytes, exposed: simulation.evidence.exposed)
  return (simulation, verdict)
}

@Suite struct ScheduleTests {
  static let kinds = Algorithm.allCases.flatMap { a in KeyAgreementProtocol.allCases.map { (a, $0) } }

  /// Theorems 1.1 to 1.15 and 2.1, key agreement, freshness, secrecy, and that all come to rest in SECURE.
  @Test(arguments: kinds) func `the repaired machines keep every promise of both layers`(
    algorithm: Algorithm, agreement: KeyAgreementProtocol
  ) throws {
    var (views, late, interrupted, refused) = (0, 0, 0, 0)
    var judged: Set<String> = []
    for seed in UInt64(1)...60 {
      let (simulation, verdict) = try run(seed, algorithm, agreement, members: 3 + Int(seed % 4))
      #expect(verdict.broken.isEmpty, "seed \(seed)")
      #expect(simulation.summary.dropped.isEmpty, "seed \(seed)")
      views += simulation.summary.secureViews
      late += simulation.summary.lateViews
      interrupted += simulation.summary.interrupted
      refused += simulation.summary.refused
      for property in verdict.report.properties where property.checked > 0 {
        judged.insert("\(property.layer)/\(property.property.rawValue)")
      }
    }
    // It must have happened: whole agreements, interrupted ones, views installed late, illegal requests.
    #expect(views > 500)
    #expect(late > 0)
    #expect(interrupted > 50)
    #expect(refused > 0)
    // No property held only because nothing was there to check.
    #expect(judged.count == 34)
  }

  /// Spec/Errata.md: the machines as printed break what is named there.
  @Test(arguments: [
    (Algorithm.basic, "not-possible: Final Token in FO"), (.basic, "not-possible: Final Token in KL"),
    (.basic, "secure/transitional-signal"), (.basic, "secure/sending-view-delivery"),
    (.basic, "not-possible: Data Message in KL"), (.basic, "secure/transitional-set.b"),
    (.basic, "secure/safe-delivery.b"), (.optimized, "termination"),
    (.optimized, "not-possible: flush ok that nobody asked for"),
    (.optimized, "not-possible: Partial Token in FT"),
  ])
  func `as printed they break what the errata say`(algorithm: Algorithm, broken: String) throws {
    let hit = try (UInt64(1)...150).contains { seed in
      try run(seed, algorithm, asPrinted: true).1.broken.contains(broken)
    }
    #expect(hit)
  }

  /// The network is no kinder than the properties: it breaks what Lemma 1.6 takes for granted.
  @Test func `members that move together may differ in what they delivered before their signals`() throws {
    let check = TraceCheck(properties: [PropertySelector(.signalSynchrony)])
    let isBroken = try (UInt64(1)...60).contains { seed in
      let trace = try run(seed, .optimized).0.trace.bytes
      return try check.run([.bytes(trace, name: "run")]).verdict == .violated
    }
    #expect(isBroken)
  }

  /// The same seed gives the same bytes; another one others.
  @Test func `a seed is a run`() throws {
    let (first, _) = try run(7, .optimized)
    #expect(try run(7, .optimized).0.trace.bytes == first.trace.bytes)
    #expect(try run(8, .optimized).0.trace.bytes != first.trace.bytes)
  }

  /// The whole stack with real numbers, signatures and encryption.
  @Test(arguments: KeyAgreementProtocol.allCases) func `it runs over real groups`(
    agreement: KeyAgreementProtocol
  ) throws {
    let plan = Plan(seed: 5, members: 4, events: 12, agreement: agreement)
    var simulation = Simulation(plan, SchnorrGroup.insecure512, Ed25519(), suite: .chaCha20Poly1305)
    simulation.run()
    let verdict = try RunVerdict(simulation.summary, simulation.trace.bytes, exposed: [])
    #expect(verdict.broken.isEmpty)
    #expect(simulation.summary.dropped.isEmpty)
    #expect(simulation.summary.messages > 0)
    #expect(simulation.summary.secureViews > 4)
  }
}

@Suite struct CostTests {
  /// Table II, the rows of GDH: equal to the formulas.
  @Test(arguments: [3, 4, 8, 20]) func `GDH costs what the page says`(n: Int) {
    let join = AgreementCost.measure(.join, n: n, .gdh)
    #expect(figures(join) == [4, n + 3, n + 1, 2, n + 3, 4, n + 3] as [Int])
    let leave = AgreementCost.measure(.leave, n: n, .gdh)
    #expect(figures(leave) == [1, 1, 0, 1, n - 1, 1, 1] as [Int])
    let merge = AgreementCost.measure(.merge(3), n: n, .gdh)
    #expect(figures(merge) == [6, n + 7, n + 5, 2, n + 7, 6, n + 7] as [Int])
  }

  /// CKD (Algorithm 1): rounds, messages and verifications as on the page.
  @Test(arguments: [4, 8, 20]) func `CKD needs the messages that the page says`(n: Int) {
    let join = AgreementCost.measure(.join, n: n, .ckd)
    #expect(Array(figures(join).prefix(4)) == [3, 3, 2, 1])
    let leave = AgreementCost.measure(.leave, n: n, .ckd)
    #expect(Array(figures(leave).prefix(4)) == [1, 1, 0, 1])
    let controller = AgreementCost.measure(.controllerLeave, n: n, .ckd)
    #expect(controller.rounds == 3 && controller.multicasts == 2)
  }

  /// What is timed is the run that is counted; who waits for nobody else does not wait.
  @Test(arguments: KeyAgreementProtocol.allCases, [AgreementCost.Change.join, .leave, .controllerLeave])
  func `an agreement over real numbers costs the same`(
    agreement: KeyAgreementProtocol, change: AgreementCost.Change
  ) {
    let counted = AgreementCost.measure(change, n: 6, agreement)
    let timed = AgreementCost.measure(change, n: 6, agreement, in: SchnorrGroup.insecure512, Ed25519())
    #expect(figures(timed) == figures(counted))
    #expect(timed.total == counted.total)
    #expect(counted.time == 0 && counted.totalTime == 0)
    #expect(timed.time > 0)
    // At the end at least the members calculate the key side by side.
    #expect(timed.time < timed.totalTime)
    #expect(timed.time > timed.totalTime / 7)
  }

  /// The columns of Table II.
  private func figures(_ cost: AgreementCost) -> [Int] {
    [
      cost.rounds, cost.messages, cost.unicasts, cost.multicasts, cost.serial.exponentiations,
      cost.serial.signatures, cost.serial.verifications,
    ]
  }
}
