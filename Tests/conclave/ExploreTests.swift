import Foundation
import Testing

@Suite struct ExploreTests {
  @Test func `a table tells what holds`() throws {
    let result = try Command.conclave(["explore", "two-phase-commit", "--processes", "3"])
    #expect(result.status == 0)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "two-phase-commit, processes 3")
    #expect(lines[2] == "  ✓ consistency  nobody commits where somebody aborts  holds")
    #expect(lines[3] == "  ✓ all commit                                         met       10 steps")
    #expect(lines[5] == "  ✓ all decide   can be reached from everywhere        holds")
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
    #expect(result.output.contains("? consistency  nobody commits where somebody aborts  undecided"))
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
    ["two-phase-commit", "--depth", "-1"], [], ["gdh", "--symmetry"], ["service", "--founders", "3"],
    ["two-phase-commit", "--trace-dir", "x"], ["robust", "--as-printed", "--without-repair", "E1"],
    ["robust", "--without-repair", "E7"], ["robust", "--processes", "7"], ["robust", "--budget", "-1"],
    ["omega", "--field", "6"], ["omega", "--crashes", "2"], ["omega", "--servers", "2", "--tolerates", "1"],
    ["omega", "--proposals-needed", "3"], ["omega-fs", "--break-ins", "1"], ["omega-fs", "--field", "3"],
    ["consensus", "--rounds", "0"], ["consensus", "--lies", "1"],
    ["consensus", "--consensus", "failure-detector", "--binary"],
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
    #expect(result.output.contains("? all decide   can be reached from everywhere        undecided"))
  }
}

/// What the adversary of the robust model may do, and from where.
@Suite struct RobustBoundsTests {
  /// From a secure view, E3's dead end, a view in which nobody comes or goes, takes a false suspicion, or that the network
  /// parts and heals. The row of interrupted agreements is there from the second event on; two who only part and meet again
  /// would take a third.
  @Test(arguments: [
    (options: ["--budget", "1"], isBroken: true, states: 123),
    (options: ["--budget", "1", "--no-suspicions"], isBroken: false, states: 69),
    (options: ["--budget", "2", "--no-suspicions"], isBroken: true, states: 453),
  ])
  func `without suspicions a view of the same members takes two events`(
    options: [String], isBroken: Bool, states: Int
  ) throws {
    let common = ["explore", "robust", "--start", "secure", "--messages", "0", "--no-crashes"]
    let result = try Command.conclave(common + ["--without-repair", "E3"] + options)
    #expect(result.status == (isBroken ? 1 : 0))
    #expect(result.output.contains("start secure"))
    #expect(result.output.contains("suspicions none") == options.contains("--no-suspicions"))
    #expect(result.output.contains("somebody suspects") == !options.contains("--no-suspicions"))
    #expect(result.output.contains("✗ termination") == isBroken)
    #expect(result.output.contains("✗ an agreement is interrupted") == options.contains("2"))
    #expect(!result.output.contains("✓ an agreement is interrupted"))
    #expect(result.output.contains("\n\(states) states, "))
  }
}

/// The models of the two papers' parts, as a user runs them.
@Suite struct ExploredModelTests {
  @Test(arguments: [
    (["gdh", "--processes", "2", "--changes", "2"], "gdh, processes 2, changes 2"),
    (["service", "--budget", "1"], "service, processes 2, budget 1, messages 0"),
    (
      ["omega", "--servers", "2"], "omega, servers 2, tolerates 0, crashes 0, field 101"
    ),
    (
      ["omega-fs", "--servers", "2"],
      "omega-fs, servers 2, tolerates 0, crashes 0, field 101, break-ins 0"
    ),
    (
      ["consensus", "--consensus", "failure-detector", "--lies", "0"],
      "consensus, consensus failure-detector, servers 3, tolerates 1, crashes 1, rounds 1, lies 0"
    ),
    (
      ["consensus", "--consensus", "no-dealer", "--binary", "--depth", "5"],
      "consensus, consensus no-dealer, values yes and no, servers 3, tolerates 1, crashes 1, rounds 1"
    ),
  ])
  func `models say what they are made of, and nothing is violated`(arguments: [String], title: String) throws
  {
    let result = try Command.conclave(["explore"] + arguments)
    #expect(result.output.split(separator: "\n")[0] == title)
    #expect(result.status == (arguments.contains("--depth") ? 2 : 0), "\(result.output)")
    #expect(!result.output.contains("✗") && result.output.contains("✓"))
    let help = try Command.conclave(["explore", arguments[0], "--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("OPTIONS OF THE SEARCH"))
  }

  /// Spec/Errata.md, E9: the trace of a run in which one waits for ever.
  @Test func `a run of the exchange is a trace of profile gke`() throws {
    let scratch = try Scratch()
    let folder = scratch.path("found")
    let result = try Command.conclave([
      "explore", "omega-fs", "--servers", "2", "--break-ins", "1", "--proposals-needed", "1", "--trace-dir",
      folder,
    ])
    #expect(result.status == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["termination.jsonl"])
    let check = try Command.conclave(["check", "--profile", "gke", "\(folder)/termination.jsonl"])
    #expect(check.status == 1)
    #expect(check.output.contains(/gke-termination +violated/))
    #expect(check.output.contains(/gke-agreement +(holds|not applicable)/))
  }
}
