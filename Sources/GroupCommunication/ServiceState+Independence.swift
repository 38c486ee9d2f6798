extension ServiceState {
  func isUndisturbed(_ p: Process) -> Bool {
    let endpoint = endpoints[p.index]
    guard isJoined(p) else { return false }
    if endpoint.target != nil {
      // It is not diverted.
      guard !isPending(p) else { return false }
    } else {
      // Nothing is agreed for it before it has had its signal and flushed.
      guard let current = current(p) else { return false }
      let membership = open[current].memberships[p.index]
      guard !(membership.isSignalled && membership.isFlushed) else { return false }
    }
    return current(p).map { open[$0].isUndisturbed(p) } ?? true
  }

  /// The others that are in the view of `p` and can send in it.
  func companions(of p: Process) -> ProcessSet {
    guard let current = current(p) else { return [] }
    return ProcessSet(open[current].present.filter { $0 != p && canSend($0) })
  }
}

extension OpenView {
  /// Whether nothing that the others do with what has been sent by now changes what `p` can do, or what comes of it.
  fileprivate func isUndisturbed(_ p: Process) -> Bool {
    guard installing.isEmpty else { return false }
    let mine = undelivered(by: p)
    // Somebody who is awaited may crash: that can make a safe message stable.
    guard awaited.isEmpty || memberships[p.index].isSignalled || !mine.contains(where: isSafe) else {
      return false
    }
    return present.allSatisfy { q in q == p || !disturbs(q, p, mine, undelivered(by: q)) }
  }

  private func disturbs(
    _ q: Process, _ p: Process, _ mine: [MessageIdentifier], _ others: [MessageIdentifier]
  ) -> Bool {
    // Whoever delivers a safe message before its signal makes the other owe it; who passes over it keeps the other from that.
    let isEarly = !(memberships[p.index].isSignalled && memberships[q.index].isSignalled)
    return mine.contains { one in
      isEarly && isSafe(one) && others.contains(one)
        || isUnplaced(one) && others.contains { isUnplaced($0) && areConcurrent(one, $0) }
    }
  }

  private func isSafe(_ message: MessageIdentifier) -> Bool { letter(message).service == .safe }

  private func isUnplaced(_ message: MessageIdentifier) -> Bool {
    letter(message).isInTotalOrder && letter(message).position == nil
  }

  /// Whether either may get its place in the total order first.
  private func areConcurrent(_ one: MessageIdentifier, _ other: MessageIdentifier) -> Bool {
    one != other && letter(one).past[other.sender.index] <= other.number
      && letter(other).past[one.sender.index] <= one.number
  }
}
