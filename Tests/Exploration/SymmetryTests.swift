import Exploration
import Testing

@Suite struct SymmetryTests {
  @Test(arguments: [(2, UInt8(3)), (3, 2), (4, 3)], [UInt8(1), 2, 7])
  func `the verdicts are the same with and without symmetry`(size: (Int, UInt8), forbidden: UInt8) throws {
    let model = Counters(processes: size.0, bound: size.1, forbidden: forbidden)
    let plain = model.explore()
    let symmetric = model.explore(SearchOptions(usesSymmetry: true))
    #expect(symmetric.findings.map(\.verdict) == plain.findings.map(\.verdict))
    for (one, other) in zip(symmetric.findings, plain.findings) {
      #expect(one.runs.map(\.steps.count) == other.runs.map(\.steps.count))
      #expect(one.runs.allSatisfy { isExecution($0, of: model) })
    }
    // One state for each class of those that differ in names only.
    let representative = try #require(model.symmetry)
    let classes = Set(BruteForce(model).depths.keys.map(representative))
    #expect(symmetric.statistics.states == classes.count)
    #expect(symmetric.statistics.states < plain.statistics.states)
  }
}
