import Testing
import TraceChecking
import Traces

/// The fast checker and the literal one say the same of every trace.
@Suite struct AgreementTests {
  typealias Judgement = LiteralChecker.Judgement

  static let tracesPerCase: UInt64 = 500

  @Test(
    "Both checkers agree on every layer, property, part and on whether anything was judged", arguments: 0..<40
  )
  func agreement(batch: Int) throws {
    for seed in Self.seeds(batch) {
      let trace = TraceGenerator.trace(seed: seed)
      let events = trace.events
      // Now and then a trace is judged by what another kind of system promises.
      let profile = seed % 7 == 0 ? Header.Profile.allCases[Int(seed / 7 % 4)] : nil
      let literal = LiteralChecker(header: trace.header, events: events, profile: profile)
      let source = TraceSource.bytes(Self.bytes(trace.header, events), name: "trace")
      let fast = try Self.judge([source], profile: profile)
      try #require(fast == literal.judge(), Self.report(trace, fast, literal.judge()))

      guard literal.profile != .gke else { continue }
      let synchrony = try Self.judge(
        [source], profile: profile, properties: [PropertySelector(.signalSynchrony)])
      let literalSynchrony = literal.judge(signalSynchrony: true)
      try #require(synchrony == literalSynchrony, Self.report(trace, synchrony, literalSynchrony))
    }
  }

  @Test(
    "A verdict does not depend on how the lines of processes are interleaved, or split into files",
    arguments: 0..<8)
  func interleaving(batch: Int) throws {
    for seed in Self.seeds(batch) {
      let trace = TraceGenerator.trace(seed: seed)
      let one = try Self.judge([.bytes(Self.bytes(trace.header, trace.events), name: "trace")])
      let other = try Self.judge([
        .bytes(Self.bytes(trace.header, trace.interleaved(seed &+ 1)), name: "trace")
      ])
      try #require(one == other, Self.report(trace, other, one))
      let inTurn = try Self.judge([
        .bytes(Self.bytes(trace.header, trace.processes.flatMap { $0 }), name: "trace")
      ])
      try #require(one == inTurn, Self.report(trace, inTurn, one))
      let files = trace.processes.enumerated().map { process, events in
        TraceSource.bytes(Self.bytes(trace.header, events), name: "\(process)")
      }
      let split = try Self.judge(files)
      try #require(one == split, Self.report(trace, split, one))
      let reversed = try Self.judge(files.reversed())
      try #require(one == reversed, Self.report(trace, reversed, one))
    }
  }

  @Test("What a cut trace violates, the longer recording violates", arguments: 0..<8)
  func extending(batch: Int) throws {
    for seed in Self.seeds(batch) {
      let trace = TraceGenerator.trace(seed: seed)
      var random = SplitMix64(seed: seed)
      let cut = TraceGenerator.cut(trace, random: &random)
      guard cut.transitionalSetsRecorded == trace.transitionalSetsRecorded else { continue }
      let long = try Self.judge([.bytes(Self.bytes(trace.header, trace.events), name: "trace")])
      let short = try Self.judge([.bytes(Self.bytes(cut.header, cut.events), name: "trace")])
      let lost = short.violated.subtracting(long.violated).sorted()
      try #require(lost.isEmpty, "\(lost)\n\(Self.report(trace, long, short))")
    }
  }

  private static func seeds(_ batch: Int) -> Range<UInt64> {
    UInt64(batch) * tracesPerCase..<UInt64(batch + 1) * tracesPerCase
  }

  private static func judge(
    _ sources: [TraceSource], profile: Header.Profile? = nil, properties: [PropertySelector] = []
  ) throws -> [Judgement] {
    let report = try TraceCheck(profile: profile, properties: properties, witnesses: 3).run(sources)
    return report.properties.map { property in
      let parts = property.parts.map { ($0.part, $0.verdict) }
      return Judgement(
        layer: property.layer, property: property.property, verdict: property.verdict,
        parts: Dictionary(uniqueKeysWithValues: parts), checkedAny: property.checked > 0)
    }
  }

  static func bytes(_ header: Header, _ events: [Event]) -> [UInt8] {
    var writer = TraceWriter(header: header)
    for event in events { writer.append(event) }
    return writer.bytes
  }

  /// What differs, and the whole trace to reproduce it.
  private static func report(
    _ trace: GeneratedTrace, _ found: [Judgement], _ expected: [Judgement]
  ) -> Comment {
    let extra = found.filter { !expected.contains($0) }
    let missing = expected.filter { !found.contains($0) }
    let lines = String(decoding: bytes(trace.header, trace.processes.flatMap { $0 }), as: UTF8.self)
    return "\(trace.description)\nfound \(extra)\nexpected \(missing)\n\(lines)"
  }
}

extension [LiteralChecker.Judgement] {
  /// The properties and parts that are violated, by name.
  var violated: Set<String> {
    var violated: Set<String> = []
    for judgement in self where judgement.verdict == .violated {
      let name = "\(judgement.layer) \(judgement.property.rawValue)"
      violated.insert(name)
      for (part, verdict) in judgement.parts where verdict == .violated {
        violated.insert("\(name).\(part.rawValue)")
      }
    }
    return violated
  }
}

extension GeneratedTrace {
  /// By layer: a recording that stops before the first transitional set is judged by the classical form of virtual
  /// synchrony, a longer one is not.
  var transitionalSetsRecorded: [Bool] {
    Event.Layer.allCases.map { layer in
      processes.joined().contains {
        guard $0.layer == layer, case .view(_, _, _?, _) = $0.action else { return false }
        return true
      }
    }
  }
}
