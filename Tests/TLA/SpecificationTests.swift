import Exploration
import Foundation
import Models
import Testing

/// Each configuration under Spec/TLA has a model that says the same: TLC and the explorer must find the same
/// number of states.
@Suite(.serialized) struct SpecificationTests {
  struct Pair: Sendable, CustomTestStringConvertible {
    /// The configuration's name, `Module` or `Module-what`.
    var configuration: String
    /// How many states the model has; nil where a claim about it fails.
    var states: @Sendable () -> Int?

    init(_ configuration: String, _ model: some Model) {
      self.configuration = configuration
      states = {
        let outcome = model.explore(SearchOptions(workers: 2))
        return outcome.verdict == .holds ? outcome.statistics.states : nil
      }
    }

    var testDescription: String { configuration }
  }

  static let pairs = [Pair("TwoPhaseCommit", TwoPhaseCommit(resourceManagers: 5))]

  @Test(
    .enabled(if: TLC.isWanted, "TLC is missing: it needs java and what Tests/run fetches"), arguments: pairs)
  func `TLC and the explorer find the same states`(pair: Pair) throws {
    let result = try TLC.check(pair.configuration)
    #expect(result.isClean, "\(result.output)")
    let states = try #require(pair.states())
    #expect(result.distinctStates == states)
  }

  @Test func `every configuration has its model`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: TLC.specifications.path)
      .filter { $0.hasSuffix(".cfg") }.map { String($0.dropLast(4)) }
    #expect(Set(names) == Set(Self.pairs.map(\.configuration)))
  }
}
