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

  /// Table II.
  @Test func `every difference from Table II is explained`() throws {
    let result = try Command.conclave(["bench", "costs", "--sizes", "4", "--sizes", "9"])
    #expect(result.status == 0)
    #expect(!result.output.contains("not explained"))
  }
}
