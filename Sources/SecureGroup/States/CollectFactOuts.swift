import CyclicGroups
import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 7: COLLECT FACT OUTS (FO).
  mutating func collectFactOuts(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) throws(NotPossible) {
    switch event {
    case .factOut(let factOut):  // 7.1
      out.ran(7, 1...3)
      let keyList = clique!.merge(factOut, &arithmetic)  // 7.2
      if clique!.isReady(keyList) {  // 7.3
        out.ran(7, 4...6)
        out.actions.append(.broadcast(.keyList(keyList), .agreed))  // 7.4
        keyListGotFlushRequest = false  // 7.5
        state = .waitForKeyList  // 7.6
      }
    case .flushRequest:  // 7.7
      out.ran(7, 7...9)
      out.actions.append(.sendFlushOk)  // 7.8
      state = .waitForCascadingMembership  // 7.9
    case .transitionalSignal:  // 7.10
      out.ran(7, 10...11)
      if firstTransitional {  // 7.11
        out.ran(7, 12...13)
        out.actions.append(.deliverSignal)  // 7.12
        firstTransitional = false  // 7.13
      }
      out.ran(7, 14)
      vsTransitional = true  // 7.14
    case .userMessage, .secureFlushOk:  // 7.15
      out.ran(7, 15...16)
      out.actions.append(.refuse(event.name))  // 7.16
    case .finalToken where isRepaired(.e1):  // repaired: E1
      break
    case .partialToken, .finalToken, .keyList, .dataMessage, .membership:  // 7.17
      throw notPossible(event, 7)  // 7.18
    }
  }
}
