import Foundation
import Testing

/// Spec/Errata.md, the table of searches: each repair is needed, and with all of them the same search finds nothing.
@Suite struct ErrataSearchTests {
  struct Row: Sendable, CustomTestStringConvertible {
    /// E7 is what happens without the repair E5.
    var entry: String
    var repair: String
    var claim: String
    var options: [String]
    var steps: Int
    var states: Int
    /// With all repairs, to the end.
    var repairedStates: Int

    var testDescription: String { "\(entry): \(claim)" }
  }

  private struct Report: Decodable {
    struct Property: Decodable {
      struct Run: Decodable { var steps: [String] }
      var name, verdict: String
      var runs: [Run]
    }
    var verdict, end: String
    var settings: [String: String]
    var states: Int
    var properties: [Property]
  }

  static let rows: [Row] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Spec/Errata.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: [" ", "`"]) }
      guard cells.count == 6, cells[2].hasPrefix("E"), let steps = Int(cells[3]),
        let states = Int(cells[4].filter { $0 != "," }), let repaired = Int(cells[5].filter { $0 != "," })
      else { return nil }
      let options = cells[2].components(separatedBy: " ")
      return Row(
        entry: cells[0], repair: options[0], claim: cells[1], options: Array(options.dropFirst()),
        steps: steps,
        states: states, repairedStates: repaired)
    }
  }()

  /// Of the others each takes seconds in a debug build.
  private static func isTime(for states: Int) -> Bool {
    states < 4000 || ProcessInfo.processInfo.environment["CONCLAVE_LONG_TESTS"] == "1"
  }

  private func explore(_ options: [String]) throws -> Report {
    let arguments = ["explore", "robust", "--no-crashes", "--no-secrecy", "--format", "json"]
    let result = try Command.conclave(arguments + options)
    return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
  }

  @Test func `every entry has its search`() {
    #expect(Set(Self.rows.map(\.entry)) == Set((1...7).map { "E\($0)" }))
    #expect(Set(Self.rows.map(\.repair)) == Set((1...6).map { "E\($0)" }))
  }

  /// The shortest run that violates the claim is as long as the table says, and the search to that depth has as many
  /// states.
  @Test(arguments: rows.filter { isTime(for: $0.states) })
  func `without a repair its claim is broken`(row: Row) throws {
    let report = try explore(["--without-repair", row.repair, "--depth", "\(row.steps)"] + row.options)
    #expect(report.settings["machines"] == "repaired but for \(row.repair)")
    let claim = try #require(report.properties.first { $0.name == row.claim })
    #expect(claim.verdict == "violated")
    #expect(claim.runs.first?.steps.count == row.steps)
    #expect(report.states == row.states)
  }

  @Test(
    arguments: Set(rows.filter { isTime(for: $0.repairedStates) }.map(\.options)).sorted {
      $0.description < $1.description
    })
  func `with all repairs the same search finds nothing`(options: [String]) throws {
    let report = try explore(options)
    #expect(report.verdict == "holds" && report.end == "exhausted")
    for row in Self.rows where row.options == options { #expect(report.states == row.repairedStates) }
  }

  /// What is broken is a trace, named after the claim, and the checker finds the same in it.
  @Test func `a counterexample is a trace`() throws {
    let scratch = try Scratch()
    let folder = scratch.path("found")
    let result = try Command.conclave([
      "explore", "robust", "--without-repair", "E2", "--budget", "1", "--messages", "0", "--depth", "4",
      "--trace-dir", folder,
    ])
    #expect(result.status == 1)
    #expect(result.output.contains("  trace: \(folder)/Theorem-1.15.jsonl\n"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
        "Lemma-1.2.jsonl", "Theorem-1.15.jsonl",
      ])
    let check = try Command.conclave(["check", "\(folder)/Theorem-1.15.jsonl"])
    #expect(check.status == 1)
    #expect(check.output.contains(/transitional-signal +secure +violated/))
    #expect(try Command.conclave(["replay", "\(folder)/Theorem-1.15.jsonl"]).status == 0)
    let rows = result.output.split(separator: "\n").filter { row in
      ["  ✓ ", "  ✗ ", "  ? "].contains { row.hasPrefix($0) }
    }
    #expect(rows.count >= 27)
    for row in rows { #expect(row.count <= 100, "\(row)") }
  }
}
