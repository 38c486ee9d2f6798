public import CyclicGroups
public import Exploration
public import FaultTolerantExchange
public import GroupCommunication

/// One session of protocol omega over ideal consensus, with contributions that are unknowns. Servers start at any time,
/// up to t_c of them crash, messages come in any order, and the adversary chooses the decision; the same as
/// `Spec/TLA/Omega.tla`. What a server sends itself it has at once.
public struct OmegaModel: Model {
  public typealias Storage = ValueStorage<State>
  public typealias Space = LinearForms<PrimeField>
  public typealias Machine = Omega<Space, Envelopes>

  public struct Letter: Hashable, Sendable {
    public var message: Machine.Message
    public var from: Process
    public var to: Process
  }

  public struct State: Hashable, Sendable {
    public var machines: [Machine]
    /// Messages on their way to servers that have not crashed.
    public var network: Set<Letter> = []
    /// Of consensus, by server.
    public var proposals: [[UInt8]?]
    public var decision: [UInt8]?
    /// By server, once it has finished.
    public var keys: [Space.Element?]
    public var crashed: ProcessSet = []
  }

  public enum Action: Hashable, Sendable {
    case start(Process)
    case receive(Letter)
    case decide(Process, [UInt8])
    case crash(Process)
  }

  public let servers: Servers
  /// How many servers have to propose before one may decide.
  public let proposalsNeeded: Int

  public init(_ servers: Servers, proposalsNeeded: Int = 1) {
    self.servers = servers
    self.proposalsNeeded = proposalsNeeded
  }

  private let session = Session("s")
  /// Any field would do in which n - t_c is not zero (E8 in Spec/Errata.md).
  private let space = Space(over: PrimeField(prime: 101)!)

  public var initialStates: [State] {
    [
      State(
        machines: servers.all.map { Machine($0, among: servers, space: space, encryption: Envelopes()) },
        proposals: servers.all.map { _ in nil }, keys: servers.all.map { _ in nil })
    ]
  }

  public func actions(of state: State, into actions: inout [Action]) {
    let proposals = state.proposals.compactMap(\.self)
    let candidates = state.decision.map { [$0] } ?? proposals
    for p in servers.all - state.crashed {
      switch state.machines[p.index].state(of: session) {
      case .notStarted: actions.append(.start(p))
      case .proposed where proposals.count >= proposalsNeeded:
        actions += candidates.map { .decide(p, $0) }
      case .started, .proposed, .finished: break
      }
      if state.crashed.count < servers.crashes { actions.append(.crash(p)) }
    }
    actions += state.network.sorted { $0.order < $1.order }.map(Action.receive)
  }

  public func next(_ state: State, _ action: Action) -> State? {
    var state = state
    switch action {
    case .start(let p): give(.start(session, contribution: space.unknown(UInt64(p.index))), p, &state)
    case .receive(let letter):
      state.network.remove(letter)
      give(.receive(letter.message, from: letter.from), letter.to, &state)
    case .decide(let p, let value):
      state.decision = value
      give(.decided(session, value: value), p, &state)
    case .crash(let p):
      state.crashed.insert(p)
      state.network = state.network.filter { $0.to != p }
    }
    return state
  }

  private func give(_ event: Machine.Event, _ p: Process, _ state: inout State) {
    var randomness = Randomness.counted(UInt64(p.index))
    guard let reaction = try? state.machines[p.index].handle(event, &randomness) else {
      preconditionFailure("the network does nothing that is unexpected")
    }
    for action in reaction.actions {
      switch action {
      case .send(let message, to: p): give(.receive(message, from: p), p, &state)
      case .send(let message, let to):
        if !state.crashed.contains(to) { state.network.insert(Letter(message: message, from: p, to: to)) }
      case .propose(_, let value): state.proposals[p.index] = value
      case .finish(_, let key): state.keys[p.index] = key
      }
    }
  }

  public var properties: [Property<State>] {
    [
      .always("agreement") { state in
        let keys = state.keys.compactMap(\.self)
        return keys.allSatisfy { $0 == keys.first }
      },
      .always("the key is the sum of n - t_c contributions") { state in
        let started = servers.all.filter { state.machines[$0.index].state(of: session) != .notStarted }
        return state.keys.compactMap(\.self).allSatisfy { key in
          key.terms.count == servers.quorum
            && key.terms.allSatisfy { term in
              term.coefficient == space.scalars.one && started.contains { $0.index == Int(term.unknown) }
            }
        }
      },
      .always("whoever does not crash finishes") { state in
        var actions: [Action] = []
        self.actions(of: state, into: &actions)
        let hasEnded = actions.allSatisfy { if case .crash = $0 { true } else { false } }
        return !hasEnded || (servers.all - state.crashed).allSatisfy { state.keys[$0.index] != nil }
      },
      .sometimes("one crashes, and the others finish") { state in
        !state.crashed.isEmpty && (servers.all - state.crashed).allSatisfy { state.keys[$0.index] != nil }
      },
    ]
  }
}

extension OmegaModel.Letter {
  /// Where it comes in the order of what may be received next.
  fileprivate var order: (Int, Int, String) { (to.index, from.index, message.name) }
}

/// Encryption as an idea, and without salt: equal plaintexts to one key are equal ciphertexts, so that states are equal
/// where only coins differ.
public struct Envelopes: EncryptionScheme {
  public struct Key: Hashable, Sendable { let number: UInt64 }
  public struct Ciphertext: Hashable, Sendable {
    let key: Key
    let plaintext: [UInt8]
  }

  public init() {}

  public var name: String { "envelopes" }

  public func keyPair(using randomness: inout Randomness) -> (publicKey: Key, privateKey: Key) {
    let key = Key(number: randomness.next())
    return (key, key)
  }

  public func encrypt(_ plaintext: [UInt8], to publicKey: Key, using randomness: inout Randomness)
    -> Ciphertext
  {
    Ciphertext(key: publicKey, plaintext: plaintext)
  }

  public func decrypt(_ ciphertext: Ciphertext, with privateKey: Key) throws(EncryptionFailure) -> [UInt8] {
    guard ciphertext.key == privateKey else { throw .notDecryptable }
    return ciphertext.plaintext
  }
}
