public import CyclicGroups
public import GroupCommunication
public import SecureGroup

/// What came of a step.
public struct Happening<Group: CyclicGroup>: Sendable {
  public var step: Step
  /// Virtual seconds.
  public var time: Double
  /// What `Step.agree` came to: the view, and who moves together.
  public var agreed: (view: GroupCommunication.ViewIdentifier, classes: [ProcessSet])?
  /// What members did, in order.
  public var turns: [Turn<Group>] = []
}

/// What a member made of one event.
public struct Turn<Group: CyclicGroup>: Sendable {
  public typealias Agreement = RobustAgreement<Group>

  public var process: Process
  /// nil: a message that did not pass the door (`dropped`).
  public var event: Agreement.Event?
  /// What brought the event, and from whom.
  public var packet: PacketName?
  public var before: Variables<Group>
  public var after: Variables<Group>
  /// The lines of pseudo-code that were executed, in order.
  public var lines: [LineRange] = []
  public var actions: [Agreement.Action] = []
  /// The packets that went out, in the order of the actions that sent them.
  public var sent: [PacketName] = []
  /// Why a message did not pass the door.
  public var dropped: String?
  /// The paper says that this cannot happen; it was passed over.
  public var notPossible: NotPossible?
  /// It sent a flush ok that nobody had asked for; it was passed over.
  public var isFlushOkUncalled = false
}

/// A machine's variables (Algorithm 2), without `Clq_ctx`.
public struct Variables<Group: CyclicGroup>: Hashable, Sendable {
  public var state: SecureGroup.State
  public var newIdentifier: GroupCommunication.ViewIdentifier
  public var newMembers: ProcessSet
  public var newTransitional: ProcessSet
  public var transitionalSet: ProcessSet
  public var firstTransitional: Bool
  public var vsTransitional: Bool
  public var firstCascadedMembership: Bool
  public var waitForSecureFlushOk: Bool
  public var keyListGotFlushRequest: Bool
  public var groupKey: Group.Element?

  init(_ machine: RobustAgreement<Group>) {
    state = machine.state
    newIdentifier = machine.newIdentifier
    newMembers = machine.newMembers
    newTransitional = machine.newTransitional
    transitionalSet = machine.transitionalSet
    firstTransitional = machine.firstTransitional
    vsTransitional = machine.vsTransitional
    firstCascadedMembership = machine.firstCascadedMembership
    waitForSecureFlushOk = machine.waitForSecureFlushOk
    keyListGotFlushRequest = machine.keyListGotFlushRequest
    groupKey = machine.groupKey
  }
}

extension Happening {
  /// Whether the step is something that a process does, or that happens to it.
  public func concerns(_ process: String) -> Bool {
    switch step {
    case .connect(let parts), .agree(let parts, _):
      parts.contains { part in part.contains { $0.description == process } }
    case .suspect(let p), .join(let p), .leave(let p), .crash(let p), .recover(let p), .flushRequest(let p),
      .signal(let p), .deliver(let p, _), .install(let p), .send(let p, _), .flushOk(let p):
      p.description == process
    }
  }
}
