public import CyclicGroups
public import Exploration
public import FaultTolerantExchange
public import GroupCommunication

/// A key exchange that can be explored: it calculates with unknowns.
public protocol ExploredExchange: KeyExchange
where Space == LinearForms<PrimeField>, Encryption == Envelopes {
  /// What this server contributes: the unknown with its number, which counts for the key, and others.
  var ownContribution: Contribution { get }
  /// Of the kinds of messages.
  static func order(of message: Message) -> UInt64
}

/// One session of a key exchange of Cachin and Strobl over the trusted host of consensus. Servers start at any time, some
/// of them crash, messages come in any order, and the adversary chooses the decision. What a server sends itself it has
/// at once.
///
/// Each step uses something up that does not come again, so every run ends: all users get their keys if and only if they
/// have them wherever a run ends.
public struct KeyExchangeModel<Exchange: ExploredExchange>: Model {
  public typealias Storage = ValueStorage<State>
  public typealias Key = Exchange.Space.Element

  public struct State: Hashable, Sendable {
    public var machines: [Exchange]
    /// To servers that have not crashed.
    public var network = Network<Exchange.Message>()
    /// Of consensus, by server.
    public var proposals: [[UInt8]?]
    public var decision: [UInt8]?
    /// By server, once it has finished.
    public var keys: [Key?]
    public var crashed: ProcessSet = []
    /// What a machine called unexpected, if it just did.
    public var unexpected: UnexpectedEvent?
  }

  public enum Action: Hashable, Sendable {
    case start(Process)
    case receive(Letter<Exchange.Message>)
    case decide(Process, [UInt8])
    case crash(Process)
  }

  public let servers: Servers
  /// How many servers crash, at most t_c.
  public let crashes: Int
  /// How many servers have to propose before one may decide: see E9 in Spec/Errata.md.
  public let proposalsNeeded: Int
  let session = Session("s")
  private let first: Exchange

  /// - Parameter machine: any server at which nothing has happened yet.
  public init(_ machine: Exchange, crashes: Int? = nil, proposalsNeeded: Int = 1) {
    first = machine
    servers = machine.servers
    self.crashes = crashes ?? machine.servers.crashes
    self.proposalsNeeded = proposalsNeeded
  }

  public var initialStates: [State] {
    [
      State(
        machines: servers.all.map { first.freshServer($0) }, proposals: servers.all.map { _ in nil },
        keys: servers.all.map { _ in nil })
    ]
  }

  public func actions(of state: State, into actions: inout [Action]) {
    let proposals = state.proposals.compactMap(\.self)
    var candidates: [[UInt8]] = []
    for value in state.decision.map({ [$0] }) ?? proposals where !candidates.contains(value) {
      candidates.append(value)
    }
    for p in servers.all - state.crashed {
      if !hasStarted(p, state) {
        actions.append(.start(p))
      } else if state.proposals[p.index] != nil, state.keys[p.index] == nil,
        proposals.count >= proposalsNeeded
      {
        actions += candidates.map { .decide(p, $0) }
      }
      if state.crashed.count < crashes { actions.append(.crash(p)) }
    }
    actions += state.network.letters.map(Action.receive)
  }

  func hasStarted(_ p: Process, _ state: State) -> Bool {
    state.machines[p.index].startedSessions.contains(session)
  }

  public func next(_ state: State, _ action: Action) -> State? {
    var state = state
    state.unexpected = nil
    switch action {
    case .start(let p):
      give(.start(session, contribution: state.machines[p.index].ownContribution), p, &state)
    case .receive(let letter):
      state.network.remove(letter)
      give(.receive(letter.message, from: letter.from), letter.to, &state)
    case .decide(let p, let value):
      state.decision = value
      give(.decided(session, value: value), p, &state)
    case .crash(let p):
      state.crashed.insert(p)
      state.network.removeAll(to: p)
    }
    return state
  }

  private func give(_ event: Exchange.Event, _ p: Process, _ state: inout State) {
    // What a server draws is different from what others draw, and from contributions.
    var randomness = Randomness.counted(UInt64(p.index + 1) << 32)
    let reaction: Exchange.Reaction
    do {
      reaction = try state.machines[p.index].handle(event, &randomness)
    } catch {
      state.unexpected = error
      return
    }
    for action in reaction.actions {
      switch action {
      case .send(let message, to: p): give(.receive(message, from: p), p, &state)
      case .send(let message, let to):
        if !state.crashed.contains(to) {
          state.network.insert(Letter(message: message, from: p, to: to), order: Exchange.order)
        }
      case .propose(_, let value): state.proposals[p.index] = value
      case .finish(_, let key): state.keys[p.index] = key
      }
    }
  }

  /// Whether all has happened that must: only crashes are left, and letters of those who crashed, which may be lost.
  func hasEnded(_ state: State) -> Bool {
    var actions: [Action] = []
    self.actions(of: state, into: &actions)
    return actions.allSatisfy { action in
      switch action {
      case .crash: true
      case .receive(let letter): state.crashed.contains(letter.from)
      case .start, .decide: false
      }
    }
  }

  private func allFinish(_ state: State) -> Bool {
    (servers.all - state.crashed).allSatisfy { state.keys[$0.index] != nil }
  }

  public var properties: [Property<State>] {
    let space = first.space
    return [
      .always("agreement", title: "all who finish have one key") { state in
        let keys = state.keys.compactMap(\.self)
        return keys.allSatisfy { $0 == keys.first }
      },
      .always("validity", title: "the key is the sum of n - t_c contributions") { state in
        state.keys.compactMap(\.self).allSatisfy { key in
          key.terms.count == servers.quorum
            && key.terms.allSatisfy { term in
              term.coefficient == space.scalars.one && term.unknown < UInt64(servers.count)
                && hasStarted(Process(Int(term.unknown)), state)
            }
        }
      },
      .always("secrecy", title: "what is proposed does not tell the key") { state in
        guard let key = state.keys.compactMap(\.self).first else { return true }
        var span = Span(in: space)
        for case .value(let form) in state.proposals.compactMap(\.self).flatMap(first.exposed(byProposal:)) {
          span.insert(form)
        }
        return !span.contains(key)
      },
      .always("termination", title: "whoever does not crash finishes") { !hasEnded($0) || allFinish($0) },
      .always("possible", title: "nothing happens that a machine does not expect") { $0.unexpected == nil },
      .sometimes("all finish") { $0.crashed.isEmpty && allFinish($0) },
    ]
      + (servers.quorum < servers.count
        ? [
          .sometimes("two propose differently") { state in
            let proposals = state.proposals.compactMap(\.self)
            return !proposals.allSatisfy { $0 == proposals.first }
          }
        ] : [])
      + (crashes > 0
        ? [
          .sometimes("as many crash as may, and the others finish") {
            $0.crashed.count == crashes && allFinish($0)
          }
        ]
        : [])
  }

  public func label(action: Action) -> String {
    switch action {
    case .start(let p): "\(p) starts"
    case .receive(let letter): "\(letter.to) gets \(letter.message.name) of \(letter.from)"
    case .decide(let p, let value): "consensus decides at \(p): \(label(proposal: value))"
    case .crash(let p): "\(p) crashes"
    }
  }

  /// Whose contributions are to be added.
  private func label(proposal value: [UInt8]) -> String {
    value.prefix(servers.quorum).map { "\(Process(Int($0)))" }.joined(separator: " + ")
  }

  public func label(state: State) -> String {
    var words = servers.all.map { p in
      let words =
        state.keys[p.index].map { "key \(label(key: $0))" }
        ?? state.proposals[p.index].map { "proposed \(label(proposal: $0))" }
        ?? (hasStarted(p, state) ? "started" : "not started")
      return "\(p) \(state.crashed.contains(p) ? "crashed, " : "")\(words)"
    }
    if let event = state.unexpected { words.append("unexpected: \(event)") }
    return words.joined(separator: "; ")
  }

  private func label(key: Key) -> String {
    key.terms.map { term in
      let name = term.unknown < UInt64(servers.count) ? "\(Process(Int(term.unknown)))" : "x\(term.unknown)"
      return term.coefficient == first.space.scalars.one ? name : "\(term.coefficient) \(name)"
    }.joined(separator: " + ")
  }
}
