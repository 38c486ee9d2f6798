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
}
