import TraceChecking
import Traces

/// Pseudo-random numbers that are the same for a seed in every process and on every machine (SplitMix64, Steele,
/// Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// True in `percent` of a hundred cases.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// A number from 0 up to, but not including, `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }
}

/// A trace that the generator made.
struct GeneratedTrace {
  var header: Header
  /// The events of each process in their order.
  var processes: [[Event]]
  /// How the lines of the processes are interleaved.
  var interleaving: UInt64
  /// Whether the trace keeps every promise of its profile.
  var isLegal: Bool
  var description: String

  /// All events, interleaved: only the order within each process means anything.
  var events: [Event] { interleaved(interleaving) }

  func interleaved(_ seed: UInt64) -> [Event] {
    var random = SplitMix64(seed: seed)
    var next = [Int](repeating: 0, count: processes.count)
    var left = processes.indices.filter { !processes[$0].isEmpty }
    var events: [Event] = []
    while let process = random.pick(left) {
      events.append(processes[process][next[process]])
      next[process] += 1
      if next[process] == processes[process].count { left.removeAll { $0 == process } }
    }
    return events
  }
}

/// Makes random traces, the same for the same seed: of a simulated group communication system, which are legal, with
/// one realistic fault, or wild.
struct TraceGenerator {
  enum Style: CaseIterable {
    case legal, faulty, wild
  }

  /// The trace of `seed`: the profiles in turn, half of them with a fault, the rest legal or wild.
  static func trace(seed: UInt64) -> GeneratedTrace {
    let profile = Header.Profile.allCases[Int(seed % 4)]
    let style: Style =
      switch seed / 4 % 8 {
      case 0, 1: .legal
      case 2, 3, 4, 5: .faulty
      default: .wild
      }
    return trace(seed: seed, profile: profile, style: style)
  }

  static func trace(seed: UInt64, profile: Header.Profile, style: Style) -> GeneratedTrace {
    var random = SplitMix64(seed: seed)
    var trace: GeneratedTrace
    switch style {
    case .legal, .faulty:
      var simulation = GeneratorSimulation(profile: profile, random: SplitMix64(seed: random.next()))
      trace = simulation.run()
      if style == .faulty {
        var faults = GeneratorFaults(trace: trace, random: SplitMix64(seed: random.next()))
        trace = faults.apply()
      }
    case .wild:
      var wild = GeneratorWild(profile: profile, random: SplitMix64(seed: random.next()))
      trace = wild.run()
    }
    // The members `transitional` and `key` may stand against `records`; they are ignored.
    let unrecorded = Header.Record.allCases.filter {
      !trace.header.records.contains($0) && $0 != .transitional && $0 != .key
    }
    trace.processes = trace.processes.map { wellFormed(without(unrecorded, in: $0)) }
    trace.interleaving = random.next()
    trace.description = "seed \(seed), \(profile.rawValue), \(style): \(trace.description)"
    return trace
  }

  /// In each layer only `recover` may follow `crash`: what else does is left out.
  private static func wellFormed(_ events: [Event]) -> [Event] {
    var isDown: [Event.Layer: Bool] = [:]
    return events.filter { event in
      let layers = event.layer.map { [$0] } ?? Event.Layer.allCases
      if event.action != .recover, layers.contains(where: { isDown[$0] ?? false }) { return false }
      if event.action == .recover || event.action == .crash {
        for layer in layers { isDown[layer] = event.action == .crash }
      }
      return true
    }
  }

  /// The trace as its first events: each process's recording stops somewhere.
  static func cut(_ trace: GeneratedTrace, random: inout SplitMix64) -> GeneratedTrace {
    var trace = trace
    for process in trace.processes.indices where random.chance(75) {
      let count = trace.processes[process].count
      var last = count - random.below(count + 1) * random.below(101) / 100
      // Often right before a view: nothing is closed yet.
      let views = trace.processes[process].indices.filter {
        trace.processes[process][$0].action.kind == .view
      }
      if random.chance(40), let view = random.pick(views) { last = view }
      trace.processes[process].removeSubrange(last...)
    }
    trace.header.complete = false
    return trace
  }

  /// Leaves out what a recorder that cannot see `words` does not record.
  static func without(_ words: [Header.Record], in events: [Event]) -> [Event] {
    events.compactMap { event in
      var event = event
      switch event.action {
      case .view(let identifier, let members, var transitional, var key):
        if words.contains(.view) { return nil }
        if words.contains(.transitional) { transitional = nil }
        if words.contains(.key) { key = nil }
        event.action = .view(identifier, members: members, transitional: transitional, key: key)
        return event
      case .signal: return words.contains(.signal) ? nil : event
      case .flushRequest: return words.contains(.flushRequest) ? nil : event
      case .flushOk: return words.contains(.flushOk) ? nil : event
      case .send: return words.contains(.send) ? nil : event
      case .deliver: return words.contains(.deliver) ? nil : event
      case .crash: return words.contains(.crash) ? nil : event
      case .leave: return words.contains(.leave) ? nil : event
      case .start: return words.contains(.start) ? nil : event
      case .finish: return words.contains(.finish) ? nil : event
      case .propose: return words.contains(.propose) ? nil : event
      case .decide: return words.contains(.decide) ? nil : event
      case .breakIn: return words.contains(.breakIn) ? nil : event
      case .join, .recover: return event
      }
    }
  }
}
