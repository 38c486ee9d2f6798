import Foundation
import Testing

/// `conclave simulate`, as a user runs it.
@Suite struct SimulateTests {
  @Test(arguments: [[], ["--latencies", "wan"], ["--latencies", "0.5...2.5"]])
  func `a run passes the check, and a seed gives the same bytes in two processes`(options: [String]) throws {
    let arguments = ["simulate", "--seed", "7", "--members", "5", "--events", "40"] + options
    let first = try Command.conclave(arguments)
    #expect(first.status == 0)
    #expect(first.errors.contains("one for each secure view"))
    #expect(first.errors.contains("from a change to the secure view") == !options.isEmpty)
    #expect(try Command.conclave(arguments).output == first.output)
    let check = try Command.conclave(["check", "-"], input: .text(first.output))
    #expect(check.status == 0)
    #expect(check.output.contains("key-agreement          secure  holds"))
  }

  @Test func `what the printed machines break is told with the command that shows it`() throws {
    let result = try Command.conclave(["simulate", "--seeds", "1...5", "--as-printed"])
    #expect(result.status == 1)
    #expect(result.output.contains("5 runs, 5 broken"))
    #expect(result.output.contains("conclave simulate --seed 1 "))
  }

  /// Spec/Errata.md, E3: of a view in which nobody comes or goes comes a dead end, also if all else is repaired.
  @Test func `one repair that is missing breaks what it repairs`() throws {
    let options = ["simulate", "--members", "2", "--events", "1", "--seeds", "7...7"]
    #expect(try Command.conclave(options).status == 0)
    let result = try Command.conclave(options + ["--without-repair", "E3"])
    #expect(result.status == 1)
    #expect(result.output.contains("termination: 1 runs"))
    #expect(result.output.contains(" --without-repair E3 | conclave check -"))
    #expect(try Command.conclave(options + ["--without-repair", "E1"]).output.contains("Final Token in KL"))
  }

  @Test func `the command of a run with latencies has them, too`() throws {
    let result = try Command.conclave(
      ["simulate", "--seeds", "1...5", "--as-printed", "--latencies", "1.5...30"])
    #expect(result.status == 1)
    #expect(result.output.contains("from a change to the secure view"))
    #expect(result.output.contains("--as-printed --latencies 1.5...30 | conclave check -"))
  }

  @Test func `the state machine is drawn as runs of many seeds went through it`() throws {
    let scratch = try Scratch()
    let path = scratch.path("basic.dot")
    let result = try Command.conclave([
      "simulate", "--seeds", "1...3", "--algorithm", "basic", "--members", "3", "--state-machine", path,
    ])
    #expect(result.status == 0)
    let dot = try String(contentsOfFile: path, encoding: .utf8)
    #expect(dot.hasPrefix("digraph machine {\n") && dot.contains("join -> CM"))
    #expect(dot.contains(#"S -> CM ["#) && dot.contains("3.8-12"))
    #expect(!dot.contains("(SJ)"))
    let failed = try Command.conclave([
      "simulate", "--seeds", "1...1", "--state-machine", "/nowhere/basic.dot",
    ])
    #expect(failed.status == 74)
  }

  @Test(arguments: [
    ["--members", "0"], ["--members", "65"], ["--state-machine", "a.dot"],
    ["--protocol", "omega", "--seeds", "1...2", "--state-machine", "a.dot"], ["--group", "nothing"],
    ["--seed", "1", "--seeds", "1...2"],
    ["--seeds", "5...1"], ["--latencies", "2...1"], ["--latencies", "near"], ["--latencies", "0...1001"],
    ["--protocol", "omega", "--latencies", "lan"], ["--scenario", "x", "--latencies", "lan"],
    ["--servers", "5"], ["--consensus", "coin"], ["--field", "7"],
    ["--protocol", "omega", "--members", "5"], ["--protocol", "omega", "--as-printed"],
    ["--protocol", "omega", "--servers", "0"], ["--protocol", "omega", "--servers", "65"],
    ["--protocol", "omega", "--servers", "5", "--crashes", "3"],
    ["--protocol", "omega", "--servers", "5", "--tolerates", "3"],
    ["--protocol", "omega", "--servers", "5", "--tolerates", "1", "--crashes", "2"],
    ["--protocol", "omega", "--field", "6"], ["--protocol", "omega-fs", "--servers", "5", "--field", "5"],
    ["--protocol", "omega-fs", "--servers", "5", "--break-ins", "2", "--crashes", "2"],
    ["--protocol", "consensus", "--field", "7"], ["--protocol", "binary-consensus", "--field", "7"],
    ["--protocol", "omega", "--sessions", "0"],
    ["--protocol", "another"], ["--as-printed", "--without-repair", "E3"], ["--without-repair", "E7"],
    ["--adversary", "--without-repair", "E3"], ["--protocol", "omega", "--without-repair", "E3"],
  ])
  func `a wrong command line is told`(arguments: [String]) throws {
    let result = try Command.conclave(["simulate"] + arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }

  /// Issue 4: an exchange ends with one key at every live server, whatever consensus it rests on.
  @Test(arguments: ["omega", "omega-fs"], ["coin", "no-dealer", "failure-detector"])
  func `an exchange passes the check, and a seed gives the same bytes`(
    simulated: String, consensus: String
  ) throws {
    let arguments = [
      "simulate", "--protocol", simulated, "--servers", "5", "--crashes", "2", "--consensus", consensus,
      "--seed", "3",
    ]
    let first = try Command.conclave(arguments)
    #expect(first.status == 0)
    #expect(first.errors.contains("1 of 1 sessions ended with one key at all 3 live servers"))
    #expect(try Command.conclave(arguments).output == first.output)
    let check = try Command.conclave(["check", "--profile", "gke", "-"], input: .text(first.output))
    #expect(check.status == 0)
    #expect(check.output.contains("gke-termination        holds           1 checked"))
    #expect(first.output.components(separatedBy: "\"event\":\"crash\"").count == 3)
  }

  @Test func `what the field of the page gives away is told with the command that shows it`() throws {
    let result = try Command.conclave(
      ["simulate", "--protocol", "omega", "--servers", "3", "--field", "2^8", "--seeds", "1...5"])
    #expect(result.status == 1)
    #expect(result.output.contains("secrecy: 5 runs"))
    #expect(result.output.contains("conclave simulate --protocol omega --seed 1 --servers 3 "))
    let repaired = try Command.conclave(
      ["simulate", "--protocol", "omega", "--servers", "3", "--seeds", "1...5"])
    #expect(repaired.status == 0)
  }

  @Test(arguments: ["consensus", "binary-consensus"], ["coin", "no-dealer", "failure-detector"])
  func `consensus alone passes the check`(simulated: String, consensus: String) throws {
    let arguments = ["--protocol", simulated, "--consensus", consensus, "--servers", "4", "--crashes", "1"]
    let result = try Command.conclave(["simulate"] + arguments + ["--seeds", "1...20"])
    #expect(result.status == 0)
    #expect(result.output.contains("20 runs, 0 broken"))
    // On yes and no servers propose nothing else; on any values they do.
    let trace = try Command.conclave(["simulate", "--seed", "2", "--sessions", "20"] + arguments).output
    #expect(trace.contains(#""value":"00""#) && trace.contains(#""value":"01""#))
    #expect(trace.contains(#""value":"02""#) == (simulated == "consensus"))
  }

  /// Section 3.3, and the curve of the crashes.
  @Test func `the exchange costs what the paper says`() throws {
    let scratch = try Scratch()
    let path = scratch.path("crashes.svg")
    let result = try Command.conclave([
      "bench", "exchange", "--sizes", "3", "4", "--seeds", "2", "--crashing", "4", "--svg", path,
    ])
    #expect(result.status == 0)
    #expect(result.output.contains("2n²+"))
    #expect(result.output.contains("3n²+"))
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("<svg "))
  }

  static let errata: [(trace: String, options: [String])] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Traces/errata")
    let table = try? String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    return (table ?? "").components(separatedBy: "\n").compactMap { row in
      let cells = row.components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count > 2, cells[1].hasPrefix("[E"), let name = cells[1].split(separator: "(").last else {
        return nil
      }
      let options = cells[2].trimmingCharacters(in: ["`"]).components(separatedBy: " ")
      return (folder.appendingPathComponent(String(name.dropLast())).path, options)
    }
  }()

  @Test func `there are traces of the errata`() { #expect(Self.errata.count >= 8) }

  /// Traces/errata: each trace is what its command writes.
  @Test(arguments: errata) func `the traces of the errata are derived again`(
    trace: String, options: [String]
  ) throws {
    let run = try Command.conclave(["simulate", "--as-printed", "--quiet"] + options)
    #expect(try run.output == String(contentsOfFile: trace, encoding: .utf8))
  }

  /// Spec/Errata.md: what no property of a trace shows.
  @Test(arguments: [
    ("2", "1", "1", "not-possible: Final Token in FO"), ("2", "1", "2", "not-possible: Final Token in KL"),
    ("2", "1", "7", "termination"), ("3", "1", "2016", "not-possible: flush ok that nobody asked for"),
    ("3", "1", "1377", "not-possible: Key List in PT"),
    ("3", "1", "1226", "not-possible: Partial Token in KL"),
    ("2", "1", "47", "not-possible: Partial Token in FT"),
  ])
  func `the dead ends of the errata are found again`(
    members: String, events: String, seed: String, broken: String
  ) throws {
    let options = ["--members", members, "--events", events, "--seeds", "\(seed)...\(seed)"]
    let printed = try Command.conclave(["simulate", "--as-printed"] + options)
    #expect(printed.status == 1)
    #expect(printed.output.contains("\(broken): 1 runs"))
    #expect(try Command.conclave(["simulate"] + options).status == 0)
  }

  /// Table II.
  @Test func `every difference from Table II is explained`() throws {
    let result = try Command.conclave(["bench", "costs", "--sizes", "4", "--sizes", "9"])
    #expect(result.status == 0)
    #expect(!result.output.contains("not explained"))
  }
}
