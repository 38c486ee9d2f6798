import GroupCommunication
import Traces

/// SplitMix64: the same seed gives the same run.
struct SplitMix64 {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }
}

/// What the service can do and has to be seen doing.
enum Sight: CaseIterable {
  case safeBeforeSignal, safeAfterSignal, passedOver, divertedInTransitionalSet, twoClassesFromOneView
  case signalBeforeFlushRequest, signalAfterFlushRequest, signalAfterFlushOk, sameMembersAgain
  case agreedAgainstSendOrder, fifoOvertakesAgreed, reliableOvertakesFifo, unicast, rejoined, recovered
  case crashedBeforeInstalling, threeViewsAtOnce, deliveredThoughNotDue, signalsApart
}

/// The service with hosts that do anything they may, at random.
struct RandomRun {
  let count: Int
  var random: SplitMix64
  var service: VirtualSynchrony<Int>
  var events: [Event] = []
  var seen: Set<Sight> = []

  private struct Sent {
    var service: GroupCommunication.Service
    var count: Int
    var to: Process?
  }

  private var sends = 0
  private var sent: [MessageIdentifier: Sent] = [:]
  /// By process, the send of what it delivered last of the total order of its view.
  private var lastAgreed: [Int]
  private var left: ProcessSet = []
  private var diverted: [GroupCommunication.ViewIdentifier: ProcessSet] = [:]
  /// How often each kind of thing happens.
  private let (sending, changing, stepping): (Int, Int, Int)

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    count = 2 + random.below(5)
    service = VirtualSynchrony(processes: count)
    lastAgreed = .init(repeating: -1, count: count)
    sending = 10 + random.below(40)
    changing = 1 + random.below(8)
    stepping = 40 + random.below(60)
  }

  var processes: [Process] { Array(service.processes) }

  /// Some actions of processes, network, fate and service, from the first joins on.
  mutating func run(actions: Int) {
    for p in processes where random.chance(90) { join(p) }
    for _ in 0..<actions {
      switch random.below(sending + changing + stepping) {
      case 0..<sending: send()
      case sending..<(sending + changing): change()
      default: _ = step()
      }
    }
  }

  /// Heals the network and takes steps until there are none.
  /// - Returns: how many; nil where there is no end to them.
  mutating func quiesce(within bound: Int) -> Int? {
    service.connect([service.processes])
    for taken in 0..<bound where !step() { return taken }
    return nil
  }

  private mutating func send() {
    guard let p = random.pick(processes.filter { service.canSend($0) }) else { return }
    let to = random.chance(20) ? random.pick(Array(service.view(of: p)!.members)) : nil
    let kind = random.pick(GroupCommunication.Service.allCases)!
    let message = service.send(sends, from: p, service: kind, to: to)
    sent[message] = Sent(service: kind, count: sends, to: to)
    sends += 1
    if to != nil { seen.insert(.unicast) }
    record(
      p,
      .send(
        message: Name(message.description), service: Event.Service(rawValue: kind.rawValue)!,
        to: to.map { Name($0.description) }))
  }

  private mutating func change() {
    let p = random.pick(processes)!
    switch random.below(100) {
    case 0..<45:
      var components = [ProcessSet](repeating: [], count: 1 + random.below(3))
      for p in processes { components[random.below(components.count)].insert(p) }
      service.connect(components)
    case 45..<60: service.glitch(p)
    case 60..<72 where !service.isCrashed(p):
      if service.target(of: p) != nil { seen.insert(.crashedBeforeInstalling) }
      service.crash(p)
      record(p, .crash)
    case 72..<84 where service.isJoined(p):
      service.leave(p)
      left.insert(p)
      record(p, .leave)
    default:
      if service.isCrashed(p) {
        service.recover(p)
        record(p, .recover)
        seen.insert(.recovered)
      } else if !service.isJoined(p) {
        if left.contains(p) { seen.insert(.rejoined) }
        join(p)
      }
    }
  }

  private mutating func join(_ p: Process) {
    service.join(p)
    record(p, .join)
  }

  /// - Returns: whether there was anything to do.
  private mutating func step() -> Bool {
    // nil: a flush ok.
    var choices: [VirtualSynchrony<Int>.Step?] = []
    let flushing = processes.filter { service.canFlushOk($0) }
    choices += flushing.map { _ in nil }
    for p in processes { choices += service.steps(at: p) }
    for p in processes {
      let component = service.component(of: p)
      guard component.first == p, service.canAgree(component) else { continue }
      choices.append(.agree(propose(component)))
    }
    guard let choice = random.pick(choices) else { return false }
    if let choice {
      take(choice)
    } else {
      let p = random.pick(flushing)!
      service.flushOk(p)
      record(p, .flushOk)
    }
    return true
  }

  private mutating func propose(_ component: ProcessSet) -> Agreement {
    let waiting = component.reduce(0) { $0 + service.undelivered($1).count }
    if component.count <= 3, waiting <= 4, random.chance(50) {
      return random.pick(service.agreements(for: component))!
    }
    var grouping: [ProcessSet] = [[], []]
    for p in component { grouping[random.chance(20) ? 1 : 0].insert(p) }
    let extra = component.flatMap { service.undelivered($0) }.filter { _ in random.chance(20) }
    return service.agreement(for: component, grouping: random.chance(30) ? nil : grouping, extra: extra)!
  }

  private mutating func take(_ step: VirtualSynchrony<Int>.Step) {
    let before = service
    let event = service.apply(step)
    switch step {
    case .flushRequest(let p): record(p, .flushRequest)
    case .signal(let p):
      seen.insert(
        before.isFlushed(p)
          ? .signalAfterFlushOk
          : before.isFlushRequested(p) ? .signalAfterFlushRequest : .signalBeforeFlushRequest)
      record(p, .signal)
    case .deliver(let p, let name):
      guard case .deliver(let message) = event else { return }
      record(p, .deliver(message: Name(name.description)))
      look(at: message, p, before)
    case .agree(let agreement):
      for p in agreement.members {
        guard let target = before.target(of: p) else { continue }
        diverted[target.identifier, default: []].insert(p)
        let views = processes.compactMap { before.view(of: $0) }
        if views.contains(where: { $0.identifier == target.identifier && $0.transitional.contains(p) }) {
          seen.insert(.divertedInTransitionalSet)
        }
      }
      let previous = agreement.classes.compactMap(\.previous)
      if Set(previous).count < previous.count { seen.insert(.twoClassesFromOneView) }
    case .install(let p):
      guard case .view(let view) = event else { return }
      record(
        p,
        .view(
          Traces.ViewIdentifier(view.identifier.number),
          members: Set(view.members.map { Name($0.description) }),
          transitional: Set(view.transitional.map { Name($0.description) }), key: nil))
      if before.view(of: p)?.members == view.members { seen.insert(.sameMembersAgain) }
      if let others = diverted[view.identifier], !(others & view.transitional).isEmpty {
        seen.insert(.divertedInTransitionalSet)
      }
      if Set(processes.compactMap { service.view(of: $0)?.identifier }).count > 2 {
        seen.insert(.threeViewsAtOnce)
      }
      lastAgreed[Int(p.number)] = -1
    }
  }

  private mutating func look(at message: Message<Int>, _ p: Process, _ before: VirtualSynchrony<Int>) {
    let waiting = before.undelivered(p)
    if service.undelivered(p).count < waiting.count - 1 { seen.insert(.passedOver) }
    if before.target(of: p) != nil, !before.mustDeliver(p).contains(message.identifier) {
      seen.insert(.deliveredThoughNotDue)
    }
    if message.to == nil, message.service == .safe {
      seen.insert(before.isSignalled(p) ? .safeAfterSignal : .safeBeforeSignal)
    }
    if message.to == nil, message.service >= .agreed {
      if message.payload < lastAgreed[Int(p.number)] { seen.insert(.agreedAgainstSendOrder) }
      lastAgreed[Int(p.number)] = message.payload
    }
    for other in waiting.map({ sent[$0]! }) where other.count < message.payload {
      if message.service == .fifo, other.service == .agreed, other.to == nil {
        seen.insert(.fifoOvertakesAgreed)
      }
      if message.service == .reliable, other.service == .fifo { seen.insert(.reliableOvertakesFifo) }
    }
  }

  private mutating func record(_ p: Process, _ action: Event.Action) {
    events.append(Event(at: Name(p.description), action: action))
  }

  func bytes(complete: Bool) -> [UInt8] {
    var writer = TraceWriter(header: Header(complete: complete))
    for event in events { writer.append(event) }
    return writer.bytes
  }
}
