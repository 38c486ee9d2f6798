import Foundation
import Testing
import TraceChecking
import Traces

/// Whatever the corpus has that is violated can be shrunk, and is violated still.
@Suite struct TraceShrinkTests {
  static let corpus = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Traces")

  static func traces(_ folder: String) -> [String] {
    let root = corpus.appendingPathComponent(folder).path
    let paths = FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? []
    return paths.filter { $0.hasSuffix(".jsonl") }.sorted().map { "\(root)/\($0)" }
  }

  @Test(arguments: ["vs", "evs", "secure", "gke", "traps", "reconstructed"])
  func `the corpus shrinks`(folder: String) throws {
    var shrunk = 0
    for path in Self.traces(folder) {
      // A file of a trace of several files may not stand alone.
      guard let report = try? TraceCheck().run([.file(path)]), report.verdict == .violated else { continue }
      let trace = try Trace.read([.file(path)])
      let events = trace.events.map(\.event)
      for property in report.properties where property.verdict == .violated {
        let letters = property.parts.filter { $0.verdict == .violated }.map { Optional($0.part) }
        for part in letters.isEmpty ? [nil] : letters {
          let selector = PropertySelector(property.property, part)
          let result = try #require(
            try TraceShrink(selector: selector).run(header: trace.header, events: events),
            "\(path) \(selector)")
          #expect(result.selector == selector)
          #expect(result.events.count <= events.count)
          let source = TraceSource.bytes([UInt8](result.text.utf8), name: "shrunk")
          let check = try TraceCheck(properties: [selector]).run([source])
          #expect(check.verdict == .violated, "\(path) \(selector)")
          #expect(check.header.complete == trace.header.complete)
          shrunk += 1
        }
      }
    }
    #expect(shrunk > 0)
  }
}
