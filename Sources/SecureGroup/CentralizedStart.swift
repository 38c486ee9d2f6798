import CyclicGroups
import GroupCommunication
import KeyAgreement

/// How the key agreement selector (Fig. 4) enters the machine: where the pseudo-code starts GDH's walk of the token,
/// CKD's controller sends its first round instead, and collects the answers as GDH's controller collects factor-out
/// tokens. From there on both share the lines.
///
/// | Algorithm 1 | event | sent | controller | new member | old member |
/// | --- | --- | --- | --- | --- | --- |
/// | round 1 | Final Token | to the only one without a key with the controller, or to all | FO | FT | KL; FT where the controller is new |
/// | round 2 | Fact Out | by those without a key | FO | KL | KL |
/// | round 3 | Key List | to all | KL | KL | KL |
extension RobustAgreement {
  /// The token's first way (8.25, 9.12, 10.28).
  ///
  /// - Parameter merging: those who are to answer.
  /// - Returns: nothing where there is nobody to send it to (E3, as printed).
  func begin(_ token: Token<Group.Element>, _ nextMember: Process?, _ merging: ProcessSet) -> [Action] {
    switch agreement {
    case .gdh: nextMember.map { [.unicast(.partialToken(token), to: $0)] } ?? []
    case .ckd where merging.count == 1: [.unicast(.finalToken(token), to: merging.first!)]
    case .ckd: [.broadcast(.finalToken(token), .fifo)]
    }
  }

  /// What follows for the member that is chosen (8.26, 9.13, 10.29).
  var stateOfChosenMember: State { agreement == .gdh ? .waitForFinalToken : .collectFactOuts }

  /// What follows for new members (8.30, 9.16, 10.33).
  var stateOfNewMember: State { agreement == .gdh ? .waitForPartialToken : .waitForFinalToken }

  /// What follows for old members, the chosen one included (10.29).
  func stateOfOldMember(_ view: View) -> State {
    if choose(view.members) == me { return stateOfChosenMember }
    // The key list does not wait for those who have a key already: they must not be where a flush drops it.
    return agreement == .gdh || withoutKey(view).contains(me) ? .waitForFinalToken : .waitForKeyList
  }

  /// CKD: whether the controller is among those who leave; the next one has a key with nobody. It is the oldest member
  /// of the secure view before, which is what `VS_set` was made of.
  func needsNewController(_ view: View) -> Bool {
    agreement == .ckd && view.leaving.contains(choose(transitionalSet | view.leaving))
  }

  /// With whom the chosen member has to agree on a key: GDH's merge set.
  func withoutKey(_ view: View) -> ProcessSet {
    needsNewController(view) ? view.members - [choose(view.members)] : view.merging
  }
}
