public import CyclicGroups
public import Exploration
public import GroupCommunication
public import KeyAgreement

/// A few group changes by GDH, one after the other: the first member lets others join, members leave, keys are
/// refreshed. Messages come in any order, and an eavesdropper hears all of them; the same as `Spec/TLA/GDHModel.tla`.
public struct GDHModel: Model {
  public typealias Storage = ValueStorage<State>
  public typealias Element = SymbolicGroup.Element
  public typealias Message = KeyAgreementMessage<Element>

  public struct Letter: Hashable, Sendable {
    public var message: Message
    public var to: Process
  }

  public struct State: Hashable, Sendable {
    public var members: [Member]
    /// Who is in the group, or is to be when this change is through.
    public var group: ProcessSet
    /// Each message is there once for each receiver that has not had it.
    public var network: Set<Letter> = []
    /// How many changes of the group are left.
    public var changes: Int
    public var heard: Set<Element> = []
    /// In order.
    public var keys: [GroupKey]
  }

  public struct Member: Hashable, Sendable {
    public var context: GDH<SymbolicGroup>?
    public var phase = Phase.out
    /// How many exponents it has drawn.
    public var drawn: UInt64 = 0
  }

  public struct GroupKey: Hashable, Sendable {
    public var key: Element
    public var group: ProcessSet
  }

  /// What a process waits for, if not `done` or `out` of the group.
  public enum Phase: Hashable, Sendable { case out, token, final, factOuts, keyList, done }

  public enum Action: Hashable, Sendable {
    case change(by: Process, leaving: ProcessSet, merging: ProcessSet)
    case receive(Letter)
  }

  public let processes: Int
  public let changes: Int

  public init(processes: Int, changes: Int) {
    self.processes = processes
    self.changes = changes
  }

  public var initialStates: [State] {
    var first = Member(phase: .done)
    let key = calculate(Process(0), &first) { arithmetic in
      let context = GDH<SymbolicGroup>.firstMember(Process(0), &arithmetic)
      return (context, context.extractKey(&arithmetic)!)
    }
    let others = (1..<processes).map { _ in Member() }
    return [
      State(
        members: [first] + others, group: [Process(0)], changes: changes,
        keys: [GroupKey(key: key, group: [Process(0)])])
    ]
  }

  public func actions(of state: State, into actions: inout [Action]) {
    if state.changes > 0, state.network.isEmpty {
      let others = ProcessSet((0..<processes).map { Process($0) }) - state.group
      for chosen in state.group {
        for leaving in subsets(of: state.group - [chosen]) {
          actions += subsets(of: others).map { .change(by: chosen, leaving: leaving, merging: $0) }
        }
      }
    }
    actions += state.network.sorted { $0.order < $1.order }.map(Action.receive)
  }

  private func subsets(of processes: ProcessSet) -> [ProcessSet] {
    processes.reduce(into: [[]]) { subsets, p in subsets += subsets.map { $0 | [p] } }
  }

  public func next(_ state: State, _ action: Action) -> State? {
    var state = state
    switch action {
    case .change(let chosen, let leaving, let merging): change(chosen, leaving, merging, &state)
    case .receive(let letter):
      state.network.remove(letter)
      receive(letter.message, letter.to, &state)
    }
    return state
  }

  private func change(
    _ chosen: Process, _ leaving: ProcessSet, _ merging: ProcessSet, _ state: inout State
  ) {
    state.changes -= 1
    state.group = state.group - leaving | merging
    for p in leaving { state.members[p.index] = Member(drawn: state.members[p.index].drawn) }
    for p in state.group { state.members[p.index].phase = merging.isEmpty ? .keyList : .final }
    for p in merging {
      state.members[p.index].phase = .token
      calculate(p, &state.members[p.index]) { (.newMember(p, &$0), ()) }
    }
    var context = state.members[chosen.index].context!
    let message: Message = calculate(chosen, &state.members[chosen.index]) { arithmetic in
      if merging.isEmpty {
        let list = context.leave(leaving, &arithmetic)
        return (context, .keyList(list))
      }
      let token = context.updateKey(leaving: leaving, merging: merging, &arithmetic)
      return (context, .partialToken(token))
    }
    post(message, to: merging.isEmpty ? state.group : [context.nextMember!], &state)
  }

  private func receive(_ message: Message, _ p: Process, _ state: inout State) {
    var member = state.members[p.index]
    var context = member.context!
    var answer: (Message, to: ProcessSet)?
    calculate(p, &member) { arithmetic in
      switch message {
      case .partialToken(let token) where context.isLast(in: token):
        answer = (.finalToken(context.finalToken(token)), state.group - [p])
      case .partialToken(let token):
        let next = context.updateKey(token, &arithmetic)
        answer = (.partialToken(next), [context.nextMember!])
      case .finalToken(let token):
        let factOut = context.factorOut(token, &arithmetic)
        answer = (.factOut(factOut), [context.newController!])
      case .factOut(let factOut):
        let list = context.merge(factOut, &arithmetic)
        if context.isReady(list) { answer = (.keyList(list), state.group) }
      case .keyList(let list):
        context.update(list)
        let key = GroupKey(key: context.extractKey(&arithmetic)!, group: state.group)
        if !state.keys.contains(key) { state.keys.append(key) }
      }
      return (context, ())
    }
    member.phase =
      switch message {
      case .partialToken(let token): context.isLast(in: token) ? .factOuts : .final
      case .finalToken: .keyList
      case .factOut: answer == nil ? .factOuts : .keyList
      case .keyList: .done
      }
    state.members[p.index] = member
    if let answer { post(answer.0, to: answer.to, &state) }
  }

  private func post(_ message: Message, to receivers: ProcessSet, _ state: inout State) {
    for p in receivers { state.network.insert(Letter(message: message, to: p)) }
    state.heard.formUnion(message.elements)
  }

  /// A process calculates; its fresh exponents are named after it, and counted.
  private func calculate<Result>(
    _ p: Process, _ member: inout Member,
    _ calculation: (inout Arithmetic<SymbolicGroup>) -> (GDH<SymbolicGroup>, Result)
  ) -> Result {
    var arithmetic = Arithmetic(SymbolicGroup(), .counted(exponent(p, member.drawn)))
    let (context, result) = calculation(&arithmetic)
    member.context = context
    if case .counted(let next) = arithmetic.randomness { member.drawn = next - exponent(p, 0) }
    return result
  }

  private func exponent(_ p: Process, _ number: UInt64) -> UInt64 { UInt64(p.index) << 32 | number }

  public var properties: [Property<State>] {
    let processes = self.processes
    return [
      .always("key agreement", title: "all members have one key") { state in
        let keys = state.group.map { state.members[$0.index] }.filter { $0.phase == .done }.map { member in
          var arithmetic = Arithmetic(SymbolicGroup(), .counted(0))
          return member.context!.extractKey(&arithmetic)
        }
        return keys.allSatisfy { $0 == keys.first }
      },
      .always("key freshness", title: "each change makes another key") { state in
        state.keys.indices.allSatisfy { i in !state.keys[..<i].contains { $0.key == state.keys[i].key } }
      },
      .always("secrecy", title: "no eavesdropper can compute a key") { state in
        let knowledge = Knowledge(elements: state.heard)
        return !state.keys.contains { knowledge.canCompute($0.key) }
      },
      .always("member secrecy", title: "nor can a former or future member") { state in
        (0..<processes).map { Process($0) }.allSatisfy { q in
          let own = (0..<state.members[q.index].drawn).map { exponent(q, $0) }
          let known = state.keys.filter { $0.group.contains(q) }.map(\.key)
          let knowledge = Knowledge(elements: state.heard.union(known), exponents: Set(own))
          return !state.keys.contains { !$0.group.contains(q) && knowledge.canCompute($0.key) }
        }
      },
      .always("termination", title: "where nothing is under way, all have the key") { state in
        !state.network.isEmpty || state.group.allSatisfy { state.members[$0.index].phase == .done }
      },
      .sometimes("all are in the group") { state in
        state.group.count == processes && state.members.allSatisfy { $0.phase == .done }
      },
    ]
  }
}

extension GDHModel.Letter {
  /// Where it comes in the order of what may be received next.
  fileprivate var order: (Int, Int, Int) {
    switch message {
    case .partialToken: (to.index, 0, 0)
    case .finalToken: (to.index, 1, 0)
    case .factOut(let factOut): (to.index, 2, factOut.from.index)
    case .keyList: (to.index, 3, 0)
    }
  }
}
