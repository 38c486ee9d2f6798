import Testing

@testable import Traces

@Suite struct Writing {
  static let canonical: [(Event, String)] = [
    (Event(at: "a", layer: nil, action: .join), #"{"at":"a","event":"join"}"#),
    (Event(at: "a", layer: .gcs, action: .join), #"{"at":"a","layer":"gcs","event":"join"}"#),
    (Event(at: "a", layer: .secure, action: .signal), #"{"at":"a","layer":"secure","event":"signal"}"#),
    (
      Event(at: "a", time: 4037.810382, action: .send(message: "m\"", service: .causal, to: "b")),
      #"{"at":"a","event":"send","time":4037.810382,"message":"m\"","service":"causal","to":"b"}"#
    ),
    (
      Event(at: "a", time: 3, action: .deliver(message: "m")),
      #"{"at":"a","event":"deliver","time":3,"message":"m"}"#
    ),
    (
      Event(at: "a", time: .infinity, action: .deliver(message: "\u{1}é")),
      #"{"at":"a","event":"deliver","message":"\u0001é"}"#
    ),
    (
      Event(
        at: "a",
        action: .view(
          ViewIdentifier([.integer(-1), .string("x")])!, members: ["b", "é", "Z", "a"], transitional: [],
          key: Event.Key("0A"))),
      #"{"at":"a","event":"view","view":[-1,"x"],"members":["Z","a","b","é"],"transitional":[],"key":"0a"}"#
    ),
    (
      Event(at: "a", action: .finish(session: "s", key: Event.Key("ff")!)),
      #"{"at":"a","event":"finish","session":"s","key":"ff"}"#
    ),
    (
      Event(at: "a", action: .decide(instance: "i", value: "")),
      #"{"at":"a","event":"decide","instance":"i","value":""}"#
    ),
  ]

  @Test(arguments: canonical) func isCanonical(_ event: Event, _ line: String) {
    #expect(TraceWriter.line(for: event) == line)
    var bytes: [UInt8] = [1]
    TraceWriter.append(event, to: &bytes)
    #expect(bytes == [1] + Array(line.utf8) + [0x0a])
  }

  @Test func writesHeaders() {
    #expect(TraceWriter.line(for: Header()) == #"{"vstrace":1,"complete":false}"#)
    let header = Header(
      complete: true, records: [.breakIn, .transitional, .view], profile: .secure, processes: ["b", "a"],
      tolerates: 2, group: "g", source: "s", note: "\n")
    #expect(
      TraceWriter.line(for: header)
        == #"{"vstrace":1,"complete":true,"records":["view","transitional","breakIn"],"profile":"secure","processes":["b","a"],"tolerates":2,"group":"g","source":"s","note":"\n"}"#
    )
    #expect(TraceWriter(header: header).bytes == Array(TraceWriter.line(for: header).utf8) + [0x0a])
  }

  /// What is written is read as it was.
  @Test(arguments: 0..<20) func isReadBack(_ seed: UInt64) throws {
    var random = Seeded(seed)
    func name() -> Name { Name(random.one(LineMaker.names)) }
    func set() -> Set<Name> { Set((0...random.upTo(4)).map { _ in name() }) }
    func key() -> Event.Key { Event.Key(String(random.next(), radix: 16))! }
    let header = Header(
      complete: random.chance(2), profile: random.one(Header.Profile.allCases),
      processes: random.chance(2) ? Array(set()).sorted() : nil, tolerates: random.chance(2) ? 3 : nil,
      note: random.chance(2) ? "\u{0}\u{7f}\u{2028}\\" : nil)
    var writer = TraceWriter(header: header)
    var events: [Event] = []
    for _ in 0..<200 {
      let layer: Event.Layer = random.one([.gcs, .gcs, .secure])
      let time = random.chance(2) ? Double(bitPattern: random.next()) : nil
      let component: ViewIdentifier.Component =
        random.chance(2) ? .string(name()) : .integer(Int64(bitPattern: random.next()))
      let action: Event.Action = random.one([
        .join, .leave, .recover, .breakIn, .signal, .flushRequest, .flushOk,
        .send(
          message: name(), service: random.one(Event.Service.allCases), to: random.chance(2) ? name() : nil),
        .deliver(message: name()), .start(session: name()), .finish(session: name(), key: key()),
        .propose(instance: name(), value: ""), .decide(instance: name(), value: name()),
        .view(
          ViewIdentifier([component, .integer(0)])!, members: set(),
          transitional: random.chance(2) ? set() : nil,
          key: random.chance(2) ? key() : nil),
      ])
      let both = action.kind.concernsBothLayers && random.chance(2)
      events.append(
        Event(
          at: name(), layer: both ? nil : layer, time: time.flatMap { $0.isFinite ? $0 : nil }, action: action
        ))
      writer.append(events.last!)
    }
    let trace = try Trace.read([.bytes(writer.bytes, name: "t")])
    #expect(trace.header == header)
    #expect(trace.events.map(\.event) == events)
    #expect(trace.events.map(\.line) == Array(2...201))
  }
}
