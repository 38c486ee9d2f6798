import CyclicGroups
import GroupCommunication
import KeyAgreement

extension RobustAgreement {
  /// Algorithm 10: WAIT FOR MEMBERSHIP (M), optimized algorithm.
  mutating func waitForMembership(
    _ event: Event, _ arithmetic: inout Arithmetic<Group>, _ out: inout Reaction
  ) throws(NotPossible) {
    switch event {
    case .dataMessage(let message):  // 10.1
      out.ran(10, 1...2)
      out.actions.append(.deliverData(message))  // 10.2
    case .transitionalSignal:  // 10.3
      out.ran(10, 3...4)
      if firstTransitional {  // 10.4
        out.ran(10, 5...6)
        out.actions.append(.deliverSignal)  // 10.5
        firstTransitional = false  // 10.6
      }
      out.ran(10, 7)
      vsTransitional = true  // 10.7
    case .membership(let view) where !waitForSecureFlushOk:  // 10.8
      out.ran(10, 8...15)
      transitionalSet = newMembers  // 10.9
      transitionalSet = transitionalSet - view.leaving  // 10.10
      newIdentifier = view.identifier  // 10.11
      newMembers = view.members  // 10.12
      newTransitional = transitionalSet  // 10.13
      firstCascadedMembership = false  // 10.14
      if !isAlone(view.members) {  // 10.15
        out.ran(10, 16...18)
        let mergeSet = view.merging  // 10.16
        let leaveSet = view.leaving  // 10.17
        let isLeave = (!leaveSet.isEmpty || isRepaired(.e3)) && mergeSet.isEmpty
        if isLeave && !needsNewController(view) {  // 10.18 repaired: E3
          out.ran(10, 19)
          if choose(view.members) == me {  // 10.19
            out.ran(10, 20...21)
            let keyList = clique!.leave(leaveSet, &arithmetic)  // 10.20
            out.actions.append(.broadcast(.keyList(keyList), .agreed))  // 10.21
          }
          out.ran(10, 22)
          if isRepaired(.e4) { keyListGotFlushRequest = false }  // repaired: E4
          state = .waitForKeyList  // 10.22
        } else {  // 10.23
          out.ran(10, 23...24)
          if view.transitional.contains(choose(view.members)) {  // 10.24
            out.ran(10, 25)
            if choose(view.members) == me {  // 10.25
              out.ran(10, 26...28)
              let merging = withoutKey(view)
              let token = clique!.updateKey(leaving: leaveSet, merging: merging, &arithmetic)  // 10.26
              let nextMember = clique!.nextMember  // 10.27
              out.actions += begin(token, nextMember, merging)  // 10.28
            }
            out.ran(10, 29)
            state = stateOfOldMember(view)  // 10.29
            // CKD's old members may be in KL at once, as after 10.22.
            if isRepaired(.e4) { keyListGotFlushRequest = false }
          } else {  // 10.30
            out.ran(10, 30...33)
            clique = nil  // 10.31
            clique = .newMember(me, agreement, &arithmetic)  // 10.32
            state = stateOfNewMember  // 10.33
          }
        }
      } else {  // 10.34
        out.ran(10, 34...41)
        clique = .firstMember(me, agreement, &arithmetic)  // 10.35
        groupKey = clique!.extractKey(&arithmetic)  // 10.36
        newTransitional = [me]  // 10.37
        out.actions.append(newView(groupKey!))  // 10.38
        firstTransitional = true  // 10.39
        firstCascadedMembership = true  // 10.40
        state = .secure  // 10.41
      }
      out.ran(10, 42)
      vsTransitional = false  // 10.42
    case .secureFlushOk where waitForSecureFlushOk:  // repaired: E5
      waitForSecureFlushOk = false
    case .userMessage, .secureFlushOk:  // 10.43
      out.ran(10, 43...44)
      out.actions.append(.refuse(event.name))  // 10.44
    case .partialToken, .finalToken, .factOut, .keyList, .membership, .flushRequest:  // 10.45
      throw notPossible(event, 10)  // 10.46
    }
  }
}
