public import CyclicGroups
public import GroupCommunication
public import KeyAgreement

/// The robust key agreement of one process in one group (Amir et al., Appendices I and II): Algorithms 3 to 8 are the
/// basic algorithm, 3 to 7 with 9, 10, and 8 for cascades the optimized one. Each state has its file in `States`, whose
/// lines bear the numbers of Spec/Algorithms. Where a line departs from the page, it says which entry of
/// Spec/Errata.md is the reason.
public struct RobustAgreement<Group: CyclicGroup>: Hashable, Sendable {
  public enum Algorithm: String, Hashable, Sendable, CaseIterable { case basic, optimized }

  public let me: Process
  public let algorithm: Algorithm
  public let repairs: Repairs
  public let agreement: KeyAgreementProtocol

  /// `New_memb_msg`: `mb_id` (0 before the first), `mb_set`; its `vs_set` is `newTransitional`.
  public internal(set) var newIdentifier: ViewIdentifier
  public internal(set) var newMembers: ProcessSet
  public internal(set) var newTransitional: ProcessSet
  /// `VS_set`.
  public internal(set) var transitionalSet: ProcessSet
  /// `First_transitional`: the application has not had its signal yet.
  public internal(set) var firstTransitional: Bool
  /// `VS_transitional`: the current VS view has had its signal.
  public internal(set) var vsTransitional: Bool
  /// `First_cascaded_membership`: no VS view has come since the last secure one.
  public internal(set) var firstCascadedMembership: Bool
  /// `Wait_for_sec_flush_ok`.
  public internal(set) var waitForSecureFlushOk: Bool
  /// `KL_got_flush_req`.
  public internal(set) var keyListGotFlushRequest: Bool
  /// `Clq_ctx`.
  public internal(set) var clique: Clique<Group>?
  /// `Group_key`.
  public internal(set) var groupKey: Group.Element?
  public internal(set) var state: State
  /// Repair E5: KL was left for the flush, so that the key list may still come.
  public internal(set) var keyListMayCome = false

  /// Algorithm 2.
  public init(
    _ me: Process, algorithm: Algorithm = .optimized, agreement: KeyAgreementProtocol = .gdh,
    repairs: Repairs = .all
  ) {
    self.me = me
    self.algorithm = algorithm
    self.repairs = repairs
    self.agreement = agreement
    newTransitional = []  // 2.1
    // 2.2, 2.3: both sets come with each membership.
    newMembers = [me]  // 2.4
    newIdentifier = ViewIdentifier(0)  // 2.5
    transitionalSet = []  // 2.6
    firstTransitional = !repairs.contains(.e2)  // 2.7 repaired: E2
    vsTransitional = false  // 2.8
    firstCascadedMembership = true  // 2.9
    waitForSecureFlushOk = false  // 2.10
    keyListGotFlushRequest = false  // 2.11
    // 2.12: the event is a parameter of `handle`.
    clique = nil  // 2.13
    groupKey = nil  // 2.14
    state = algorithm == .basic ? .waitForCascadingMembership : .waitForSelfJoin  // 2.15
  }

  /// Takes an event.
  ///
  /// - Parameter arithmetic: this process's calculations; fresh exponents come from there.
  /// - Throws: `NotPossible`, before anything has changed.
  public mutating func handle(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>
  ) throws(NotPossible) -> Reaction {
    var out = Reaction()
    switch state {
    case .secure: try secure(event, &out)
    case .waitForPartialToken: try waitForPartialToken(event, &arithmetic, &out)
    case .waitForFinalToken: try waitForFinalToken(event, &arithmetic, &out)
    case .collectFactOuts: try collectFactOuts(event, &arithmetic, &out)
    case .waitForKeyList: try waitForKeyList(event, &arithmetic, &out)
    case .waitForCascadingMembership: try waitForCascadingMembership(event, &arithmetic, &out)
    case .waitForSelfJoin: try waitForSelfJoin(event, &arithmetic, &out)
    case .waitForMembership: try waitForMembership(event, &arithmetic, &out)
    }
    return out
  }

  func isRepaired(_ repair: Repair) -> Bool { repairs.contains(repair) }

  /// `alone`.
  func isAlone(_ members: ProcessSet) -> Bool { members == [me] }

  /// `choose`: the oldest member, here the one with the smallest number.
  func choose(_ members: ProcessSet) -> Process { members.first! }

  /// `deliver(New_memb_msg)`.
  func newView(_ key: Group.Element) -> Action {
    .deliverView(
      SecureView(
        identifier: newIdentifier, members: newMembers, transitional: newTransitional, key: key))
  }

  func notPossible(_ event: Event, _ algorithm: UInt8) -> NotPossible {
    NotPossible(event: event.name, state: state, algorithm: algorithm)
  }
}
