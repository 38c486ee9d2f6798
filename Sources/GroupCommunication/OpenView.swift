/// What has happened in a view that somebody is in, or may still install.
///
/// At each member, the messages of one sender that are at least fifo are delivered in the order of their sends without
/// a gap, so that one number, `Inbox.next`, says which. Sets of messages that hold whatever must be delivered before
/// something in them are bounds for the same reason: of each sender, all its ordered messages below a number.
struct OpenView: Hashable, Sendable {
  /// A message under way, but for what it says.
  struct Letter: Hashable, Sendable {
    var service: Service
    var to: Process?
    /// Of each process, how many of its ordered messages happened before this one's send.
    var past: [Int32]
    /// Where it stands in the total order of the view, if anywhere yet.
    var position: Int32?

    func addresses(_ process: Process) -> Bool { to == nil || to == process }
    /// Only what two processes deliver can be delivered in two orders: a unicast stands outside the total order.
    var isInTotalOrder: Bool { service >= .agreed && to == nil }
  }

  /// What a member has to do with the messages of one sender.
  struct Inbox: Hashable, Sendable {
    /// The first ordered message to it that it has not delivered.
    var next: Int32 = 0
    /// The reliable messages to it that it has not delivered, ascending.
    var missing: [Int32] = []
    /// How many ordered messages of the sender are in its causal past; 0 once it sends no more.
    var past: Int32 = 0
    /// It has promised to deliver the ordered messages below this; 0: those that it has delivered.
    var owed: Int32 = 0
    /// The first message that it passed over in the total order, and so never delivers.
    var passed: Int32 = .max
    /// One more than the last safe broadcast that it delivered before its signal.
    var earlySafe: Int32 = 0
    /// What its agreement has it deliver before it goes on, as `owed` and `missing`.
    var due: Int32 = 0
    var dueMissing: [Int32] = []
  }

  /// What a member has done in the view.
  struct Membership: Hashable, Sendable {
    var isFlushRequested = false
    var isFlushed = false
    var isSignalled = false
    /// The next view is agreed: only what is due is delivered, and unicasts.
    var isAgreed = false
    /// What stands before this in the total order it has delivered or passed.
    var position: Int32 = 0
    /// Where signals must be synchronous: what of the total order it delivered before its own.
    var early: Int32 = 0
    /// By sender.
    var inboxes: [Inbox] = []
  }

  struct Place: Hashable, Sendable {
    var sender: Process
    var number: Int32
  }

  let identifier: ViewIdentifier
  let members: ProcessSet
  /// Who is to install it.
  var installing: ProcessSet
  /// Members that have neither installed it, nor a later view, nor departed.
  var awaited: ProcessSet
  /// Who is in it.
  var present: ProcessSet = []
  /// Who was in it and has installed its next view.
  var gone: ProcessSet = []
  /// A member has installed a later view instead: it will never deliver anything here.
  var isShort = false
  /// By process.
  var memberships: [Membership]
  /// By sender.
  var ordered: [Tail<Letter>]
  var reliable: [Tail<Letter>]
  /// The total order.
  var order = Tail<Place>()

  init(_ identifier: ViewIdentifier, members: ProcessSet, processes: Int) {
    self.identifier = identifier
    self.members = members
    installing = members
    awaited = members
    memberships = .init(repeating: Membership(), count: processes)
    ordered = .init(repeating: Tail(), count: processes)
    reliable = .init(repeating: Tail(), count: processes)
  }

  var isNeeded: Bool { !present.isEmpty || !installing.isEmpty }

  func name(_ sender: Process, _ number: Int32, isOrdered: Bool = true) -> MessageIdentifier {
    MessageIdentifier(view: identifier, sender: sender, isOrdered: isOrdered, number: number)
  }

  func letter(_ name: MessageIdentifier) -> Letter {
    name.isOrdered ? ordered[name.sender.index][name.number] : reliable[name.sender.index][name.number]
  }

  // MARK: Members

  mutating func install(_ p: Process) {
    installing.remove(p)
    awaited.remove(p)
    present.insert(p)
    memberships[p.index].inboxes = ordered.indices.map { sender in
      Inbox(
        next: addressed(to: p, from: sender, 0),
        missing: (reliable[sender].start..<reliable[sender].end)
          .filter { reliable[sender][$0].addresses(p) })
    }
    forget()
  }

  /// `p` installs a later view, which only those have agreed on who are through with this one.
  mutating func leaveBehind(_ p: Process) {
    if awaited.contains(p) {
      awaited.remove(p)
      isShort = true
    }
    guard present.contains(p) else { return }
    present.remove(p)
    gone.insert(p)
    memberships[p.index] = Membership(inboxes: memberships[p.index].inboxes.map { Inbox(next: $0.next) })
    forget()
  }

  /// `p` crashes or leaves: it owes nothing any more.
  mutating func depart(_ p: Process) {
    installing.remove(p)
    awaited.remove(p)
    if present.contains(p) {
      present.remove(p)
      memberships[p.index] = Membership()
    }
    forget()
  }

  /// Another view is agreed for `p`, which was to install this one.
  mutating func divert(_ p: Process) {
    installing.remove(p)
    forget()
  }

  mutating func flush(_ p: Process) {
    memberships[p.index].isFlushed = true
    for sender in ordered.indices { memberships[p.index].inboxes[sender].past = 0 }
  }

  /// The first ordered message of a sender, from a number on, that `p` is an addressee of.
  private func addressed(to p: Process, from sender: Int, _ number: Int32) -> Int32 {
    var number = number
    while number < ordered[sender].end, !ordered[sender][number].addresses(p) { number += 1 }
    return number
  }

  /// Forgets the messages that everybody who could deliver them has delivered, or never will.
  private mutating func forget() {
    guard installing.isEmpty else { return }
    for sender in ordered.indices { forget(from: sender) }
  }

  private mutating func forget(from sender: Int) {
    guard installing.isEmpty else { return }
    var (next, missing, position) = (ordered[sender].end, reliable[sender].end, order.end)
    for p in present {
      let inbox = memberships[p.index].inboxes[sender]
      if inbox.next < inbox.passed { next = min(next, inbox.next) }
      if let first = inbox.missing.first { missing = min(missing, first) }
      position = min(position, memberships[p.index].position)
    }
    ordered[sender].forget(before: next)
    reliable[sender].forget(before: missing)
    order.forget(before: position)
  }

  // MARK: Sending

  mutating func send(from p: Process, service: Service, to: Process?) -> MessageIdentifier {
    let past = memberships[p.index].inboxes.map(\.past)
    let letter = Letter(service: service, to: to, past: past)
    guard service >= .fifo else {
      let number = reliable[p.index].end
      reliable[p.index].append(letter)
      for q in present where letter.addresses(q) {
        memberships[q.index].inboxes[p.index].missing.append(number)
      }
      forget(from: p.index)
      return name(p, number, isOrdered: false)
    }
    let number = ordered[p.index].end
    ordered[p.index].append(letter)
    for q in present where !letter.addresses(q) && memberships[q.index].inboxes[p.index].next == number {
      memberships[q.index].inboxes[p.index].next += 1
    }
    memberships[p.index].inboxes[p.index].past = number + 1
    if letter.addresses(p) {
      owe(bounds(before: p, with: name(p, number))!, by: p)
    }
    forget(from: p.index)
    return name(p, number)
  }

  // MARK: Promises

  /// What `p` has delivered of each sender, and the message with all that it must deliver before it.
  /// - Returns: nil where it has passed over something of that.
  func bounds(before p: Process, with message: MessageIdentifier) -> [Int32]? {
    var bounds = memberships[p.index].inboxes.map(\.next)
    bounds[message.sender.index] = max(bounds[message.sender.index], message.number + 1)
    return closed(bounds, at: p)
  }

  /// The least bounds that hold these and whatever `p` must deliver before something in them.
  ///
  /// One round is enough: the causal past of a message holds that of whatever is in it.
  /// - Returns: nil where it has passed over something of that.
  func closed(_ bounds: [Int32], at p: Process) -> [Int32]? {
    let inboxes = memberships[p.index].inboxes
    var bounds = bounds
    var past: [Int32]?
    for sender in bounds.indices {
      if bounds[sender] > inboxes[sender].passed { return nil }
      guard let last = last(to: p, from: sender, below: bounds[sender], where: { $0.service >= .causal })
      else { continue }
      let letter = ordered[sender][last]
      past = past.map { zip($0, letter.past).map { max($0, $1) } } ?? letter.past
    }
    guard let past else { return bounds }
    for sender in bounds.indices where past[sender] > bounds[sender] {
      if past[sender] > inboxes[sender].passed { return nil }
      if let last = last(to: p, from: sender, below: past[sender], where: { $0.service >= .causal }) {
        bounds[sender] = max(bounds[sender], last + 1)
      }
    }
    return bounds
  }

  /// The last ordered message of a sender below a bound, to `p` and of a kind, that `p` has not delivered.
  func last(
    to p: Process, from sender: Int, below bound: Int32, where isMeant: (Letter) -> Bool
  ) -> Int32? {
    var number = bound - 1
    while number >= memberships[p.index].inboxes[sender].next {
      let letter = ordered[sender][number]
      if letter.addresses(p), isMeant(letter) { return number }
      number -= 1
    }
    return nil
  }

  mutating func owe(_ bounds: [Int32], by p: Process) {
    for sender in bounds.indices where bounds[sender] > memberships[p.index].inboxes[sender].next {
      let owed = memberships[p.index].inboxes[sender].owed
      memberships[p.index].inboxes[sender].owed = max(owed, bounds[sender])
    }
  }

  /// What `p` must deliver before it goes on, by sender.
  func owed(by p: Process) -> [MessageIdentifier] {
    let membership = memberships[p.index]
    return membership.inboxes.enumerated().flatMap { sender, inbox in
      let bound = max(inbox.owed, inbox.due)
      let numbers = inbox.next < bound ? inbox.next..<bound : 0..<0
      let missing = membership.isAgreed ? inbox.dueMissing : sender == p.index ? inbox.missing : []
      return numbers.filter { ordered[sender][$0].addresses(p) }.map { name(Process(sender), $0) }
        + missing.map { name(Process(sender), $0, isOrdered: false) }
    }
  }

  func owesNothing(_ p: Process) -> Bool {
    memberships[p.index].inboxes.allSatisfy { max($0.owed, $0.due) <= $0.next && $0.dueMissing.isEmpty }
  }

  // MARK: Delivering

  /// What `p` has not delivered, by sender.
  func undelivered(by p: Process) -> [MessageIdentifier] {
    memberships[p.index].inboxes.enumerated().flatMap { sender, inbox in
      // Messages from the first passed one on may be forgotten: they are delivered no more.
      let numbers = inbox.next < inbox.passed ? inbox.next..<min(ordered[sender].end, inbox.passed) : 0..<0
      return numbers.filter { ordered[sender][$0].addresses(p) }.map { name(Process(sender), $0) }
        + inbox.missing.map { name(Process(sender), $0, isOrdered: false) }
    }
  }

  /// Of each sender the only ordered message that can be next, and all reliable ones.
  func deliverable(by p: Process) -> [MessageIdentifier] {
    var names: [MessageIdentifier] = []
    for (sender, inbox) in memberships[p.index].inboxes.enumerated() {
      if inbox.next < ordered[sender].end {
        let next = name(Process(sender), inbox.next)
        if canDeliver(next, p) { names.append(next) }
      }
      for number in inbox.missing {
        let next = name(Process(sender), number, isOrdered: false)
        if canDeliver(next, p) { names.append(next) }
      }
    }
    return names
  }

  func canDeliver(_ message: MessageIdentifier, _ p: Process) -> Bool {
    let sender = message.sender.index
    let membership = memberships[p.index]
    let inbox = membership.inboxes[sender]
    guard message.isOrdered else {
      guard inbox.missing.hasSorted(message.number) else { return false }
      let letter = reliable[sender][message.number]
      return isOpen(letter, p)
        && (!membership.isAgreed || letter.to != nil || inbox.dueMissing.hasSorted(message.number))
    }
    guard message.number == inbox.next, message.number < min(ordered[sender].end, inbox.passed) else {
      return false
    }
    let letter = ordered[sender][message.number]
    if membership.isAgreed, letter.to == nil, message.number >= inbox.due { return false }
    if !isOpen(letter, p) || letter.service >= .causal && lacks(letter.past, p) { return false }
    guard letter.isInTotalOrder else { return true }
    let position = letter.position ?? order.end
    if !membership.isSignalled {
      return position == membership.position && (letter.service < .safe || isStable(message, p))
    }
    return (membership.position..<position).allSatisfy { canPass(order[$0], p) }
  }

  /// As long as it may send, a member hears nothing that happened after a message that it has passed over: it could
  /// not deliver its own next message.
  private func isOpen(_ letter: Letter, _ p: Process) -> Bool {
    memberships[p.index].isFlushed
      || zip(letter.past, memberships[p.index].inboxes).allSatisfy { $0 <= $1.passed }
  }

  /// Whether `p` has yet to deliver something causal of a causal past.
  private func lacks(_ past: [Int32], _ p: Process) -> Bool {
    for (sender, inbox) in memberships[p.index].inboxes.enumerated() where inbox.next < past[sender] {
      if inbox.passed < past[sender] { return true }
      for number in inbox.next..<past[sender] {
        let letter = ordered[sender][number]
        if letter.addresses(p), letter.service >= .causal { return true }
      }
    }
    return false
  }

  private func canPass(_ place: Place, _ p: Process) -> Bool {
    let inbox = memberships[p.index].inboxes[place.sender.index]
    return place.number >= max(inbox.owed, inbox.due) && place.number >= inbox.past
  }

  /// Whether every member has delivered a safe broadcast, or can promise to, or is excused.
  private func isStable(_ message: MessageIdentifier, _ p: Process) -> Bool {
    if isShort || !awaited.isEmpty { return false }
    let sender = message.sender.index
    return (present | gone).allSatisfy { q in
      let inbox = memberships[q.index].inboxes[sender]
      if q == p || message.number < inbox.next { return true }
      if gone.contains(q) || memberships[q.index].isAgreed && message.number >= inbox.due { return false }
      return bounds(before: q, with: message) != nil
    }
  }

  mutating func deliver(_ message: MessageIdentifier, _ p: Process) -> Letter {
    let sender = message.sender.index
    let letter = letter(message)
    if message.isOrdered {
      if letter.isInTotalOrder { takePlace(message, letter, p) }
      let next = addressed(to: p, from: sender, message.number + 1)
      memberships[p.index].inboxes[sender].next = next
      if memberships[p.index].inboxes[sender].owed <= next { memberships[p.index].inboxes[sender].owed = 0 }
    } else {
      memberships[p.index].inboxes[sender].missing.removeSorted(message.number)
      memberships[p.index].inboxes[sender].dueMissing.removeSorted(message.number)
    }
    if !memberships[p.index].isFlushed {
      for other in letter.past.indices {
        let past = max(memberships[p.index].inboxes[other].past, letter.past[other])
        memberships[p.index].inboxes[other].past = past
      }
      if message.isOrdered {
        let past = max(memberships[p.index].inboxes[sender].past, message.number + 1)
        memberships[p.index].inboxes[sender].past = past
      }
    }
    // It may have passed over messages of others.
    forget()
    return letter
  }

  /// What the delivery of a message of the total order does to others, and to what stands before it.
  private mutating func takePlace(_ message: MessageIdentifier, _ letter: Letter, _ p: Process) {
    let sender = message.sender.index
    let position = letter.position ?? order.end
    if letter.position == nil {
      // Whatever must stand before it is in its causal past: it has been delivered here, so it does.
      order.append(Place(sender: message.sender, number: message.number))
      ordered[sender][message.number].position = position
    }
    for passed in memberships[p.index].position..<position {
      let place = order[passed]
      let first = min(memberships[p.index].inboxes[place.sender.index].passed, place.number)
      memberships[p.index].inboxes[place.sender.index].passed = first
    }
    memberships[p.index].position = position + 1
    guard letter.service == .safe, !memberships[p.index].isSignalled else { return }
    memberships[p.index].inboxes[sender].earlySafe = message.number + 1
    for q in present where q != p {
      owe(bounds(before: q, with: message)!, by: q)
    }
  }
}
