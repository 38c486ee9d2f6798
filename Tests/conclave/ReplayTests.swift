import Foundation
import Testing

/// `conclave replay` and `conclave simulate --scenario`, as a user runs them.
@Suite struct ReplayTests {
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..")
  static let run = ["--seed", "7", "--members", "3", "--events", "2"]

  @Test func `a run is shown event by event with states, lines and what was sent`() throws {
    let result = try Command.conclave(["replay"] + Self.run)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.output.hasPrefix("    1  a  joins\n    2  b  joins\n    3  c  joins\n"))
    #expect(
      result.output.contains(
        """
           20  a  Final Token b.2                 FT → KL  6.1-6
                    → b: Fact Out a.3

        """))
  }

  /// What a line says stands in Spec/Algorithms; the optimized algorithm replaces 3.12.
  @Test(arguments: ["basic", "optimized"]) func `the lines are told where that is asked for`(
    algorithm: String
  ) throws {
    let arguments = ["replay", "--seed", "7", "--members", "3", "--events", "6", "--algorithm", algorithm]
    let all = try Command.conclave(arguments + ["--lines"])
    #expect(all.status == 0)
    #expect(
      all.output.contains(
        """
                      5.2      if not VS_transitional
                      5.3        Clq_ctx is clq_update_ctx of Clq_ctx and key_list_msg
                      5.4        Group_key is clq_extract_key of Clq_ctx

        """))
    let next = algorithm == "basic" ? "the cascading membership (CM)" : "the membership (M)"
    #expect(all.output.contains("              3.12       wait for \(next)\n"))
    // Besides, it is what is shown without them.
    let told = all.output.split(separator: "\n").filter { $0.wholeMatch(of: #/ {14}\d+\.\d+ .*/#) == nil }
    #expect(try told == Command.conclave(arguments).output.split(separator: "\n"))
  }

  @Test func `the lines of a scenario and of a trace are told, too`() throws {
    let file = Self.repository.appendingPathComponent("Tests/Simulation/Scenarios/join.txt").path
    let scenario = try Command.conclave(["replay", "--scenario", file, "--lines"])
    #expect(scenario.status == 0)
    #expect(scenario.output.contains("              4.1    Partial_Token:\n"))
    let trace = try Command.conclave(["simulate", "--quiet"] + Self.run).output
    let replayed = try Command.conclave(["replay", "--lines", "-"], input: .text(trace))
    #expect(replayed.output.contains("              4.1    Partial_Token:\n"))
  }

  @Test func `with latencies each step has its time`() throws {
    let steps = try Command.conclave(["replay"] + Self.run + ["--latencies", "lan"]).output
    let times = steps.split(separator: "\n").compactMap { line in
      line.firstMatch(of: #/^ *\d+ +(\d+\.\d{6})  /#).flatMap { Double($0.output.1) }
    }
    #expect(times.count > 30)
    #expect(times == times.sorted())
    #expect(Set(times).count > 20)
  }

  /// The header of a trace says how to derive its run again.
  @Test(arguments: [
    [], ["--as-printed"], ["--algorithm", "basic", "--agreement", "ckd"], ["--group", "insecure512"],
    ["--latencies", "wan"], ["--latencies", "0.25...3", "--as-printed", "--group", "insecure512"],
    ["--without-repair", "E3", "--without-repair", "E5"],
  ])
  func `a trace of simulate is the run of its header`(options: [String]) throws {
    let trace = try Command.conclave(["simulate", "--quiet"] + Self.run + options).output
    let replayed = try Command.conclave(["replay", "-"], input: .text(trace))
    #expect(replayed.status == 0)
    #expect(replayed.errors.isEmpty)
    #expect(try Command.conclave(["replay"] + Self.run + options).output == replayed.output)
  }

  static let exchange = ["--protocol", "omega", "--servers", "3", "--seed", "3"]

  /// Cachin and Strobl's servers: the paper's round, where it stands, the lines, what it sends.
  @Test func `a run of the exchange is shown event by event`() throws {
    let result = try Command.conclave(["replay"] + Self.exchange)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(
      result.output.contains(
        """
              consensus: no proposal → proposals
        """))
    let first = result.output.split(separator: "\n")[0].split(separator: " ")
    #expect(first == ["1", "c", "-", "start", "not", "started", "→", "started", "11.1-6"])
    #expect(result.output.contains("11.9-14, 21.1-3"))
    #expect(result.output.components(separatedBy: "user: session 0 is finished, key ").count == 4)
  }

  @Test(arguments: [
    [], ["--crashes", "1"], ["--field", "2^8"],
    [
      "--protocol", "omega-fs", "--servers", "4", "--break-ins", "1", "--consensus", "failure-detector",
      "--sessions", "2", "--schedule", "starving",
    ], ["--protocol", "consensus", "--consensus", "no-dealer"],
  ])
  func `a trace of the exchange is the run of its header`(options: [String]) throws {
    let all = Self.exchange + options
    let trace = try Command.conclave(["simulate", "--quiet"] + all).output
    let replayed = try Command.conclave(["replay", "-"], input: .text(trace))
    #expect(replayed.status == 0)
    #expect(replayed.errors.isEmpty)
    #expect(replayed.output.contains("→ "))
    #expect(try Command.conclave(["replay"] + all).output == replayed.output)
  }

  @Test func `a step of the exchange is an object for tools`() throws {
    let result = try Command.conclave(["replay"] + Self.exchange + ["--json", "--at", "b"])
    var finished = false
    for line in result.output.split(separator: "\n") {
      let step = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let turn = try #require(step["turn"] as? [String: Any])
      #expect(turn["at"] as? String == "b")
      #expect((step["step"] as? String)?.split(separator: " ")[1] == "b")
      #expect((turn["before"] as? [[String: Any]])?.count == 2)
      let actions = try #require(turn["actions"] as? [[String: Any]])
      for action in actions where action["what"] as? String == "finish" {
        finished = true
        #expect(action["of"] as? String == "user")
        #expect((action["key"] as? String)?.count == 32)
      }
    }
    #expect(finished)
  }

  @Test func `a trace that is not the run of its header is told, and shown as it is`() throws {
    let trace = try Command.conclave(["simulate", "--quiet"] + Self.run).output
    var lines = trace.split(separator: "\n").map(String.init)
    lines.remove(at: 9)
    let result = try Command.conclave(["replay", "-"], input: .text(lines.joined(separator: "\n") + "\n"))
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("-:10: this is not the run that the header names"))
    #expect(result.output.contains("gcs view 1 {a b c}"))
    lines.removeLast(lines.count - 9)
    let short = try Command.conclave(["replay", "-"], input: .text(lines.joined(separator: "\n") + "\n"))
    #expect(short.status == 1)
  }

  @Test func `any trace is stepped with the views, the signals and the flush of its processes`() throws {
    let trace = """
      {"vstrace":1}
      {"at":"p","event":"view","view":1,"members":["p","q"]}
      {"at":"p","event":"flushRequest"}
      {"at":"p","event":"flushOk"}
      {"at":"p","event":"signal"}
      {"at":"p","event":"deliver","message":"m\\u001b[2J"}
      {"at":"p","event":"crash"}

      """
    let result = try Command.conclave(["replay", "-"], input: .text(trace))
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true)
    }
    #expect(lines.map { $0[0] } == ["2", "3", "4", "5", "6", "7"])
    #expect(result.output.contains("gcs: view 1, flushed, signalled, delivered 1"))
    #expect(result.output.contains("delivers m\\u{1b}[2J"))
    #expect(result.output.hasSuffix("gcs: no view\n"))
  }

  @Test func `a selection leaves the numbers as they are`() throws {
    let all = try Command.conclave(["replay"] + Self.run + ["--json"]).output.split(separator: "\n")
    let some = try Command.conclave(
      ["replay"] + Self.run + ["--json", "--from", "5", "--to", "20", "--at", "b"])
    let expected = try all.filter { line in
      let step = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let number = try #require(step["number"] as? Int)
      let words = try #require(step["step"] as? String).split(separator: " ")
      let isOfB = ["agree", "connect"].contains(words[0]) ? words.contains("b") : words[1] == "b"
      return (5...20).contains(number) && isOfB
    }
    #expect(expected.count > 3)
    #expect(some.output.split(separator: "\n") == expected)
  }

  @Test(arguments: ["b-is-nobody", "b"]) func `of a process that is not there nothing is shown`(name: String)
    throws
  {
    let result = try Command.conclave(["replay"] + Self.run + ["--at", name])
    #expect(result.output.isEmpty == (name != "b"))
  }

  @Test(arguments: [
    ["--scenario", "x", "y"], ["--seed", "1", "x"], ["--from", "3", "--to", "2"], ["--members", "0"],
    ["--group", "none"], ["--step"], ["-", "-"], ["--members", "3", "-"], ["--servers", "3"],
    ["--protocol", "omega", "--members", "3"], ["--scenario", "x", "--protocol", "omega"], ["--adversary"],
    ["--lines", "--json"], ["--latencies", "x"],
  ])
  func `a wrong command line is told`(arguments: [String]) throws {
    let result = try Command.conclave(["replay"] + arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }

  @Test func `what goes wrong with files has its own status`() throws {
    #expect(try Command.conclave(["replay", "/nowhere.jsonl"]).status == 66)
    #expect(try Command.conclave(["replay", "-"], input: .text("{")).status == 65)
    #expect(try Command.conclave(["replay", "--scenario", "/nowhere.txt"]).status == 66)
    #expect(try Command.conclave(["replay"] + Self.run, output: .brokenPipe).status == 74)
    #expect(try Command.conclave(["replay"] + Self.run, output: .path("/dev/full")).status == 74)
  }

  // MARK: Scenarios

  @Test func `a scenario writes a trace that the checker takes, and a summary`() throws {
    let file = Self.repository.appendingPathComponent("Tests/Simulation/Scenarios/join.txt").path
    let result = try Command.conclave(["simulate", "--scenario", file])
    #expect(result.status == 0)
    #expect(result.errors.hasPrefix("scenario join: "))
    #expect(try Command.conclave(["check", "-"], input: .text(result.output)).status == 0)
    // Its header names no seed: it is stepped as any other trace.
    #expect(
      try Command.conclave(["replay", "-"], input: .text(result.output)).output.contains("secure view 2"))
    let replay = try Command.conclave(["replay", "--scenario", file])
    #expect(replay.status == 0)
    #expect(replay.output.contains("c  Partial Token a.3               PT → FO  4.1-2, 4.7-10\n"))
  }

  @Test func `a scenario of the exchange is known by its first command`() throws {
    let folder = Self.repository.appendingPathComponent("Tests/Simulation/Scenarios/exchange")
    let file = folder.appendingPathComponent("omega-coin.txt").path
    let result = try Command.conclave(["simulate", "--scenario", file])
    #expect(result.status == 0)
    #expect(result.errors.hasPrefix("scenario omega-coin: "))
    #expect(result.errors.contains("1 sessions finished by all 3 live servers"))
    #expect(try Command.conclave(["check", "-"], input: .text(result.output)).status == 0)
    let replay = try Command.conclave(["replay", "--scenario", file])
    #expect(replay.status == 0)
    #expect(replay.output.contains("11.15-18"))
  }

  @Test func `a transcript that differs is told as a difference, or written anew`() throws {
    let scratch = try Scratch()
    let text = "members 1\n----\n\njoin a\n----\na  leaps\n"
    try scratch.write(text, to: "leap.txt")
    for verb in ["simulate", "replay"] {
      let result = try Command.conclave([verb, "--scenario", scratch.path("leap.txt")])
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "leap.txt:6: it happens otherwise (- expected, + shown)\n-a  leaps\n+a  joins\n"))
    }
    let rewriting = try Command.conclave(
      ["simulate", "--quiet", "--scenario", scratch.path("leap.txt")], environment: ["CONCLAVE_REWRITE": "1"])
    #expect(rewriting.status == 0)
    #expect(
      try String(contentsOfFile: scratch.path("leap.txt"), encoding: .utf8)
        == "members 1\n----\n\njoin a\n----\na  joins\n")
  }

  @Test func `a malformed scenario is told with line and column`() throws {
    let scratch = try Scratch()
    try scratch.write("members 1\n----\n\njoin b\n----\n", to: "wrong.txt")
    for verb in ["simulate", "replay"] {
      let result = try Command.conclave([verb, "--scenario", scratch.path("wrong.txt")])
      #expect(result.status == 65)
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("wrong.txt:4:6: 'b' is not a process from a to a"))
    }
    try scratch.write("# Nothing yet.\n\njoin a\n----\n", to: "neither.txt")
    let neither = try Command.conclave(["replay", "--scenario", scratch.path("neither.txt")])
    #expect(neither.status == 65)
    #expect(neither.errors.contains("neither.txt:3:1: the first command must be 'members', or 'servers'"))
    #expect(try Command.conclave(["simulate", "--scenario", "x", "--seed", "1"]).status == 64)
  }
}
