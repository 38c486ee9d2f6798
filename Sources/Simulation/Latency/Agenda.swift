import CyclicGroups
import GroupCommunication
import SecureGroup

/// What comes of itself on a network with latencies, and when: messages arrive, changes are noticed, applications
/// answer and send, views are agreed on and installed. Times are microseconds since the start.
///
/// Only what the service allows is ever on it, and it leaves nothing out that the service allows: a latency delays.
struct Agenda {
  enum Entry {
    case step(Step)
    /// A view of just these is agreed on.
    case agreement(ProcessSet)
    /// The application sends.
    case send(Process)
  }

  /// What is due some time after it has become possible.
  private enum Reaction: Int, CaseIterable {
    case flushRequest, signal, flushOk, send
  }

  let links: Links
  private var randomness: Randomness
  /// By reaction and process; nil: it is not possible.
  private var reactions: [[Int?]]
  /// When processes hear of the view that is agreed for them.
  private var installations: [Int]
  /// When views are agreed on, by the first member of the component.
  private var agreements: [(component: ProcessSet, due: Int)?]
  /// By receiver. Looked up only: dictionaries have no order.
  private var arrivals: [PacketName: [Int]] = [:]

  init(_ links: Links, _ randomness: Randomness) {
    self.links = links
    self.randomness = randomness
    let members = links.places.count
    reactions = .init(repeating: .init(repeating: nil, count: members), count: Reaction.allCases.count)
    installations = .init(repeating: 0, count: members)
    agreements = .init(repeating: nil, count: members)
  }

  /// The greatest latency of a link: the unit of all that is slower than one.
  var unit: Int { links.latencies.range.upperBound }

  // MARK: What is next

  /// The earliest entry; of several the first in a fixed order.
  ///
  /// - Parameter maySend: whether applications send.
  mutating func next<Group, Scheme>(
    _ stack: Stack<Group, Scheme>, at now: Int, maySend: Bool
  ) -> (due: Int, entry: Entry)? {
    var next: (due: Int, entry: Entry)?
    func consider(_ due: Int?, _ entry: Entry) {
      if let due, due < next?.due ?? .max { next = (due, entry) }
    }
    for p in stack.processes {
      consider(due(.flushRequest, p, at: now, if: stack.canRequestFlush(p)), .step(.flushRequest(p)))
      consider(due(.signal, p, at: now, if: stack.canSignal(p)), .step(.signal(p)))
      consider(due(.flushOk, p, at: now, if: stack.owesFlushOk(p)), .step(.flushOk(p)))
      consider(due(.send, p, at: now, if: maySend && stack.isUp(p)), .send(p))
      if stack.canInstall(p) { consider(installations[p.index], .step(.install(p))) }
      for packet in stack.deliverable(p) {
        consider(arrivals[packet]![p.index], .step(.deliver(p, packet)))
      }
      let component = stack.component(of: p)
      if component.first == p { consider(due(at: now, component, stack), .agreement(component)) }
    }
    return next.map { (max($0.due, now), $0.entry) }
  }

  /// Drawn when it becomes possible.
  private mutating func due(
    _ reaction: Reaction, _ p: Process, at now: Int, if isPossible: Bool
  ) -> Int? {
    guard isPossible else {
      reactions[reaction.rawValue][p.index] = nil
      return nil
    }
    if let due = reactions[reaction.rawValue][p.index] { return due }
    let due = now + draw(delays(of: reaction))
    reactions[reaction.rawValue][p.index] = due
    return due
  }

  private func delays(of reaction: Reaction) -> ClosedRange<Int> {
    switch reaction {
    // A change is noticed: whoever is gone has been silent for a while.
    case .flushRequest, .signal: links.latencies.range.lowerBound...3 * unit
    case .flushOk: 0...2 * unit
    case .send: 0...12 * unit
    }
  }

  /// A component whose members have all flushed takes a round trip to agree; one that changes meanwhile begins anew.
  private mutating func due<Group, Scheme>(
    at now: Int, _ component: ProcessSet, _ stack: Stack<Group, Scheme>
  ) -> Int? {
    let place = component.first!.index
    guard stack.canAgree(component) else {
      agreements[place] = nil
      return nil
    }
    if let agreement = agreements[place], agreement.component == component { return agreement.due }
    let roundTrip = 2 * links.greatest(among: component)
    let due = now + roundTrip + draw(0...roundTrip / 4)
    agreements[place] = (component, due)
    return due
  }

  // MARK: What has happened

  /// Takes an entry off that does not go by itself.
  mutating func strike(_ entry: Entry) {
    if case .send(let p) = entry { reactions[Reaction.send.rawValue][p.index] = nil }
  }

  /// Notes when what the step began comes to its end.
  mutating func note<Group, Scheme>(
    _ happening: Happening<Group>, at now: Int, _ stack: Stack<Group, Scheme>
  ) {
    if case .agree(let classes, _) = happening.step {
      let component = classes.reduce(ProcessSet(), |)
      for p in component { installations[p.index] = arrival(from: component.first!, to: p, at: now) }
    }
    for turn in happening.turns {
      for (packet, service) in turn.packets { send(packet, service, at: now, stack) }
    }
  }

  /// A safe message is delivered when the receiver has heard that all members of the view have it.
  private mutating func send<Group, Scheme>(
    _ packet: PacketName, _ service: GroupCommunication.Service, at now: Int, _ stack: Stack<Group, Scheme>
  ) {
    var times = stack.processes.map { arrival(from: packet.sender, to: $0, at: now) }
    if service == .safe, let members = stack.members(ofViewOf: packet.sender) {
      let there = times
      for p in members {
        times[p.index] = members.map { there[$0.index] + links.latency(from: $0, to: p) }.max()!
      }
    }
    arrivals[packet] = times
  }

  /// The latency of the link and a jitter; now and then a message is lost and sent again.
  private mutating func arrival(from sender: Process, to receiver: Process, at now: Int) -> Int {
    let latency = links.latency(from: sender, to: receiver)
    let jitter = draw(0...9) == 0 ? draw(0...4 * unit) : draw(0...latency / 4)
    return now + latency + jitter
  }

  private mutating func draw(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &randomness) }
}

extension Turn {
  /// What it sent, and with which service.
  fileprivate var packets: [(packet: PacketName, service: GroupCommunication.Service)] {
    var names = sent.makeIterator()
    return actions.compactMap { action in
      switch action {
      case .unicast: names.next().map { ($0, .fifo) }
      case .broadcast(_, let service), .broadcastData(_, let service): names.next().map { ($0, service) }
      case .deliverView, .deliverSignal, .deliverFlushRequest, .deliverData, .refuse, .sendFlushOk: nil
      }
    }
  }
}
