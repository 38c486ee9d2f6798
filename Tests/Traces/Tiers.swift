import Testing

@testable import Traces

/// The fast tiers take a line only if the strict parser takes it and make the same of it.
@Suite struct Tiers {
  /// A reader's state in which every usual process has had an event and is up.
  struct State {
    let table: ProcessTable
    let scanner: FastScanner

    init() {
      let table = ProcessTable()
      for name in LineMaker.names {
        let bytes = Array(name.utf8)
        bytes.withUnsafeBufferPointer {
          let process = table.intern(Text(start: $0.baseAddress!, count: $0.count))
          table.states[Int(process)] = 0
        }
      }
      self.table = table
      scanner = FastScanner(table, here: 0, RecordedKinds(Set(Header.Record.allCases)))
    }

    /// What either fast tier makes of a line; nil where it leaves it to the next.
    func scan(_ line: [UInt8], canonical: Bool) -> (event: Event, length: Int)? {
      // Behind the line stands what might be taken for its rest.
      let bytes =
        line + [0x0a] + Array(#","message":"m"}"}"} 0123456789"service":"safe"} \u00000000000000000"#.utf8)
      return bytes.withUnsafeBytes { bytes in
        withUnsafeTemporaryAllocation(of: ScannedEvent.self, capacity: 1) { out in
          let start = bytes.baseAddress!
          let event = out.baseAddress!
          let next =
            canonical
            ? scanner.canonical(start, line: 1, into: event) : scanner.anyOrder(start, line: 1, into: event)
          return next.map { (event.pointee.event(time: nil, table.names, []), $0 - start) }
        }
      }
    }
  }

  /// - Returns: whether the tier took the line.
  @discardableResult
  static func check(_ line: [UInt8], _ state: State, canonical: Bool) -> Bool {
    let line = Array(line.prefix { $0 != 0x0a })
    guard let fast = state.scan(line, canonical: canonical) else { return false }
    let before = #"{"at":\#(JSONText.quoted(fast.event.at.string)),"event":"signal"}"# + "\n"
    var expected = Outcome([.bytes(Array(before.utf8) + line, name: "t")])
    if case .trace(var trace) = expected {
      for i in trace.events.indices { trace.events[i].event.time = nil }
      expected = .trace(trace)
    }
    let same =
      fast.length == line.count + 1
      && expected
        == .trace(
          Trace(
            files: ["t"],
            events: [
              LocatedEvent(event: Event(at: fast.event.at, action: .signal), file: 0, line: 1),
              LocatedEvent(event: fast.event, file: 0, line: 2),
            ]))
    if !same {
      Issue.record("\(String(decoding: line, as: UTF8.self)): \(fast.event), but strictly: \(expected)")
    }
    return true
  }

  @Test(arguments: AcceptedLines.lines) func agreeOnAccepted(_ line: Accepted) {
    let state = State()
    Tiers.check(Array(line.line.utf8), state, canonical: true)
    Tiers.check(Array(line.line.utf8), state, canonical: false)
  }

  @Test(arguments: RefusedLines.lines) func agreeOnRefused(_ line: Refused) {
    let state = State()
    Tiers.check(line.bytes, state, canonical: true)
    Tiers.check(line.bytes, state, canonical: false)
  }

  /// 24,000 random lines and 120,000 mutations of them, seen by each tier.
  @Test(arguments: 0..<8) func agreeOnRandom(_ seed: UInt64) {
    var maker = LineMaker(random: Seeded(seed))
    let state = State()
    var taken = (canonical: 0, anyOrder: 0)
    for _ in 0..<3000 {
      let line = Array(maker.line().utf8)
      if Tiers.check(line, state, canonical: true) { taken.canonical += 1 }
      if Tiers.check(line, state, canonical: false) { taken.anyOrder += 1 }
      for _ in 0..<5 {
        var bytes = line
        for _ in 0...maker.random.upTo(2) { maker.mutate(&bytes) }
        Tiers.check(bytes, state, canonical: true)
        Tiers.check(bytes, state, canonical: false)
      }
    }
    // A tier that takes nothing would agree, too.
    #expect(taken.canonical > 150)
    #expect(taken.anyOrder > 400)
  }

  /// The whole reader, over several lines, with processes that are new, down, or at home in another file.
  @Test(arguments: 0..<4) func agreeOnTraces(_ seed: UInt64) {
    var maker = LineMaker(random: Seeded(100 + seed))
    for round in 0..<250 {
      let sources = (0...maker.random.upTo(1)).map { file in
        var lines: [String] =
          maker.random.chance(3) ? [#"{"vstrace":1,"records":["deliver","view","crash"]}"#] : []
        for _ in 0..<maker.random.upTo(8) {
          let at =
            maker.random.one(["a", "b", "p1", "sixteen__bytes__"]) + (maker.random.chance(8) ? "" : "\(file)")
          let kind = maker.random.one(["deliver", "deliver", "deliver", "send", "crash", "recover"])
          let layer = maker.random.one(["", #""layer":"secure","#])
          let rest = maker.random.chance(40) ? "" : #","message":"m","service":"fifo""#
          lines.append("{\"at\":\"\(at)\",\(layer)\"event\":\"\(kind)\"\(rest)}")
        }
        return source(lines.joined(separator: "\n"), name: "t\(file)")
      }
      let strict = Outcome(sources, TraceReader.Options(strictOnly: true))
      let fast = Outcome(sources, TraceReader.Options())
      #expect(strict == fast, "seed \(seed), round \(round): \(sources)")
    }
  }
}
