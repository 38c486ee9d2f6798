import CyclicGroups
import GroupCommunication
import KeyAgreement
import Testing

@testable import SecureGroup

typealias Machine = RobustAgreement<SymbolicGroup>

/// A machine in `state`, as far as the tests of wrong events need it.
private func machine(_ state: State, repairs: Repairs = .all) -> Machine {
  var machine = Machine(Process(0), repairs: repairs)
  machine.state = state
  return machine
}

private let element = SymbolicGroup().generator
private let events: [Machine.Event] = [
  .partialToken(Token(members: [], value: element)), .finalToken(Token(members: [], value: element)),
  .factOut(FactOut(from: Process(1), value: element)), .keyList(KeyList([])),
  .userMessage(UserMessage(sender: Process(0), number: 1, service: .agreed)),
  .dataMessage(UserMessage(sender: Process(1), number: 1, service: .agreed)), .transitionalSignal,
  .membership(View(ViewIdentifier(1), members: [Process(0)], transitional: [Process(0)], leaving: [])),
  .flushRequest, .secureFlushOk,
]

/// What Algorithms 3 to 10 call not possible, as printed.
private let impossible: [State: [String]] = [
  .secure: ["Partial Token", "Final Token", "Fact Out", "Key List", "Membership"],
  .waitForPartialToken: ["Final Token", "Fact Out", "Key List", "Data Message", "Membership"],
  .waitForKeyList: ["Partial Token", "Final Token", "Fact Out", "Data Message", "Membership"],
  .waitForFinalToken: ["Partial Token", "Fact Out", "Key List", "Data Message", "Membership"],
  .collectFactOuts: ["Partial Token", "Final Token", "Key List", "Data Message", "Membership"],
  .waitForCascadingMembership: ["Flush Request"],
  .waitForSelfJoin: [
    "Partial Token", "Final Token", "Fact Out", "Key List", "Data Message", "Transitional Signal",
    "Flush Request",
  ],
  .waitForMembership: ["Partial Token", "Final Token", "Fact Out", "Key List", "Flush Request"],
]

@Suite struct MachineTests {
  /// "All other events: not possible": a typed error, and nothing has changed.
  @Test(arguments: State.allCases) func `what is not possible is refused before anything changes`(
    state: State
  ) { #expect(Self.refusals(in: state).count == impossible[state]!.count) }

  /// What each event that is not possible in `state` throws.
  static func refusals(in state: State) -> [NotPossible] {
    events.filter { impossible[state]!.contains($0.name) }.compactMap { event in
      var machine = machine(state, repairs: .none)
      var arithmetic = Arithmetic(SymbolicGroup(), .seeded(1))
      let before = machine
      let refusal = #expect(throws: NotPossible.self) { try machine.handle(event, &arithmetic) }
      #expect(machine == before)
      #expect(arithmetic == Arithmetic(SymbolicGroup(), .seeded(1)))
      return refusal
    }
  }

  /// "Illegal, return an error to the user": an action, and the state stays.
  @Test(arguments: State.allCases) func `what is illegal is an error to the user`(state: State) throws {
    let illegal = state == .secure ? ["Secure Flush Ok"] : ["User Message", "Secure Flush Ok"]
    for event in events where illegal.contains(event.name) {
      var machine = machine(state)
      var arithmetic = Arithmetic(SymbolicGroup(), .seeded(1))
      let before = machine
      #expect(try machine.handle(event, &arithmetic).actions == [.refuse(event.name)])
      #expect(machine == before)
    }
  }

  /// 8.13 to 8.15: the signal that no GCS with property 13 leaves out.
  @Test func `a view with leaving members brings the signal that did not come`() throws {
    #expect(try Self.viewWithoutSignal().lines.map(\.description).contains("8.14-15"))
  }

  static func viewWithoutSignal() throws -> Machine.Reaction {
    var machine = Machine(Process(0), algorithm: .basic, repairs: .none)
    var arithmetic = Arithmetic(SymbolicGroup(), .seeded(1))
    let view = View(
      ViewIdentifier(2), members: [Process(0)], transitional: [Process(0)], leaving: [Process(1)])
    let reaction = try machine.handle(.membership(view), &arithmetic)
    #expect(reaction.actions.first == .deliverSignal)
    #expect(machine.state == .secure)
    return reaction
  }

  /// Repair E5: a key list that comes after the flush is installed, with signal and flush request.
  @Test(arguments: [Machine.Algorithm.basic, .optimized]) func `a late key list is installed`(
    algorithm: Machine.Algorithm
  ) throws {
    var arithmetic = Arithmetic(SymbolicGroup(), .seeded(1))
    var machine = Machine(Process(0), algorithm: algorithm)
    machine.clique = .firstMember(Process(0), .gdh, &arithmetic)
    machine.state = .waitForKeyList
    machine.newIdentifier = ViewIdentifier(3)
    machine.newMembers = [Process(0), Process(1)]
    machine.transitionalSet = [Process(0)]
    #expect(try machine.handle(.transitionalSignal, &arithmetic).actions == [])
    #expect(try machine.handle(.flushRequest, &arithmetic).actions == [.sendFlushOk])
    #expect(machine.state == .waitForCascadingMembership)
    let list = KeyList([KeyList.Entry(Process(0), element), KeyList.Entry(Process(1), element)])
    let actions = try machine.handle(.keyList(list), &arithmetic).actions
    #expect(actions.count == 3)
    let rest: [Machine.Action] = [.deliverSignal, .deliverFlushRequest(answerAtOnce: true)]
    #expect(Array(actions.dropFirst()) == rest)
    #expect(machine.state == (algorithm == .basic ? .waitForCascadingMembership : .waitForMembership))
    // Nothing but the application's answer may come now.
    #expect(throws: NotPossible.self) { try machine.handle(events[7], &arithmetic) }
    #expect(try machine.handle(.secureFlushOk, &arithmetic).actions == [])
    #expect(machine.waitForSecureFlushOk == false)
    // A second key list of the same view is a stranger's.
    if algorithm == .basic { #expect(try machine.handle(.keyList(list), &arithmetic).actions == []) }
  }
}
