import CyclicGroups
import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 4: WAIT FOR PARTIAL TOKEN (PT).
  mutating func waitForPartialToken(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) throws(NotPossible) {
    switch event {
    case .partialToken(let partialToken):  // 4.1
      out.ran(4, 1...2)
      if !clique!.isLast(in: partialToken) {  // 4.2
        out.ran(4, 3...6)
        let token = clique!.updateKey(partialToken, &arithmetic)  // 4.3
        let nextMember = clique!.nextMember!  // 4.4
        out.actions.append(.unicast(.partialToken(token), to: nextMember))  // 4.5
        state = .waitForFinalToken  // 4.6
      } else {  // 4.7
        out.ran(4, 7...10)
        let finalToken = clique!.finalToken(partialToken)  // 4.8
        out.actions.append(.broadcast(.finalToken(finalToken), .fifo))  // 4.9
        state = .collectFactOuts  // 4.10
      }
    case .flushRequest:  // 4.11
      out.ran(4, 11...13)
      out.actions.append(.sendFlushOk)  // 4.12
      state = .waitForCascadingMembership  // 4.13
    case .transitionalSignal:  // 4.14
      out.ran(4, 14...15)
      if firstTransitional {  // 4.15
        out.ran(4, 16...17)
        out.actions.append(.deliverSignal)  // 4.16
        firstTransitional = false  // 4.17
      }
      out.ran(4, 18)
      vsTransitional = true  // 4.18
    case .userMessage, .secureFlushOk:  // 4.19
      out.ran(4, 19...20)
      out.actions.append(.refuse(event.name))  // 4.20
    case .finalToken, .factOut, .keyList, .dataMessage, .membership:  // 4.21
      throw notPossible(event, 4)  // 4.22
    }
  }
}
