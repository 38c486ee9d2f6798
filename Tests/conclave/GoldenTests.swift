import Foundation
import Testing

/// Whole reports, as users see them. `CONCLAVE_REWRITE=1 swift test --disable-xctest --filter GoldenTests`
/// writes them anew; read what changed before you commit it.
@Suite struct GoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Golden")

  static let traces: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).filter { $0.hasSuffix(".jsonl") }.sorted()
  }()

  @Test func `there are golden texts`() { #expect(Self.traces.count >= 3) }

  @Test(arguments: traces) func `the report is the golden text`(trace: String) throws {
    try compare(Command.conclave(["check", trace], folder: Self.folder).output, with: "\(trace).txt")
  }

  @Test(arguments: traces) func `the smallest trace and its reason are the golden text`(trace: String) throws
  {
    let result = try Command.conclave(["shrink", trace], folder: Self.folder)
    try compare(result.output + "\n" + result.errors, with: "\(trace).shrunk.txt")
  }

  private func compare(_ text: String, with name: String) throws {
    let url = Self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["CONCLAVE_REWRITE"] == "1" {
      try Data(text.utf8).write(to: url)
    }
    #expect(text == (try? String(contentsOf: url, encoding: .utf8)))
  }
}
