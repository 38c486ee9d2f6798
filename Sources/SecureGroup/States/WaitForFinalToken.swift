import CyclicGroups
import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 6: WAIT FOR FINAL TOKEN (FT).
  mutating func waitForFinalToken(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) throws(NotPossible) {
    switch event {
    case .finalToken(let finalToken):  // 6.1
      out.ran(6, 1...6)
      let factOut = clique!.factorOut(finalToken, &arithmetic)  // 6.2
      let newController = clique!.newController!  // 6.3
      out.actions.append(.unicast(.factOut(factOut), to: newController))  // 6.4
      keyListGotFlushRequest = false  // 6.5
      state = .waitForKeyList  // 6.6
    case .flushRequest:  // 6.7
      out.ran(6, 7...9)
      out.actions.append(.sendFlushOk)  // 6.8
      state = .waitForCascadingMembership  // 6.9
    case .transitionalSignal:  // 6.10
      out.ran(6, 10...11)
      if firstTransitional {  // 6.11
        out.ran(6, 12...13)
        out.actions.append(.deliverSignal)  // 6.12
        firstTransitional = false  // 6.13
      }
      out.ran(6, 14)
      vsTransitional = true  // 6.14
    case .userMessage, .secureFlushOk:  // 6.15
      out.ran(6, 15...16)
      out.actions.append(.refuse(event.name))  // 6.16
    case .partialToken, .factOut, .keyList, .dataMessage, .membership:  // 6.17
      throw notPossible(event, 6)  // 6.18
    }
  }
}
