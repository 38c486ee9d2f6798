public import CyclicGroups
public import FaultTolerantExchange
import GroupCommunication
import Traces

/// What Cachin and Strobl build.
public enum ExchangeProtocol: String, Hashable, Sendable, CaseIterable {
  /// Consensus alone.
  case consensus
  /// Consensus on yes and no alone: that on any values seldom lets servers disagree for long.
  case binaryConsensus = "binary-consensus"
  case omega
  /// With forward secrecy.
  case omegaFS = "omega-fs"

  public var isExchange: Bool { self == .omega || self == .omegaFS }
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

  public var field: any FiniteField {
    switch self {
    case .numbers(let field), .openNumbers(let field), .symbols(let field): field
    }
  }
}

/// What runs at the servers, and how many they are.
public struct ExchangeSystem: Sendable {
  public var simulated: ExchangeProtocol
  public var consensus: ConsensusKind
  public var arithmetic: ExchangeArithmetic
  /// n and t_c.
  public var servers: Servers
  /// t_b, of the exchange with forward secrecy.
  public var breakIns: Int
  public var sessions = 1
  /// Of everything that servers draw.
  public var seed: UInt64
  /// What consensus alone is asked to agree on: by server, by session.
  public var proposals: [[[UInt8]]] = []
}

/// The servers of a system, whatever their machines.
protocol ExchangeMachines: Sendable {
  func simulation(_ plan: ExchangePlan, note: String) -> any ExchangeRun
  func director(note: String) -> any ExchangeDirecting
}

private struct Machines<Server: ExchangeServer>: ExchangeMachines {
  let all: Servers
  let servers: [Server]
  let judge: ExchangeJudge<Server>

  func simulation(_ plan: ExchangePlan, note: String) -> any ExchangeRun {
    JudgedRun(simulation: ExchangeSimulation(plan, servers, note: note), judge: judge)
  }

  func director(note: String) -> any ExchangeDirecting {
    ExchangeDirector(ExchangeNetwork(all, servers, note: note), judge: judge)
  }
}

/// Judges what a run has shown; nil where keys are not symbolic.
typealias ExchangeJudge<Server: ExchangeServer> =
  @Sendable (ExchangeNetwork<Server>) -> TrustedHostCheck?

/// A run that a seed chooses, whatever the machines.
protocol ExchangeRun: Sendable {
  mutating func run()
  mutating func run<Failure: Error>(
    _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure)
  var summary: ExchangeSummary { get }
  var trace: [UInt8] { get }
  var check: TrustedHostCheck? { get }
}

private struct JudgedRun<Server: ExchangeServer>: ExchangeRun {
  var simulation: ExchangeSimulation<Server>
  let judge: ExchangeJudge<Server>

  mutating func run() { simulation.run() }
  mutating func run<Failure: Error>(
    _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) { try simulation.run(observe) }
  var summary: ExchangeSummary { simulation.summary }
  var trace: [UInt8] { simulation.trace.bytes }
  var check: TrustedHostCheck? { judge(simulation.network) }
}

extension ExchangeSystem {
  func machines() -> any ExchangeMachines {
    switch consensus {
    case .coin where simulated == .binaryConsensus: binary(CoinAgreement.self)
    case .coin: machines(CoinConsensus.self)
    case .noDealer where simulated == .binaryConsensus: binary(CoreAgreement.self)
    case .noDealer: machines(NoDealerConsensus.self)
    case .failureDetector: machines(FailureDetectorConsensus.self)
    }
  }

  /// A proposal of 00 is a no.
  private func binary<Machine: ConsensusMachine>(_: Machine.Type) -> any ExchangeMachines
  where Machine.Value == Bool {
    let all = ConsensusServer<Machine>.all(servers, sessions: sessions, seed: seed) { p, session in
      proposals[p.index][session] != [0]
    }
    return Machines(all: servers, servers: all) { _ in nil }
  }

  private func machines<Machine: ConsensusMachine>(_: Machine.Type) -> any ExchangeMachines
  where Machine.Value == [UInt8] {
    if !simulated.isExchange {
      let all = ConsensusServer<Machine>.all(servers, sessions: sessions, seed: seed) { p, session in
        proposals[p.index][session]
      }
      return Machines(all: servers, servers: all) { _ in nil }
    }
    switch arithmetic {
    case .numbers(let field): return numbers(Machine.self, field, HybridEncryption())
    case .openNumbers(let field): return numbers(Machine.self, field, SymbolicEncryption())
    case .symbols(let field): return symbols(Machine.self, field)
    }
  }

  private func numbers<Machine: ConsensusMachine, Field: FiniteField, Encryption: EncryptionScheme>(
    _: Machine.Type, _ field: Field, _ encryption: Encryption
  ) -> any ExchangeMachines where Machine.Value == [UInt8] {
    if simulated == .omega {
      return Machines(all: servers, servers: all(Machine.self) { omega($0, field, encryption) }) { _ in nil }
    }
    return Machines(all: servers, servers: all(Machine.self) { forwardSecretOmega($0, field, encryption) }) {
      _ in nil
    }
  }

  private func symbols<Machine: ConsensusMachine, Field: FiniteField>(
    _: Machine.Type, _ field: Field
  ) -> any ExchangeMachines where Machine.Value == [UInt8] {
    let (space, breakIns) = (LinearForms(over: field), breakIns)
    if simulated == .omega {
      return Machines(all: servers, servers: all(Machine.self) { omega($0, space, SymbolicEncryption()) }) {
        TrustedHostCheck($0, breakIns: 0)
      }
    }
    return Machines(
      all: servers, servers: all(Machine.self) { forwardSecretOmega($0, space, SymbolicEncryption()) }
    ) {
      TrustedHostCheck($0, breakIns: breakIns)
    }
  }

  private func omega<Space: VectorSpace, Encryption: EncryptionScheme>(
    _ me: Process, _ space: Space, _ encryption: Encryption
  ) -> Omega<Space, Encryption> {
    Omega(me, among: servers, space: space, encryption: encryption)
  }

  private func forwardSecretOmega<Space: VectorSpace, Encryption: EncryptionScheme>(
    _ me: Process, _ space: Space, _ encryption: Encryption
  ) -> ForwardSecretOmega<Space, Encryption> {
    ForwardSecretOmega(me, among: servers, breakIns: breakIns, space: space, encryption: encryption)
  }

  private func all<Exchange: KeyExchange, Machine: ConsensusMachine>(
    _: Machine.Type, _ exchange: (Process) -> Exchange
  ) -> [KeyExchangeServer<Exchange, Machine>] {
    KeyExchangeServer.all(servers, sessions: sessions, seed: seed, exchange: exchange)
  }
}
