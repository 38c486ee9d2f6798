public import CyclicGroups
import FaultTolerantExchange

/// A whole run, whatever the machines.
public struct ExchangeOutcome: Sendable {
  public let plan: ExchangePlan
  public let summary: ExchangeSummary
  public let trace: [UInt8]
  /// nil where keys are not symbolic.
  public let check: TrustedHostCheck?

  /// Runs to the end.
  public init(
    _ plan: ExchangePlan, _ simulated: ExchangeProtocol, _ consensus: ConsensusKind,
    _ arithmetic: ExchangeArithmetic = .symbols(PrimeField.p25519)
  ) {
    var run = Self.run(plan, simulated, consensus, arithmetic)
    run.run()
    self.init(plan, run)
  }

  /// Runs to the end, or until `observe`, which is shown each step that was taken, throws.
  public init<Failure: Error>(
    _ plan: ExchangePlan, _ simulated: ExchangeProtocol, _ consensus: ConsensusKind,
    _ arithmetic: ExchangeArithmetic, observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    var run = Self.run(plan, simulated, consensus, arithmetic)
    try run.run(observe)
    self.init(plan, run)
  }

  private init(_ plan: ExchangePlan, _ run: any ExchangeRun) {
    self.plan = plan
    summary = run.summary
    trace = run.trace
    check = run.check
  }

  private static func run(
    _ plan: ExchangePlan, _ simulated: ExchangeProtocol, _ consensus: ConsensusKind,
    _ arithmetic: ExchangeArithmetic
  ) -> any ExchangeRun {
    var system = ExchangeSystem(
      simulated: simulated, consensus: consensus, arithmetic: arithmetic, servers: plan.servers,
      breakIns: plan.tolerableBreakIns, sessions: plan.sessions, seed: ~plan.seed)
    if !simulated.isExchange {
      var randomness = Randomness.seeded(~plan.seed)
      // Every fourth run all propose the same.
      let values = simulated == .binaryConsensus ? 2 : plan.servers.count
      let choice = randomness.next() % 4 == 0 ? 1 : UInt64(values)
      system.seed = randomness.next()
      system.proposals = plan.servers.all.map { _ in
        (0..<plan.sessions).map { _ in [UInt8(randomness.next() % choice)] }
      }
    }
    return system.machines().simulation(plan, note: plan.options(simulated, consensus, arithmetic))
  }

  public var verdict: RunVerdict { get throws { try RunVerdict(summary, trace, check) } }
}
