import CyclicGroups
public import Exploration
public import FaultTolerantExchange
public import GroupCommunication

/// One instance of consensus. Servers propose at any time, some of them crash, messages come in any order, common and
/// local coins fall in all ways, and where there is a failure detector it suspects whom it wants so many times, and
/// those who crashed in the end. What a server sends itself it has at once; what comes too late
/// to matter is lost.
///
/// Messages of later rounds than the bound do not come. Each step uses something up that does not come again, so every
/// run ends: within the bound all decide if and only if they have decided wherever a run ends.
public struct ConsensusModel<Machine: ExploredConsensus>: Model {
  public typealias Storage = ValueStorage<State>

  public struct State: Hashable, Sendable {
    public var machines: [Machine]
    public var network = Network<Machine.Message>()
    /// By server.
    public var proposals: [Machine.Value?]
    public var crashed: ProcessSet = []
    /// By server: whom its failure detector suspects.
    public var suspected: [ProcessSet]
    /// How many wrong suspicions are left.
    public var lies: Int
    /// Whether a message was beyond the bound.
    public var isCut = false
  }

  public enum Action: Hashable, Sendable {
    case propose(Process, Machine.Value, luck: Int)
    /// The number tells how the machine's coins fall.
    case receive(Letter<Machine.Message>, luck: Int)
    case crash(Process)
    case suspect(Process, by: Process)
    case trust(Process, by: Process)
  }

  public let servers: Servers
  /// How many servers crash, at most t_c.
  public let crashes: Int
  /// How many rounds there are.
  public let rounds: Int
  /// How many wrong suspicions there are, where there is a failure detector.
  public let lies: Int
  /// For each way in which the coins of an action fall, a seed; a server draws at most one in each round.
  private let luck: [Randomness]

  public init(_ servers: Servers, crashes: Int? = nil, rounds: Int, lies: Int = 0) {
    precondition(1...8 ~= rounds)
    self.servers = servers
    self.crashes = crashes ?? servers.crashes
    self.rounds = rounds
    self.lies = Machine.usesFailureDetector ? lies : 0
    luck = Machine.drawsCoins ? Self.seeds(servers, draws: rounds) : [.counted(0)]
  }

  /// By the outcomes of so many draws, the first one in the lowest bit: whether the number is divided by n.
  private static func seeds(_ servers: Servers, draws: Int) -> [Randomness] {
    var seeds = [Randomness?](repeating: nil, count: 1 << draws)
    var seed: UInt64 = 0
    while seeds.contains(where: { $0 == nil }) {
      var randomness = Randomness.seeded(seed)
      let number = (0..<draws).reduce(0) { number, draw in
        number | (randomness.next() % UInt64(servers.count) == 0 ? 1 << draw : 0)
      }
      seeds[number] = seeds[number] ?? .seeded(seed)
      seed += 1
    }
    return seeds.compactMap(\.self)
  }

  /// One for each way in which the common coins fall.
  public var initialStates: [State] {
    Machine.dealings(to: servers, coins: Machine.coins(of: [], rounds: rounds)).map { hands in
      State(
        machines: servers.all.map { Machine($0, among: servers, hand: hands[$0.index], instance: []) },
        proposals: servers.all.map { _ in nil }, suspected: servers.all.map { _ in [] }, lies: lies)
    }
  }

  public func actions(of state: State, into actions: inout [Action]) {
    for p in servers.all - state.crashed {
      if state.proposals[p.index] == nil {
        for value in Machine.proposals(of: p.index) {
          actions += luck.indices.map { .propose(p, value, luck: $0) }
        }
      }
      if Machine.usesFailureDetector, state.machines[p.index].decision == nil {
        for q in servers.all - [p] {
          if state.suspected[p.index].contains(q) {
            if !state.crashed.contains(q) { actions.append(.trust(q, by: p)) }
          } else if state.lies > 0 || state.crashed.contains(q) {
            actions.append(.suspect(q, by: p))
          }
        }
      }
      if state.crashed.count < crashes { actions.append(.crash(p)) }
    }
    for letter in state.network.letters { actions += luck.indices.map { .receive(letter, luck: $0) } }
  }

  public func next(_ state: State, _ action: Action) -> State? {
    var state = state
    switch action {
    case .propose(let p, let value, let luck):
      state.proposals[p.index] = value
      return give(.propose(value), p, luck: luck, &state) ? state : nil
    case .receive(let letter, let luck):
      state.network.remove(letter)
      return give(.receive(letter.message, from: letter.from), letter.to, luck: luck, &state) ? state : nil
    case .crash(let p):
      state.crashed.insert(p)
      state.network.removeAll(to: p)
    case .suspect(let q, let p):
      if !state.crashed.contains(q) { state.lies -= 1 }
      state.suspected[p.index].insert(q)
      _ = give(.suspect(state.suspected[p.index]), p, luck: 0, &state)
    case .trust(let q, let p):
      state.suspected[p.index].remove(q)
      _ = give(.suspect(state.suspected[p.index]), p, luck: 0, &state)
    }
    return state
  }

  /// - Returns: false where fewer coins were drawn, so that another `luck` says the same.
  private func give(_ event: Machine.Event, _ p: Process, luck: Int, _ state: inout State) -> Bool {
    var randomness = self.luck[luck]
    give(event, p, &randomness, &state)
    var drawn = self.luck[luck]
    var left = luck
    while drawn != randomness {
      _ = drawn.next()
      left >>= 1
    }
    return left == 0
  }

  private func give(
    _ event: Machine.Event, _ p: Process, _ randomness: inout Randomness, _ state: inout State
  ) {
    let reaction = state.machines[p.index].handle(event, &randomness)
    for action in reaction.actions {
      switch action {
      case .send(let message, let to): send(message, p, to, &randomness, &state)
      case .broadcast(let message): for to in servers.all { send(message, p, to, &randomness, &state) }
      case .decide: break
      }
    }
    let machine = state.machines[p.index]
    state.network.removeAll(to: p) { ignores(machine, $0) }
  }

  private func send(
    _ message: Machine.Message, _ p: Process, _ to: Process, _ randomness: inout Randomness,
    _ state: inout State
  ) {
    if let round = Machine.round(of: message), round >= rounds {
      state.isCut = true
    } else if to == p {
      give(.receive(message, from: p), p, &randomness, &state)
    } else if !state.crashed.contains(to), !ignores(state.machines[to.index], message) {
      state.network.insert(Letter(message: message, from: p, to: to), order: Machine.order)
    }
  }

  private func ignores(_ machine: Machine, _ message: Machine.Message) -> Bool {
    machine.decision != nil || machine.ignores(message)
  }

  /// Whether all has happened that must: only crashes and wrong suspicions are left, and letters of those who crashed,
  /// which may be lost.
  func hasEnded(_ state: State) -> Bool {
    var actions: [Action] = []
    self.actions(of: state, into: &actions)
    return actions.allSatisfy { action in
      switch action {
      case .crash: true
      case .receive(let letter, _): state.crashed.contains(letter.from)
      case .suspect(let q, _): !state.crashed.contains(q)
      case .propose, .trust: false
      }
    }
  }

  private func allDecide(_ state: State) -> Bool {
    (servers.all - state.crashed).allSatisfy { state.machines[$0.index].decision != nil }
  }

  public var properties: [Property<State>] {
    [
      .always("agreement", title: "all who decide decide the same") { state in
        let decisions = state.machines.compactMap(\.decision)
        return decisions.allSatisfy { $0 == decisions.first }
      },
      .always("validity", title: "what is decided was proposed") { state in
        state.machines.compactMap(\.decision).allSatisfy { state.proposals.contains($0) }
      },
      .always("integrity", title: "who decides has proposed") { state in
        servers.all.allSatisfy {
          state.machines[$0.index].decision == nil || state.proposals[$0.index] != nil
        }
      },
      .always("termination", title: "within the bound, whoever does not crash decides") { state in
        state.isCut || allDecide(state) || !hasEnded(state)
      },
      .sometimes("all decide") { $0.crashed.isEmpty && allDecide($0) },
      .sometimes("two propose differently") { state in
        let proposals = state.proposals.compactMap(\.self)
        return !proposals.allSatisfy { $0 == proposals.first }
      },
    ]
      + (Machine.unanimityDecides
        ? [
          .always("unanimity", title: "where all propose the same it takes one round") { state in
            let proposals = state.proposals.compactMap(\.self)
            return !proposals.allSatisfy { $0 == proposals.first }
              || !state.isCut && state.machines.allSatisfy { $0.roundsDone == 0 }
          }
        ] : [])
      + (crashes > 0
        ? [
          .sometimes("as many crash as may, and the others decide") {
            $0.crashed.count == crashes && allDecide($0)
          }
        ]
        : [])
      + (rounds > 1 ? [.sometimes("a second round") { $0.machines.contains { $0.roundsDone > 0 } }] : [])
  }

  public func label(action: Action) -> String {
    switch action {
    case .propose(let p, let value, _): "\(p) proposes \(value)"
    case .receive(let letter, _): "\(letter.to) gets, of \(letter.from), \(letter.message)"
    case .crash(let p): "\(p) crashes"
    case .suspect(let q, let p): "\(p) suspects \(q)"
    case .trust(let q, let p): "\(p) suspects \(q) no more"
    }
  }

  public func label(state: State) -> String {
    servers.all.map { p in
      let words =
        state.machines[p.index].decision.map { "decided \($0)" }
        ?? state.proposals[p.index].map { "proposed \($0), waits for \(state.machines[p.index].standing)" }
        ?? "not begun"
      return "\(p) \(state.crashed.contains(p) ? "crashed, " : "")\(words)"
    }.joined(separator: "; ")
  }
}
