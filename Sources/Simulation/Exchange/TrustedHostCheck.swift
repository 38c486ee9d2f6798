import CyclicGroups
public import FaultTolerantExchange
import GroupCommunication

/// What a run showed that the trusted host of Cachin and Strobl does not allow (Definitions 2 and 6).
public struct TrustedHostCheck: Hashable, Sendable {
  /// What has become of the key of a session that somebody has finished.
  public struct Key: Hashable, Sendable {
    public var session: Session
    /// Whether the host keeps it to itself.
    public var isSecret: Bool
    /// Whether it can be computed from all messages, all proposals and all states that the adversary read.
    public var isKnown: Bool
  }

  /// What users saw and could not have seen of the host.
  public private(set) var notAllowed: [String] = []
  /// By session.
  public private(set) var keys: [Key] = []
  /// Of how many independent values the adversary knows something.
  public let rank: Int
  /// Sessions whose keys should be secret, and are not.
  public var exposed: [Session] { keys.filter { $0.isSecret && $0.isKnown }.map(\.session) }

  /// - Parameter breakIns: t_b.
  init<Exchange: KeyExchange, Machine: ConsensusMachine, Coefficients: FiniteField>(
    _ run: ExchangeNetwork<KeyExchangeServer<Exchange, Machine>>, breakIns: Int
  ) where Exchange.Space == LinearForms<Coefficients>, Exchange.Encryption == SymbolicEncryption {
    let machine = run.servers[0].exchange
    var monitor = KeyExchangeMonitor(space: machine.space, breakIns: breakIns)
    var eavesdropper = Eavesdropper(on: machine)
    var finished: [Session: Exchange.Space.Element] = [:]
    for happening in run.happenings {
      do {
        switch happening {
        case .sent(.exchange(let message)): eavesdropper.see(message)
        // Consensus keeps no secrets: what it agrees on, it may say.
        case .sent(.consensus): break
        case .proposed(let value): eavesdropper.see(proposal: value)
        case .started(let session, let p):
          try monitor.start(KeyExchangeServer<Exchange, Machine>.session(session), at: p)
        case .finished(let number, let p):
          let session = KeyExchangeServer<Exchange, Machine>.session(number)
          let key = run.servers[p.index].keys[session]!
          finished[session] = key
          try monitor.finish(session, at: p, key: key)
        case .crashed(let p): try monitor.crash(p)
        case .brokenInto(let p, let state):
          eavesdropper.read(state.exchange)
          try monitor.breakIn(p)
        }
      } catch { notAllowed.append("\(error)") }
    }
    rank = eavesdropper.rank
    keys = finished.keys.sorted().map { session in
      Key(
        session: session, isSecret: monitor.isSecret(session),
        isKnown: eavesdropper.canCompute(finished[session]!))
    }
  }
}
