/// The Virtual Synchrony service of Amir et al., Section III-A, as a machine: what the properties of the service allow
/// can happen, but for what `Spec/Service.md` names, and nothing else.
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
  public typealias Step = ServiceStep

  /// What a process is told.
  public enum Event: Hashable, Sendable {
    case view(View)
    case signal
    case flushRequest
    case deliver(Message<Payload>)
  }

  /// What the messages under way in a view say, as long as `OpenView` has them.
  fileprivate struct Payloads: Hashable, Sendable {
    let view: ViewIdentifier
    var ordered: [Tail<Payload>]
    var reliable: [Tail<Payload>]
  }

  fileprivate var state: ServiceState
  /// By view, as in `state`.
  fileprivate var payloads: [Payloads] = []

  /// - Parameters:
  ///   - processes: how many there are: 0, 1, ... They are connected, and nobody has joined.
  ///   - isSignalSynchronous: whether members that move together have delivered the same agreed messages before their
  ///     signals. Lemma 1.6 takes it for granted; none of the properties promises it.
  public init(processes: Int, isSignalSynchronous: Bool = false) {
    state = ServiceState(processes: processes, isSignalSynchronous: isSignalSynchronous)
  }

  // MARK: What a host asks

  public var processes: ProcessSet { state.processes }
  /// Who has joined, and has neither left nor crashed since.
  public var joined: ProcessSet { state.joined }
  public func isJoined(_ p: Process) -> Bool { state.isJoined(p) }
  public func isCrashed(_ p: Process) -> Bool { state.isCrashed(p) }
  /// The view that `p` is in.
  public func view(of p: Process) -> View? { state.view(of: p) }
  /// The view that is agreed for `p` to install.
  public func target(of p: Process) -> View? { state.target(of: p) }
  public func isFlushRequested(_ p: Process) -> Bool { state.isFlushRequested(p) }
  public func isFlushed(_ p: Process) -> Bool { state.isFlushed(p) }
  public func isSignalled(_ p: Process) -> Bool { state.isSignalled(p) }

  /// Whom the network connects `p` with, itself among them.
  public func connected(with p: Process) -> ProcessSet { state.endpoints[p.index].connected }

  /// Those who have joined of whom the network connects `p` with.
  public func component(of p: Process) -> ProcessSet { state.component(of: p) }

  /// Whether a component must go on to another view: its members are not all in, or about to install, one and the
  /// same view of just them, or have begun to leave it, or are suspicious.
  public func needsView(_ component: ProcessSet) -> Bool { state.needsView(component) }

  /// Whether `p` is to have another view than what it is in, or what is agreed for it.
  public func isPending(_ p: Process) -> Bool { state.isPending(p) }

  public func canRequestFlush(_ p: Process) -> Bool { state.canRequestFlush(p) }
  public func canSignal(_ p: Process) -> Bool { state.canSignal(p) }
  /// Whether `p` may send: it is in a view, and has not promised to be silent until the next.
  public func canSend(_ p: Process) -> Bool { state.canSend(p) }
  /// Whether `p` has a flush request to answer.
  public func canFlushOk(_ p: Process) -> Bool { state.canFlushOk(p) }

  /// What `p` has not delivered in its view of what is addressed to it, sender by sender in the order of their sends.
  /// What it can never deliver is partly left out.
  public func undelivered(_ p: Process) -> [MessageIdentifier] { state.undelivered(p) }

  /// What `p` can deliver next: of each sender at most one message that is at least fifo, and any reliable ones.
  public func deliverable(_ p: Process) -> [MessageIdentifier] { state.deliverable(p) }

  public func canDeliver(_ p: Process, _ message: MessageIdentifier) -> Bool { state.canDeliver(p, message) }

  /// What `p` must deliver before it goes on: what it sent, the safe messages that others count on, and, once a view
  /// is agreed for it, what its class delivers. A run is complete only when nobody must deliver anything.
  public func mustDeliver(_ p: Process) -> [MessageIdentifier] { state.mustDeliver(p) }

  /// Whether a view of just these can be agreed on.
  public func canAgree(_ component: ProcessSet) -> Bool { state.canAgree(component) }

  /// An agreement on a view of just `component`, as near to a host's proposal as can be.
  ///
  /// - Parameters:
  ///   - grouping: who shall move together; members not named: alone; nil: as many as can. Those who cannot are parted,
  ///     the earlier in the order of the numbers staying together.
  ///   - extra: broadcasts that a class shall deliver beyond what it must, where it can.
  /// - Returns: nil unless `canAgree(component)`.
  public func agreement(
    for component: ProcessSet, grouping: [ProcessSet]? = nil, extra: [MessageIdentifier] = []
  ) -> Agreement? { state.agreement(for: component, grouping: grouping, extra: extra) }

  /// All agreements on a view of just `component`: every partition into classes, and for each of these all that it can
  /// deliver. They are many: for small groups with few messages under way.
  public func agreements(for component: ProcessSet) -> [Agreement] { state.agreements(for: component) }

  public func canInstall(_ p: Process) -> Bool { state.canInstall(p) }

  /// All that can happen at `p` next, but for agreements.
  public func steps(at p: Process) -> [Step] { state.steps(at: p) }

  /// Whether nothing but a step of `p`, or a message that is sent in its view, changes what can happen at `p` next or what
  /// comes of it, or is changed by that; as long as the network stays as it is, and nobody joins, leaves or crashes.
  public func isUndisturbed(_ p: Process) -> Bool { state.isUndisturbed(p) }

  /// The others that are in the view of `p` and can send in it.
  public func companions(of p: Process) -> ProcessSet { state.companions(of: p) }

  /// What a message says that somebody has not delivered yet.
  public func payload(of message: MessageIdentifier) -> Payload {
    let payloads = payloads[index(message.view)]
    let tail = message.isOrdered ? payloads.ordered : payloads.reliable
    return tail[message.sender.index][message.number]
  }

  // MARK: What a host tells

  /// `p` joins the group: it is alive and has not joined.
  public mutating func join(_ p: Process) { state.join(p) }

  /// `p` leaves the group; it may join again, as if it had never been in it.
  public mutating func leave(_ p: Process) {
    state.leave(p)
    forget()
  }

  public mutating func crash(_ p: Process) {
    state.crash(p)
    forget()
  }

  /// `p` is back after a crash and joins, with no memory of what was.
  public mutating func recover(_ p: Process) { state.recover(p) }

  /// The network connects just the members of each of these with each other; processes not named are alone.
  public mutating func connect(_ components: [ProcessSet]) { state.connect(components) }

  /// Somebody in the component of `p` suspects somebody wrongly: a view with the same members is to follow.
  public mutating func glitch(_ p: Process) { state.glitch(p) }

  /// `p` sends a message in its view.
  /// - Parameter to: the only addressee, a member of the view; nil: all of them, `p` too.
  @discardableResult public mutating func send(
    _ payload: Payload, from p: Process, service: Service, to: Process? = nil
  ) -> MessageIdentifier {
    let message = state.send(from: p, service: service, to: to)
    let view = index(message.view)
    if message.isOrdered {
      payloads[view].ordered[p.index].append(payload)
    } else {
      payloads[view].reliable[p.index].append(payload)
    }
    forget(view)
    return message
  }

  /// `p` answers the flush request, and sends nothing more until its next view.
  public mutating func flushOk(_ p: Process) { state.flushOk(p) }

  /// Takes a step that can be taken.
  /// - Returns: what the process that the step names is told; nil for an agreement.
  @discardableResult public mutating func apply(_ step: Step) -> Event? {
    switch step {
    case .flushRequest(let p):
      state.requestFlush(p)
      return .flushRequest
    case .signal(let p):
      state.signal(p)
      return .signal
    case .deliver(let p, let message):
      let letter = state.deliver(message, p)
      let payload = payload(of: message)
      forget(index(message.view))
      return .deliver(
        Message(identifier: message, service: letter.service, to: letter.to, payload: payload))
    case .agree(let agreement):
      let none = [Tail<Payload>](repeating: Tail(), count: state.endpoints.count)
      payloads.append(Payloads(view: state.agree(agreement), ordered: none, reliable: none))
      forget()
      return nil
    case .install(let p):
      let view = state.install(p)
      forget()
      return .view(view)
    }
  }

  /// Where `p` stands, in words.
  public func status(of p: Process) -> String { state.status(of: p) }

  private func index(_ view: ViewIdentifier) -> Int { payloads.firstIndex { $0.view == view }! }

  /// Forgets what `state` has forgotten.
  private mutating func forget() {
    payloads.removeAll { payloads in !state.open.contains { $0.identifier == payloads.view } }
    for view in payloads.indices { forget(view) }
  }

  private mutating func forget(_ view: Int) {
    for sender in state.endpoints.indices {
      payloads[view].ordered[sender].forget(before: state.open[view].ordered[sender].start)
      payloads[view].reliable[sender].forget(before: state.open[view].reliable[sender].start)
    }
  }
}

// For those who keep many services: what differs little from one to the next.
extension VirtualSynchrony {
  /// What does not belong to one view.
  public struct Network: Hashable, Sendable {
    fileprivate var state: ServiceState

    /// The view that `p` is in.
    public func view(of p: Process) -> View? { state.view(of: p) }
  }

  /// A view that somebody is in, or may still install.
  public struct OpenView: Hashable, Sendable {
    fileprivate var view: GroupCommunication.OpenView
    fileprivate var payloads: Payloads

    public var identifier: ViewIdentifier { view.identifier }
  }

  public var network: Network {
    var state = state
    state.open = []
    return Network(state: state)
  }

  /// By identifier.
  public var openViews: [OpenView] {
    zip(state.open, payloads).map { OpenView(view: $0, payloads: $1) }
  }

  /// The service that has these parts.
  public init(_ network: Network, _ openViews: [OpenView]) {
    state = network.state
    state.open = openViews.map { $0.view }
    payloads = openViews.map { $0.payloads }
  }

}

/// What the service can do next.
public enum ServiceStep: Hashable, Sendable {
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
