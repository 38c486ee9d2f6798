import TraceChecking
import Traces

/// A small group communication system that keeps its promises.
///
/// It goes in rounds. In each, the processes that are up stand in one or two components, each of which installs a view,
/// sends and delivers, then learns of the next round's components. What is common to the layers of a process (crashes,
/// leaves, returns) is decided here; what each layer does in a view, in `GeneratorLayer`.
struct GeneratorSimulation {
  /// What becomes of a process at the end of a round.
  enum Fate {
    case moves, crashes, leaves, stops
  }

  let profile: Header.Profile
  var random: SplitMix64

  mutating func run() -> GeneratedTrace {
    if profile == .gke {
      var exchange = GeneratorExchange(random: SplitMix64(seed: random.next()))
      return exchange.run()
    }
    let count = 2 + random.below(4)
    let names = Self.names(count, &random)
    let roundCount = 2 + random.below(3)

    // The recorder.
    let classical = random.chance(15)
    var words: [Header.Record] = []
    if random.chance(25) {
      let all: [Header.Record] = [
        .view, .signal, .flushRequest, .flushOk, .send, .deliver, .crash, .leave, .key, .transitional,
      ]
      for word in all where random.chance(12) && (word != .transitional || classical) { words.append(word) }
    }
    let rejoins = !words.contains(.leave)
    let unicasts = !words.contains(.send) && random.chance(40)

    var layers = [
      GeneratorLayer(
        layer: .gcs, isExtended: profile == .evs, moderate: classical, unicasts: unicasts,
        names: names,
        random: SplitMix64(seed: random.next()))
    ]
    if profile == .secure || random.chance(20) {
      layers.append(
        GeneratorLayer(
          layer: .secure, isExtended: false, moderate: classical, unicasts: unicasts,
          names: names,
          random: SplitMix64(seed: random.next())))
      if random.chance(15) { layers.removeFirst() }
    }

    // Round by round: who is up, in which component, and what becomes of it.
    enum Presence {
      case absent, up, crashed, left, stopped
    }
    var presence = [Presence](repeating: .absent, count: count)
    var processes = [[Event]](repeating: [], count: count)
    for process in 0..<count where random.chance(85) {
      presence[process] = .up
      if random.chance(20) { processes[process].append(Event(at: names[process], layer: nil, action: .join)) }
    }
    var components = presence.map { $0 == .up ? 0 : -1 }
    if random.chance(25) { components = components.map { $0 == 0 ? random.below(2) : -1 } }

    for round in 0..<roundCount {
      let isLast = round == roundCount - 1
      var fates = [Fate](repeating: .moves, count: count)
      for process in 0..<count where presence[process] == .up {
        switch random.below(100) {
        case 0..<9: fates[process] = .crashes
        case 9..<15: fates[process] = .leaves
        case 15..<18: fates[process] = .stops
        default: fates[process] = isLast ? .stops : .moves
        }
      }
      var nextComponents = [Int](repeating: -1, count: count)
      let parts = random.chance(35) ? 2 : 1
      for process in 0..<count where !isLast {
        switch presence[process] {
        case .up: nextComponents[process] = random.below(parts)
        case .stopped: break
        case .left where !rejoins: break
        case .absent, .crashed, .left: if random.chance(45) { nextComponents[process] = random.below(parts) }
        }
      }
      for process in 0..<count where fates[process] != .moves { nextComponents[process] = -1 }

      for layer in layers.indices {
        layers[layer].run(round: round, components: components, fates: fates, next: nextComponents)
      }
      for process in 0..<count {
        let name = names[process]
        let start = processes[process].count
        processes[process] += merged(layers.map { $0.recorded[process] })
        guard presence[process] == .up else { continue }
        let anyLayer = layers.count == 1 && random.chance(20) ? layers[0].layer : nil
        switch fates[process] {
        case .moves: break
        case .stops: presence[process] = .stopped
        case .crashes:
          presence[process] = .crashed
          processes[process].append(Event(at: name, layer: anyLayer, action: .crash))
        case .leaves:
          presence[process] = .left
          // Sometimes it hears a little more; but it leaves the view that it stopped in.
          let lastView = processes[process].lastIndex { $0.action.kind == .view } ?? start
          let early = processes[process].count - (random.chance(30) ? random.below(4) : 0)
          let place = min(max(start, lastView + 1, early), processes[process].count)
          processes[process].insert(Event(at: name, layer: anyLayer, action: .leave), at: place)
        }
      }
      // Whoever is back.
      for process in 0..<count where nextComponents[process] >= 0 && presence[process] != .up {
        let action: Event.Action = presence[process] == .crashed ? .recover : .join
        processes[process].append(Event(at: names[process], layer: nil, action: action))
        if action == .recover, random.chance(20) {
          processes[process].append(Event(at: names[process], layer: nil, action: .join))
        }
        presence[process] = .up
      }
      components = nextComponents
    }

    var header = Header(profile: profile)
    header.complete = true
    if random.chance(40) { header.processes = names + (random.chance(30) ? ["idle"] : []) }
    if random.chance(10) { header.tolerates = random.below(3) }
    if !words.isEmpty {
      for word in words { header.records.remove(word) }
    }
    if classical { words.append(.transitional) }
    processes = processes.map { TraceGenerator.without(words, in: $0) }
    var trace = GeneratedTrace(
      header: header, processes: processes, interleaving: 0, isLegal: true, description: "legal")
    if random.chance(40) { trace = TraceGenerator.cut(trace, random: &random) }
    return trace
  }

  /// Names of processes; sometimes two that differ in bytes only.
  static func names(_ count: Int, _ random: inout SplitMix64) -> [Name] {
    let names: [Name] =
      random.chance(10) ? ["\u{e9}", "e\u{301}", "\"", "p 4", "\\"] : ["a", "b", "c", "d", "e"]
    return Array(names.prefix(count))
  }

  /// The sequences, each in its order, as one.
  private mutating func merged(_ sequences: [[Event]]) -> [Event] {
    var sequences = sequences
    var merged: [Event] = []
    while let pick = random.pick(sequences.indices.filter { !sequences[$0].isEmpty }) {
      merged.append(sequences[pick].removeFirst())
    }
    return merged
  }
}

/// One layer of the simulated system.
///
/// The messages of a view stand in one order, that of their sends. A process delivers what is addressed to it so that
/// each service's order is kept. Before its signal it delivers agreed and safe messages without a gap; safe ones, only
/// if every member installed the view or crashes. Those who move together from view to view then agree on what they
/// delivered, and deliver the rest after the signal.
struct GeneratorLayer {
  struct Message {
    var name: Name
    var service: Event.Service
    var sender: Int
    var to: Int?
    /// Messages whose send happens before this one's.
    var past: UInt64
  }

  let layer: Event.Layer
  /// Extended Virtual Synchrony: a message may be delivered in a later view than that in which it was sent.
  let isExtended: Bool
  /// Whether members that go from the same view to the same view always move together.
  let moderate: Bool
  let names: [Name]
  var random: SplitMix64

  /// The events of the round, by process.
  private(set) var recorded: [[Event]]
  private var messages: [Message] = []
  private var past: [UInt64]
  private var delivered: [UInt64]
  /// With whom a process comes from its last view: a number of those who move together; nil: it has no view before.
  private var origin: [Int?]
  private var origins = 0
  /// Messages sent in an earlier view, to be delivered in the next (`isExtended`).
  private var carried: [[Int]]
  private let identifiers: Int
  private let recordsFlush: Bool
  private let synchronous: Bool
  /// The service of most messages.
  private let favourite: Event.Service?
  private let unicasts: Bool

  init(
    layer: Event.Layer, isExtended: Bool, moderate: Bool, unicasts: Bool, names: [Name], random: SplitMix64
  ) {
    self.layer = layer
    self.isExtended = isExtended
    self.moderate = moderate
    self.unicasts = unicasts
    self.names = names
    var random = random
    recorded = .init(repeating: [], count: names.count)
    past = .init(repeating: 0, count: names.count)
    delivered = .init(repeating: 0, count: names.count)
    origin = .init(repeating: nil, count: names.count)
    carried = .init(repeating: [], count: names.count)
    identifiers = random.below(4)
    recordsFlush = !isExtended || random.chance(20)
    synchronous = random.chance(60)
    favourite = random.pick([nil, nil, .causal, .agreed, .safe]) ?? nil
    self.random = random
  }

  /// What the messages of a view are, and how far it has come.
  private struct View {
    var members: [Int]
    /// In the order of their sends.
    var order: [Int] = []
    /// Whether safe messages may be delivered before the signal.
    var canStabilise = true
    /// Safe messages that somebody delivered before the signal: everybody will deliver them.
    var stable: UInt64 = 0
  }

  mutating func run(
    round: Int, components: [Int], fates: [GeneratorSimulation.Fate], next: [Int]
  ) {
    recorded = .init(repeating: [], count: names.count)
    for component in 0..<2 {
      let members = names.indices.filter { components[$0] == component }
      if members.isEmpty { continue }
      run(round: round, component: component, members: members, fates: fates, next: next)
    }
    for process in names.indices where fates[process] == .crashes || fates[process] == .leaves {
      past[process] = 0
      origin[process] = nil
      carried[process] = []
    }
  }

  private mutating func run(
    round: Int, component: Int, members: [Int], fates: [GeneratorSimulation.Fate], next: [Int]
  ) {
    // Who installs it.
    var view = View(members: members)
    var installing: [Int] = []
    for process in members {
      if fates[process] == .crashes, random.chance(30) { continue }
      if !moderate, fates[process] != .leaves, carried[process].isEmpty, random.chance(10) {
        view.canStabilise = view.canStabilise && fates[process] == .crashes
        continue
      }
      installing.append(process)
    }
    let identifier = identifier(round: round, component: component)
    let key = layer == .secure ? Event.Key("a\(round)b\(component)") : nil
    let namesAbsent = random.chance(50)
    for process in installing {
      if isExtended, origin[process] == nil, random.chance(20) { carry(send(by: process), by: process) }
      view.order += carried[process]
      carried[process] = []
      let transitional = members.filter {
        $0 == process
          || origin[process] != nil && origin[$0] == origin[process]
            && (namesAbsent || installing.contains($0))
      }
      record(
        process,
        .view(
          identifier, members: Set(members.map { names[$0] }),
          transitional: Set(transitional.map { names[$0] }), key: key))
    }
    view.order.sort()

    // Before the signal.
    var active = installing
    let dying = installing.filter { fates[$0] == .crashes || fates[$0] == .leaves }
    if random.chance(40) {
      for process in installing where random.chance(60) {
        if let message = send(by: process, in: view) { view.order.append(message) }
      }
    }
    for _ in 0..<(2 + random.below(9)) {
      guard let process = random.pick(active) else { break }
      if dying.contains(process), random.chance(15) {
        active.removeAll { $0 == process }
        continue
      }
      if random.chance(40) {
        if let message = send(by: process, in: view) { view.order.append(message) }
      } else if let message = random.pick(view.order) {
        deliverBeforeSignal(message, to: process, in: &view)
      }
    }

    // Who moves together with whom.
    var groups: [(next: Int, split: Int, members: [Int])] = []
    for process in installing {
      let target = next[process] >= 0 || fates[process] == .stops ? next[process] : random.below(2)
      let split = !moderate && random.chance(25) ? 1 : 0
      if let group = groups.firstIndex(where: { $0.next == target && $0.split == split }) {
        groups[group].members.append(process)
      } else {
        groups.append((target, split, [process]))
      }
    }
    // Those who stay in their last view may never hear a signal; then nobody of them stays behind.
    var silent = [Bool](repeating: false, count: groups.count)
    for group in groups.indices where groups[group].next == -1 {
      let hasUnstable = !view.canStabilise && view.order.contains { messages[$0].service == .safe }
      silent[group] = !hasUnstable && random.chance(50)
      if silent[group] {
        for process in groups[group].members where active.contains(process) {
          for message in view.order { deliverBeforeSignal(message, to: process, in: &view) }
        }
      }
    }
    // Those who move together hear the signal after the same safe messages, and, in a system that is synchronous
    // in this, after the same agreed ones.
    for group in groups.indices where !silent[group] {
      let moving = groups[group].members.filter { active.contains($0) }
      let least: Event.Service = synchronous ? .agreed : .safe
      let common = view.order.filter { message in
        messages[message].service >= least && moving.contains { has($0, message) }
      }
      for process in moving {
        for message in common { deliverBeforeSignal(message, to: process, in: &view) }
      }
    }
    for group in groups.indices where !silent[group] {
      finish(
        groups[group].members, active: active, fates: fates, in: &view, moves: groups[group].next >= 0)
    }
    for group in groups {
      origins += 1
      for process in group.members { origin[process] = origins }
    }
  }

  /// From the signals to the end of the view, for those who move together.
  private mutating func finish(
    _ group: [Int], active: [Int], fates: [GeneratorSimulation.Fate], in view: inout View, moves: Bool
  ) {
    let moving = group.filter { active.contains($0) }
    // What they all deliver, with what must be delivered before it.
    var common = view.stable
    for message in view.order {
      let known = group.contains { has($0, message) || messages[message].sender == $0 }
      if known || random.chance(15) { common |= 1 << UInt64(message) }
    }
    for message in view.order.reversed() {
      // Whoever has heard of it through whatever message may send something that must come after it.
      let isHeardOf =
        moving.contains { past[$0] >> UInt64(message) & 1 == 1 }
        || view.order.contains {
          common >> UInt64($0) & 1 == 1 && messages[$0].past >> UInt64(message) & 1 == 1
        }
      let isNeeded = view.order.contains {
        common >> UInt64($0) & 1 == 1 && mustPrecede(message, $0, total: false)
      }
      if isNeeded || isHeardOf && messages[message].service >= .causal { common |= 1 << UInt64(message) }
    }

    var controls = [[Event.Action]](repeating: [], count: names.count)
    for process in moving {
      var actions: [Event.Action] = []
      if recordsFlush, moves || random.chance(50) {
        actions = [.flushRequest, .flushOk]
        if random.chance(15) { actions.insert(.flushRequest, at: 0) }
        if random.chance(15) { actions += [.flushRequest, .flushOk] }
        if !moves, random.chance(30) { actions.removeLast() }
      }
      actions.insert(.signal, at: random.below(actions.count + 1))
      controls[process] = actions
    }
    var hasSignal = [Bool](repeating: false, count: names.count)
    var isBlocked = [Bool](repeating: false, count: names.count)
    var left = moving
    while let process = random.pick(left) {
      let dies = fates[process] == .crashes || fates[process] == .leaves
      if dies, random.chance(15) {
        left.removeAll { $0 == process }
        continue
      }
      let missing = view.order.filter {
        common >> UInt64($0) & 1 == 1 && isAddressee(process, $0) && !has(process, $0)
      }
      if !controls[process].isEmpty, random.chance(40) || (missing.isEmpty && random.chance(60)) {
        let action = controls[process].removeFirst()
        if action == .signal { hasSignal[process] = true }
        if action == .flushOk { isBlocked[process] = true }
        record(process, action)
      } else if !isBlocked[process], random.chance(12), let message = send(by: process, in: view) {
        if isExtended, moves, !dies, random.chance(60) {
          carry(message, by: process)
        } else {
          view.order.append(message)
          common |= 1 << UInt64(message)
        }
      } else if hasSignal[process], !missing.isEmpty {
        let first = missing.filter { message in
          !missing.contains { mustPrecede($0, message, total: true) }
        }
        if let message = random.pick(first) { deliver(message, to: process) }
      } else if missing.isEmpty, controls[process].isEmpty {
        // What others may still send is delivered before anybody installs a further view.
        let others = moving.contains { !isBlocked[$0] && left.contains($0) && $0 != process }
        isBlocked[process] = isBlocked[process] || !others || random.chance(50)
        if isBlocked[process], !others { left.removeAll { $0 == process } }
      }
    }
  }

  private func identifier(round: Int, component: Int) -> ViewIdentifier {
    let epoch = Int64(round + 1)
    switch (identifiers, component) {
    case (0, _): return ViewIdentifier(epoch * 10 + Int64(component))
    case (1, _): return ViewIdentifier([.integer(epoch), .integer(Int64(component)), .integer(0)])!
    case (2, 0): return ViewIdentifier(epoch)
    case (2, _): return ViewIdentifier([.integer(epoch), .string("x")])!
    case (_, 0): return ViewIdentifier([.string("v"), .integer(epoch)])!
    default: return ViewIdentifier([.string("v"), .integer(epoch), .string(names[0])])!
    }
  }

  private mutating func record(_ process: Int, _ action: Event.Action) {
    recorded[process].append(Event(at: names[process], layer: layer, action: action))
  }

  private func has(_ process: Int, _ message: Int) -> Bool { delivered[process] >> UInt64(message) & 1 == 1 }

  private func isAddressee(_ process: Int, _ message: Int) -> Bool {
    messages[message].to == nil || messages[message].to == process
  }

  private mutating func carry(_ message: Int?, by process: Int) {
    if let message { carried[process].append(message) }
  }

  /// - Returns: nil where there are messages enough.
  private mutating func send(by process: Int, in view: View? = nil) -> Int? {
    guard messages.count < 30 else { return nil }
    let number = messages.count
    var message = Message(
      name: Name("m\(number + 1)"), service: random.pick(Event.Service.allCases)!, sender: process,
      past: past[process])
    if let favourite, random.chance(70) { message.service = favourite }
    if unicasts, random.chance(35) { message.to = random.pick(view?.members ?? [process]) }
    messages.append(message)
    past[process] |= 1 << UInt64(number)
    record(
      process,
      .send(message: message.name, service: message.service, to: message.to.map { names[$0] }))
    return number
  }

  private mutating func deliver(_ message: Int, to process: Int) {
    past[process] |= messages[message].past | 1 << UInt64(message)
    delivered[process] |= 1 << UInt64(message)
    record(process, .deliver(message: messages[message].name))
  }

  /// Whether whoever delivers both delivers m before n, by the order of their senders, of causality, or (`total`) of
  /// all.
  private func mustPrecede(_ m: Int, _ n: Int, total: Bool) -> Bool {
    guard m < n else { return false }
    let least = min(messages[m].service, messages[n].service)
    if least >= .fifo, messages[m].sender == messages[n].sender { return true }
    if least >= .causal, messages[n].past >> UInt64(m) & 1 == 1 { return true }
    return total && least >= .agreed
  }

  /// Delivers a message, and what must come before it, if it can be delivered before the signal.
  private mutating func deliverBeforeSignal(_ message: Int, to process: Int, in view: inout View) {
    guard isAddressee(process, message), !has(process, message) else { return }
    var needed = [message]
    for other in view.order.reversed() where isAddressee(process, other) && !has(process, other) {
      if needed.contains(where: { mustPrecede(other, $0, total: true) }) { needed.append(other) }
    }
    if !view.canStabilise, needed.contains(where: { messages[$0].service == .safe }) { return }
    for message in needed.sorted() {
      if messages[message].service == .safe { view.stable |= 1 << UInt64(message) }
      deliver(message, to: process)
    }
  }
}
