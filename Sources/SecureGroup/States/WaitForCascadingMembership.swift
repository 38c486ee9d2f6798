import CyclicGroups
import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 8: WAIT FOR CASCADING MEMBERSHIP (CM).
  mutating func waitForCascadingMembership(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) throws(NotPossible) {
    switch event {
    case .dataMessage(let message):  // 8.1
      out.ran(8, 1...2)
      out.actions.append(.deliverData(message))  // 8.2
    case .transitionalSignal:  // 8.3
      out.ran(8, 3...4)
      if firstTransitional {  // 8.4
        out.ran(8, 5...6)
        out.actions.append(.deliverSignal)  // 8.5
        firstTransitional = false  // 8.6
      }
      out.ran(8, 7)
      vsTransitional = true  // 8.7
    case .membership(let view) where !waitForSecureFlushOk:  // 8.8
      out.ran(8, 8...9)
      keyListMayCome = false  // repaired: E5
      if firstCascadedMembership {  // 8.9
        out.ran(8, 10...11)
        transitionalSet = newMembers  // 8.10
        firstCascadedMembership = false  // 8.11
      }
      out.ran(8, 12...13)
      transitionalSet = transitionalSet - view.leaving  // 8.12
      if !view.leaving.isEmpty && firstTransitional {  // 8.13
        out.ran(8, 14...15)
        out.actions.append(.deliverSignal)  // 8.14
        firstTransitional = false  // 8.15
      }
      out.ran(8, 16...18)
      newIdentifier = view.identifier  // 8.16
      newMembers = view.members  // 8.17
      if !isAlone(view.members) {  // 8.18
        out.ran(8, 19)
        if choose(view.members) == me {  // 8.19
          out.ran(8, 20...26)
          clique = nil  // 8.20
          clique = .firstMember(me, agreement, &arithmetic)  // 8.21
          let mergeSet = view.members - [me]  // 8.22
          let token = clique!.updateKey(leaving: [], merging: mergeSet, &arithmetic)  // 8.23
          let nextMember = clique!.nextMember  // 8.24
          out.actions += begin(token, nextMember, mergeSet)  // 8.25
          state = stateOfChosenMember  // 8.26
        } else {  // 8.27
          out.ran(8, 27...30)
          clique = nil  // 8.28
          clique = .newMember(me, agreement, &arithmetic)  // 8.29
          state = stateOfNewMember  // 8.30
        }
      } else {  // 8.31
        out.ran(8, 31...39)
        clique = nil  // 8.32
        clique = .firstMember(me, agreement, &arithmetic)  // 8.33
        groupKey = clique!.extractKey(&arithmetic)  // 8.34
        newTransitional = [me]  // 8.35
        out.actions.append(newView(groupKey!))  // 8.36
        firstTransitional = true  // 8.37
        firstCascadedMembership = true  // 8.38
        state = .secure  // 8.39
      }
      out.ran(8, 40)
      vsTransitional = false  // 8.40
    case .keyList(let keyList) where keyListMayCome:  // repaired: E5
      installLate(keyList, &arithmetic, &out)
    case .partialToken, .finalToken, .factOut, .keyList:  // 8.41
      out.ran(8, 41...42)  // 8.42
    case .secureFlushOk where waitForSecureFlushOk:  // repaired: E5
      waitForSecureFlushOk = false
    case .userMessage, .secureFlushOk:  // 8.43
      out.ran(8, 43...44)
      out.actions.append(.refuse(event.name))  // 8.44
    case .membership, .flushRequest:  // 8.45
      throw notPossible(event, 8)  // 8.46
    }
  }

  /// Repair E5: a key list that comes after the flush is still installed. Somebody else may have installed the view and
  /// delivered a safe message in it, which is owed here, too. The application may not send any more, and answers the
  /// flush request at once: the group communication system has its flush ok already.
  private mutating func installLate(
    _ keyList: KeyList<Group.Element>, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) {
    keyListMayCome = false
    clique!.update(keyList)
    groupKey = clique!.extractKey(&arithmetic)
    newTransitional = transitionalSet
    out.actions.append(newView(groupKey!))
    firstCascadedMembership = true
    signalAtOnce(&out)
    waitForSecureFlushOk = true
    out.actions.append(.deliverFlushRequest(answerAtOnce: true))
    state = algorithm == .basic ? .waitForCascadingMembership : .waitForMembership
  }
}
