import Exploration
import Testing

@Suite struct StateGraphTests {
  @Test func `a graph has the model's states and steps`() {
    let graph = StateGraph(
      Graph(edges: [0: [1, 2], 1: [0, -1], 2: [2]], properties: [.always("not two") { $0 != 2 }]))
    #expect(graph.isComplete)
    #expect(
      graph.dot == """
        digraph states {
          node [shape=box, fontname="monospace", fontsize=11]
          edge [fontname="monospace", fontsize=9]
          s0 [label="0", peripheries=2]
          s1 [label="1"]
          s2 [label="2", color=red]
          s0 -> s1 [label="1"]
          s0 -> s2 [label="2"]
          s1 -> s0 [label="0"]
          s2 -> s2 [label="2"]
        }

        """)
  }

  @Test func `a graph agrees with the search, and has an end`() {
    let model = Counters(processes: 3, bound: 2)
    let expected = model.explore().statistics
    let graph = StateGraph(model)
    #expect(graph.states.count == expected.states)
    #expect(graph.edges.count == expected.transitions)
    let part = StateGraph(model, limit: 5)
    #expect(!part.isComplete)
    #expect(part.states == Array(graph.states.prefix(5)))
    #expect(part.edges == graph.edges.filter { $0.from < 5 && $0.to < 5 })
  }

  @Test func `steps between the same states share an arrow`() {
    struct Twice: Model {
      var initialStates: [Int] { [0] }
      func actions(of state: Int, into actions: inout [Int]) { actions += [1, 2, 3, 4] }
      func next(_ state: Int, _ action: Int) -> Int? { action == 2 ? 0 : 1 }
      var properties: [Property<Int>] { [] }
    }
    let graph = StateGraph(Twice())
    #expect(graph.edges.count == 8)
    let arrows = graph.dot.split(separator: "\n").filter { $0.contains("->") }
    #expect(
      arrows == [
        #"  s0 -> s1 [label="1\n3\n4"]"#, #"  s0 -> s0 [label="2"]"#, #"  s1 -> s1 [label="1\n3\n4"]"#,
        #"  s1 -> s0 [label="2"]"#,
      ])
  }

  @Test func `the parts of a state stand on lines of their own, those of an action on one`() {
    struct Parts: Model {
      var initialStates: [Int] { [0] }
      func actions(of state: Int, into actions: inout [Int]) { actions.append(state) }
      func next(_ state: Int, _ action: Int) -> Int? { state }
      var properties: [Property<Int>] { [] }
      func label(state: Int) -> String { "a is up; b is down" }
      func label(action: Int) -> String { "one; other" }
    }
    let dot = StateGraph(Parts()).dot
    #expect(dot.contains(#"s0 [label="a is up\nb is down", peripheries=2]"#))
    #expect(dot.contains(#"s0 -> s0 [label="one; other"]"#))
  }

  @Test func `labels are quoted`() {
    struct Quoted: Model {
      var initialStates: [String] { ["a\"b\\\nc"] }
      func actions(of state: String, into actions: inout [Int]) {}
      func next(_ state: String, _ action: Int) -> String? { nil }
      var properties: [Property<String>] { [] }
      func label(state: String) -> String { state }
    }
    #expect(StateGraph(Quoted()).dot.contains(#"[label="a\"b\\\nc", peripheries=2]"#))
  }
}
