import Exploration
import Models
import Testing

@Suite struct TwoPhaseCommitTests {
  /// The numbers that others report for the same specification.
  @Test(arguments: [(3, 288), (5, 8832)])
  func `as many states as known, and every claim holds`(managers: Int, states: Int) {
    let outcome = TwoPhaseCommit(resourceManagers: managers).explore()
    #expect(outcome.end == .exhausted)
    #expect(outcome.statistics.states == states)
    #expect(outcome.verdict == .holds)
    #expect(outcome.statistics.depth == 3 * managers + 1)
  }

  /// Whoever can be renamed is counted once: a state is then the numbers of the resource managers of each kind.
  @Test(arguments: 1...6)
  func `the verdicts are the same with symmetry, by fewer states`(managers: Int) throws {
    let model = TwoPhaseCommit(resourceManagers: managers)
    let plain = model.explore()
    let symmetric = model.explore(SearchOptions(usesSymmetry: true))
    #expect(symmetric.verdict == .holds)
    #expect(symmetric.findings.map(\.verdict) == plain.findings.map(\.verdict))
    #expect(symmetric.statistics.depth == plain.statistics.depth)
    for (one, other) in zip(symmetric.findings, plain.findings) {
      #expect(one.runs.map(\.steps.count) == other.runs.map(\.steps.count))
    }
    let graph = StateGraph(model, limit: .max)
    let representative = try #require(model.symmetry)
    #expect(symmetric.statistics.states == Set(graph.states.map(representative)).count)
    if managers > 1 { #expect(symmetric.statistics.states < plain.statistics.states) }
  }
}
