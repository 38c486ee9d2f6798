import Foundation
import Testing
import TraceChecking
import Traces

/// The promises that the traces break, one line each, with the lines that prove it.
func brokenPromises(of sources: [TraceSource]) throws -> [String] {
  // JGroups asks joining processes, too, and means to.
  let check = TraceCheck(except: [PropertySelector(.flushAcknowledgment, .b)])
  let report = try check.run(sources)
  var lines: [String] = []
  for property in report.properties where property.verdict == .violated {
    for violation in property.violations {
      let proof = violation.places.map { "\(report.files[$0.file]):\($0.line)" }
      lines.append("\(property.property.rawValue): \(violation.summary) (\(proof.joined(separator: ", ")))")
    }
  }
  return lines
}

/// What README shows is what there is: its Swift, its output, its traces, its links.
@Suite struct ExampleTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let recording = "Traces/recorded/jgroups-flush.jsonl.gz"

  static func readme() throws -> String {
    try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
  }

  /// The recording under the name that README's reader gives it.
  static func recorded() throws -> TraceSource {
    .bytes([UInt8](try Data(contentsOf: root.appendingPathComponent(recording))), name: recording)
  }

  /// The lines of README's blocks that are fenced with `language`.
  static func blocks(_ language: String) throws -> [[String]] {
    try readme().components(separatedBy: "```\(language)\n").dropFirst().map { rest in
      rest.components(separatedBy: "\n```")[0].components(separatedBy: "\n")
    }
  }

  /// Those of `wanted` that do not come in `text` after the one before them.
  static func missing(_ wanted: [String], in text: String) -> [String] {
    var rest = text.components(separatedBy: "\n")[...]
    return wanted.filter { line in
      guard let found = rest.firstIndex(of: line) else { return true }
      rest = rest[(found + 1)...]
      return false
    }
  }

  @Test func `the example finds what the recording breaks`() throws {
    let broken = try brokenPromises(of: [Self.recorded()])
    #expect(
      broken.map { String($0.prefix { $0 != ":" }) }
        == ["sending-view-delivery", "delivery-integrity", "virtual-synchrony"])
    #expect(broken.last?.hasPrefix("virtual-synchrony: B and A move together") == true)
    #expect(broken.last?.hasSuffix("\(Self.recording):2074)") == true)
  }

  @Test func `the example in README is the one compiled here`() throws {
    let examples = try Self.blocks("swift")
    #expect(examples.count == 1)
    let own = try String(contentsOfFile: #filePath, encoding: .utf8)
    #expect(Self.missing(examples.flatMap { $0.filter { !$0.isEmpty } }, in: own) == [])
  }

  @Test func `the report in README is what the checker says`() throws {
    let block = try #require(Self.blocks("console").first)
    #expect(block.first == "$ conclave check \(Self.recording)")
    let shown = block.dropFirst().filter { $0 != "  [...]" }
    #expect(shown.count > 15)
    let report = try TraceCheck().run([Self.recorded()])
    #expect(Self.missing(shown, in: TextReport(report).text) == [])
  }

  @Test func `the smallest trace in README is what shrinking gives`() throws {
    let blocks = try Self.blocks("console")
    let block = try #require(blocks.first { $0.contains { $0.hasPrefix("$ conclave shrink") } })
    let trace = try Trace.read([Self.recorded()])
    let result = try #require(
      try TraceShrink(selector: PropertySelector(.virtualSynchrony))
        .run(header: trace.header, events: trace.events.map(\.event)))
    let events = result.text.components(separatedBy: "\n").dropFirst().filter { !$0.isEmpty }
    #expect(block.filter { $0.hasPrefix("{") } == Array(events))
    #expect(try Self.readme().contains("Of the \(trace.events.count) events"))
  }

  @Test func `the trace in README can be read and keeps all promises`() throws {
    let lines = try Self.readme().components(separatedBy: "\n").filter { $0.hasPrefix("    {") }
    #expect(lines.count > 3)
    let report = try TraceCheck().run([
      .bytes([UInt8](lines.joined(separator: "\n").utf8), name: "README.md")
    ])
    #expect(report.verdict == .holds)
    #expect(report.header.complete)
  }

  @Test(arguments: Property.allCases) func `README has every property`(_ property: Property) throws {
    #expect(try Self.readme().contains("`\(property.rawValue)`"))
  }

  @Test func `README links to what there is`() throws {
    let targets = try Self.readme().components(separatedBy: "](").dropFirst()
      .map { $0.components(separatedBy: ")")[0] }
    #expect(targets.count > 3)
    for target in targets {
      let path = Self.root.appendingPathComponent(target).path
      #expect(FileManager.default.fileExists(atPath: path), "\(target)")
    }
  }
}
