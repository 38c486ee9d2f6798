import CyclicGroups
import GroupCommunication
import SecureGroup
import Testing
import Traces

@testable import Simulation

@Suite struct StepTests {
  private static let plans = (UInt64(1)...9).map { seed in
    Plan(
      seed: seed, members: 4, events: 12, repairs: [.none, .without([.e5]), .all][Int(seed % 3)],
      latencies: seed > 4 ? Latencies("lan") : nil)
  }

  /// A seed, a file and a search drive the same stack: whoever takes the steps of a run again gets the same bytes.
  @Test(arguments: plans) func `a run is its steps`(plan: Plan) throws {
    var simulation = Simulation(symbolic: plan)
    var steps: [(text: String, time: Double)] = []
    simulation.run { happening in steps.append((happening.step.description, happening.time)) }
    #expect(steps.count > 50)
    var stack = Stack(symbolic: plan, note: plan.description)
    for step in steps {
      stack.time = step.time
      try stack.take(Step(step.text, members: plan.members))
    }
    #expect(stack.trace.bytes == simulation.trace.bytes)
    #expect(stack.summary.counts == simulation.summary.counts)
  }

  @Test(arguments: [
    "connect a b | c", "suspect b", "join a", "leave c", "crash b", "recover a", "flush-request a",
    "signal b",
    "deliver a c.12", "agree a b c", "agree a | b c with a.1 c.3", "install c", "send a reliable",
    "send c safe", "flush-ok b",
  ])
  func `a step is read as it is written`(text: String) throws {
    #expect(try Step(text, members: 3).description == text)
  }

  @Test(arguments: [
    ("", 1, "a command is missing"), ("fly a", 1, "there is no such command"),
    ("join", 5, "a process from a to c is missing"), ("join d", 6, "'d' is not a process from a to c"),
    ("join a b", 9, "this is more than one step"), ("connect a b | b", 15, "a process stands in two parts"),
    ("connect a a", 11, "a stands here twice"),
    ("deliver a b.0", 11, "'b.0' is not a message"),
    ("deliver a b.01", 11, "'b.01' is not a message"),
    ("send a loudly", 8, "'loudly' is not one of reliable"),
    ("agree a with", 13, "a message, as a.1 is missing"),
    ("suspect a |", 11, "'|' is not a process"),
    ("send a safe now", 13, "'now' is too much"),
    ("deliver a b.99999999999999999999", 11, "is not a message"),
  ])
  func `what is no step is refused where it goes wrong`(text: String, column: Int, reason: String) throws {
    let error = #expect(throws: ScenarioError.self) { try Step(text, members: 3) }
    #expect(error?.line == 1)
    #expect(error?.column == column)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  /// Two members in a view, with the first token under way.
  private static var agreeing: Stack<SymbolicGroup, SymbolicSignatures> {
    get throws {
      var stack = Stack(symbolic: Plan(seed: 1, members: 3), note: "")
      for text in ["join a", "join b", "agree a b", "install a", "install b"] {
        try stack.take(Step(text, members: 3))
      }
      return stack
    }
  }

  @Test(arguments: [
    ("join a", "a has joined, or has crashed"), ("recover a", "a has not crashed"), ("crash c", "c is down"),
    ("leave c", "c is down"), ("send c agreed", "c is down"), ("flush-ok c", "c is down"),
    ("flush-request a", "needs no other view"), ("signal a", "needs no other view"),
    ("install a", "a has nothing to install"), ("deliver a a.1", "a cannot deliver a.1 now"),
    ("deliver b b.1", "b cannot deliver b.1 now"), ("agree a b", "{a b} cannot agree on a view now"),
    ("agree c", "{c} cannot agree on a view now"),
  ])
  func `a step that cannot be taken changes nothing`(text: String, reason: String) throws {
    var stack = try Self.agreeing
    let (trace, states) = (stack.trace.bytes, stack.statusLines)
    let error = #expect(throws: NotNow.self) { try stack.take(Step(text, members: 3)) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(stack.trace.bytes == trace)
    #expect(stack.statusLines == states)
  }

  /// Amir et al., V-A: the last of the list broadcasts the final token and collects the fact outs.
  @Test func `what a step did is told with states, lines and what was sent`() throws {
    var stack = try Self.agreeing
    let happening = try stack.take(.deliver(Process(1), PacketName(Process(0), 1)))
    let turn = try #require(happening.turns.first)
    #expect(happening.turns.count == 1)
    #expect(turn.before.state == .waitForPartialToken)
    #expect(turn.after.state == .collectFactOuts)
    #expect(turn.lines.map(\.description) == ["4.1-2", "4.7-10"])
    #expect(turn.sent == [PacketName(Process(1), 1)])
    #expect(
      happening.text(stack.fingerprint) == [
        "b  Partial Token a.1               PT → FO  4.1-2, 4.7-10",
        "     → all: Final Token b.1, fifo",
      ])
    #expect(
      happening.json(3, stack.fingerprint)
        == #"{"number":3,"time":0.0,"step":"deliver b a.1","turns":[{"at":"b","event":"Partial Token","#
        + #""message":"a.1","before":"PT","after":"FO","lines":["4.1-2","4.7-10"],"#
        + #""actions":[{"to":"all","what":"Final Token","message":"b.1","service":"fifo"}]}]}"#)
  }

  /// What is asked for wrongly is refused (3.14, 6.16) and leaves no event.
  @Test(arguments: ["send a agreed", "flush-ok b"]) func `a wrong request is refused`(text: String) throws {
    var stack = try Self.agreeing
    let trace = stack.trace.bytes
    let happening = try stack.take(Step(text, members: 3))
    #expect(happening.text(stack.fingerprint).last?.contains("→ application: error") == true)
    #expect(stack.trace.bytes == trace)
    #expect(stack.summary.refused == 1)
  }
}
