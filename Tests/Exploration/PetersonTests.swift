import Exploration
import Testing

@Suite struct PetersonTests {
  @Test func `the algorithm of Peterson excludes`() {
    let outcome = Peterson().explore()
    #expect(outcome.end == .exhausted)
    #expect(outcome.verdict == .holds)
    #expect(outcome.findings.map(\.verdict) == [.holds, .holds, .holds])
    #expect(outcome.findings[1].runs.first?.steps.count == 4)
  }
}
