import Testing

@testable import Traces

/// Whatever is read ends in events or in a `TraceError`.
@Suite struct MutatedInputs {
  /// 100,000 mutations of whole inputs, plain and packed.
  @Test(.timeLimit(.minutes(5)), arguments: 0..<8) func end(_ seed: UInt64) throws {
    var maker = LineMaker(random: Seeded(1000 + seed))
    var refused = 0
    for _ in 0..<250 {
      var lines = (0..<4).map { _ in maker.line() }
      if maker.random.chance(2) { lines.insert(#"{"vstrace":1,"complete":true,"processes":["a"]}"#, at: 0) }
      if maker.random.chance(4) { lines.append(Self.monster(&maker.random)) }
      let plain = Array(lines.joined(separator: "\n").utf8)
      for _ in 0..<50 {
        var bytes = plain
        for _ in 0...maker.random.upTo(3) { maker.mutate(&bytes) }
        if maker.random.chance(10) { bytes.removeLast(maker.random.upTo(bytes.count)) }
        let options = TraceReader.Options(chunk: maker.random.one([1 << 18, 64, 7, 1]))
        let outcome = Outcome([.bytes(bytes, name: "t")], options)
        if case .failure(let error) = outcome {
          refused += 1
          guard case .malformed("t", let line, let column, let reason) = error else {
            Issue.record("\(error)")
            continue
          }
          let all = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
          let isInside = line >= 1 && line <= all.count && column >= 1 && column <= all[line - 1].count + 1
          if !isInside || reason.isEmpty { Issue.record("\(error): \(bytes)") }
        }
      }
    }
    #expect(refused > 5000)
  }

  /// Something large or deep.
  static func monster(_ random: inout Seeded) -> String {
    let value = random.one([
      String(repeating: "9", count: 5000),
      "-" + String(repeating: "9", count: 400) + "e" + String(repeating: "9", count: 400),
      "0." + String(repeating: "0", count: 3000) + "1", String(repeating: "[", count: 3000),
      String(repeating: "[", count: 12) + String(repeating: "]", count: 12),
      String(repeating: "{\"k\":", count: 3000), "\"" + String(repeating: "\\u0041", count: 1000) + "\"",
      "{" + (0..<500).map { "\"\($0)\":\($0)" }.joined(separator: ",") + "}",
      "[" + (0..<500).map { "\"p\($0)\"" }.joined(separator: ",") + "]",
    ])
    let key = random.one([
      "time", "view", "members", "x", "at", "message", "to", "processes", "tolerates", "event",
    ])
    return "{\"at\":\"a\",\"event\":\"view\",\"view\":1,\"members\":[],\"\(key)\":\(value)}"
      .replacing(key == "view" ? "\"view\":1," : key == "members" ? "\"members\":[]," : "\u{0}", with: "")
  }

  @Test(arguments: 0..<4) func endWherePacked(_ seed: UInt64) throws {
    var maker = LineMaker(random: Seeded(2000 + seed))
    let plain = (0..<20).map { #"{"at":"a","event":"deliver","message":"m\#($0)"}"# }.joined(separator: "\n")
    let zipped = try packed(Array(plain.utf8))
    for _ in 0..<2500 {
      var bytes = zipped
      for _ in 0...maker.random.upTo(2) { maker.mutate(&bytes) }
      if maker.random.chance(4) { bytes.removeLast(maker.random.upTo(bytes.count)) }
      if case .failure(let error) = Outcome([.bytes(bytes, name: "t")], TraceReader.Options(chunk: 512)) {
        guard case .malformed = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }
}
