import CyclicGroups
import FaultTolerantExchange
import Traces

/// What Cachin and Strobl build.
public enum ExchangeProtocol: String, Hashable, Sendable, CaseIterable {
  /// Consensus alone.
  case consensus
}

/// On what it rests.
public enum ConsensusKind: String, Hashable, Sendable, CaseIterable {
  case coin
  case noDealer = "no-dealer"
  case failureDetector = "failure-detector"
}

/// A whole run, whatever the machines.
public struct ExchangeOutcome: Sendable {
  public let plan: ExchangePlan
  public private(set) var summary = ExchangeSummary()
  public private(set) var trace: [UInt8] = []

  /// Runs to the end.
  public init(_ plan: ExchangePlan, _ simulated: ExchangeProtocol, _ consensus: ConsensusKind) {
    self.plan = plan
    let note =
      "\(simulated.rawValue) \(consensus.rawValue) t_c \(plan.servers.crashes) seed \(plan.seed)"
    switch consensus {
    case .coin: run(simulated, CoinConsensus.self, note)
    case .noDealer: run(simulated, NoDealerConsensus.self, note)
    case .failureDetector: run(simulated, FailureDetectorConsensus.self, note)
    }
  }

  public var verdict: RunVerdict { get throws { try RunVerdict(summary, trace) } }

  private mutating func run<Machine: ConsensusMachine>(
    _ simulated: ExchangeProtocol, _: Machine.Type, _ note: String
  ) where Machine.Value == [UInt8] {
    switch simulated {
    case .consensus:
      var randomness = Randomness.seeded(~plan.seed)
      // Every fourth run all propose the same.
      let choice = randomness.next() % 4 == 0 ? 1 : UInt64(plan.servers.count)
      run(
        ConsensusServer<Machine>.all(plan.servers, sessions: plan.sessions, seed: randomness.next()) { _, _ in
          [UInt8(randomness.next() % choice)]
        }, note)
    }
  }

  private mutating func run<Server: ExchangeServer>(_ servers: [Server], _ note: String) {
    var simulation = ExchangeSimulation(plan, servers, note: note)
    simulation.run()
    summary = simulation.summary
    trace = simulation.trace.bytes
  }
}
