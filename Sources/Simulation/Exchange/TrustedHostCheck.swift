import CyclicGroups
public import FaultTolerantExchange
import GroupCommunication

/// What a run showed that the trusted host of Cachin and Strobl does not allow (Definitions 2 and 6).
public struct TrustedHostCheck: Hashable, Sendable {
  /// What users saw and could not have seen of the host.
  public private(set) var notAllowed: [String] = []
  /// Sessions whose keys the host keeps to itself, and which can be computed from all messages, all proposals and all
  /// states that the adversary read.
  public private(set) var exposed: [Session] = []

  /// - Parameter breakIns: t_b.
  init<Exchange: KeyExchange, Machine: ConsensusMachine, Coefficients: FiniteField>(
    _ run: ExchangeSimulation<KeyExchangeServer<Exchange, Machine>>, breakIns: Int
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
    for session in finished.keys.sorted() where monitor.isSecret(session) {
      if eavesdropper.canCompute(finished[session]!) { exposed.append(session) }
    }
  }
}
