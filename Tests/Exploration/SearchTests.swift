import Exploration
import Testing

@Suite struct SearchTests {
  static let strategies: [SearchOptions.Strategy] = [.breadthFirst, .depthFirst]

  @Test(arguments: strategies, [1, 2, 3])
  func `the same states and steps as by brute force`(strategy: SearchOptions.Strategy, workers: Int) {
    let model = Counters(processes: 4, bound: 3)
    let expected = BruteForce(model)
    let outcome = model.explore(SearchOptions(strategy: strategy, workers: workers))
    #expect(outcome.end == .exhausted)
    #expect(outcome.statistics.states == expected.depths.count)
    #expect(outcome.statistics.transitions == expected.transitions)
    #expect(outcome.statistics.waiting == 0)
    if strategy == .breadthFirst {
      #expect(outcome.statistics.depth == expected.depths.values.max())
    } else {
      #expect(outcome.statistics.depth >= expected.depths.values.max()!)
    }
    #expect(outcome.verdict == .holds)
  }

  @Test(arguments: [1, 2, 3])
  func `a violation is found by a shortest run`(workers: Int) throws {
    let model = Counters(processes: 3, bound: 4, forbidden: 2)
    let outcome = model.explore(SearchOptions(workers: workers))
    #expect(outcome.verdict == .violated)
    #expect(outcome.findings.map(\.verdict) == [.violated, .holds, .holds])
    let run = try #require(outcome.findings[0].runs.first)
    #expect(isExecution(run, of: model))
    #expect(run.last.counts == [2, 2, 2])
    #expect(run.steps.count == 6)
    #expect(outcome.findings[0].runs.count == 1)
    #expect(outcome.end == .exhausted, "a violation does not end the search")
    #expect(outcome.statistics.states == BruteForce(model).depths.count)
  }

  @Test func `depth-first finds the violation, too, by some run`() throws {
    let model = Counters(processes: 3, bound: 4, forbidden: 2)
    let outcome = model.explore(SearchOptions(strategy: .depthFirst))
    let run = try #require(outcome.findings[0].runs.first)
    #expect(isExecution(run, of: model))
    #expect(run.last.counts == [2, 2, 2])
  }

  @Test(arguments: strategies)
  func `a violation ends the search where that is asked for`(strategy: SearchOptions.Strategy) {
    let model = Counters(processes: 3, bound: 14, forbidden: 1)
    let all = model.explore().statistics.states
    let outcome = model.explore(SearchOptions(strategy: strategy, stopsAtViolation: true))
    #expect(outcome.end == .violation)
    #expect(outcome.findings[0].verdict == .violated)
    #expect(outcome.findings[2].verdict == .undecided)
    if strategy == .breadthFirst {
      #expect(outcome.statistics.states < all / 10)
      #expect(outcome.findings[1].verdict == .undecided)
    }
  }

  @Test(arguments: strategies, [1, 2])
  func `a sometimes that never happens fails`(strategy: SearchOptions.Strategy, workers: Int) {
    let model = Graph(edges: [0: [1], 1: [2, 0]], properties: [.sometimes("three") { $0 == 3 }])
    let outcome = model.explore(SearchOptions(strategy: strategy, workers: workers))
    #expect(outcome.end == .exhausted)
    #expect(outcome.findings[0].verdict == .violated)
    #expect(outcome.findings[0].runs.isEmpty)
    #expect(outcome.verdict == .violated)
  }

  @Test func `an initial state can be what a property speaks of`() {
    let model = Graph(
      edges: [:], initial: [4, 5],
      properties: [.always("not five") { $0 != 5 }, .sometimes("four") { $0 == 4 }])
    let outcome = model.explore(SearchOptions(workers: 2, counterexamples: 2))
    #expect(outcome.findings.map(\.verdict) == [.violated, .holds])
    #expect(outcome.findings.map(\.runs) == [[Run(initial: 5, steps: [])], [Run(initial: 4, steps: [])]])
  }

  /// 0 and 1 go round; 2 is a dead end, 3 and 4 a livelock, 5 and 6 are good.
  static let trap = Graph(
    edges: [0: [1, 5], 1: [0, 2, 3], 3: [4], 4: [3], 5: [6], 6: [5, -1]],
    properties: [.alwaysReachable("good") { $0 >= 5 }, .alwaysReachable("two") { $0 == 2 || $0 > 2 }])

  @Test(arguments: strategies, [1, 2])
  func `dead ends and livelocks are found`(strategy: SearchOptions.Strategy, workers: Int) {
    let options = SearchOptions(strategy: strategy, workers: workers, counterexamples: 5)
    let outcome = Self.trap.explore(options)
    #expect(outcome.findings.map(\.verdict) == [.violated, .holds])
    let found = Set(outcome.findings[0].runs.map(\.last))
    #expect(found == BruteForce(Self.trap).hopeless { $0 >= 5 })
    #expect(found == [2, 3, 4])
    if strategy == .breadthFirst { #expect(outcome.findings[0].runs.first?.steps.map(\.action) == [1, 2]) }
    #expect(outcome.findings[0].runs.allSatisfy { isExecution($0, of: Self.trap) })
  }

  /// A long line of which only the far end is good, numbered so that looking back has to go over it many times.
  @Test(arguments: [1, 2])
  func `good ends are found however far`(workers: Int) {
    var edges: [Int: [Int]] = [0: Array(1...500)]
    for state in 1..<500 { edges[500 - state] = [501 - state] }
    for state in 2...500 { edges[state, default: []].append(state - 1) }
    var model = Graph(edges: edges, properties: [.alwaysReachable("the last") { $0 == 500 }])
    #expect(model.explore(SearchOptions(workers: workers)).verdict == .holds)
    model.edges[250] = []
    let outcome = model.explore(SearchOptions(workers: workers))
    #expect(outcome.verdict == .violated)
    #expect(outcome.findings[0].runs.first?.last == BruteForce(model).hopeless { $0 == 500 }.min())
  }

  @Test func `counterexamples are of different kinds`() {
    let claim = Property<Counters.State>.always("less than two") { $0.counts.allSatisfy { $0 < 2 } }
    var model = Claims(base: Counters(processes: 2, bound: 2), properties: [claim])
    var runs = model.explore(SearchOptions(counterexamples: 10)).findings[0].runs
    #expect(runs.map { model.kind(of: $0.steps.last?.action, to: $0.last) } == ["count", "take"])
    #expect(runs[0].steps.count == 2 && runs[1].steps.count == 3)
    runs = model.explore(SearchOptions(counterexamples: 1)).findings[0].runs
    #expect(runs.count == 1)
    model.properties = []
    #expect(model.explore().verdict == .holds)
  }

  @Test(arguments: [1, 2])
  func `limits are where a search ends, not errors`(workers: Int) {
    let model = InlineCounters(bound: 20)
    let all = BruteForce(model)
    var limits = SearchOptions.Limits(states: 3000)
    var outcome = model.explore(SearchOptions(workers: workers, limits: limits))
    #expect(outcome.end == .limit(.states))
    #expect(outcome.statistics.states >= 3000 && outcome.statistics.states < all.depths.count)
    #expect(outcome.statistics.waiting > 0)
    #expect(outcome.findings.map(\.verdict) == [.violated, .undecided])

    limits = SearchOptions.Limits(depth: 7)
    outcome = model.explore(SearchOptions(workers: workers, limits: limits))
    #expect(outcome.end == .limit(.depth))
    #expect(outcome.statistics.depth == 7)
    #expect(outcome.statistics.states == all.depths.values.count { $0 <= 7 })
    #expect(outcome.verdict == .undecided)

    limits = SearchOptions.Limits(memory: 4 << 20)
    outcome = InlineCounters(bound: 200).explore(SearchOptions(workers: workers, limits: limits))
    #expect(outcome.end == .limit(.memory))

    limits = SearchOptions.Limits(seconds: 0)
    outcome = model.explore(SearchOptions(workers: workers, limits: limits))
    #expect(outcome.end == .limit(.seconds))

    outcome = model.explore(SearchOptions(workers: workers)) { $0.states < 2000 }
    #expect(outcome.end == .interrupted)
    #expect(outcome.statistics.states >= 2000)
  }

  @Test(arguments: strategies, [1, 2])
  func `a state may have many successors`(strategy: SearchOptions.Strategy, workers: Int) {
    let model = Graph(edges: [0: Array(1...150_000)])
    let outcome = model.explore(SearchOptions(strategy: strategy, workers: workers))
    #expect(outcome.end == .exhausted)
    #expect(outcome.statistics.states == 150_001)
    #expect(outcome.statistics.transitions == 150_000)
  }

  @Test func `a limited search still knows the dead ends that it has seen`() {
    var model = Self.trap
    model.edges[6] = [5, 7]
    for state in 7...1000 { model.edges[state] = [state + 1] }
    model.properties = [.alwaysReachable("never") { $0 < 0 || $0 == 2000 }]
    let outcome = model.explore(SearchOptions(limits: SearchOptions.Limits(depth: 20)))
    #expect(outcome.end == .limit(.depth))
    #expect(outcome.verdict == .violated)
    #expect(outcome.findings[0].runs.first?.last == 2)
  }

  @Test func `depth-first ends at a depth, too`() {
    let outcome = InlineCounters(bound: 20).explore(
      SearchOptions(strategy: .depthFirst, limits: SearchOptions.Limits(depth: 7)))
    #expect(outcome.end == .limit(.depth))
    #expect(outcome.statistics.depth == 7)
  }

  @Test func `the progress is told`() {
    var told: [Statistics] = []
    let outcome = InlineCounters(bound: 22).explore(SearchOptions(workers: 2)) {
      told.append($0)
      return true
    }
    #expect(told.count > 20)
    #expect(zip(told, told.dropFirst()).allSatisfy { $0.states <= $1.states && $0.depth <= $1.depth })
    #expect(told.last!.states == outcome.statistics.states)
    #expect(outcome.statistics.description.hasPrefix("\(outcome.statistics.states) states, "))
  }
}

/// A model with other properties.
struct Claims<Base: Model>: Model {
  var base: Base
  var properties: [Property<Base.State>]

  var initialStates: [Base.State] { base.initialStates }
  func actions(of state: Base.State, into actions: inout [Base.Action]) {
    base.actions(of: state, into: &actions)
  }
  func next(_ state: Base.State, _ action: Base.Action) -> Base.State? { base.next(state, action) }
  func kind(of action: Base.Action?, to state: Base.State) -> String { base.kind(of: action, to: state) }
}
