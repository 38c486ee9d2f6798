import Exploration
import Foundation
import Testing

@Suite struct PetersonTests {
  @Test(arguments: [1, 2])
  func `the algorithm of Peterson excludes`(workers: Int) {
    let outcome = Peterson().explore(SearchOptions(workers: workers))
    #expect(outcome.end == .exhausted)
    #expect(outcome.verdict == .holds)
    #expect(outcome.findings.map(\.verdict) == [.holds, .holds, .holds])
    #expect(outcome.findings[1].runs.first?.steps.count == 4)
    #expect(outcome.statistics.states == BruteForce(Peterson()).depths.count)
  }

  @Test func `without turns it does not`() throws {
    struct Impolite: Model {
      var base = Peterson()
      var initialStates: [Peterson.State] { base.initialStates }
      func actions(of state: Peterson.State, into actions: inout [Int]) {
        base.actions(of: state, into: &actions)
      }
      func next(_ state: Peterson.State, _ process: Int) -> Peterson.State? {
        var mine = state
        mine.turn = process
        return base.next(mine, process)
      }
      var properties: [Property<Peterson.State>] { base.properties }
    }
    let outcome = Impolite().explore()
    #expect(outcome.findings.map(\.verdict) == [.violated, .holds, .holds])
    let run = try #require(outcome.findings[0].runs.first)
    #expect(run.steps.count == 6)
    #expect(run.last.line == [.critical, .critical])
  }

  @Test func `the documentation shows this model`() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let model = try String(contentsOf: tests.appendingPathComponent("Peterson.swift"), encoding: .utf8)
    let documentation = try String(
      contentsOf: tests.appendingPathComponent("../../Sources/Exploration/Model.swift"), encoding: .utf8)
    let shown = documentation.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { $0.hasPrefix("///") }.map { $0.dropFirst(8) }.joined(separator: "\n")
    let start = try #require(model.range(of: "struct Peterson")?.lowerBound)
    #expect(shown.contains(model[start...].trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
