public import CyclicGroups
public import Exploration
public import GroupCommunication
public import KeyAgreement
public import SecureGroup

/// The robust key agreement of a small group over a Virtual Synchrony service that does whatever the properties of
/// Amir et al., Section III-A, allow: the basic or the optimized algorithm, with symbolic keys, as printed or repaired.
///
/// At first all processes are connected and have joined; where it begins with `joining`, none is in a view, and with
/// `secure`, all are in a first secure view. An adversary then has a budget of events: re-partitions (to any partition),
/// false suspicions, crashes, recoveries. Applications give flush oks at any time, and send the listed messages as soon as
/// they are in a secure view, or later.
public struct RobustModel: Model {
  public typealias State = RobustState
  public typealias Action = RobustAction
  public typealias Storage = EncodedStorage<RobustCodec>
  public typealias Algorithm = RobustAgreement<SymbolicGroup>.Algorithm

  /// What has happened when a search begins.
  public enum Beginning: String, Hashable, Sendable, CaseIterable {
    /// All have joined.
    case joining
    /// All are in SECURE, in a view of them all, the first of each, and nothing else has happened.
    case secure
  }

  public struct Bounds: Hashable, Sendable {
    public var processes: Int
    public var beginning: Beginning
    /// Events of the adversary.
    public var budget: Int
    /// The messages that may be sent, in this order, by anybody, each with one of these services; at most eight.
    public var messages: [[Service]]
    /// Whether the adversary may crash processes and let them come back, not only part and connect them.
    public var hasCrashes: Bool
    /// Whether it may have processes suspect others wrongly.
    public var hasSuspicions: Bool

    public init(
      processes: Int = 2, beginning: Beginning = .joining, budget: Int = 2, messages: [[Service]] = [],
      hasCrashes: Bool = true, hasSuspicions: Bool = true
    ) {
      precondition(1...8 ~= processes && 0...100 ~= budget && messages.count <= 8)
      self.processes = processes
      self.beginning = beginning
      self.budget = budget
      self.messages = messages
      self.hasCrashes = hasCrashes
      self.hasSuspicions = hasSuspicions
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
  /// Whether to take only one of the orders in which processes can do what does not concern the others: see
  /// `independent(in:)`.
  public let isReduced: Bool
  public let storage: Storage
  let parts: RobustParts

  public init(
    _ algorithm: Algorithm, _ agreement: KeyAgreementProtocol = .gdh, _ repairs: Repairs = .all,
    bounds: Bounds = Bounds(), isSignalSynchronous: Bool = false, watchesSecrecy: Bool = true,
    watchesLivelocks: Bool = false, isReduced: Bool = false
  ) {
    precondition(!(isReduced && watchesLivelocks), "a reduced graph does not tell what is always reachable")
    self.algorithm = algorithm
    self.agreement = agreement
    self.repairs = repairs
    self.bounds = bounds
    self.isSignalSynchronous = isSignalSynchronous
    self.watchesSecrecy = watchesSecrecy
    self.watchesLivelocks = watchesLivelocks
    self.isReduced = isReduced
    storage = EncodedStorage(RobustCodec(processes: bounds.processes))
    parts = RobustParts(bounds)
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
    var state = joiningState
    if bounds.beginning == .secure { for action in opening { take(action, &state, Ignored()) } }
    return [state]
  }

  /// How all come to their first secure view.
  var opening: [Action] {
    var (state, actions) = (joiningState, [Action]())
    while true {
      var steps: [Action] = []
      for p in parts.services[outlook: state.service].joined {
        appendOwnSteps(of: p, state, into: &steps)
        steps += parts.services[outlook: state.service].agreements[p.index]
      }
      guard let step = steps.first else { return actions }
      actions.append(step)
      take(step, &state, Ignored())
    }
  }

  var joiningState: State {
    var service = Services.Service(processes: bounds.processes, isSignalSynchronous: isSignalSynchronous)
    for p in service.processes { service.join(p) }
    return State(
      service: parts.services.number(of: service), members: service.processes.map { newMember($0) },
      histories: parts.histories.number(of: SecureHistories(processes: bounds.processes)),
      overheard: parts.overheard.number(of: []), budget: UInt8(bounds.budget))
  }

  private func newMember(_ p: Process) -> RobustParts.Member {
    parts.members.number(
      of: State.Member(
        machine: RobustAgreement(p, algorithm: algorithm, agreement: agreement, repairs: repairs)))
  }

  // MARK: What may happen

  public func actions(of state: State, into actions: inout [Action]) {
    if isReduced {
      if let p = independent(in: state) { return appendOwnSteps(of: p, state, into: &actions) }
      if let step = flush(in: state) { return actions.append(step) }
    }
    appendSteps(of: state, into: &actions)
    if state.budget > 0 { actions += parts.services[outlook: state.service].adversity }
  }

  /// What happens without the adversary.
  func appendSteps(of state: State, into actions: inout [Action]) {
    for p in parts.services[outlook: state.service].joined {
      appendOwnSteps(of: p, state, into: &actions)
      if mayStillSend(p, state) { actions += bounds.messages[Int(state.sends)].map { .send(p, $0) } }
      actions += parts.services[outlook: state.service].agreements[p.index]
    }
  }

  /// What happens at one process, but for the messages of its application.
  func appendOwnSteps(of p: Process, _ state: State, into actions: inout [Action]) {
    actions += parts.services[outlook: state.service].steps[p.index]
    if parts.members[state.members[p.index]].owesFlushOk { actions.append(.flushOk(p)) }
  }

  func mayStillSend(_ p: Process, _ state: State) -> Bool {
    Int(state.sends) < bounds.messages.count && parts.members[state.members[p.index]].maySend
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
    case .connect(let components): parts.services.change(&state.service) { $0.connect(components) }
    case .glitch(let p): parts.services.change(&state.service) { $0.glitch(p) }
    case .crash(let p):
      recorder.record(p, .crash)
      parts.services.change(&state.service) { $0.crash(p) }
      witness(.depart(p), &state)
      state.members[p.index] = newMember(p)
    case .recover(let p):
      recorder.record(p, .recover)
      parts.services.change(&state.service) { $0.recover(p) }
    case .send(let p, let service):
      let message = UserMessage(sender: p, number: Int(state.sends), service: service)
      state.sends += 1
      witness(.send(p, service), &state)
      recorder.record(p, .secureSend(message.number, service))
      give(.userMessage(message), p, &state, recorder)
    case .flushOk(let p): flushOk(p, &state, recorder)
    case .service(let step): take(step, &state, recorder)
    }
    witness(.forget(open: parts.services[outlook: state.service].open), &state)
    if hasEnded(state) { state.broken.insert(.termination) }
  }

  private func take(_ step: ServiceStep, _ state: inout State, _ recorder: some RobustRecorder) {
    switch step {
    case .agree: parts.services.change(&state.service) { _ = $0.apply(step) }
    case .install(let p):
      let view = parts.services.install(p, &state.service)
      recorder.record(p, .view(view))
      judgeMoving(p, view, &state)
      give(.membership(view), p, &state, recorder)
    case .flushRequest(let p):
      _ = parts.services.take(.step(step), at: p, &state.service)
      recorder.record(p, .flushRequest)
      give(.flushRequest, p, &state, recorder)
    case .signal(let p):
      _ = parts.services.take(.step(step), at: p, &state.service)
      recorder.record(p, .signal)
      give(.signal, p, &state, recorder)
    case .deliver(let p, let name):
      let payload = parts.services.take(.step(step), at: p, &state.service).payload!
      recorder.record(p, .deliver(name))
      give(.delivered(payload), p, &state, recorder)
    }
  }

  private func flushOk(_ p: Process, _ state: inout State, _ recorder: some RobustRecorder) {
    witness(.flushOk(p), &state)
    recorder.record(p, .secureFlushOk)
    give(.secureFlushOk, p, &state, recorder)
  }

  /// Applications and those who watch them see something happen.
  private func witness(_ event: SecureHistories.Event, _ state: inout State) {
    state.broken.formUnion(parts.take(event, &state.histories))
  }

  /// The machine of `p` has an event.
  private func give(
    _ event: RobustParts.Event, _ p: Process, _ state: inout State, _ recorder: some RobustRecorder
  ) {
    let turn = parts.turn(of: state.members[p.index], event)
    state.members[p.index] = turn.member
    state.broken.formUnion(turn.broken)
    if let event = turn.notPossible { state.notPossible = event }
    for deed in parts.deeds[turn.deeds] { take(deed, p, &state, recorder) }
  }

  private func take(
    _ deed: RobustParts.Deed, _ p: Process, _ state: inout State, _ recorder: some RobustRecorder
  ) {
    switch deed {
    case .installs(let view):
      recorder.record(p, .secureView(view))
      judge(view, p, &state)
      witness(.install(p, view), &state)
      judgeSecrecy(&state)
    case .signals:
      recorder.record(p, .secureSignal)
      witness(.signal(p), &state)
    case .requestsFlush(let answerAtOnce):
      recorder.record(p, .secureFlushRequest)
      witness(.requestFlush(p), &state)
      if answerAtOnce { flushOk(p, &state, recorder) }
    case .delivers(let message):
      recorder.record(p, .secureDeliver(message.number))
      witness(.deliver(p, message.number), &state)
    case .flushOk:
      if parts.services.take(.flushOk(p), at: p, &state.service).isPossible {
        recorder.record(p, .flushOk)
      } else {
        state.broken.insert(.possible)
      }
    case .sends(let payload, let service, let to):
      if watchesSecrecy {
        parts.hear(payload, &state.overheard)
        judgeSecrecy(&state)
      }
      let sent = parts.services.take(.send(payload, p, service, to: to), at: p, &state.service)
      guard let name = sent.name else {
        state.broken.insert(.possible)
        return
      }
      recorder.record(p, .send(name, service, to))
    }
  }

  // MARK: What is claimed

  /// Lemma 1.6, as `p` installs a VS view that others of its transitional set are in already: the VS view that they come
  /// from has become a secure one at all of them, or at none.
  private func judgeMoving(_ p: Process, _ view: View, _ state: inout State) {
    let previous = parts.members[state.members[p.index]].machine.newIdentifier
    for q in view.transitional
    where q != p && parts.services.view(of: q, state.service)?.identifier == view.identifier {
      let histories = parts.histories[state.histories]
      if histories.hasInstalled(p, previous) != histories.hasInstalled(q, previous) {
        state.broken.insert(.movingTogether)
      }
    }
  }

  /// Lemma 1.5, and what keys are for.
  private func judge(
    _ view: SecureGroup.SecureView<SymbolicGroup.Element>, _ p: Process, _ state: inout State
  ) {
    let below = parts.services.view(of: p, state.service)!
    if view.identifier != below.identifier || view.members != below.members {
      state.broken.insert(.latestView)
    }
    state.broken.formUnion(parts.judge(view, state.histories))
  }

  private func judgeSecrecy(_ state: inout State) {
    if watchesSecrecy, !parts.isSecret(state.histories, state.overheard) { state.broken.insert(.secrecy) }
  }

  /// Whether nothing can happen any more without the adversary, and somebody alive is not in SECURE, or lacks a message
  /// of its own.
  private func hasEnded(_ state: State) -> Bool {
    guard parts.services[outlook: state.service].isAtRest else { return false }
    let isUnfinished = parts.services[outlook: state.service].joined.contains { p in
      parts.members[state.members[p.index]].machine.state != .secure
        || parts.histories[state.histories].lacksOwn(p)
    }
    guard isUnfinished else { return false }
    var steps: [Action] = []
    appendSteps(of: state, into: &steps)
    return steps.isEmpty
  }

  public var properties: [Property<State>] {
    let (processes, parts) = (bounds.processes, self.parts)
    return Claim.allCases.filter { watchesSecrecy || $0 != .secrecy }.map { claim in
      .always(claim.name(in: algorithm), title: claim.title) { !$0.broken.contains(claim) }
    } + [
      .sometimes("all are in one secure view") { state in
        state.members.allSatisfy { number in
          let machine = parts.members[number].machine
          return machine.state == .secure && machine.newMembers.count == processes
        }
      }
    ]
      + (bounds.budget > (bounds.beginning == .secure ? 1 : 0)
        ? [
          .sometimes("an agreement is interrupted") { state in
            zip(state.members, parts.histories[state.histories].lives).contains { number, life in
              let machine = parts.members[number].machine
              return machine.state == .waitForCascadingMembership
                && machine.newIdentifier > life.greatest ?? ViewIdentifier(0)
            }
          }
        ] : [])
      + (watchesLivelocks
        ? [
          .alwaysReachable("no livelock", title: "SECURE can be reached from everywhere") { state in
            parts.services[outlook: state.service].pending.isEmpty
              && parts.services[outlook: state.service].joined.allSatisfy { p in
                parts.members[state.members[p.index]].machine.state == .secure
              }
          }
        ] : [])
      + bounds.messages.prefix(1).map { _ in
        .sometimes("all messages are delivered") { state in
          state.sends == bounds.messages.count
            && parts.histories[state.histories].lives.contains { life in
              life.delivered.nonzeroBitCount == Int(state.sends)
            }
        }
      }
  }

  public func kind(of action: Action?, to state: State) -> String {
    if let event = state.notPossible.map({ parts.notPossible[$0] }) {
      return "\(event.event) in \(event.state)"
    }
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
    let joined = parts.services[outlook: state.service].joined
    var words = state.members.map { number in
      let machine = parts.members[number].machine
      let p = machine.me
      return joined.contains(p)
        ? "\(p) in \(machine.state), view \(machine.newIdentifier) of \(machine.newMembers)" : "\(p) down"
    }
    if let event = state.notPossible.map({ parts.notPossible[$0] }) {
      words.append("not possible: \(event.event) in \(event.state)")
    }
    return words.joined(separator: "; ")
  }
}
