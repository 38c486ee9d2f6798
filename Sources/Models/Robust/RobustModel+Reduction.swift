import Exploration
import GroupCommunication
import SecureGroup

extension RobustModel {
  /// A process whose steps need not be interleaved with those of others, where there is one: it is enough to look at the
  /// states after its own next steps, whichever.
  ///
  /// The steps of such a process are a persistent set (Godefroid, *Partial-Order Methods for the Verification of
  /// Concurrent Systems*, 1996): whatever the others do before it moves leaves it the same steps, and it makes no difference
  /// which of two that do not concern each other comes first. So each run of the full graph has a run of the reduced one
  /// with the same steps in another order, which ends in the same state: the same dead ends are found. Nor does any
  /// claim rest on the order of what happens at different processes; so the same claims are broken, though maybe after
  /// more steps.
  ///
  /// While the adversary has events left, only a process that has begun to leave its view is independent: no new event of the
  /// network makes a difference to it until it has flushed. But the adversary may crash it: so one of its steps must be
  /// such that it makes no difference whether the process has taken it before it crashes. Then the run in which it crashes
  /// first, has a run of the reduced graph that takes this step before, and ends in the same state.
  ///
  /// The graph has no cycles, so that nobody is passed over for ever. For the adversary has finitely many events, and
  /// between them each step makes progress: a process has one flush request, signal and flush ok in a view, and delivers a
  /// message once; a view is agreed on only where one is needed, which for a component with a new view it is not; so there
  /// are few views, in each of which the key agreement sends few messages.
  ///
  /// The messages of applications are in nobody's persistent set, as their numbers depend on all of them, nor are agreements.
  func independent(in state: State) -> Process? {
    parts.services[outlook: state.service].undisturbed.first { isIndependent($0, state) }
  }

  func isIndependent(_ p: Process, _ state: State) -> Bool {
    hasSteps(p, state) && !mayStillSend(p, state)
      && (state.budget == 0
        ? parts.services[outlook: state.service].undisturbed.contains(p)
        : parts.services[outlook: state.service].leaving.contains(p)
          && (!bounds.hasCrashes || hasStepWithoutTrace(p, state)))
      && parts.services[outlook: state.service].companions[p.index].allSatisfy { q in
        !maySend(q, to: p, state)
      }
  }

  /// Whether one of its steps is forgotten if it crashes afterwards.
  private func hasStepWithoutTrace(_ p: Process, _ state: State) -> Bool {
    parts.members[state.members[p.index]].owesFlushOk
      || parts.services[outlook: state.service].steps[p.index].contains { $0.leavesNoTrace }
  }

  private func hasSteps(_ p: Process, _ state: State) -> Bool {
    !parts.services[outlook: state.service].steps[p.index].isEmpty
      || parts.members[state.members[p.index]].owesFlushOk
  }

  /// Whether `q` may send something, in the view that it is in, that makes a difference to `p` before `p` moves.
  ///
  /// A machine sends as it installs a view, as it is delivered something of the key agreement but a key list (Algorithms 4,
  /// 6, 7), and when its application does, in SECURE, where key lists lead.
  private func maySend(_ q: Process, to p: Process, _ state: State) -> Bool {
    let mail = parts.services[outlook: state.service].mail[q.index]
    if Int(state.sends) < bounds.messages.count,
      parts.members[state.members[q.index]].maySend || !mail.isSubset(of: .data)
    {
      return true
    }
    if mail.contains(.partialToken) { return true }
    guard !mail.isDisjoint(with: [.finalToken, .factOut]) else { return false }
    // Fact-out tokens go to the controller, whose key list waits for that of `p`, too (7.3): and for its final token `p`.
    return parts.members[state.members[p.index]].machine.state != .waitForFinalToken
      || !parts.services[outlook: state.service].mail[p.index].contains(.finalToken)
  }

  /// A flush request, or the flush ok of an application, that can come at once.
  ///
  /// Alone it is a persistent set, wherever its process is in SECURE and gets nothing of the key agreement: neither says
  /// anything about what is delivered before it and after it. But there is a flush request only as long as a view is needed, and
  /// after a flush ok the application sends nothing.
  func flush(in state: State) -> Action? {
    for p in parts.services[outlook: state.service].joined {
      if let step = flush(of: p, state) { return step }
    }
    return nil
  }

  func flush(of p: Process, _ state: State) -> Action? {
    let member = parts.members[state.members[p.index]]
    guard member.machine.state == .secure,
      parts.services[outlook: state.service].mail[p.index].isSubset(of: .data)
    else { return nil }
    if member.owesFlushOk { return mayStillSend(p, state) ? nil : .flushOk(p) }
    let steps = parts.services[outlook: state.service].steps[p.index]
    let request = Action.service(.flushRequest(p))
    // Once it has had its signal, a view is needed for good.
    let isNeeded = state.budget == 0 || !steps.contains(.service(.signal(p)))
    return isNeeded && steps.contains(request) ? request : nil
  }
}
