import Testing
import TraceChecking
import Traces

/// The generator and the literal checker test each other: what is legal by construction is never violated, and every
/// verdict of every property and part comes up.
@Suite struct GeneratorTests {
  @Test("The same seed gives the same trace") func determinism() {
    #expect(
      SplitMix64.first(3, seed: 0) == [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f])
    for seed in UInt64(0)..<200 {
      let one = TraceGenerator.trace(seed: seed)
      let other = TraceGenerator.trace(seed: seed)
      #expect(one.header == other.header && one.events == other.events)
    }
  }

  @Test("A legal trace violates nothing, complete or cut", arguments: Header.Profile.allCases)
  func legal(profile: Header.Profile) {
    for seed in UInt64(0)..<1000 {
      let trace = TraceGenerator.trace(seed: seed, profile: profile, style: .legal)
      let judgements = LiteralChecker(header: trace.header, events: trace.events).judge()
      let violated = judgements.filter { $0.verdict == .violated }
      #expect(violated.isEmpty, "\(trace.description): \(violated)\n\(trace.lines)")
      if !violated.isEmpty { return }
    }
  }

  @Test("A legal trace leaves nothing open if it is complete and everything is recorded")
  func legalAndComplete() {
    for seed in UInt64(0)..<2000 {
      let profile = Header.Profile.allCases[Int(seed % 4)]
      let trace = TraceGenerator.trace(seed: seed, profile: profile, style: .legal)
      guard trace.header.complete, trace.header.records.count == Header.Record.allCases.count else {
        continue
      }
      let judgements = LiteralChecker(header: trace.header, events: trace.events).judge()
      let open = judgements.filter { $0.verdict == .inconclusive }
      #expect(open.isEmpty, "\(trace.description): \(open)\n\(trace.lines)")
      if !open.isEmpty { return }
    }
  }

  /// What a property can never be said to be.
  private static func isImpossible(_ verdict: Verdict, _ property: Property, _ part: Property.Part?) -> Bool {
    guard verdict == .inconclusive else { return false }
    switch (property, part) {
    case (.deliveryIntegrity, _), (.selfDelivery, _), (.virtualSynchrony, _), (.agreedDelivery, .c),
      (.agreedDelivery, nil), (.safeDelivery, _), (.gkeTermination, _), (.consensusValidity, _),
      (.consensusTermination, _):
      return false
    default: return true
    }
  }

  @Test("Every verdict of every property and part comes up", arguments: Header.Profile.allCases)
  func coverage(profile: Header.Profile) {
    var counts: [String: Int] = [:]
    for seed in UInt64(0)..<4000 {
      let style: TraceGenerator.Style = seed % 8 < 2 ? .legal : seed % 8 < 6 ? .faulty : .wild
      let trace = TraceGenerator.trace(seed: seed, profile: profile, style: style)
      let checker = LiteralChecker(header: trace.header, events: trace.events)
      for judgement in checker.judge() + (profile == .gke ? [] : checker.judge(signalSynchrony: true)) {
        let id = "\(judgement.layer) \(judgement.property.rawValue)"
        if judgement.verdict != .holds || judgement.checkedAny {
          counts["\(id) \(judgement.verdict.rawValue)", default: 0] += 1
        }
        for (part, verdict) in judgement.parts {
          counts["\(id).\(part.rawValue) \(verdict.rawValue)", default: 0] += 1
        }
      }
    }
    for layer in Event.Layer.allCases {
      if layer == .secure, profile == .gke { continue }
      let rules: Header.Profile = layer == .secure ? .vs : profile
      // Only one trace in five of these has a second layer.
      let least = layer == .secure && profile != .secure ? 1 : 3
      let outside: [Property] = profile == .gke ? [] : [.signalSynchrony]
      for property in Property.judged(profile: profile, layer: layer) + outside {
        for part in [nil] + property.parts(profile: rules).map(Optional.some) {
          for verdict in Verdict.allCases where !Self.isImpossible(verdict, property, part) {
            let name = part.map { "\(property.rawValue).\($0.rawValue)" } ?? property.rawValue
            let key = "\(layer) \(name) \(verdict.rawValue)"
            #expect(counts[key, default: 0] >= least, "\(profile.rawValue): \(key)")
          }
        }
      }
    }
  }
}

extension SplitMix64 {
  fileprivate static func first(_ count: Int, seed: UInt64) -> [UInt64] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in random.next() }
  }
}

extension GeneratedTrace {
  /// The trace for people: a line an event.
  var lines: String {
    var header = "complete: \(header.complete)"
    let missing = Header.Record.allCases.filter { !self.header.records.contains($0) }
    if !missing.isEmpty { header += ", without \(missing.map(\.rawValue))" }
    if let processes = self.header.processes { header += ", processes: \(processes)" }
    if let tolerates = self.header.tolerates { header += ", tolerates: \(tolerates)" }
    let lines = processes.flatMap { $0 }.map { event in
      let layer = event.layer.map { $0 == .gcs ? "" : " \($0)" } ?? " (both layers)"
      return "\(event.at)\(layer) \(event.action)"
    }
    return ([header] + lines).joined(separator: "\n").replacing("ViewIdentifier.Component.", with: "")
  }
}
