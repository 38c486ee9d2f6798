import CyclicGroups
import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 9: WAIT FOR SELF JOIN (SJ), optimized algorithm.
  mutating func waitForSelfJoin(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) throws(NotPossible) {
    switch event {
    case .membership(let view):  // 9.1
      out.ran(9, 1...6)
      transitionalSet = newMembers  // 9.2
      newIdentifier = view.identifier  // 9.3
      newMembers = view.members  // 9.4
      firstCascadedMembership = false  // 9.5
      if !isAlone(view.members) {  // 9.6
        out.ran(9, 7)
        if choose(view.members) == me {  // 9.7
          out.ran(9, 8...13)
          clique = .firstMember(me, agreement, &arithmetic)  // 9.8
          let mergeSet = view.merging  // 9.9
          let token = clique!.updateKey(leaving: [], merging: mergeSet, &arithmetic)  // 9.10
          let nextMember = clique!.nextMember  // 9.11
          out.actions += begin(token, nextMember, mergeSet)  // 9.12
          state = stateOfChosenMember  // 9.13
        } else {  // 9.14
          out.ran(9, 14...16)
          clique = .newMember(me, agreement, &arithmetic)  // 9.15
          state = stateOfNewMember  // 9.16
        }
      } else {  // 9.17
        out.ran(9, 17...23)
        clique = .firstMember(me, agreement, &arithmetic)  // 9.18
        groupKey = clique!.extractKey(&arithmetic)  // 9.19
        newTransitional = [me]  // 9.20
        out.actions.append(newView(groupKey!))  // 9.21
        firstTransitional = true  // repaired: E2
        firstCascadedMembership = true  // 9.22
        state = .secure  // 9.23
      }
      out.ran(9, 24)
      vsTransitional = false  // 9.24
    case .userMessage, .secureFlushOk:  // 9.25
      out.ran(9, 25...26)
      out.actions.append(.refuse(event.name))  // 9.26
    case .partialToken, .finalToken, .factOut, .keyList, .dataMessage, .transitionalSignal,
      .flushRequest:  // 9.27
      throw notPossible(event, 9)  // 9.28
    }
  }
}
