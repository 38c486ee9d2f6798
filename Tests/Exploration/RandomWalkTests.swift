import Exploration
import Testing

@Suite struct RandomWalkTests {
  private let model = Counters(processes: 3, bound: 4, forbidden: 2)

  @Test func `a walk finds what is there, without detours`() throws {
    let strategy = SearchOptions.Strategy.randomWalks(seed: 1, count: 2000, length: 30)
    let outcome = model.explore(SearchOptions(strategy: strategy))
    #expect(outcome.end == .walked)
    #expect(outcome.findings.map(\.verdict) == [.violated, .holds, .undecided])
    let run = try #require(outcome.findings[0].runs.first)
    #expect(isExecution(run, of: model))
    #expect(run.last.counts == [2, 2, 2])
    #expect(Set(run.steps.map(\.state)).count == run.steps.count)
    #expect(outcome.statistics.depth <= 30)
  }

  @Test func `the seed decides, not the number of workers`() {
    func summary(_ seed: UInt64, _ workers: Int) -> [String] {
      let strategy = SearchOptions.Strategy.randomWalks(seed: seed, count: 500, length: 20)
      let outcome = model.explore(SearchOptions(strategy: strategy, workers: workers, counterexamples: 2))
      return outcome.findings.map { "\($0.verdict) \($0.runs)" } + ["\(outcome.statistics.states)"]
    }
    #expect(summary(7, 1) == summary(7, 1))
    #expect(summary(7, 1) == summary(7, 2))
    #expect(summary(7, 1) != summary(8, 1))
  }

  @Test func `walks prove nothing`() {
    let strategy = SearchOptions.Strategy.randomWalks(seed: 1, count: 10, length: 5)
    let outcome = Counters(processes: 2, bound: 9).explore(SearchOptions(strategy: strategy))
    #expect(outcome.verdict == .undecided)
    #expect(outcome.findings.map(\.verdict) == [.undecided, .undecided, .undecided])
  }

  @Test func `a simulation goes on until its time is over, or a violation`() {
    var options = SearchOptions(
      strategy: .simulation(seed: 1, length: 100), workers: 2, limits: SearchOptions.Limits(seconds: 0.2))
    var outcome = Counters(processes: 3, bound: 4).explore(options)
    #expect(outcome.end == .limit(.seconds))
    #expect(outcome.statistics.seconds >= 0.2 && outcome.statistics.states > 100)
    options.stopsAtViolation = true
    options.limits.seconds = 60
    outcome = model.explore(options)
    #expect(outcome.end == .violation)
  }
}
