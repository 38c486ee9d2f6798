import TraceChecking
import Traces

/// Applies to a trace what goes wrong in real systems and real recorders.
struct GeneratorFaults {
  var trace: GeneratedTrace
  var random: SplitMix64

  private typealias Place = (process: Int, index: Int)

  private enum Fault: CaseIterable {
    case openGap, dropDelivery, dropLateDelivery, duplicateDelivery, swapDeliveries, moveDelivery,
      moveDeliveryBeforeSend,
      deliverElsewhere
    case deliverUnsent, dropSend, sendTwice, moveSend, changeAddressee, changeService
    case dropSignal, duplicateSignal, moveSignal, dropTransitional, changeTransitional
    case dropFlush, moveFlush, duplicateFlush, sendBlocked
    case changeMembers, changeIdentifier, dropView, swapViews, changeKey, clearKey
    case dropCrash, dropLeave, addCrash, addLeave, addRecover, addJoin
    case changeCompleteness, recordLess, dropProcess, swapAny, dropAny, stopEarly, changeTolerance
    case dropEnd, duplicateEnd, changeEnd, changeValue, dropBegin
  }

  /// One fault, or two; another where a fault finds nothing to act on.
  mutating func apply() -> GeneratedTrace {
    var names: [String] = []
    for _ in 0..<(random.chance(25) ? 2 : 1) {
      var done = false
      for _ in 0..<30 where !done {
        // A gap is rare, and hard to judge: more of it.
        let fault = random.chance(6) ? .openGap : random.pick(Fault.allCases)!
        done = apply(fault)
        if done { names.append("\(fault)") }
      }
    }
    if random.chance(20) {
      trace = TraceGenerator.cut(trace, random: &random)
      names.append("cut")
    }
    trace.isLegal = false
    trace.description += ", " + names.joined(separator: ", ")
    return trace
  }

  private func places(_ isWanted: (Event.Action) -> Bool) -> [Place] {
    trace.processes.indices.flatMap { process in
      trace.processes[process].indices
        .filter { isWanted(trace.processes[process][$0].action) }
        .map { (process, $0) }
    }
  }

  private func places(_ kinds: [Event.Kind]) -> [Place] { places { kinds.contains($0.kind) } }

  /// - Returns: whether the fault found something to act on.
  private mutating func apply(_ fault: Fault) -> Bool {
    switch fault {
    case .dropDelivery: return drop([.deliver])
    case .openGap: return openGap()
    case .dropLateDelivery:
      let late = places([.deliver]).filter { $0.index + 6 > trace.processes[$0.process].count }
      guard let place = random.pick(late) else { return false }
      trace.processes[place.process].remove(at: place.index)
      trace.header.complete = trace.header.complete && random.chance(30)
      return true
    case .duplicateDelivery: return duplicate([.deliver])
    case .swapDeliveries: return swap([.deliver])
    case .moveDelivery: return move([.deliver])
    case .moveDeliveryBeforeSend: return moveDeliveryBeforeSend()
    case .deliverElsewhere:
      guard let place = random.pick(places([.deliver])) else { return false }
      insert(trace.processes[place.process][place.index], at: random.below(trace.processes.count))
      return true
    case .deliverUnsent:
      let process = random.below(trace.processes.count)
      guard let model = random.pick(places([.view])).map({ trace.processes[$0.process][$0.index] }) else {
        return false
      }
      var event = model
      event.action = .deliver(message: "unsent")
      trace.header.complete = trace.header.complete && random.chance(50)
      insert(event, at: process)
      return true
    case .dropSend:
      guard let place = random.pick(places([.send])) else { return false }
      let event = trace.processes[place.process].remove(at: place.index)
      guard case .send(let message, _, _) = event.action, random.chance(50) else { return true }
      // Nobody saw it sent, and not everybody saw it delivered.
      let deliveries = places { $0 == .deliver(message: message) }
      if let lost = random.pick(deliveries) { trace.processes[lost.process].remove(at: lost.index) }
      trace.header.complete = trace.header.complete && random.chance(50)
      return true
    case .sendTwice:
      guard let place = random.pick(places([.send])) else { return false }
      let event = trace.processes[place.process][place.index]
      insert(event, at: random.chance(50) ? place.process : random.below(trace.processes.count))
      return true
    case .moveSend: return move([.send])
    case .changeAddressee: return changeSend { $2 = $0.pick($1 + [nil]) ?? nil }
    case .changeService: return changeService()
    case .dropSignal: return drop([.signal])
    case .duplicateSignal: return duplicate([.signal])
    case .moveSignal: return move([.signal])
    case .dropTransitional: return changeView { $0.transitional = nil }
    case .changeTransitional:
      let name = anyName()
      return changeView { view in
        guard var set = view.transitional else { return }
        if set.remove(name) == nil { set.insert(name) }
        view.transitional = set
      }
    case .dropFlush: return drop([.flushRequest, .flushOk])
    case .moveFlush: return move([.flushRequest, .flushOk])
    case .duplicateFlush: return duplicate([.flushRequest, .flushOk])
    case .sendBlocked:
      guard let place = random.pick(places([.flushOk])) else { return false }
      var event = trace.processes[place.process][place.index]
      event.action = .send(message: "blocked", service: random.pick(Event.Service.allCases)!, to: nil)
      trace.processes[place.process].insert(event, at: place.index + 1)
      return true
    case .changeMembers:
      let name = anyName()
      return changeView { if $0.members.remove(name) == nil { $0.members.insert(name) } }
    case .changeIdentifier: return changeIdentifier()
    case .dropView: return drop([.view])
    case .swapViews: return swap([.view])
    case .changeKey:
      let key = Event.Key(random.chance(50) ? "ff" : "a0b0")
      return changeView { if $0.key != nil { $0.key = key } }
    case .clearKey: return changeView { $0.key = nil }
    case .dropCrash: return drop([.crash])
    case .dropLeave: return drop([.leave])
    case .addCrash: return add(.crash)
    case .addLeave: return add(.leave)
    case .addRecover: return add(.recover)
    case .addJoin: return add(.join)
    case .changeCompleteness:
      trace.header.complete.toggle()
      return true
    case .recordLess:
      trace.header.records.remove(random.pick(Header.Record.allCases)!)
      return true
    case .dropProcess:
      trace.processes[random.below(trace.processes.count)] = []
      return true
    case .swapAny: return swap(Event.Kind.allCases)
    case .dropAny: return drop(Event.Kind.allCases)
    case .stopEarly:
      let process = random.below(trace.processes.count)
      guard !trace.processes[process].isEmpty else { return false }
      trace.processes[process].removeLast(random.below(trace.processes[process].count))
      return true
    case .changeTolerance:
      guard trace.header.profile == .gke else { return false }
      trace.header.tolerates = random.pick([nil, 0, 1, 2, 3]) ?? nil
      return true
    case .dropEnd: return drop([.finish, .decide])
    case .duplicateEnd: return duplicate([.finish, .decide])
    case .changeEnd, .changeValue: return changeValue()
    case .dropBegin: return drop([.start, .propose])
    }
  }

  private mutating func anyName() -> Name {
    var names: [Name] = ["stranger"]
    for process in trace.processes { names += process.prefix(1).map(\.at) }
    return random.pick(names)!
  }

  private mutating func drop(_ kinds: [Event.Kind]) -> Bool {
    guard let place = random.pick(places(kinds)) else { return false }
    trace.processes[place.process].remove(at: place.index)
    return true
  }

  private mutating func duplicate(_ kinds: [Event.Kind]) -> Bool {
    guard let place = random.pick(places(kinds)) else { return false }
    let rest = trace.processes[place.process].count - place.index
    let index = place.index + 1 + (random.chance(50) ? 0 : random.below(rest))
    trace.processes[place.process].insert(trace.processes[place.process][place.index], at: index)
    return true
  }

  private mutating func swap(_ kinds: [Event.Kind]) -> Bool {
    guard let place = random.pick(places(kinds)) else { return false }
    let others = places(kinds).filter { $0.process == place.process && $0.index != place.index }
    let near = others.filter { abs($0.index - place.index) <= 3 }
    guard let other = random.pick(near.isEmpty ? others : near) else { return false }
    trace.processes[place.process].swapAt(place.index, other.index)
    return true
  }

  private mutating func move(_ kinds: [Event.Kind]) -> Bool {
    guard let place = random.pick(places(kinds)) else { return false }
    let event = trace.processes[place.process].remove(at: place.index)
    let count = trace.processes[place.process].count
    let near = min(count, max(0, place.index + random.below(9) - 4))
    trace.processes[place.process].insert(event, at: random.chance(60) ? near : random.below(count + 1))
    return true
  }

  private mutating func add(_ action: Event.Action) -> Bool {
    guard let place = random.pick(places { _ in true }) else { return false }
    var event = Event(at: trace.processes[place.process][place.index].at, layer: nil, action: action)
    if random.chance(20) { event.layer = trace.processes[place.process][place.index].layer }
    if action == .crash, random.chance(50) { trace.processes[place.process].removeSubrange(place.index...) }
    trace.processes[place.process].insert(event, at: place.index)
    return true
  }

  /// Puts an event somewhere into a process that has a name.
  private mutating func insert(_ event: Event, at process: Int) {
    guard let name = trace.processes[process].first?.at else { return }
    var event = event
    event.at = name
    trace.processes[process].insert(event, at: random.below(trace.processes[process].count + 1))
  }

  private mutating func moveDeliveryBeforeSend() -> Bool {
    let found = places([.deliver]).filter { place in
      guard case .deliver(let message) = trace.processes[place.process][place.index].action else {
        return false
      }
      return trace.processes[place.process][..<place.index].contains { $0.action.sends(message) }
    }
    // Its own message; or another's, before a send of its own: that makes cycles between processes.
    guard let place = random.pick(random.chance(50) ? found : places([.deliver])) else { return false }
    let event = trace.processes[place.process].remove(at: place.index)
    trace.processes[place.process].insert(event, at: random.below(place.index + 1))
    return true
  }

  /// After the signal in its last view a process delivers a message without the one before it: the recording stops
  /// before it can be said whether it should have.
  private mutating func openGap() -> Bool {
    var found: [(process: Int, view: Int, first: Int, second: Int)] = []
    for (process, events) in trace.processes.enumerated() {
      guard let view = events.lastIndex(where: { $0.action.kind == .view }) else { continue }
      let deliveries = events.indices.filter {
        $0 > view && events[$0].action.kind == .deliver && events[$0].layer == events[view].layer
      }
      for first in deliveries {
        for second in deliveries
        where first < second && areConcurrent(events[first], events[second], except: process) {
          found.append((process, view, first, second))
        }
      }
    }
    guard let gap = random.pick(found) else { return false }
    let layer = trace.processes[gap.process][gap.view].layer
    let deliveries = [gap.first, gap.second].map { trace.processes[gap.process][$0].action }
    if random.chance(60) {
      // Both were safe, for the layer.
      for place in places([.send]) where trace.processes[place.process][place.index].layer == layer {
        guard case .send(let message, _, let to) = action(place) else { continue }
        if deliveries.contains(.deliver(message: message)) {
          trace.processes[place.process][place.index].action = .send(message: message, service: .safe, to: to)
        }
      }
    }
    trace.processes[gap.process].remove(at: gap.first)
    let after = trace.processes[gap.process][gap.view...]
    if !after.contains(where: { $0.action == .signal && $0.layer == layer }) {
      var signal = trace.processes[gap.process][gap.view]
      signal.action = .signal
      trace.processes[gap.process].insert(signal, at: gap.view + 1)
    }
    trace.header.complete = false
    return true
  }

  /// Whether the sender of the second had nothing to do with the first when it sent, and another process than
  /// `process` delivers both.
  private func areConcurrent(_ first: Event, _ second: Event, except process: Int) -> Bool {
    guard case .deliver(let m) = first.action, case .deliver(let n) = second.action else { return false }
    let isSentAlone = trace.processes.contains { events in
      let own = events.filter { $0.layer == first.layer }
      guard let send = own.firstIndex(where: { $0.action.sends(n) }) else { return false }
      return !own[..<send].contains { $0.action == first.action || $0.action.sends(m) }
    }
    return isSentAlone
      && trace.processes.indices.contains { other in
        let own = trace.processes[other].filter { $0.layer == first.layer }.map(\.action)
        return other != process && own.contains(first.action) && own.contains(second.action)
      }
  }

  private mutating func changeSend(_ change: (inout SplitMix64, [Name?], inout Name?) -> Void) -> Bool {
    guard let place = random.pick(places([.send])) else { return false }
    guard case .send(let message, let service, var to) = trace.processes[place.process][place.index].action
    else { return false }
    change(&random, trace.processes.compactMap { $0.first?.at }, &to)
    trace.processes[place.process][place.index].action = .send(message: message, service: service, to: to)
    return true
  }

  private mutating func changeService() -> Bool {
    guard let place = random.pick(places([.send])) else { return false }
    guard case .send(let message, _, let to) = trace.processes[place.process][place.index].action
    else { return false }
    let service = random.pick(Event.Service.allCases)!
    trace.processes[place.process][place.index].action = .send(message: message, service: service, to: to)
    return true
  }

  private struct View {
    var identifier: ViewIdentifier
    var members: Set<Name>
    var transitional: Set<Name>?
    var key: Event.Key?
  }

  private mutating func changeView(_ change: (inout View) -> Void) -> Bool {
    guard let place = random.pick(places([.view])) else { return false }
    guard case .view(let identifier, let members, let set, let key) = action(place) else { return false }
    var view = View(identifier: identifier, members: members, transitional: set, key: key)
    change(&view)
    trace.processes[place.process][place.index].action =
      .view(view.identifier, members: view.members, transitional: view.transitional, key: view.key)
    return true
  }

  private func action(_ place: Place) -> Event.Action { trace.processes[place.process][place.index].action }

  /// To that of another view, or to one that nobody else has.
  private mutating func changeIdentifier() -> Bool {
    var identifiers: [ViewIdentifier] = [ViewIdentifier(0), ViewIdentifier(99)]
    for place in places([.view]) {
      if case .view(let identifier, _, _, _) = action(place) { identifiers.append(identifier) }
    }
    let identifier = random.pick(identifiers)!
    return changeView { $0.identifier = identifier }
  }

  private mutating func changeValue() -> Bool {
    guard let place = random.pick(places([.finish, .propose, .decide])) else { return false }
    switch action(place) {
    case .finish(let session, _):
      trace.processes[place.process][place.index].action =
        .finish(session: session, key: Event.Key(random.chance(50) ? "00ab" : "ff")!)
    case .propose(let instance, _):
      trace.processes[place.process][place.index].action = .propose(instance: instance, value: "other")
    case .decide(let instance, _):
      let value: Name = random.chance(50) ? "v0" : "none"
      trace.processes[place.process][place.index].action = .decide(instance: instance, value: value)
    default: return false
    }
    return true
  }
}

extension Event.Action {
  fileprivate func sends(_ name: Name) -> Bool {
    if case .send(name, _, _) = self { return true }
    return false
  }
}

/// Random events of a few processes, views and messages: anything that is well-formed.
struct GeneratorWild {
  let profile: Header.Profile
  var random: SplitMix64

  mutating func run() -> GeneratedTrace {
    let count = 1 + random.below(4)
    let names = GeneratorSimulation.names(count, &random)
    let views = random.pick(Self.identifiers)!
    let messageCount = 1 + random.below(5)
    let hasTransitional = random.chance(80)
    let twoLayers = random.chance(profile == .secure ? 60 : 15)
    let isUnreliable = random.chance(30)
    let services = random.chance(50) ? Event.Service.allCases : [.agreed, .safe, .safe]
    let viewShare = random.chance(50) ? 22 : 12
    var header = Header(profile: profile)
    header.complete = random.chance(50)
    if random.chance(40) { header.processes = names }
    if random.chance(60) { header.tolerates = random.below(3) }
    var words: [Header.Record] = []
    if random.chance(20) {
      for word in Header.Record.allCases where random.chance(10) { words.append(word) }
      for word in words { header.records.remove(word) }
    }

    var processes = [[Event]](repeating: [], count: count)
    for process in 0..<count {
      // Mostly the views in their order, so that processes meet in them.
      var view = random.below(2)
      for _ in 0..<(2 + random.below(14)) {
        let layer: Event.Layer = twoLayers && random.chance(50) ? .secure : .gcs
        var event = Event(at: names[process], layer: layer, action: .signal)
        let message = Name("m\(random.below(messageCount))")
        let subject = Name("s\(random.below(2))")
        let value = Name("v\(random.below(2))")
        switch (profile == .gke, random.below(100)) {
        case (_, 0..<3):
          event.layer = random.chance(70) ? nil : layer
          event.action = [.crash, .leave, .leave, .join, .recover][random.below(isUnreliable ? 5 : 4)]
        case (true, 3..<25): event.action = .start(session: subject)
        case (true, 25..<48):
          event.action = .finish(session: subject, key: Event.Key(random.chance(70) ? subject.hex : "ee")!)
        case (true, 48..<70): event.action = .propose(instance: subject, value: value)
        case (true, 70..<90): event.action = .decide(instance: subject, value: value)
        case (true, _): event.action = .breakIn
        case (false, 3..<(3 + viewShare)):
          view = random.chance(85) ? view + 1 : random.below(views.count)
          func some(_ percent: Int) -> Set<Name> { Set(names.filter { _ in random.chance(percent) }) }
          event.action = .view(
            views[view % views.count], members: some(90), transitional: hasTransitional ? some(75) : nil,
            key: layer == .secure && random.chance(80) ? Event.Key("0\(random.below(3))") : nil)
        case (false, (3 + viewShare)..<45):
          let to = random.chance(20) ? random.pick(names) : nil
          event.action = .send(message: message, service: random.pick(services)!, to: to)
        case (false, 45..<80): event.action = .deliver(message: message)
        case (false, 80..<90): event.action = .signal
        case (false, 90..<95): event.action = .flushRequest
        case (false, 95..<98): event.action = .flushOk
        case (false, _): event.action = isUnreliable ? .recover : .breakIn
        }
        processes[process].append(event)
      }
    }
    processes = processes.map { TraceGenerator.without(words, in: $0) }
    return GeneratedTrace(
      header: header, processes: processes, interleaving: 0, isLegal: false, description: "wild")
  }

  private static let identifiers: [[ViewIdentifier]] = [
    [1, 2, 3].map { ViewIdentifier($0) },
    [
      ViewIdentifier(1), ViewIdentifier([.integer(1), .integer(0)])!,
      ViewIdentifier([.integer(1), .string("")])!,
    ],
    [
      ViewIdentifier(-1), ViewIdentifier(0), ViewIdentifier([.string("a")])!, ViewIdentifier([.string("b")])!,
    ],
  ]
}

extension Name {
  /// A fingerprint that differs where the names' last bytes do.
  fileprivate var hex: String { "0" + String(string.utf8.last ?? 0, radix: 16) }
}
