import Foundation
import Testing

/// `conclave simulate`, as a user runs it.
@Suite struct SimulateTests {
  @Test func `a run passes the check, and a seed gives the same bytes in two processes`() throws {
    let arguments = ["simulate", "--seed", "7", "--members", "5", "--events", "40"]
    let first = try Command.conclave(arguments)
    #expect(first.status == 0)
    #expect(first.errors.contains("secure ones, each with its key"))
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

  @Test(arguments: [
    ["--members", "0"], ["--members", "65"], ["--group", "nothing"], ["--seed", "1", "--seeds", "1...2"],
    ["--protocol", "omega"], ["--seeds", "5...1"],
  ])
  func `a wrong command line is told`(arguments: [String]) throws {
    let result = try Command.conclave(["simulate"] + arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
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
