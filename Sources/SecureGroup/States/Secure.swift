import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 3: SECURE (S).
  mutating func secure(_ event: Event, _ out: inout Reaction) throws(NotPossible) {
    switch event {
    case .dataMessage(let message):  // 3.1
      out.ran(3, 1...2)
      out.actions.append(.deliverData(message))  // 3.2
    case .userMessage(let message):  // 3.3
      out.ran(3, 3...4)
      let service = isRepaired(.e6) ? max(message.service, .causal) : message.service
      out.actions.append(.broadcastData(message, service))  // 3.4 repaired: E6
    case .flushRequest:  // 3.5
      out.ran(3, 5...7)
      waitForSecureFlushOk = true  // 3.6
      out.actions.append(.deliverFlushRequest(answerAtOnce: false))  // 3.7
    case .secureFlushOk:  // 3.8
      out.ran(3, 8...9)
      if waitForSecureFlushOk {  // 3.9
        out.ran(3, 10...12)
        waitForSecureFlushOk = false  // 3.10
        out.actions.append(.sendFlushOk)  // 3.11
        state = algorithm == .basic ? .waitForCascadingMembership : .waitForMembership  // 3.12
      } else {  // 3.13
        out.ran(3, 13...14)
        out.actions.append(.refuse(event.name))  // 3.14
      }
    case .transitionalSignal:  // 3.15
      out.ran(3, 15...18)
      out.actions.append(.deliverSignal)  // 3.16
      firstTransitional = false  // 3.17
      vsTransitional = true  // 3.18
    case .partialToken, .finalToken, .factOut, .keyList, .membership:  // 3.19
      throw notPossible(event, 3)  // 3.20
    }
  }
}
