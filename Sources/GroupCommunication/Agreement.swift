/// An agreement on a view: who its members are, and who of them move together into it.
///
/// Only the service makes one, from what holds when it is made; it is good until the next input or step.
public struct Agreement: Hashable, Sendable {
  public let members: ProcessSet
  /// A partition of the members: each is given its class as its transitional set.
  public let classes: [TransitionalClass]
}

/// Members that move together from one view to the next, and what they all have delivered when they do.
public struct TransitionalClass: Hashable, Sendable {
  public internal(set) var members: ProcessSet
  /// The view that they come from; nil: the only member is in no view yet.
  public let previous: ViewIdentifier?
  /// By sender, all ordered broadcasts below the bound are delivered by all.
  var bounds: [Int32] = []
  /// By sender, the reliable broadcasts that are, of those that some of the members have not delivered yet.
  var reliable: [[Int32]] = []
}

extension OpenView {
  /// Members that can move together, with the least that they must have delivered.
  /// - Returns: nil where they cannot: one of them has passed over what another has delivered, or delivered a safe
  ///   message before its signal that another will deliver after its own.
  func transitionalClass(of members: ProcessSet) -> TransitionalClass? {
    let inboxes = members.map { memberships[$0.index].inboxes }
    guard let first = inboxes.first,
      inboxes.allSatisfy({ zip($0, first).allSatisfy { $0.earlySafe == $1.earlySafe } }),
      Set(members.map { memberships[$0.index].early }).count == 1
    else { return nil }
    var together = TransitionalClass(members: members, previous: identifier)
    together.bounds = .init(repeating: 0, count: ordered.count)
    for sender in ordered.indices {
      // A sender owes what it sent; else it takes one who has delivered it.
      let isOwed = members.contains(Process(sender))
      together.reliable.append(
        missing(from: sender, members).filter { number in
          isOwed || !inboxes.allSatisfy { $0[sender].missing.hasSorted(number) }
        })
    }
    return closed(together)
  }

  /// The reliable broadcasts of a sender that some of the members have not delivered.
  private func missing(from sender: Int, _ members: ProcessSet) -> [Int32] {
    var numbers: [Int32] = []
    for p in members {
      for number in memberships[p.index].inboxes[sender].missing
      where reliable[sender][number].to == nil {
        numbers.insertSorted(number)
      }
    }
    return numbers
  }

  /// With all that a member has delivered or owes, and all that must be delivered before something in it.
  ///
  /// A unicast that one member must deliver first can have broadcasts in its past that all must, then.
  private func closed(_ together: TransitionalClass) -> TransitionalClass? {
    var together = together
    while true {
      var bounds = together.bounds
      for p in together.members {
        guard let due = due(together, by: p) else { return nil }
        bounds = zip(bounds, due).map { max($0, $1) }
      }
      if bounds == together.bounds { return together }
      together.bounds = bounds
    }
  }

  /// What one of a class must have delivered, as bounds; nil where it has passed over some of it.
  private func due(_ together: TransitionalClass, by p: Process) -> [Int32]? {
    var bounds: [Int32] = []
    for (sender, inbox) in memberships[p.index].inboxes.enumerated() {
      if together.bounds[sender] > inbox.passed { return nil }
      let last = last(to: p, from: sender, below: together.bounds[sender]) { $0.to == nil }
      bounds.append(max(inbox.next, inbox.owed, last.map { $0 + 1 } ?? 0))
    }
    return closed(bounds, at: p)
  }

  /// The class with one more broadcast to be delivered by all, and what that takes; nil where they cannot.
  func adding(_ message: MessageIdentifier, to together: TransitionalClass) -> TransitionalClass? {
    let sender = message.sender.index
    var together = together
    guard message.isOrdered else {
      guard missing(from: sender, together.members).hasSorted(message.number) else { return nil }
      together.reliable[sender].insertSorted(message.number)
      return together
    }
    guard message.number < ordered[sender].end, message.number >= ordered[sender].start,
      ordered[sender][message.number].to == nil
    else { return nil }
    together.bounds[sender] = max(together.bounds[sender], message.number + 1)
    return closed(together)
  }

  /// The broadcasts that a class can have delivered beyond what it must, one by one.
  func extras(for together: TransitionalClass) -> [MessageIdentifier] {
    ordered.indices.flatMap { sender in
      let numbers = max(together.bounds[sender], ordered[sender].start)..<ordered[sender].end
      let loose = missing(from: sender, together.members)
        .filter { !together.reliable[sender].hasSorted($0) }
      return numbers.filter { ordered[sender][$0].to == nil }.map { name(Process(sender), $0) }
        + loose.map { name(Process(sender), $0, isOrdered: false) }
    }
  }

  /// The members of a class are agreed to go on to another view.
  mutating func agree(_ together: TransitionalClass) {
    for p in together.members {
      let bounds = due(together, by: p)!
      memberships[p.index].isAgreed = true
      for sender in bounds.indices {
        let inbox = memberships[p.index].inboxes[sender]
        memberships[p.index].inboxes[sender].due = bounds[sender] > inbox.next ? bounds[sender] : 0
        memberships[p.index].inboxes[sender].dueMissing = inbox.missing.filter {
          together.reliable[sender].hasSorted($0)
            || sender == p.index && reliable[sender][$0].to != nil
        }
      }
      // Whoever goes on with it in the transitional set counts on it for these, wherever it goes itself.
      let safe = bounds.indices.map { sender in
        last(to: p, from: sender, below: bounds[sender]) { $0.service == .safe && $0.to == nil }
          .map { $0 + 1 } ?? memberships[p.index].inboxes[sender].next
      }
      owe(closed(safe, at: p)!, by: p)
    }
  }
}
