/// The service but for what messages say.
///
/// It is apart from `VirtualSynchrony`, which is generic, so that it is compiled once, and fast.
struct ServiceState: Hashable, Sendable {
  struct Endpoint: Hashable, Sendable {
    /// Whom the network connects it with, itself among them.
    var connected: ProcessSet
    /// Somebody suspects somebody: a view is to follow even if its members are the same.
    var isSuspicious = false
    var view: View?
    /// The view that is agreed for it and that it has not installed.
    var target: View?
  }

  var endpoints: [Endpoint]
  private(set) var joined: ProcessSet = []
  private(set) var crashed: ProcessSet = []
  /// By identifier.
  var open: [OpenView] = []
  var lastIdentifier = ViewIdentifier(0)
  let isSignalSynchronous: Bool

  init(processes: Int, isSignalSynchronous: Bool) {
    self.isSignalSynchronous = isSignalSynchronous
    let all = ProcessSet((0..<processes).map { Process($0) })
    endpoints = .init(repeating: Endpoint(connected: all), count: processes)
  }

  // MARK: What a host asks

  var processes: ProcessSet { ProcessSet(endpoints.indices.map { Process($0) }) }
  func isJoined(_ p: Process) -> Bool { joined.contains(p) }
  func isCrashed(_ p: Process) -> Bool { crashed.contains(p) }
  func view(of p: Process) -> View? { endpoints[p.index].view }
  func target(of p: Process) -> View? { endpoints[p.index].target }
  func isFlushRequested(_ p: Process) -> Bool { membership(p) { $0.isFlushRequested } ?? false }
  func isFlushed(_ p: Process) -> Bool { membership(p) { $0.isFlushed } ?? false }
  func isSignalled(_ p: Process) -> Bool { membership(p) { $0.isSignalled } ?? false }

  func component(of p: Process) -> ProcessSet {
    endpoints[p.index].connected & joined
  }

  func needsView(_ component: ProcessSet) -> Bool {
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

  func isPending(_ p: Process) -> Bool { isJoined(p) && needsView(component(of: p)) }

  func canRequestFlush(_ p: Process) -> Bool {
    membership(p) { !$0.isFlushRequested } ?? false && isPending(p)
  }

  func canSignal(_ p: Process) -> Bool {
    membership(p) { !$0.isSignalled } ?? false && isPending(p)
  }

  func canSend(_ p: Process) -> Bool { membership(p) { !$0.isFlushed } ?? false }

  func canFlushOk(_ p: Process) -> Bool {
    membership(p) { $0.isFlushRequested && !$0.isFlushed } ?? false
  }

  func undelivered(_ p: Process) -> [MessageIdentifier] {
    current(p).map { open[$0].undelivered(by: p) } ?? []
  }

  func deliverable(_ p: Process) -> [MessageIdentifier] {
    current(p).map { open[$0].deliverable(by: p) } ?? []
  }

  func canDeliver(_ p: Process, _ message: MessageIdentifier) -> Bool {
    guard let current = current(p), open[current].identifier == message.view else { return false }
    return open[current].canDeliver(message, p)
  }

  func mustDeliver(_ p: Process) -> [MessageIdentifier] { current(p).map { open[$0].owed(by: p) } ?? [] }

  func canAgree(_ component: ProcessSet) -> Bool {
    guard let first = component.first, component == self.component(of: first) else { return false }
    return component.allSatisfy { p in membership(p) { $0.isSignalled && $0.isFlushed } ?? true }
      && needsView(component)
  }

  func canInstall(_ p: Process) -> Bool {
    endpoints[p.index].target != nil && current(p).map { open[$0].owesNothing(p) } ?? true
  }

  func steps(at p: Process) -> [ServiceStep] {
    var steps: [ServiceStep] = []
    if canRequestFlush(p) { steps.append(.flushRequest(p)) }
    if canSignal(p) { steps.append(.signal(p)) }
    steps += deliverable(p).map { .deliver(p, $0) }
    if canInstall(p) { steps.append(.install(p)) }
    return steps
  }

  func status(of p: Process) -> String {
    guard isJoined(p) else { return "down" }
    var words = ["joining"]
    if let view = view(of: p) { words = ["in view \(view.identifier) of \(view.members)"] }
    if isFlushRequested(p) { words.append(isFlushed(p) ? "flushed" : "asked to flush") }
    if isSignalled(p) { words.append("signalled") }
    let owed = mustDeliver(p).count
    if owed > 0 { words.append("owes \(owed) messages") }
    if let target = target(of: p) { words.append("is to install view \(target.identifier)") }
    return words.joined(separator: ", ")
  }

  // MARK: What a host tells

  mutating func join(_ p: Process) {
    precondition(!isJoined(p) && !isCrashed(p), "it has joined, or has crashed")
    joined.insert(p)
  }

  mutating func leave(_ p: Process) {
    precondition(isJoined(p), "it has not joined")
    depart(p)
  }

  mutating func crash(_ p: Process) {
    precondition(!isCrashed(p), "it has crashed")
    depart(p)
    crashed.insert(p)
  }

  mutating func recover(_ p: Process) {
    precondition(isCrashed(p), "it has not crashed")
    crashed.remove(p)
    joined.insert(p)
  }

  mutating func connect(_ components: [ProcessSet]) {
    for index in endpoints.indices { endpoints[index].connected = [Process(index)] }
    for component in components {
      for p in component {
        precondition(endpoints[p.index].connected.count == 1, "it is in two components")
        endpoints[p.index].connected = component
      }
    }
  }

  mutating func glitch(_ p: Process) {
    for q in component(of: p) { endpoints[q.index].isSuspicious = true }
  }

  mutating func send(
    from p: Process, service: Service, to: Process?
  ) -> MessageIdentifier {
    precondition(canSend(p), "it is in no view, or has flushed it")
    let current = current(p)!
    precondition(to.map(open[current].members.contains) ?? true, "the addressee is no member of the view")
    return open[current].send(from: p, service: service, to: to)
  }

  mutating func flushOk(_ p: Process) {
    precondition(canFlushOk(p), "nothing to answer")
    open[current(p)!].flush(p)
  }

  // MARK: Steps

  mutating func requestFlush(_ p: Process) {
    precondition(canRequestFlush(p), "it has been asked, or need not be")
    open[current(p)!].memberships[p.index].isFlushRequested = true
  }

  mutating func signal(_ p: Process) {
    precondition(canSignal(p), "it has had its signal, or needs none")
    let current = current(p)!
    open[current].memberships[p.index].isSignalled = true
    if isSignalSynchronous {
      open[current].memberships[p.index].early = open[current].memberships[p.index].position
    }
  }

  mutating func deliver(_ message: MessageIdentifier, _ p: Process) -> OpenView.Letter {
    precondition(canDeliver(p, message), "it cannot deliver this now")
    return open[index(message.view)].deliver(message, p)
  }

  /// - Returns: the identifier of the view agreed on.
  mutating func agree(_ agreement: Agreement) -> ViewIdentifier {
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
    return lastIdentifier
  }

  mutating func install(_ p: Process) -> View {
    precondition(canInstall(p), "it owes something, or has nothing to install")
    let view = endpoints[p.index].target!
    for index in open.indices where open[index].identifier != view.identifier { open[index].leaveBehind(p) }
    open[index(view.identifier)].install(p)
    endpoints[p.index].view = view
    endpoints[p.index].target = nil
    close()
    return view
  }

  private mutating func depart(_ p: Process) {
    for index in open.indices { open[index].depart(p) }
    endpoints[p.index] = Endpoint(connected: endpoints[p.index].connected)
    joined.remove(p)
    close()
  }

  /// Forgets the views that nobody is in or is to install.
  private mutating func close() { open.removeAll { !$0.isNeeded } }

  func index(_ identifier: ViewIdentifier) -> Int { open.firstIndex { $0.identifier == identifier }! }

  /// Where the view that `p` is in stands in `open`.
  func current(_ p: Process) -> Int? { endpoints[p.index].view.map { index($0.identifier) } }

  private func membership(_ p: Process, _ isSo: (OpenView.Membership) -> Bool) -> Bool? {
    current(p).map { isSo(open[$0].memberships[p.index]) }
  }
}
