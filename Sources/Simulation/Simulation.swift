public import CyclicGroups
import GroupCommunication
public import KeyAgreement
public import SecureGroup
public import Traces

/// What a simulated run is made of.
public struct Plan: Hashable, Sendable {
  public var seed: UInt64
  public var members: Int
  /// Crashes, recoveries, joins, leaves, partitions, merges and false suspicions.
  public var events: Int
  public var algorithm: RobustAgreement<SymbolicGroup>.Algorithm
  public var agreement: KeyAgreementProtocol
  public var variant: RobustAgreement<SymbolicGroup>.Variant
  /// Whether somebody attacks the members (`Adversary`). It changes nothing else of the run.
  public var adversary: Bool

  public init(
    seed: UInt64, members: Int = 5, events: Int = 40,
    algorithm: RobustAgreement<SymbolicGroup>.Algorithm = .optimized, agreement: KeyAgreementProtocol = .gdh,
    variant: RobustAgreement<SymbolicGroup>.Variant = .repaired, adversary: Bool = false
  ) {
    self.seed = seed
    self.members = members
    self.events = events
    self.algorithm = algorithm
    self.agreement = agreement
    self.variant = variant
    self.adversary = adversary
  }
}

/// The whole stack on a virtual network: the same plan always gives the same run, and the same bytes.
public struct Simulation<Group: CyclicGroup, Scheme: SignatureScheme> {
  /// A process: its member of the secure group, and its application.
  private struct Host {
    var member: SecureMember<Group, Scheme>?
    var isUp = false
    var hasBeenUp = false
    /// The application was asked for its flush ok.
    var owesFlushOk = false
    /// The application is in a secure view, and has not given its flush ok.
    var maySend = false
    var messagesSent = 0
    var packetsSent = 0
    /// Its place in `evidence.lives`.
    var life = 0
    /// The VS view that it is in, where a key agreement is under way.
    var agreeing: GroupCommunication.ViewIdentifier?
  }

  private struct Packet: Hashable, Sendable {
    var name: Name
    var bytes: [UInt8]
  }

  public let plan: Plan
  let group: Group
  let scheme: Scheme
  let suite: CipherSuite?
  private var network: VirtualSynchrony<Packet>
  private var hosts: [Host]
  private var keys: [Process: Scheme.PublicKey] = [:]
  private var privateKeys: [Scheme.PrivateKey] = []
  private var randomness: Randomness
  /// What applications ask for wrongly is drawn apart: it changes nothing, and so no run.
  private var mischief: Randomness
  private var adversary: Adversary<Scheme>?
  private var time = 0.0
  public private(set) var trace: TraceWriter
  public private(set) var summary = Summary()
  public private(set) var evidence = Evidence<Group>()

  public init(_ plan: Plan, _ group: Group, _ scheme: Scheme, suite: CipherSuite?) {
    self.plan = plan
    self.group = group
    self.scheme = scheme
    self.suite = suite
    network = VirtualSynchrony(processes: plan.members)
    hosts = Array(repeating: Host(), count: plan.members)
    randomness = .seeded(plan.seed)
    mischief = .seeded(~plan.seed)
    if plan.adversary { adversary = Adversary(scheme, plan) }
    let processes = (0..<plan.members).map { Name(Process($0).description) }
    trace = TraceWriter(
      header: Header(
        complete: true,
        records: [
          .view, .transitional, .signal, .flushRequest, .flushOk, .send, .deliver, .crash, .leave, .key,
        ],
        profile: .secure, processes: processes, group: "conclave",
        source: "conclave simulate",
        note:
          "\(plan.algorithm.rawValue) \(plan.agreement.rawValue) \(plan.variant.rawValue) seed \(plan.seed)"))
    for number in 0..<plan.members {
      let key = scheme.generateKey(using: &randomness)
      privateKeys.append(key)
      keys[Process(number)] = scheme.publicKey(of: key)
    }
  }

  /// Runs to the end.
  public mutating func run() {
    for number in 0..<plan.members { start(Process(number)) }
    for _ in 0..<plan.events {
      // Some events come in the middle of an agreement, some when nothing is under way any more.
      let pause = [5, 40, 200, 1000][draw(4)] * plan.members / 5
      for _ in 0..<draw(pause + 1) { step(mayStart: true) }
      happen()
    }
    if draw(2) == 0 { connect([ProcessSet((0..<plan.members).map { Process($0) })]) }
    settle()
    summary.time = time
    for host in hosts { if let member = host.member { summary.counts = summary.counts + member.counts } }
  }

  /// Lets everything that is under way come to its end, while nothing new happens.
  private mutating func settle() {
    // Far beyond what any agreement of so few members takes: who is still busy then never ends.
    var left = 20_000 + 2_000 * plan.members
    while left > 0 && isBusy {
      left -= 1
      step(mayStart: false)
    }
    if isBusy { summary.stuck.append("the network never comes to rest") }
    for (number, host) in hosts.enumerated() where host.isUp && host.member!.agreement.state != .secure {
      summary.stuck.append(
        "\(Process(number)) in \(host.member!.agreement.state) (\(network.status(of: Process(number))))")
    }
  }

  /// Whether a process can do anything.
  private var isBusy: Bool {
    hosts.indices.contains { number in
      let p = Process(number)
      return hosts[number].isUp
        && (hosts[number].owesFlushOk || network.canSignal(p) || network.canRequestFlush(p)
          || network.canInstall(p) || network.canAgree(network.component(of: p))
          || !network.deliverable(p).isEmpty)
    }
  }

  // MARK: Fate

  private mutating func happen() {
    let p = Process(draw(plan.members))
    let up = hosts[p.index].isUp
    switch draw(10) {
    case 0, 1, 2, 3:
      var parts = Array(repeating: ProcessSet(), count: 1 + draw(min(3, plan.members)))
      for number in 0..<plan.members { parts[draw(parts.count)].insert(Process(number)) }
      connect(parts.filter { !$0.isEmpty })
    case 4, 5: connect([ProcessSet((0..<plan.members).map { Process($0) })])
    case 6:
      summary.falseSuspicions += 1
      network.glitch(p)
    case 7, 8:
      if up { crash(p) } else { start(p) }
    default:
      if up { leave(p) } else { start(p) }
    }
  }

  private mutating func connect(_ components: [ProcessSet]) {
    summary.partitions += 1
    network.connect(components)
  }

  private mutating func start(_ p: Process) {
    if hosts[p.index].hasBeenUp {
      summary.recoveries += 1
      // After a leave a join begins the new history; after a crash a recover does.
      if hosts[p.index].member != nil { record(p, nil, .recover) }
    }
    let agreement = RobustAgreement<Group>(
      p, algorithm: .init(rawValue: plan.algorithm.rawValue)!, agreement: plan.agreement,
      variant: .init(rawValue: plan.variant.rawValue)!)
    let authentication = Authentication(
      me: p, group: "conclave", scheme: scheme, privateKey: privateKeys[p.index], publicKeys: keys)
    if let old = hosts[p.index].member { summary.counts = summary.counts + old.counts }
    hosts[p.index].member = SecureMember(
      agreement, Arithmetic(group, .seeded(randomness.next())), authentication, group: "conclave",
      suite: suite)
    let first = hosts[p.index].member!.arithmetic.randomness
    hosts[p.index].life = evidence.lives.count
    evidence.lives.append(Evidence.Life(process: p, first: first, last: first))
    hosts[p.index].isUp = true
    hosts[p.index].hasBeenUp = true
    hosts[p.index].owesFlushOk = false
    hosts[p.index].maySend = false
    hosts[p.index].agreeing = nil
    record(p, nil, .join)
    if network.isCrashed(p) { network.recover(p) } else { network.join(p) }
  }

  private mutating func crash(_ p: Process) {
    summary.crashes += 1
    interrupt(p)
    hosts[p.index].isUp = false
    record(p, nil, .crash)
    network.crash(p)
  }

  private mutating func leave(_ p: Process) {
    summary.leaves += 1
    interrupt(p)
    hosts[p.index].isUp = false
    record(p, nil, .leave)
    network.leave(p)
    if let old = hosts[p.index].member { summary.counts = summary.counts + old.counts }
    hosts[p.index].member = nil
  }

  private mutating func interrupt(_ p: Process) {
    if hosts[p.index].agreeing != nil { summary.interrupted += 1 }
    hosts[p.index].agreeing = nil
  }

  // MARK: The processes

  /// Some process does something.
  ///
  /// - Parameter mayStart: whether applications send.
  private mutating func step(mayStart: Bool) {
    let p = Process(draw(plan.members))
    guard hosts[p.index].isUp else { return }
    time += Double(1 + draw(20)) / 1000
    act(p, mayStart)
    attack(p)
  }

  private mutating func act(_ p: Process, _ mayStart: Bool) {
    switch draw(8) {
    case 0 where network.canSignal(p) && draw(2) == 0:
      record(p, .gcs, .signal)
      network.apply(.signal(p))
      give(p, .signal)
    case 1 where network.canRequestFlush(p) && draw(2) == 0:
      record(p, .gcs, .flushRequest)
      network.apply(.flushRequest(p))
      give(p, .flushRequest)
    case 2 where hosts[p.index].owesFlushOk && draw(2) == 0: flushOk(p)
    case 3 where network.canInstall(p): install(p)
    case 4 where network.canAgree(network.component(of: p)): agree(network.component(of: p))
    case 5 where mayStart && hosts[p.index].maySend && draw(3) == 0: send(p)
    case 5 where mayStart && mischief.next() % 40 == 0: misbehave(p)
    case 6, 7:
      let messages = network.deliverable(p)
      if messages.isEmpty { return }
      deliver(p, messages[draw(3) == 0 ? draw(messages.count) : 0])
    default: return
    }
  }

  private mutating func agree(_ component: ProcessSet) {
    var grouping: [ProcessSet]?
    if draw(4) == 0 {
      var parts: [ProcessSet] = [[], []]
      for p in component { parts[draw(2)].insert(p) }
      grouping = parts
    }
    let extra = draw(2) == 0 ? [] : component.flatMap { network.undelivered($0) }.filter { _ in draw(2) == 0 }
    let agreement = network.agreement(for: component, grouping: grouping, extra: extra)!
    network.apply(.agree(agreement))
    // Whoever is listed may know the key, also if it never gets so far.
    let identifier = network.target(of: component.first!)!.identifier
    evidence.views.append(
      Evidence.View(identifier: identifier, lives: Set(component.map { hosts[$0.index].life })))
  }

  private mutating func send(_ p: Process) {
    let service = GroupCommunication.Service(rawValue: UInt8(draw(5)))!
    hosts[p.index].messagesSent += 1
    let message = UserMessage(sender: p, number: hosts[p.index].messagesSent, service: service, content: [42])
    record(p, .secure, .send(message: name(message), service: service.traced, to: nil))
    summary.messages += 1
    give(p, .userMessage(message))
  }

  /// The application asks for what it may not have now.
  private mutating func misbehave(_ p: Process) {
    let agreement = hosts[p.index].member!.agreement
    if mischief.next() % 2 == 0 {
      if agreement.state == .secure { return }
      give(p, .userMessage(UserMessage(sender: p, number: 0, service: .agreed)))
    } else if !agreement.waitForSecureFlushOk {
      give(p, .secureFlushOk)
    }
  }

  private mutating func flushOk(_ p: Process) {
    hosts[p.index].owesFlushOk = false
    hosts[p.index].maySend = false
    record(p, .secure, .flushOk)
    give(p, .secureFlushOk)
  }

  private mutating func install(_ p: Process) {
    guard case .view(let view) = network.apply(.install(p)) else { return }
    interrupt(p)
    hosts[p.index].agreeing = view.identifier
    summary.views += 1
    record(
      p, .gcs,
      .view(
        view.identifier.traced, members: view.members.traced, transitional: view.transitional.traced, key: nil
      ))
    give(p, .view(view))
  }

  private mutating func deliver(_ p: Process, _ message: MessageIdentifier) {
    guard case .deliver(let delivered) = network.apply(.deliver(p, message)) else { return }
    record(p, .gcs, .deliver(message: delivered.payload.name))
    adversary?.hears(p, delivered.payload.name)
    if let refusal = give(p, .packet(delivered.payload.bytes, from: delivered.sender)) {
      summary.dropped.append("\(p): \(refusal)")
    }
  }

  /// Perhaps something comes to the door of `p` that nobody sent, or not to it, or not now.
  private mutating func attack(_ p: Process) {
    let view = network.view(of: p)
    guard let forgery = adversary?.forgery(against: p, in: view) else { return }
    if let refusal = give(p, .packet(forgery.bytes, from: forgery.sender), after: forgery.delay) {
      summary.refusals[forgery.attack, default: [:]][refusal.kind, default: 0] += 1
    } else {
      summary.accepted.append("\(p): \(forgery.attack.rawValue)")
    }
  }

  /// - Parameter delay: milliseconds that a packet was held back.
  /// - Returns: why it did not pass the door.
  @discardableResult private mutating func give(
    _ p: Process, _ input: SecureMember<Group, Scheme>.Input, after delay: Int64 = 0
  ) -> DoorRefusal? {
    let reaction: SecureMember<Group, Scheme>.Reaction
    do {
      reaction = try hosts[p.index].member!.handle(input, now: Int64(time * 1000) + delay)
    } catch {
      summary.notPossible.append("\(error.event) in \(error.state)")
      summary.lines.insertNotPossible(error)
      return nil
    }
    if case .drop(let refusal) = reaction.outputs.first { return refusal }
    summary.steps += 1
    evidence.lives[hosts[p.index].life].last = hosts[p.index].member!.arithmetic.randomness
    if let step = reaction.step {
      for lines in step.lines { summary.lines.insert(lines) }
      for action in step.actions {
        switch action {
        case .unicast(let message, _), .broadcast(let message, _): evidence.elements += message.elements
        case .deliverView(let view):
          // One that was never agreed on has nobody who may know its key; the checker sees it, too.
          if let index = evidence.views.lastIndex(where: { $0.identifier == view.identifier }) {
            evidence.views[index].key = view.key
          }
        default: break
        }
      }
    }
    for output in reaction.outputs { take(output, p) }
    return nil
  }

  private mutating func take(_ output: SecureMember<Group, Scheme>.Output, _ p: Process) {
    switch output {
    case .deliverView(let view):
      summary.secureViews += 1
      hosts[p.index].agreeing = nil
      hosts[p.index].maySend = true
      record(
        p, .secure,
        .view(
          view.identifier.traced, members: view.members.traced, transitional: view.transitional.traced,
          key: Traces.Event.Key(
            (suite ?? .none).fingerprint(of: group.bytes(of: view.key)))))
    case .deliverSignal: record(p, .secure, .signal)
    case .deliverFlushRequest(let answerAtOnce):
      record(p, .secure, .flushRequest)
      hosts[p.index].owesFlushOk = true
      if answerAtOnce {
        summary.lateViews += 1
        flushOk(p)
      }
    case .deliverData(let message): record(p, .secure, .deliver(message: name(message)))
    case .refuse: summary.refused += 1
    case .drop: preconditionFailure("nothing comes of what does not pass the door")
    case .sendFlushOk:
      guard network.canFlushOk(p) else {
        summary.notPossible.append("flush ok that nobody asked for")
        return
      }
      record(p, .gcs, .flushOk)
      network.flushOk(p)
    case .unicast(let bytes, let to): transmit(bytes, p, .fifo, to)
    case .broadcast(let bytes, let service): transmit(bytes, p, service, nil)
    }
  }

  private mutating func transmit(
    _ bytes: [UInt8], _ p: Process, _ service: GroupCommunication.Service, _ to: Process?
  ) {
    hosts[p.index].packetsSent += 1
    let name = Name("\(p).\(hosts[p.index].packetsSent)")
    record(p, .gcs, .send(message: name, service: service.traced, to: to.map { Name($0.description) }))
    network.send(Packet(name: name, bytes: bytes), from: p, service: service, to: to)
    let view = network.view(of: p)!.identifier
    adversary?.sees(name, bytes, from: p, to: to, in: view)
  }

  private func name(_ message: UserMessage) -> Name { Name("\(message.sender).\(message.number)") }

  private mutating func record(_ p: Process, _ layer: Traces.Event.Layer?, _ action: Traces.Event.Action) {
    trace.append(
      Traces.Event(
        at: Name(p.description), layer: layer, time: (time * 1000).rounded() / 1000, action: action))
  }

  /// 0 ..< `count`.
  private mutating func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
}

extension GroupCommunication.Service {
  var traced: Traces.Event.Service { Traces.Event.Service(rawValue: rawValue)! }
}

extension GroupCommunication.ViewIdentifier {
  var traced: Traces.ViewIdentifier { Traces.ViewIdentifier(number) }
}

extension ProcessSet {
  var traced: Set<Name> { Set(map { Name($0.description) }) }
}
