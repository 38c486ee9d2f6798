import CyclicGroups
import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 5: WAIT FOR KEY LIST (KL).
  mutating func waitForKeyList(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) throws(NotPossible) {
    switch event {
    case .keyList(let keyList):  // 5.1
      out.ran(5, 1...2)
      if !vsTransitional || isRepaired(.e5) {  // 5.2 repaired: E5
        out.ran(5, 3...10)
        clique!.update(keyList)  // 5.3
        groupKey = clique!.extractKey(&arithmetic)  // 5.4
        newTransitional = transitionalSet  // 5.5
        out.actions.append(newView(groupKey!))  // 5.6
        firstTransitional = true  // 5.7
        firstCascadedMembership = true  // 5.8
        state = .secure  // 5.9
        if vsTransitional { signalAtOnce(&out) }  // repaired: E5
        if keyListGotFlushRequest {  // 5.10
          out.ran(5, 11...12)
          waitForSecureFlushOk = true  // 5.11
          out.actions.append(.deliverFlushRequest(answerAtOnce: false))  // 5.12
        }
      }
    case .flushRequest:  // 5.13
      out.ran(5, 13...14)
      if vsTransitional {  // 5.14
        out.ran(5, 15...16)
        out.actions.append(.sendFlushOk)  // 5.15
        state = .waitForCascadingMembership  // 5.16
        keyListMayCome = isRepaired(.e5)  // repaired: E5
      } else {  // 5.17
        out.ran(5, 17...18)
        keyListGotFlushRequest = true  // 5.18
      }
    case .transitionalSignal:  // 5.19
      out.ran(5, 19...20)
      if firstTransitional {  // 5.20
        out.ran(5, 21...22)
        out.actions.append(.deliverSignal)  // 5.21
        firstTransitional = false  // 5.22
      }
      out.ran(5, 23)
      if keyListGotFlushRequest {  // 5.23
        out.ran(5, 24...25)
        out.actions.append(.sendFlushOk)  // 5.24
        state = .waitForCascadingMembership  // 5.25
        keyListMayCome = isRepaired(.e5)  // repaired: E5
      }
      out.ran(5, 26)
      vsTransitional = true  // 5.26
    case .userMessage, .secureFlushOk:  // 5.27
      out.ran(5, 27...28)
      out.actions.append(.refuse(event.name))  // 5.28
    case .finalToken where isRepaired(.e1):  // repaired: E1
      break
    case .partialToken, .finalToken, .factOut, .dataMessage, .membership:  // 5.29
      throw notPossible(event, 5)  // 5.30
    }
  }

  /// Repair E5: the view was installed after the signal of its VS view, which will not come again.
  mutating func signalAtOnce(_ out: inout Reaction) {
    out.actions.append(.deliverSignal)
    firstTransitional = false
  }
}
