public import CyclicGroups
import FaultTolerantExchange
import GroupCommunication
import Traces

/// What Cachin and Strobl build.
public enum ExchangeProtocol: String, Hashable, Sendable, CaseIterable {
  /// Consensus alone.
  case consensus
  case omega
  /// With forward secrecy.
  case omegaFS = "omega-fs"
}

/// On what it rests.
public enum ConsensusKind: String, Hashable, Sendable, CaseIterable {
  case coin
  case noDealer = "no-dealer"
  case failureDetector = "failure-detector"
}

/// With what the exchange calculates.
public enum ExchangeArithmetic: Sendable {
  /// Elements of the field, encrypted by HPKE.
  case numbers(any FiniteField)
  /// The same under ideal encryption: where only messages are counted.
  case openNumbers(any FiniteField)
  /// Linear forms over the field, under ideal encryption: secrecy can be judged.
  case symbols(any FiniteField)
}

/// A whole run, whatever the machines.
public struct ExchangeOutcome: Sendable {
  public let plan: ExchangePlan
  public private(set) var summary = ExchangeSummary()
  public private(set) var trace: [UInt8] = []
  /// nil where keys are not symbolic.
  public private(set) var check: TrustedHostCheck?

  /// Runs to the end.
  public init(
    _ plan: ExchangePlan, _ simulated: ExchangeProtocol, _ consensus: ConsensusKind,
    _ arithmetic: ExchangeArithmetic = .symbols(PrimeField.p25519)
  ) {
    self.plan = plan
    let servers = plan.servers
    let note =
      "\(simulated.rawValue) \(consensus.rawValue) n \(servers.count) t_c \(servers.crashes) seed \(plan.seed)"
    switch consensus {
    case .coin: run(simulated, CoinConsensus.self, arithmetic, note)
    case .noDealer: run(simulated, NoDealerConsensus.self, arithmetic, note)
    case .failureDetector: run(simulated, FailureDetectorConsensus.self, arithmetic, note)
    }
  }

  public var verdict: RunVerdict { get throws { try RunVerdict(summary, trace, check) } }

  private mutating func run<Machine: ConsensusMachine>(
    _ simulated: ExchangeProtocol, _ machine: Machine.Type, _ arithmetic: ExchangeArithmetic, _ note: String
  ) where Machine.Value == [UInt8] {
    if simulated == .consensus {
      runConsensus(machine, note)
      return
    }
    switch arithmetic {
    case .numbers(let field): run(simulated, machine, field, HybridEncryption(), note)
    case .openNumbers(let field): run(simulated, machine, field, SymbolicEncryption(), note)
    case .symbols(let field): runSymbols(simulated, machine, field, note)
    }
  }

  private mutating func runConsensus<Machine: ConsensusMachine>(_: Machine.Type, _ note: String)
  where Machine.Value == [UInt8] {
    var randomness = Randomness.seeded(~plan.seed)
    // Every fourth run all propose the same.
    let choice = randomness.next() % 4 == 0 ? 1 : UInt64(plan.servers.count)
    let seed = randomness.next()
    _ = run(
      ConsensusServer<Machine>.all(plan.servers, sessions: plan.sessions, seed: seed) { _, _ in
        [UInt8(randomness.next() % choice)]
      }, note)
  }

  private mutating func run<
    Machine: ConsensusMachine, Field: FiniteField, Encryption: EncryptionScheme
  >(
    _ simulated: ExchangeProtocol, _: Machine.Type, _ field: Field, _ encryption: Encryption, _ note: String
  ) where Machine.Value == [UInt8] {
    if simulated == .omega {
      _ = run(all(Machine.self) { omega($0, field, encryption) }, note)
    } else {
      _ = run(all(Machine.self) { forwardSecretOmega($0, field, encryption) }, note)
    }
  }

  private mutating func runSymbols<Machine: ConsensusMachine, Field: FiniteField>(
    _ simulated: ExchangeProtocol, _: Machine.Type, _ field: Field, _ note: String
  ) where Machine.Value == [UInt8] {
    let space = LinearForms(over: field)
    if simulated == .omega {
      let run = run(all(Machine.self) { omega($0, space, SymbolicEncryption()) }, note)
      check = TrustedHostCheck(run, breakIns: 0)
    } else {
      let run = run(all(Machine.self) { forwardSecretOmega($0, space, SymbolicEncryption()) }, note)
      check = TrustedHostCheck(run, breakIns: plan.tolerableBreakIns)
    }
  }

  private func omega<Space: VectorSpace, Encryption: EncryptionScheme>(
    _ me: Process, _ space: Space, _ encryption: Encryption
  ) -> Omega<Space, Encryption> {
    Omega(me, among: plan.servers, space: space, encryption: encryption)
  }

  private func forwardSecretOmega<Space: VectorSpace, Encryption: EncryptionScheme>(
    _ me: Process, _ space: Space, _ encryption: Encryption
  ) -> ForwardSecretOmega<Space, Encryption> {
    ForwardSecretOmega(
      me, among: plan.servers, breakIns: plan.tolerableBreakIns, space: space, encryption: encryption)
  }

  private func all<Exchange: KeyExchange, Machine: ConsensusMachine>(
    _: Machine.Type, _ exchange: (Process) -> Exchange
  ) -> [KeyExchangeServer<Exchange, Machine>] {
    KeyExchangeServer.all(plan.servers, sessions: plan.sessions, seed: ~plan.seed, exchange: exchange)
  }

  private mutating func run<Server: ExchangeServer>(
    _ servers: [Server], _ note: String
  ) -> ExchangeSimulation<Server> {
    var simulation = ExchangeSimulation(plan, servers, note: note)
    simulation.run()
    summary = simulation.summary
    trace = simulation.trace.bytes
    return simulation
  }
}
