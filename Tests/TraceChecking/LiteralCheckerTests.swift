import Testing
import TraceChecking
import Traces

/// The literal checker against verdicts worked out by hand, and against what every checker of these properties keeps.
@Suite struct LiteralCheckerTests {
  /// A tiny trace and what is to be said of one property, or one part of it.
  struct Case: CustomTestStringConvertible, Sendable {
    /// The property's claim, or the reading of it that this trace is about.
    var claim: String
    var selector: String
    var verdict: Verdict
    /// Whether the recording is complete; nil: both ways the verdict is the same.
    var complete: Bool?
    var profile: Header.Profile
    var without: [Header.Record]
    var lines: String

    init(
      _ selector: String, _ verdict: Verdict, _ claim: String, complete: Bool? = true,
      profile: Header.Profile = .vs, without: [Header.Record] = [], _ lines: String
    ) {
      self.claim = claim
      self.selector = selector
      self.verdict = verdict
      self.complete = complete
      self.profile = profile
      self.without = without
      self.lines = lines
    }

    var testDescription: String { "\(selector) \(verdict.rawValue): \(claim)" }
  }

  @Test("Verdicts by hand", arguments: cases) func verdicts(_ expected: Case) throws {
    let selector = try #require(PropertySelector(expected.selector))
    for complete in expected.complete.map({ [$0] }) ?? [true, false] {
      var header = Header(complete: complete, profile: expected.profile)
      header.tolerates = expected.profile == .gke ? 1 : nil
      header.records.subtract(expected.without)
      let events = try Self.events(expected.lines)
      let checker = LiteralChecker(header: header, events: events)
      let judgements = checker.judge(signalSynchrony: selector.property == .signalSynchrony)
      let judgement = try #require(judgements.last { $0.property == selector.property })
      let verdict = selector.part.map { judgement.parts[$0] } ?? judgement.verdict
      #expect(verdict == expected.verdict, "\(judgement)")
      #expect(judgement.checkedAny == (judgement.verdict != .notApplicable), "\(judgement)")
    }
  }

  @Test("What a cut trace violates, the longer recording violates") func extending() {
    for seed in UInt64(0)..<4000 {
      let trace = TraceGenerator.trace(seed: seed)
      var random = SplitMix64(seed: seed)
      let cut = TraceGenerator.cut(trace, random: &random)
      guard cut.transitionalSetsRecorded == trace.transitionalSetsRecorded else { continue }
      let long = LiteralChecker(header: trace.header, events: trace.events).judge()
      let short = LiteralChecker(header: cut.header, events: cut.events).judge()
      let lost = short.violated.subtracting(long.violated).sorted()
      #expect(lost.isEmpty, "\(trace.description)\n\(lost)\n\(trace.lines)\n\ncut:\n\(cut.lines)")
      if !lost.isEmpty { return }
    }
  }

  @Test("A verdict does not depend on how the lines of processes are interleaved") func interleaving() {
    for seed in UInt64(0)..<1000 {
      let trace = TraceGenerator.trace(seed: seed)
      let one = LiteralChecker(header: trace.header, events: trace.events).judge()
      let other = LiteralChecker(header: trace.header, events: trace.interleaved(seed)).judge()
      #expect(one == other, "\(trace.description)\n\(trace.lines)")
    }
  }

  @Test("A generated trace is well-formed, and reading what was written gives it back") func reading() throws
  {
    for seed in UInt64(0)..<1000 {
      let trace = TraceGenerator.trace(seed: seed)
      let bytes = AgreementTests.bytes(trace.header, trace.events)
      let read = try Trace.read([.bytes(bytes, name: "\(trace.description)")])
      #expect(read.header == trace.header, "\(trace.description)")
      let unrecorded = Header.Record.allCases.filter { !trace.header.records.contains($0) }
      for process in trace.processes.map({ TraceGenerator.without(unrecorded, in: $0) }) {
        #expect(
          read.events.map(\.event).filter { $0.at == process.first?.at } == process, "\(trace.description)")
      }
    }
  }

  /// `a view 1 a,b : a`, `a send m safe to b`, `a deliver m`, `a finish s 0f`; `a/secure signal`; `a/both crash`.
  static func events(_ lines: String) throws -> [Event] {
    try lines.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      let place = words[0].split(separator: "/")
      func names(_ word: String) -> Set<Name> { Set(word.split(separator: ",").map { Name(String($0)) }) }
      let action: Event.Action
      switch words[1] {
      case "join": action = .join
      case "leave": action = .leave
      case "crash": action = .crash
      case "recover": action = .recover
      case "signal": action = .signal
      case "request": action = .flushRequest
      case "ok": action = .flushOk
      case "view":
        let key = words.firstIndex(of: "key").flatMap { Event.Key(words[$0 + 1]) }
        let set = words.firstIndex(of: ":").map { names(words[$0 + 1]) }
        let identifier = try #require(Int64(words[2]))
        action = .view(ViewIdentifier(identifier), members: names(words[3]), transitional: set, key: key)
      case "send":
        let service = try #require(Event.Service.allCases.first { $0.description == words[3] })
        let to = words.count > 5 ? Name(words[5]) : nil
        action = .send(message: Name(words[2]), service: service, to: to)
      case "deliver": action = .deliver(message: Name(words[2]))
      case "start": action = .start(session: Name(words[2]))
      case "finish": action = .finish(session: Name(words[2]), key: try #require(Event.Key(words[3])))
      case "propose": action = .propose(instance: Name(words[2]), value: Name(words[3]))
      case "decide": action = .decide(instance: Name(words[2]), value: Name(words[3]))
      default: throw Unknown(line: String(line))
      }
      let both = place.count == 2 && place[1] == "both"
      let layer: Event.Layer? = both ? nil : place.count == 2 ? .secure : .gcs
      return Event(at: Name(String(place[0])), layer: layer, action: action)
    }
  }

  struct Unknown: Error {
    var line: String
  }
}
