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
    guard installing.isEmpty, present.allSatisfy({ memberships[$0.index].isSignalled || !awaitsSafe($0) })
    else { return false }
    // Whoever delivers one of several first gives it its place.
    let places = unplaced
    return places.count < 2 || places.isDisjoint(with: undelivered(by: p))
      || present.allSatisfy { $0 == p || places.isDisjoint(with: undelivered(by: $0)) }
  }

  /// Delivered before the signal, a safe message is owed by the others from then on.
  private func awaitsSafe(_ p: Process) -> Bool {
    undelivered(by: p).contains { letter($0).service == .safe }
  }

  /// What is not in the total order yet.
  private var unplaced: Set<MessageIdentifier> {
    Set(
      ordered.indices.flatMap { sender in
        (ordered[sender].start..<ordered[sender].end)
          .filter { ordered[sender][$0].isInTotalOrder && ordered[sender][$0].position == nil }
          .map { name(Process(sender), $0) }
      })
  }
}
