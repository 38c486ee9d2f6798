import Foundation
import Testing

@Suite struct ExploreTests {
  @Test func `a table tells what holds`() throws {
    let result = try Command.conclave(["explore", "two-phase-commit", "--processes", "3"])
    #expect(result.status == 0)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "two-phase-commit, processes 3")
    #expect(lines[2] == "  ✓ consistency  holds      always")
    #expect(lines[3] == "  ✓ all commit   holds      sometimes: after 10 steps")
    #expect(lines[5] == "  ✓ all decide   holds      always reachable")
    #expect(lines[7] == "every reachable state was visited")
    #expect(lines[8].hasPrefix("288 states, 1145 transitions, depth 10, "))
  }

  @Test(arguments: ["1", "2"])
  func `JSON is one object, the same for any number of workers`(workers: String) throws {
    let result = try Command.conclave([
      "explore", "two-phase-commit", "--processes", "4", "--workers", workers, "--format", "json",
    ])
    #expect(result.status == 0)
    #expect(result.output.hasSuffix("}\n") && result.output.count { $0 == "\n" } == 1)
    struct Report: Decodable {
      struct Property: Decodable {
        struct Run: Decodable {
          var steps: [String]
          var state: String
        }
        var name, kind, verdict: String
        var runs: [Run]
      }
      var model, verdict, end: String
      var settings: [String: String]
      var states, transitions, depth, memory: Int
      var properties: [Property]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    #expect(report.model == "two-phase-commit" && report.settings == ["processes": "4"])
    #expect(report.verdict == "holds" && report.end == "exhausted")
    #expect(report.states == 1568 && report.depth == 13)
    #expect(report.properties.map(\.kind) == ["always", "sometimes", "sometimes", "always reachable"])
    #expect(
      report.properties[2].runs[0].steps == [
        "chooseToAbort(0)", "chooseToAbort(1)", "chooseToAbort(2)", "chooseToAbort(3)",
      ])
  }

  @Test(arguments: [
    ["--states", "100"], ["--depth", "3"], ["--seconds", "0"], ["--search", "walks", "--walks", "5"],
    ["--search", "simulation", "--states", "100"], ["--search", "depth-first", "--depth", "3"],
  ])
  func `a limit is no error, and no proof`(options: [String]) throws {
    let result = try Command.conclave(["explore", "two-phase-commit"] + options)
    #expect(result.status == 2)
    #expect(result.output.contains("no violation so far"))
    #expect(result.output.contains("? consistency  undecided"))
  }

  @Test func `the graph of the states is written`() throws {
    let scratch = try Scratch()
    let path = scratch.path("graph.dot")
    let result = try Command.conclave(["explore", "two-phase-commit", "--processes", "2", "--dot", path])
    #expect(result.status == 0)
    let dot = try String(contentsOfFile: path, encoding: .utf8)
    #expect(dot.hasPrefix("digraph states {\n"))
    #expect(dot.matches(of: /\n  s\d+ \[label=/).count == 56)
    #expect(dot.contains(#"[label="prepare(1)"]"#))
    #expect(dot.contains(#"[label="decision: commit\n0 committed, known\n1 prepared, known"]"#))
    let failed = try Command.conclave(["explore", "two-phase-commit", "--dot", "/nowhere/graph.dot"])
    #expect(failed.status == 74)
  }

  @Test(arguments: [
    ["three-phase-commit"], ["two-phase-commit", "--processes", "17"],
    ["two-phase-commit", "--workers", "0"],
    ["two-phase-commit", "--memory", "0"], ["two-phase-commit", "--search", "simulation"],
    ["two-phase-commit", "--fingerprints", "--search", "depth-first"],
    ["two-phase-commit", "--depth", "-1"], [],
  ])
  func `wrong command lines are refused`(arguments: [String]) throws {
    let result = try Command.conclave(["explore"] + arguments)
    #expect(result.status == 64)
    #expect(result.output == "")
    #expect(result.errors.contains("Usage: conclave explore"))
  }

  @Test func `fingerprints tell their odds`() throws {
    let result = try Command.conclave(["explore", "two-phase-commit", "--fingerprints"])
    #expect(result.status == 2, "who forgets states cannot look back for dead ends")
    #expect(result.output.contains("288 states"))
    #expect(result.output.contains("a state missed with odds of about 1e-"))
    #expect(result.output.contains("? all decide   undecided"))
  }
}
