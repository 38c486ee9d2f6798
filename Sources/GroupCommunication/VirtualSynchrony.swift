/// The Virtual Synchrony service of Amir et al., Section III-A, as a machine: whatever the properties of the service
/// allow can happen, and nothing else.
///
/// It stands for the group communication system of all processes at once, and knows everything. A host, a simulator
/// or an explorer, plays the processes, the network and fate: it tells the machine what it is given (`join`,
/// `connect`, `send`, ...), asks which steps can be taken, and has one of them taken by `apply`.
///
/// The life of a view: once a component needs another one (`needsView`), each of its members is given, at any moment
/// and in either order, a flush request and the transitional signal. When all have had both and have answered the
/// request with `flushOk`, the next view can be agreed on, whose members deliver what is due and install it one by
/// one. Until a member does, yet another view can be agreed on that it goes to instead.
///
/// ```swift
/// var service = VirtualSynchrony<String>(processes: 2)
/// service.join(Process(0))
/// let agreement = service.agreement(for: service.component(of: Process(0)))!
/// service.apply(.agree(agreement))
/// let event = service.apply(.install(Process(0)))  // .view(...)
/// ```
public struct VirtualSynchrony<Payload: Hashable & Sendable>: Hashable, Sendable {
  /// What the service can do next.
  public enum Step: Hashable, Sendable {
    /// Asks a member to stop sending.
    case flushRequest(Process)
    /// Gives a member the transitional signal.
    case signal(Process)
    /// Delivers a message to a member.
    case deliver(Process, MessageIdentifier)
    /// Agrees on a view; nobody is told.
    case agree(Agreement)
    /// Gives a process the view that is agreed for it.
    case install(Process)
  }

  /// What a process is told.
  public enum Event: Hashable, Sendable {
    case view(View)
    case signal
    case flushRequest
    case deliver(Message<Payload>)
  }

  enum Presence: Hashable, Sendable {
    case idle, joined, crashed
  }

  struct Endpoint: Hashable, Sendable {
    var presence = Presence.idle
    /// Whom the network connects it with, itself among them.
    var connected: ProcessSet
    /// Somebody suspects somebody: a view is to follow even if its members are the same.
    var isSuspicious = false
    var view: View?
    /// The view that is agreed for it and that it has not installed.
    var target: View?
  }

  var endpoints: [Endpoint]
  /// By identifier.
  var open: [OpenView<Payload>] = []
  var lastIdentifier = ViewIdentifier(0)

  /// - Parameter processes: how many there are: 0, 1, ... They are connected, and nobody has joined.
  public init(processes: Int) {
    let all = ProcessSet((0..<processes).map { Process($0) })
    endpoints = .init(repeating: Endpoint(connected: all), count: processes)
  }

  // MARK: What a host asks

  public var processes: ProcessSet { ProcessSet(endpoints.indices.map { Process($0) }) }
  /// Who has joined, and has neither left nor crashed since.
  public var joined: ProcessSet { ProcessSet(processes.filter { isJoined($0) }) }
  public func isJoined(_ p: Process) -> Bool { endpoints[p.index].presence == .joined }
  public func isCrashed(_ p: Process) -> Bool { endpoints[p.index].presence == .crashed }
  /// The view that `p` is in.
  public func view(of p: Process) -> View? { endpoints[p.index].view }
  /// The view that is agreed for `p` to install.
  public func target(of p: Process) -> View? { endpoints[p.index].target }
  public func isFlushRequested(_ p: Process) -> Bool { membership(p)?.isFlushRequested ?? false }
  public func isFlushed(_ p: Process) -> Bool { membership(p)?.isFlushed ?? false }
  public func isSignalled(_ p: Process) -> Bool { membership(p)?.isSignalled ?? false }

  /// Those who have joined of whom the network connects `p` with.
  public func component(of p: Process) -> ProcessSet {
    ProcessSet(endpoints[p.index].connected.filter { isJoined($0) })
  }

  /// Whether a component must go on to another view: its members are not all in, or about to install, one and the
  /// same view of just them, or have begun to leave it, or are suspicious.
  public func needsView(_ component: ProcessSet) -> Bool {
    var identifier: ViewIdentifier?
    for p in component {
      let endpoint = endpoints[p.index]
      guard let last = endpoint.target ?? endpoint.view, !endpoint.isSuspicious, last.members == component,
        last.identifier == identifier ?? last.identifier
      else { return true }
      identifier = last.identifier
      if endpoint.target == nil, isSignalled(p) || isFlushRequested(p) { return true }
    }
    return false
  }

  /// Whether `p` is to have another view than what is agreed for it, if anything is.
  public func isPending(_ p: Process) -> Bool { isJoined(p) && needsView(component(of: p)) }

  public func canRequestFlush(_ p: Process) -> Bool {
    guard let membership = membership(p) else { return false }
    return !membership.isFlushRequested && isPending(p)
  }

  public func canSignal(_ p: Process) -> Bool {
    guard let membership = membership(p) else { return false }
    return !membership.isSignalled && isPending(p)
  }

  /// Whether `p` may send: it is in a view, and has not promised to be silent until the next.
  public func canSend(_ p: Process) -> Bool { membership(p).map { !$0.isFlushed } ?? false }

  /// Whether `p` has a flush request to answer.
  public func canFlushOk(_ p: Process) -> Bool {
    membership(p).map { $0.isFlushRequested && !$0.isFlushed } ?? false
  }

  /// What `p` has not delivered in its view of what is addressed to it, sender by sender in the order of their sends.
  /// What it can never deliver is partly left out.
  public func undelivered(_ p: Process) -> [MessageIdentifier] { current(p)?.undelivered(by: p) ?? [] }

  /// What `p` can deliver next: of each sender one message that is at least fifo, and any reliable ones.
  public func deliverable(_ p: Process) -> [MessageIdentifier] { current(p)?.deliverable(by: p) ?? [] }

  public func canDeliver(_ p: Process, _ message: MessageIdentifier) -> Bool {
    guard let open = current(p), open.identifier == message.view else { return false }
    return open.canDeliver(message, p)
  }

  /// What `p` must deliver before it goes on: what it sent, the safe messages that others count on, and, once a view
  /// is agreed for it, what its class delivers. A run is complete only when nobody must deliver anything.
  public func mustDeliver(_ p: Process) -> [MessageIdentifier] { current(p)?.owed(by: p) ?? [] }

  /// Whether a view of just these can be agreed on.
  public func canAgree(_ component: ProcessSet) -> Bool {
    guard let first = component.first, component == self.component(of: first) else { return false }
    return component.allSatisfy { p in membership(p).map { $0.isSignalled && $0.isFlushed } ?? true }
      && needsView(component)
  }

  public func canInstall(_ p: Process) -> Bool {
    guard endpoints[p.index].target != nil else { return false }
    return current(p)?.owesNothing(p) ?? true
  }

  /// All that can happen at `p` next, but for agreements.
  public func steps(at p: Process) -> [Step] {
    var steps: [Step] = []
    if canRequestFlush(p) { steps.append(.flushRequest(p)) }
    if canSignal(p) { steps.append(.signal(p)) }
    steps += deliverable(p).map { .deliver(p, $0) }
    if canInstall(p) { steps.append(.install(p)) }
    return steps
  }

  // MARK: What a host tells

  /// `p` joins the group: it is alive and has not joined.
  public mutating func join(_ p: Process) {
    precondition(endpoints[p.index].presence == .idle, "it has joined, or has crashed")
    endpoints[p.index].presence = .joined
  }

  /// `p` leaves the group; it may join again, as if it had never been in it.
  public mutating func leave(_ p: Process) {
    precondition(isJoined(p), "it has not joined")
    depart(p, .idle)
  }

  public mutating func crash(_ p: Process) {
    precondition(!isCrashed(p), "it has crashed")
    depart(p, .crashed)
  }

  /// `p` is back after a crash and joins, with no memory of what was.
  public mutating func recover(_ p: Process) {
    precondition(isCrashed(p), "it has not crashed")
    endpoints[p.index].presence = .joined
  }

  /// The network connects just the members of each of these with each other; processes not named are alone.
  public mutating func connect(_ components: [ProcessSet]) {
    for index in endpoints.indices { endpoints[index].connected = [Process(index)] }
    for component in components {
      for p in component {
        precondition(endpoints[p.index].connected.count == 1, "it is in two components")
        endpoints[p.index].connected = component
      }
    }
  }

  /// Somebody in the component of `p` suspects somebody wrongly: a view with the same members is to follow.
  public mutating func glitch(_ p: Process) {
    for q in component(of: p) { endpoints[q.index].isSuspicious = true }
  }

  /// `p` sends a message in its view.
  /// - Parameter to: the only addressee, a member of the view; nil: all of them, `p` too.
  @discardableResult public mutating func send(
    _ payload: Payload, from p: Process, service: Service, to: Process? = nil
  ) -> MessageIdentifier {
    precondition(canSend(p), "it is in no view, or has flushed it")
    let view = endpoints[p.index].view!
    precondition(to.map(view.members.contains) ?? true, "the addressee is no member of the view")
    return open[index(view.identifier)].send(payload, from: p, service: service, to: to)
  }

  /// `p` answers the flush request, and sends nothing more until its next view.
  public mutating func flushOk(_ p: Process) {
    precondition(canFlushOk(p), "nothing to answer")
    open[index(endpoints[p.index].view!.identifier)].flush(p)
  }

  // MARK: Steps

  /// Takes a step that can be taken.
  /// - Returns: what the process that the step names is told; nil for an agreement.
  @discardableResult public mutating func apply(_ step: Step) -> Event? {
    switch step {
    case .flushRequest(let p):
      precondition(canRequestFlush(p), "it has been asked, or need not be")
      open[index(endpoints[p.index].view!.identifier)].memberships[p.index].isFlushRequested = true
      return .flushRequest
    case .signal(let p):
      precondition(canSignal(p), "it has had its signal, or needs none")
      open[index(endpoints[p.index].view!.identifier)].memberships[p.index].isSignalled = true
      return .signal
    case .deliver(let p, let message):
      precondition(canDeliver(p, message), "it cannot deliver this now")
      return .deliver(open[index(message.view)].deliver(message, p))
    case .agree(let agreement):
      agree(agreement)
      return nil
    case .install(let p):
      return .view(install(p))
    }
  }

  private mutating func agree(_ agreement: Agreement) {
    precondition(canAgree(agreement.members), "these can agree on nothing now")
    lastIdentifier = ViewIdentifier(lastIdentifier.number + 1)
    for together in agreement.classes {
      if let previous = together.previous { open[index(previous)].agree(together) }
      for p in together.members {
        let endpoint = endpoints[p.index]
        if let diverted = endpoint.target { open[index(diverted.identifier)].divert(p) }
        let leaving = endpoint.view.map { $0.members - together.members } ?? []
        endpoints[p.index].isSuspicious = false
        endpoints[p.index].target = View(
          lastIdentifier, members: agreement.members, transitional: together.members, leaving: leaving)
      }
    }
    open.append(OpenView(lastIdentifier, members: agreement.members, processes: endpoints.count))
    close()
  }

  private mutating func install(_ p: Process) -> View {
    precondition(canInstall(p), "it owes something, or has nothing to install")
    let view = endpoints[p.index].target!
    for index in open.indices where open[index].identifier != view.identifier { open[index].leaveBehind(p) }
    open[index(view.identifier)].install(p)
    endpoints[p.index].view = view
    endpoints[p.index].target = nil
    close()
    return view
  }

  private mutating func depart(_ p: Process, _ presence: Presence) {
    for index in open.indices { open[index].depart(p) }
    endpoints[p.index] = Endpoint(presence: presence, connected: endpoints[p.index].connected)
    close()
  }

  /// Forgets the views that nobody is in or is to install.
  private mutating func close() { open.removeAll { !$0.isNeeded } }

  func index(_ identifier: ViewIdentifier) -> Int { open.firstIndex { $0.identifier == identifier }! }

  func current(_ p: Process) -> OpenView<Payload>? {
    endpoints[p.index].view.map { open[index($0.identifier)] }
  }

  private func membership(_ p: Process) -> OpenView<Payload>.Membership? {
    current(p)?.memberships[p.index]
  }
}
