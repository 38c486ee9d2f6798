public import CyclicGroups
public import Exploration
public import GroupCommunication
public import KeyAgreement
public import SecureGroup

/// The robust key agreement of a small group over a Virtual Synchrony service that does whatever the properties of
/// Amir et al., Section III-A, allow: the basic or the optimized algorithm, with symbolic keys, as printed or repaired.
///
/// At first all processes are connected and have joined, and none is in a view. An adversary then has a budget of
/// events: re-partitions (to any partition), false suspicions, crashes, recoveries. Applications give flush oks at any
/// time, and send the listed messages as soon as they are in a secure view, or later.
public struct RobustModel: Model {
  public typealias State = RobustState
  public typealias Action = RobustAction
  public typealias Storage = EncodedStorage<RobustCodec>
  public typealias Algorithm = RobustAgreement<SymbolicGroup>.Algorithm

  public struct Bounds: Hashable, Sendable {
    public var processes: Int
    /// Events of the adversary.
    public var budget: Int
    /// The messages that may be sent, in this order, by anybody, each with one of these services; at most eight.
    public var messages: [[Service]]
    /// Whether the adversary may crash processes and let them come back, not only part and connect them.
    public var hasCrashes: Bool

    public init(processes: Int = 2, budget: Int = 2, messages: [[Service]] = [], hasCrashes: Bool = true) {
      precondition(1...8 ~= processes && 0...100 ~= budget && messages.count <= 8)
      self.processes = processes
      self.budget = budget
      self.messages = messages
      self.hasCrashes = hasCrashes
    }
  }

  public let algorithm: Algorithm
  public let agreement: KeyAgreementProtocol
  public let repairs: Repairs
  public let bounds: Bounds
  /// Whether members that move together have delivered the same agreed messages before their signals.
  public let isSignalSynchronous: Bool
  /// Whether to look at what eavesdroppers and others can compute.
  public let watchesSecrecy: Bool
  /// Whether to look for states from which nothing leads to SECURE; dead ends are found in any case. It takes several
  /// times as long.
  public let watchesLivelocks: Bool
  public let storage: Storage
  private let partitions: [[ProcessSet]]

  public init(
    _ algorithm: Algorithm, _ agreement: KeyAgreementProtocol = .gdh, _ repairs: Repairs = .all,
    bounds: Bounds = Bounds(), isSignalSynchronous: Bool = false, watchesSecrecy: Bool = true,
    watchesLivelocks: Bool = false
  ) {
    self.algorithm = algorithm
    self.agreement = agreement
    self.repairs = repairs
    self.bounds = bounds
    self.isSignalSynchronous = isSignalSynchronous
    self.watchesSecrecy = watchesSecrecy
    self.watchesLivelocks = watchesLivelocks
    storage = EncodedStorage(RobustCodec())
    partitions = Self.partitions(of: bounds.processes)
  }

  static func partitions(of processes: Int) -> [[ProcessSet]] {
    var partitions: [[ProcessSet]] = [[]]
    for p in (0..<processes).map({ Process($0) }) {
      partitions = partitions.flatMap { parts in
        parts.indices.map { index in
          var parts = parts
          parts[index].insert(p)
          return parts
        } + [parts + [[p]]]
      }
    }
    return partitions
  }

  public var initialStates: [State] {
    var service = VirtualSynchrony<State.Payload>(
      processes: bounds.processes, isSignalSynchronous: isSignalSynchronous)
    for p in service.processes { service.join(p) }
    return [
      State(
        service: service, members: service.processes.map { State.Member(machine: machine($0)) },
        histories: SecureHistories(processes: bounds.processes), budget: UInt8(bounds.budget))
    ]
  }

  private func machine(_ p: Process) -> RobustAgreement<SymbolicGroup> {
    RobustAgreement(p, algorithm: algorithm, agreement: agreement, repairs: repairs)
  }

  // MARK: What may happen

  public func actions(of state: State, into actions: inout [Action]) {
    appendSteps(of: state, into: &actions)
    guard state.budget > 0 else { return }
    let service = state.service
    for parts in partitions
    where !parts.allSatisfy({ part in part.allSatisfy { service.connected(with: $0) == part } }) {
      actions.append(.connect(parts))
    }
    for p in service.joined {
      let component = service.component(of: p)
      if component.first == p, !service.needsView(component) { actions.append(.glitch(p)) }
      if bounds.hasCrashes { actions.append(.crash(p)) }
    }
    for p in service.processes where service.isCrashed(p) { actions.append(.recover(p)) }
  }

  /// What happens without the adversary.
  func appendSteps(of state: State, into actions: inout [Action]) {
    let service = state.service
    for p in service.joined {
      actions += service.steps(at: p).map { .service($0) }
      let member = state.members[p.index]
      if member.owesFlushOk { actions.append(.flushOk(p)) }
      if member.maySend, Int(state.sends) < bounds.messages.count {
        actions += bounds.messages[Int(state.sends)].map { .send(p, $0) }
      }
      let component = service.component(of: p)
      if component.first == p { actions += service.agreements(for: component).map { .service(.agree($0)) } }
    }
  }

  // MARK: What comes of it

  public func next(_ state: State, _ action: Action) -> State? {
    var state = state
    take(action, &state, Ignored())
    return state
  }

  /// - Parameter recorder: is told what there is to tell of it.
  func take(_ action: Action, _ state: inout State, _ recorder: some RobustRecorder) {
    state.broken = []
    state.notPossible = nil
    if action.isCharged { state.budget -= 1 }
    switch action {
    case .connect(let parts): state.service.connect(parts)
    case .glitch(let p): state.service.glitch(p)
    case .crash(let p):
      recorder.record(p, .crash)
      state.service.crash(p)
      state.histories.depart(p)
      state.members[p.index] = State.Member(machine: machine(p))
    case .recover(let p):
      recorder.record(p, .recover)
      state.service.recover(p)
    case .send(let p, let service): send(p, service, &state, recorder)
    case .flushOk(let p): flushOk(p, &state, recorder)
    case .service(let step): take(step, &state, recorder)
    }
    let service = state.service
    state.histories.forget { service.isOpen($0) }
    if hasEnded(state) { state.broken.insert(.termination) }
  }

  private func take(_ step: ServiceStep, _ state: inout State, _ recorder: some RobustRecorder) {
    let event = state.service.apply(step)
    switch step {
    case .agree: break
    case .flushRequest(let p):
      recorder.record(p, .flushRequest)
      give(.flushRequest, p, &state, recorder)
    case .signal(let p):
      recorder.record(p, .signal)
      give(.transitionalSignal, p, &state, recorder)
    case .deliver(let p, let name):
      guard case .deliver(let message) = event else { return }
      recorder.record(p, .deliver(name))
      switch message.payload {
      case .agreement(let message): give(.init(message), p, &state, recorder)
      case .user(let message): give(.dataMessage(message), p, &state, recorder)
      }
    case .install(let p):
      guard case .view(let view) = event else { return }
      recorder.record(p, .view(view))
      judgeMoving(p, view, &state)
      state.members[p.index].draws = 0
      give(.membership(view), p, &state, recorder)
    }
  }

  private func send(
    _ p: Process, _ service: Service, _ state: inout State, _ recorder: some RobustRecorder
  ) {
    state.sends += 1
    let number = state.histories.send(p, service, &state.broken)
    recorder.record(p, .secureSend(number, service))
    let message = UserMessage(sender: p, number: number, service: service)
    give(.userMessage(message), p, &state, recorder)
  }

  private func flushOk(_ p: Process, _ state: inout State, _ recorder: some RobustRecorder) {
    state.members[p.index].owesFlushOk = false
    state.members[p.index].maySend = false
    state.histories.flushOk(p, &state.broken)
    recorder.record(p, .secureFlushOk)
    give(.secureFlushOk, p, &state, recorder)
  }

  /// The machine of `p` has an event.
  private func give(
    _ event: RobustAgreement<SymbolicGroup>.Event, _ p: Process, _ state: inout State,
    _ recorder: some RobustRecorder
  ) {
    let before = state.members[p.index].machine.state
    judgeState(before, event, &state)
    var arithmetic = Arithmetic(SymbolicGroup(), .counted(firstExponent(p, event, state)))
    let first = arithmetic.randomness
    let reaction: RobustAgreement<SymbolicGroup>.Reaction
    do {
      reaction = try state.members[p.index].machine.handle(event, &arithmetic)
    } catch {
      state.broken.insert(.possible)
      state.notPossible = error
      return
    }
    var drawn = first
    while drawn != arithmetic.randomness {
      _ = drawn.next()
      state.members[p.index].draws += 1
    }
    if case .dataMessage(let message) = event, reaction.actions != [.deliverData(message)] {
      state.broken.insert(.immediateDelivery)
    }
    for action in reaction.actions { take(action, p, before, &state, recorder) }
  }

  /// The names of exponents tell whose they are and from when.
  private func firstExponent(
    _ p: Process, _ event: RobustAgreement<SymbolicGroup>.Event, _ state: State
  ) -> UInt64 {
    let member = state.members[p.index]
    var view = member.machine.newIdentifier
    if case .membership(let new) = event { view = new.identifier }
    return exponent(p, view, member.draws)
  }

  private func exponent(_ p: Process, _ view: ViewIdentifier, _ draw: UInt8) -> UInt64 {
    UInt64(p.index) << 32 | UInt64(view.number) << 8 | UInt64(draw)
  }

  private func take(
    _ action: RobustAgreement<SymbolicGroup>.Action, _ p: Process, _ before: SecureGroup.State,
    _ state: inout State, _ recorder: some RobustRecorder
  ) {
    switch action {
    case .deliverView(let view):
      recorder.record(p, .secureView(view))
      judge(view, p, &state)
      state.histories.install(p, view, &state.broken)
      state.members[p.index].maySend = true
      state.members[p.index].owesFlushOk = false
    case .deliverSignal:
      recorder.record(p, .secureSignal)
      state.histories.signal(p, &state.broken)
    case .deliverFlushRequest(let answerAtOnce):
      recorder.record(p, .secureFlushRequest)
      state.histories.requestFlush(p, &state.broken)
      state.members[p.index].owesFlushOk = true
      if answerAtOnce { flushOk(p, &state, recorder) }
    case .deliverData(let message):
      recorder.record(p, .secureDeliver(message.number))
      state.histories.deliver(p, message.number, &state.broken)
    case .refuse: break
    case .sendFlushOk:
      guard state.service.canFlushOk(p) else {
        state.broken.insert(.possible)
        return
      }
      recorder.record(p, .flushOk)
      state.service.flushOk(p)
    case .unicast(let message, let to): transmit(.agreement(message), p, .fifo, to, &state, recorder)
    case .broadcast(let message, let service):
      transmit(.agreement(message), p, service, nil, &state, recorder)
    case .broadcastData(let message, let service):
      if before != .secure { state.broken.insert(.sendingIsBlocked) }
      transmit(.user(message), p, service, nil, &state, recorder)
    }
  }

  private func transmit(
    _ payload: State.Payload, _ p: Process, _ service: Service, _ to: Process?, _ state: inout State,
    _ recorder: some RobustRecorder
  ) {
    guard state.service.canSend(p) else {
      state.broken.insert(.possible)
      return
    }
    if watchesSecrecy, case .agreement(let message) = payload {
      for element in message.elements where !state.overheard.contains(element) {
        state.overheard.append(element)
      }
      state.overheard.sort()
    }
    let name = state.service.send(payload, from: p, service: service, to: to)
    recorder.record(p, .send(name, service, to))
  }

  // MARK: What is claimed

  /// Lemmas 1.3, 1.4 and 2.1, 2.2.
  private func judgeState(
    _ at: SecureGroup.State, _ event: RobustAgreement<SymbolicGroup>.Event, _ state: inout State
  ) {
    switch event {
    case .membership:
      let isMeant =
        at == .waitForCascadingMembership
        || algorithm == .optimized && (at == .waitForMembership || at == .waitForSelfJoin)
      if !isMeant { state.broken.insert(.membershipStates) }
    case .dataMessage:
      let isMeant =
        at == .secure || at == (algorithm == .basic ? .waitForCascadingMembership : .waitForMembership)
      if !isMeant { state.broken.insert(.userMessageStates) }
    case .partialToken, .finalToken, .factOut, .keyList, .userMessage, .transitionalSignal, .flushRequest,
      .secureFlushOk:
      break
    }
  }

  /// Lemma 1.6, as `p` installs a VS view that others of its transitional set are in already: the VS view that they come
  /// from has become a secure one at all of them, or at none.
  private func judgeMoving(_ p: Process, _ view: View, _ state: inout State) {
    let previous = state.members[p.index].machine.newIdentifier
    for q in view.transitional where q != p && state.service.view(of: q)?.identifier == view.identifier {
      if state.histories.hasInstalled(p, previous) != state.histories.hasInstalled(q, previous) {
        state.broken.insert(.movingTogether)
      }
    }
  }

  /// Lemma 1.5, and what keys are for.
  private func judge(
    _ view: SecureGroup.SecureView<SymbolicGroup.Element>, _ p: Process, _ state: inout State
  ) {
    let below = state.service.view(of: p)!
    if view.identifier != below.identifier || view.members != below.members {
      state.broken.insert(.latestView)
    }
    for other in state.histories.views {
      if other.identifier == view.identifier {
        if other.key != view.key { state.broken.insert(.keyAgreement) }
      } else if other.key == view.key {
        state.broken.insert(.keyFreshness)
      }
    }
    guard watchesSecrecy, !state.histories.views.contains(where: { $0.identifier == view.identifier }) else {
      return
    }
    var exponents: Set<UInt64> = []
    for q in state.service.processes where !view.members.contains(q) {
      for number in 1...max(view.identifier.number, 1) {
        for draw in UInt8(0)..<8 { exponents.insert(exponent(q, ViewIdentifier(number), draw)) }
      }
    }
    let otherKeys = state.histories.views.map(\.key)
    let outsider = Knowledge(elements: state.overheard + otherKeys, exponents: exponents)
    if outsider.canCompute(view.key) { state.broken.insert(.secrecy) }
  }

  /// Whether nothing can happen any more without the adversary, and somebody alive is not in SECURE, or lacks a message
  /// of its own.
  private func hasEnded(_ state: State) -> Bool {
    let isUnfinished = state.service.joined.contains { p in
      state.members[p.index].machine.state != .secure || state.histories.lacksOwn(p)
    }
    guard isUnfinished else { return false }
    var steps: [Action] = []
    appendSteps(of: state, into: &steps)
    return steps.isEmpty
  }

  public var properties: [Property<State>] {
    let processes = bounds.processes
    return Claim.allCases.filter { watchesSecrecy || $0 != .secrecy }.map { claim in
      .always(claim.name(in: algorithm), title: claim.title) { !$0.broken.contains(claim) }
    } + [
      .sometimes("all are in one secure view") { state in
        state.members.allSatisfy { $0.machine.state == .secure && $0.machine.newMembers.count == processes }
      }
    ]
      + (bounds.budget > 0
        ? [
          .sometimes("an agreement is interrupted") { state in
            zip(state.members, state.histories.lives).contains { member, life in
              member.machine.state == .waitForCascadingMembership
                && member.machine.newIdentifier > life.greatest ?? ViewIdentifier(0)
            }
          }
        ] : [])
      + (watchesLivelocks
        ? [
          .alwaysReachable("no livelock", title: "SECURE can be reached from everywhere") { state in
            state.service.joined.allSatisfy {
              state.members[$0.index].machine.state == .secure && !state.service.isPending($0)
            }
          }
        ] : [])
      + bounds.messages.prefix(1).map { _ in
        .sometimes("all messages are delivered") { state in
          state.sends == bounds.messages.count
            && state.histories.lives.contains { life in
              life.delivered.nonzeroBitCount == Int(state.sends)
            }
        }
      }
  }

  public func kind(of action: Action?, to state: State) -> String {
    if let event = state.notPossible { return "\(event.event) in \(event.state)" }
    if state.broken.contains(.possible) { return "a flush ok or a message that the service does not take" }
    return ""
  }

  public func label(action: Action) -> String {
    switch action {
    case .connect(let parts):
      "the network becomes " + parts.map(\.description).joined(separator: " ")
    case .glitch(let p): "somebody suspects \(p), wrongly"
    case .crash(let p): "\(p) crashes"
    case .recover(let p): "\(p) recovers and joins"
    case .send(let p, let service): "\(p) sends a message, \(service)"
    case .flushOk(let p): "\(p)'s application gives its flush ok"
    case .service(.flushRequest(let p)): "\(p) gets a flush request"
    case .service(.signal(let p)): "\(p) gets the transitional signal"
    case .service(.deliver(let p, let message)): "\(p) gets message \(message)"
    case .service(.agree(let agreement)):
      "a view of \(agreement.members) is agreed: "
        + agreement.classes.map { $0.members.description }.joined(separator: " ") + " move together"
    case .service(.install(let p)): "\(p) gets the view agreed for it"
    }
  }

  public func label(state: State) -> String {
    var words = state.service.processes.map { p in
      let machine = state.members[p.index].machine
      return state.service.isJoined(p)
        ? "\(p) in \(machine.state), view \(machine.newIdentifier) of \(machine.newMembers)" : "\(p) down"
    }
    if let event = state.notPossible { words.append("not possible: \(event.event) in \(event.state)") }
    return words.joined(separator: "; ")
  }
}
