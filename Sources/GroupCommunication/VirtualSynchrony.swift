/// The Virtual Synchrony service that the algorithms build on, as a nondeterministic machine: the thirteen properties
/// of Amir et al., Section III-A, with the two of Appendix I, and nothing kinder. It knows everything, tells which steps
/// are possible, and takes the one that its host chooses: a seeded simulator, or an explorer that tries them all.
///
/// - A *change* of the network (`connect`, `glitch`, `join`, `leave`, `crash`) makes members pending. Each is then told
///   by a flush request and by the transitional signal, in either order, at any moment.
/// - Once all members of a component have had both and have given their flush ok, a view is *agreed*, with transitional
///   classes: groups of members that come from one view and can deliver the same messages in it.
/// - Members install an agreed view one by one. Until then another one may be agreed instead.
public struct VirtualSynchrony<Payload: Hashable & Sendable>: Hashable, Sendable {
  /// A message, by the view in which it was sent and its place among the sends there.
  public struct MessageIdentifier: Hashable, Sendable {
    public var view: ViewIdentifier
    public var index: Int
  }

  public struct Message: Hashable, Sendable {
    public var sender: Process
    public var service: Service
    /// nil: everybody.
    public var to: Process?
    public var payload: Payload
    /// Counted by the sender in the view.
    var number: Int32
    /// Of each process, how many of its messages happened before this one was sent.
    var past: [Int32]
    /// Its place in the total order of the agreed and safe messages, from when somebody delivers it.
    var position: Int?
  }

  /// What the service hands to a process.
  public enum Event: Hashable, Sendable {
    case view(View)
    case signal, flushRequest
    case deliver(Message)
  }

  struct Member: Hashable, Sendable {
    /// Messages addressed to it that it has not delivered and still may, in the order of their sends.
    var pending: [Int] = []
    /// Messages that it passed over in the total order: it never delivers them.
    var passed: [Int] = []
    /// Messages that it must deliver before it goes on.
    var owed: Set<Int> = []
    var delivered: Set<Int> = []
    /// Those that it delivered before its signal.
    var early: Set<Int> = []
    var past: [Int32]
    var sent: Int32 = 0
    var isSignalled = false
    var isFlushRequested = false
    var isFlushed = false
    /// Its class has agreed on what it still delivers.
    var isAgreed = false
  }

  struct OpenView: Hashable, Sendable {
    var identifier: ViewIdentifier
    var members: ProcessSet
    /// Who is to install it, and who comes along with each.
    var installing: ProcessSet
    var classes: [Process: ProcessSet]
    var present: ProcessSet = []
    /// Installed it once.
    var installed: ProcessSet = []
    /// Went on to a later view.
    var gone: ProcessSet = []
    /// Crashed or left before that.
    var departed: ProcessSet = []
    var messages: [Message] = []
    var ordered = 0
    var states: [Process: Member] = [:]
  }

  enum Place: Hashable, Sendable {
    case down, joining
    case inside(ViewIdentifier)
  }

  public let processes: Int
  /// Option: members that move together have delivered the same agreed messages before their signals
  /// (`signal-synchrony`). Lemma 1.6 takes it for granted; the properties do not promise it.
  public let isSignalSynchronous: Bool
  private var places: [Place]
  /// The view that is agreed for a process and not yet installed.
  private var targets: [ViewIdentifier?]
  private var components: [ProcessSet]
  private var glitched: ProcessSet = []
  private var lastIdentifier: Int64 = 0
  private var views: [ViewIdentifier: OpenView] = [:]

  public init(processes: Int, isSignalSynchronous: Bool = false) {
    self.processes = processes
    self.isSignalSynchronous = isSignalSynchronous
    places = Array(repeating: .down, count: processes)
    targets = Array(repeating: nil, count: processes)
    components = [ProcessSet((0..<processes).map { Process($0) })]
  }
}

// What the adversary and the processes do.
extension VirtualSynchrony {
  public mutating func connect(_ components: [ProcessSet]) { self.components = components }

  /// A new view with the same members: a false suspicion.
  public mutating func glitch(_ process: Process) { glitched = glitched | component(of: process) }

  public mutating func join(_ p: Process) {
    precondition(places[p.index] == .down, "\(p) has joined already")
    places[p.index] = .joining
  }

  /// A crash, or a leave: for the service the same.
  public mutating func depart(_ p: Process) {
    places[p.index] = .down
    targets[p.index] = nil
    glitched.remove(p)
    for identifier in views.keys where views[identifier]!.members.contains(p) {
      if views[identifier]!.gone.contains(p) { continue }
      views[identifier]!.departed.insert(p)
      views[identifier]!.installing.remove(p)
      views[identifier]!.present.remove(p)
      views[identifier]!.states[p] = nil
      release(identifier)
    }
  }

  /// Whether `p` may send.
  public func canSend(_ p: Process) -> Bool { state(p).map { !$0.isFlushed } ?? false }

  public mutating func send(_ payload: Payload, from p: Process, _ service: Service, to: Process? = nil) {
    precondition(canSend(p), "\(p) may not send")
    let identifier = view(of: p)!.identifier
    var view = views[identifier]!
    views[identifier] = nil
    let member = view.states[p]!
    let index = view.messages.count
    view.messages.append(
      Message(
        sender: p, service: service, to: to, payload: payload, number: member.sent, past: member.past))
    view.states[p]!.sent += 1
    view.states[p]!.past[p.index] = member.sent + 1
    for q in view.present where to == nil || to == q { view.states[q]!.pending.append(index) }
    if to == nil || to == p { view.owe(p, index) }
    views[identifier] = view
  }

  /// Whether `p` was asked for its flush ok and has not given it.
  public func canFlushOk(_ p: Process) -> Bool {
    state(p).map { $0.isFlushRequested && !$0.isFlushed } ?? false
  }

  public mutating func flushOk(_ p: Process) {
    precondition(canFlushOk(p), "\(p) was not asked")
    let identifier = view(of: p)!.identifier
    views[identifier]!.states[p]!.isFlushed = true
  }
}

// The steps of the service.
extension VirtualSynchrony {
  public func isJoined(_ p: Process) -> Bool { places[p.index] != .down }

  /// The members of the view that `p` is in.
  public func members(of p: Process) -> ProcessSet? { view(of: p)?.members }

  /// Whether the view of `p` is to change.
  public func isPending(_ p: Process) -> Bool {
    guard places[p.index] != .down else { return false }
    guard let view = view(of: p), let member = view.states[p] else { return true }
    let component = component(of: p)
    if component != view.members || component.contains(where: { target(of: $0) != view.identifier }) {
      return true
    }
    return glitched.contains(p) || member.isSignalled || member.isFlushRequested
      || component.contains { view.states[$0].map { $0.isSignalled || $0.isFlushRequested } ?? false }
  }

  public func canSignal(_ p: Process) -> Bool {
    isPending(p) && state(p).map { !$0.isSignalled } ?? false
  }

  public func canRequestFlush(_ p: Process) -> Bool {
    isPending(p) && state(p).map { !$0.isFlushRequested } ?? false
  }

  public mutating func signal(_ p: Process) -> Event {
    views[view(of: p)!.identifier]!.states[p]!.isSignalled = true
    return .signal
  }

  public mutating func requestFlush(_ p: Process) -> Event {
    views[view(of: p)!.identifier]!.states[p]!.isFlushRequested = true
    return .flushRequest
  }

  /// The messages that `p` may deliver now, in the order of their sends.
  public func deliverable(_ p: Process) -> [MessageIdentifier] {
    guard let view = view(of: p), let member = view.states[p] else { return [] }
    return member.pending.filter { view.canDeliver(p, $0) }
      .map { MessageIdentifier(view: view.identifier, index: $0) }
  }

  /// Whether `p` has to deliver this one before it can go on.
  public func owes(_ p: Process, _ message: MessageIdentifier) -> Bool {
    state(p)?.owed.contains(message.index) ?? false
  }

  public func message(_ identifier: MessageIdentifier) -> Message {
    views[identifier.view]!.messages[identifier.index]
  }

  public mutating func deliver(_ p: Process, _ message: MessageIdentifier) -> Event {
    let index = message.index
    var view = views[message.view]!
    precondition(view.canDeliver(p, index), "\(p) may not deliver that")
    views[message.view] = nil
    defer { views[message.view] = view }
    let passes = view.passes(p, index)
    view.order(index)
    view.states[p]!.pending.removeAll { $0 == index || passes.contains($0) }
    view.states[p]!.passed += passes
    view.states[p]!.owed.remove(index)
    view.states[p]!.delivered.insert(index)
    let sent = view.messages[index]
    if !view.states[p]!.isSignalled {
      view.states[p]!.early.insert(index)
      if sent.service == .safe {
        for q in view.present where !view.states[q]!.delivered.contains(index) && sent.addresses(q) {
          view.owe(q, index)
        }
      }
    }
    for i in 0..<processes {
      view.states[p]!.past[i] = max(view.states[p]!.past[i], sent.past[i])
    }
    let sender = sent.sender.index
    view.states[p]!.past[sender] = max(view.states[p]!.past[sender], sent.number + 1)
    return .deliver(sent)
  }

  /// Whether a view of the component of `p` can be agreed.
  public func canAgree(_ p: Process) -> Bool {
    guard places[p.index] != .down else { return false }
    let component = component(of: p)
    return component.contains { isPending($0) && targets[$0.index] == nil || isStale($0) }
      && component.allSatisfy { state($0).map { $0.isSignalled && $0.isFlushed } ?? true }
  }

  /// Agrees on a view of the component of `p`.
  ///
  /// - Parameters:
  ///   - separate: whether two members that come from one view should be in different classes.
  ///   - extra: whether a message that need not be delivered by a class should be, where it can.
  /// - Returns: the view's identifier and its members.
  @discardableResult public mutating func agree(
    _ p: Process, separate: (Process, Process) -> Bool, extra: (MessageIdentifier) -> Bool
  ) -> (ViewIdentifier, ProcessSet) {
    let component = component(of: p)
    lastIdentifier += 1
    let identifier = ViewIdentifier(lastIdentifier)
    var new = OpenView(identifier: identifier, members: component, installing: component, classes: [:])
    var left = component
    while let first = left.first {
      var group: ProcessSet = [first]
      var deliveries: Set<Int> = []
      if let view = view(of: first) {
        deliveries = commonDeliveries(view, group, [])!
        for q in left where q != first && self.view(of: q)?.identifier == view.identifier {
          if separate(first, q) { continue }
          if let common = commonDeliveries(view, group | [q], []) {
            group.insert(q)
            deliveries = common
          }
        }
        for index in view.messages.indices where !deliveries.contains(index) {
          guard view.messages[index].to == nil,
            extra(MessageIdentifier(view: view.identifier, index: index))
          else { continue }
          if let more = commonDeliveries(view, group, deliveries.union([index])) { deliveries = more }
        }
        for q in group {
          views[view.identifier]!.states[q]!.isAgreed = true
          for index in deliveries where !view.states[q]!.delivered.contains(index) {
            if view.messages[index].addresses(q) { views[view.identifier]!.states[q]!.owed.insert(index) }
          }
        }
      }
      for q in group { new.classes[q] = group }
      left = left - group
    }
    views[identifier] = new
    for q in component {
      if let old = targets[q.index] {
        views[old]!.installing.remove(q)
        release(old)
      }
      targets[q.index] = identifier
      glitched.remove(q)
    }
    return (identifier, component)
  }

  public func canInstall(_ p: Process) -> Bool {
    targets[p.index] != nil && state(p).map(\.owed.isEmpty) ?? true
  }

  public mutating func install(_ p: Process) -> Event {
    precondition(canInstall(p), "\(p) cannot install a view")
    let identifier = targets[p.index]!
    let previous = view(of: p)
    if let previous {
      views[previous.identifier]!.present.remove(p)
      release(previous.identifier)
    }
    targets[p.index] = nil
    places[p.index] = .inside(identifier)
    var member = Member(past: Array(repeating: 0, count: processes))
    let messages = views[identifier]!.messages
    member.pending = messages.indices.filter { messages[$0].addresses(p) }
    for older in views.keys where older < identifier && views[older]!.members.contains(p) {
      if !views[older]!.departed.contains(p) { views[older]!.gone.insert(p) }
    }
    views[identifier]!.states[p] = member
    views[identifier]!.installing.remove(p)
    views[identifier]!.present.insert(p)
    views[identifier]!.installed.insert(p)
    let transitional = views[identifier]!.classes[p]!
    return .view(
      View(
        identifier, members: views[identifier]!.members, transitional: transitional,
        leaving: (previous?.members ?? []) - transitional))
  }
}

// For people.
extension VirtualSynchrony {
  /// Where `p` stands, in words.
  public func status(_ p: Process) -> String {
    guard let view = view(of: p), let member = view.states[p] else {
      return places[p.index] == .down ? "down" : "joining"
    }
    var words = ["in view \(view.identifier) of \(view.members)"]
    if member.isFlushRequested { words.append(member.isFlushed ? "flushed" : "asked to flush") }
    if member.isSignalled { words.append("signalled") }
    if !member.owed.isEmpty { words.append("owes \(member.owed.count) messages") }
    if let target = targets[p.index] { words.append("is to install view \(target)") }
    return words.joined(separator: ", ")
  }
}

// What the steps need.
extension VirtualSynchrony {
  private func view(of p: Process) -> OpenView? {
    guard case .inside(let identifier) = places[p.index] else { return nil }
    return views[identifier]
  }

  private func state(_ p: Process) -> Member? { view(of: p)?.states[p] }

  private func target(of p: Process) -> ViewIdentifier? {
    if let target = targets[p.index] { return target }
    guard case .inside(let identifier) = places[p.index] else { return nil }
    return identifier
  }

  /// The joined processes that are connected with `p`.
  private func component(of p: Process) -> ProcessSet {
    let connected = components.first { $0.contains(p) } ?? [p]
    return ProcessSet(connected.filter { places[$0.index] != .down })
  }

  /// Whether what is agreed for `p` is not what the network has become.
  private func isStale(_ p: Process) -> Bool {
    guard let target = targets[p.index], let view = views[target] else { return false }
    let component = component(of: p)
    return view.members != component || glitched.contains(p)
      || component.contains { self.target(of: $0) != target }
  }

  private mutating func release(_ identifier: ViewIdentifier) {
    if let view = views[identifier], view.present.isEmpty, view.installing.isEmpty { views[identifier] = nil }
  }

  /// What all of `group` can have delivered before they install the next view together: all that one of them has
  /// delivered or owes, and what must come before it (properties 6, 8 to 12).
  ///
  /// - Returns: nil where there is no such set.
  private func commonDeliveries(_ view: OpenView, _ group: ProcessSet, _ extra: Set<Int>) -> Set<Int>? {
    var common = extra
    for q in group {
      let member = view.states[q]!
      common.formUnion(member.delivered)
      common.formUnion(member.owed)
    }
    var left = Array(common)
    while let index = left.popLast() {
      for q in group where view.messages[index].addresses(q) {
        let member = view.states[q]!
        if member.delivered.contains(index) { continue }
        if member.passed.contains(index) { return nil }
        if member.passed.contains(where: { view.mustPrecede($0, index) }) { return nil }
        for before in member.pending where view.mustPrecede(before, index) {
          if common.insert(before).inserted { left.append(before) }
        }
      }
    }
    for index in common where view.messages[index].to == nil {
      let service = view.messages[index].service
      if service == .safe || isSignalSynchronous && service == .agreed {
        let early = group.count { view.states[$0]!.early.contains(index) }
        if early != 0 && early != group.count { return nil }
      }
    }
    return common
  }
}

extension VirtualSynchrony.Message {
  func addresses(_ p: Process) -> Bool { to == nil || to == p }
}

extension VirtualSynchrony.OpenView {
  /// Properties 9 and 10: who delivers `b` has delivered `a` before.
  func mustPrecede(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = (messages[a], messages[b])
    if x.service < .fifo || y.service < .fifo { return false }
    if x.sender == y.sender { return x.number < y.number }
    return x.service >= .causal && y.service >= .causal && happened(x, before: y.past)
  }

  func happened(_ message: VirtualSynchrony.Message, before past: [Int32]) -> Bool {
    message.number < past[message.sender.index]
  }

  /// Ordered messages that `p` has not delivered and never will once it delivers this one (property 11).
  func passes(_ p: Process, _ index: Int) -> [Int] {
    guard messages[index].service >= .agreed else { return [] }
    let position = messages[index].position ?? .max
    return states[p]!.pending.filter { $0 != index && messages[$0].position ?? .max < position }
  }

  func canDeliver(_ p: Process, _ index: Int) -> Bool {
    let member = states[p]!
    let message = messages[index]
    if member.isAgreed && !member.owed.contains(index) && message.to != p { return false }
    if member.pending.contains(where: { mustPrecede($0, index) }) { return false }
    if member.passed.contains(where: { mustPrecede($0, index) }) { return false }
    let passes = passes(p, index)
    if !member.isSignalled {
      if !passes.isEmpty { return false }
      return message.service < .safe || isStable(index)
    }
    if passes.contains(where: { member.owed.contains($0) }) { return false }
    if member.isFlushed { return true }
    // What it sends yet must not depend on what it passes: it delivers its own messages.
    if passes.contains(where: { happened(messages[$0], before: member.past) }) { return false }
    return !(member.passed + passes).contains { happened(messages[$0], before: message.past) }
  }

  /// Property 12: every member that is alive has delivered the message, or still can.
  private func isStable(_ index: Int) -> Bool {
    for q in members - departed where messages[index].addresses(q) {
      guard installed.contains(q) else { return false }
      guard let member = states[q] else { return false }
      if member.delivered.contains(index) { continue }
      guard present.contains(q), canStillDeliver(q, index) else { return false }
    }
    return true
  }

  private func canStillDeliver(_ q: Process, _ index: Int) -> Bool {
    let member = states[q]!
    if member.owed.contains(index) { return true }
    if member.isAgreed { return false }
    var seen: Set<Int> = [index]
    var left = [index]
    while let next = left.popLast() {
      guard member.pending.contains(next) else { return false }
      if member.passed.contains(where: { mustPrecede($0, next) }) { return false }
      for before in member.pending where mustPrecede(before, next) && seen.insert(before).inserted {
        left.append(before)
      }
    }
    return true
  }

  /// `p` must deliver this message, and what has to come before it.
  mutating func owe(_ p: Process, _ index: Int) {
    var left = [index]
    while let next = left.popLast() {
      guard states[p]!.owed.insert(next).inserted else { continue }
      left += states[p]!.pending.filter { mustPrecede($0, next) }
    }
  }

  /// Gives the message its place in the total order, after those that happened before it.
  mutating func order(_ index: Int) {
    guard messages[index].service >= .agreed, messages[index].position == nil else { return }
    for other in messages.indices.prefix(index)
    where messages[other].service >= .agreed && messages[other].position == nil
      && happened(messages[other], before: messages[index].past)
    {
      messages[other].position = ordered
      ordered += 1
    }
    messages[index].position = ordered
    ordered += 1
  }
}

extension Process {
  /// Its place in an array that has one for each process.
  public var index: Int { Int(number) }
}
