import CyclicGroups
import FaultTolerantExchange
import GroupCommunication
import Testing
import TraceChecking
import Traces

@testable import Simulation

/// What a machine proposes in tests.
protocol Proposing: ConsensusMachine where Value: ConsensusValue {
  static func proposal(_ word: UInt64) -> Value
}
extension ConsensusMachine where Value == Bool {
  static func proposal(_ word: UInt64) -> Bool { word & 1 == 1 }
}
extension ConsensusMachine where Value == [UInt8] {
  static func proposal(_ word: UInt64) -> [UInt8] { [UInt8(truncatingIfNeeded: word % 5)] }
}
extension CoinAgreement: Proposing {}
extension CoreAgreement: Proposing {}
extension MultivaluedConsensus: Proposing {}
extension RotatingCoordinator: Proposing {}

/// A run of consensus alone: n from 3 to 9, any t_c, up to t_c crashes, by the seed.
func consensusRun<Machine: Proposing>(
  _: Machine.Type, seed: UInt64, schedule: Schedule? = nil
) -> ExchangeSimulation<ConsensusServer<Machine>> {
  var randomness = Randomness.seeded(~seed)
  let n = 3 + Int(randomness.next() % 7)
  let tolerated = Int(randomness.next() % UInt64((n - 1) / 2 + 1))
  let servers = Servers(n, crashes: tolerated)
  let plan = ExchangePlan(
    seed: seed, servers: servers, crashes: Int(randomness.next() % UInt64(tolerated + 1)),
    sessions: 1 + Int(randomness.next() % 2), schedule: schedule)
  // Sometimes all propose the same.
  let mask: UInt64 = randomness.next() % 4 == 0 ? 0 : .max
  var simulation = ExchangeSimulation(
    plan,
    ConsensusServer<Machine>.all(servers, sessions: plan.sessions, seed: seed) { _, _ in
      Machine.proposal(randomness.next() & mask)
    }, note: "test")
  simulation.run()
  return simulation
}

@Suite struct ConsensusTests {
  static let machines: [any Proposing.Type] = [
    CoinAgreement.self, CoreAgreement.self, CoinConsensus.self, NoDealerConsensus.self,
    FailureDetectorConsensus.self,
  ]
  static let kinds = machines.flatMap { machine in Schedule.allCases.map { (machine, $0) } }

  /// Cachin and Strobl, Definitions 4 and 5: all that decide, decide the same, which some server proposed; each decides
  /// at most once, after its own proposal; and while no more than t_c crash and the others propose, the others decide.
  @Test(arguments: kinds) func `consensus keeps its promises on any schedule`(
    machine: any Proposing.Type, schedule: Schedule
  ) throws {
    try judge(machine, schedule)
  }

  private func judge<Machine: Proposing>(_ machine: Machine.Type, _ schedule: Schedule) throws {
    var total = ExchangeSummary()
    var checked: [Property: UInt64] = [:]
    for seed in UInt64(1)...60 {
      let simulation = consensusRun(machine, seed: seed, schedule: schedule)
      let verdict = try RunVerdict(simulation.summary, simulation.trace.bytes, nil)
      #expect(verdict.broken.isEmpty, "seed \(seed)")
      for property in verdict.report.properties {
        checked[property.property, default: 0] += UInt64(property.checked)
      }
      total.crashes += simulation.summary.crashes
      total.crashesWhileSending += simulation.summary.crashesWhileSending
      total.lost += simulation.summary.lost
      total.lies += simulation.summary.lies
      total.decisions += simulation.summary.decisions
    }
    // It must have happened.
    #expect(total.crashes > 30)
    #expect(total.crashesWhileSending > 0)
    #expect(total.lost > 0)
    #expect((total.lies > 0) == Machine.usesFailureDetector)
    #expect(checked[.consensusAgreement]! > 300)
    #expect(checked[.consensusValidity]! > 300)
    #expect(checked[.consensusTermination]! > 60)
  }

  /// The same seed gives the same bytes; another one others.
  @Test func `a seed is a run of consensus`() {
    let first = consensusRun(NoDealerConsensus.self, seed: 7).trace.bytes
    #expect(consensusRun(NoDealerConsensus.self, seed: 7).trace.bytes == first)
    #expect(consensusRun(NoDealerConsensus.self, seed: 8).trace.bytes != first)
  }

  @Test func `random schedules execute every line of the consensus machines`() {
    var lines = ExecutedLines()
    for seed in UInt64(1)...100 {
      lines.formUnion(consensusRun(CoinConsensus.self, seed: seed).summary.lines)
      lines.formUnion(consensusRun(CoreAgreement.self, seed: seed, schedule: .starving).summary.lines)
      lines.formUnion(consensusRun(FailureDetectorConsensus.self, seed: seed).summary.lines)
    }
    let counts = [(21, 17), (22, 32), (23, 21), (24, 26), (25, 43)]
    for (algorithm, count) in counts {
      for line in 1...count {
        #expect(lines.contains(algorithm: algorithm, line: line), "\(algorithm).\(line)")
      }
    }
  }
}
