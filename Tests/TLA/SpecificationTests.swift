import Exploration
import Foundation
import Testing

/// Spec/TLA and the Swift machines say the same: of a model and its configuration, explorer and TLC find the same number
/// of states. And each claim holds or does not, as Spec/TLA/README.md says.
@Suite(.serialized) struct SpecificationTests {
  private static let isThorough = ProcessInfo.processInfo.environment["CONCLAVE_LONG_TESTS"] != nil
  static let configurations = Configuration.all.filter { isThorough || !$0.takesMinutes }

  @Test(
    .enabled(if: TLC.isWanted, "TLC is missing: it needs java and what Tests/run fetches"),
    arguments: configurations)
  func `TLC finds what is claimed, and as many states as there are`(configuration: Configuration) throws {
    let result = try TLC.check(configuration.name)
    if let violated = configuration.violated {
      #expect(result.violated == violated, "\(result.output.suffix(3000))")
    } else {
      #expect(result.isClean, "\(result.output.suffix(3000))")
      #expect(result.distinctStates == (try Page()[configuration.name].states))
    }
  }

  @Test(arguments: configurations.filter { $0.explore != nil })
  func `the explorer finds as many states, and what is claimed`(configuration: Configuration) throws {
    let explore = try #require(configuration.explore)
    let explored = explore()
    #expect(explored.verdict == .holds)
    #expect(explored.states == (try Page()[configuration.name].states))
  }

  @Test func `every configuration is checked`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: TLC.specifications.path)
      .filter { $0.hasSuffix(".cfg") }.map { String($0.dropLast(4)) }
    #expect(names.sorted() == Configuration.all.map(\.name).sorted())
    #expect(try Page().names.sorted() == names.sorted())
    #expect(Configuration.all.filter { $0.explore != nil && !$0.takesMinutes }.count >= 6)
  }

  @Test(arguments: Configuration.all) func `the page says what is claimed`(configuration: Configuration)
    throws
  {
    let row = try Page()[configuration.name]
    #expect(row.isViolated == (configuration.violated != nil))
    #expect(row.isSame == (configuration.explore != nil))
    #expect((row.states == nil) == row.isViolated)
  }
}

/// The table in Spec/TLA/README.md.
private struct Page {
  struct Row {
    var states: Int?
    var isSame: Bool
    var isViolated: Bool
  }

  private let rows: [(name: String, row: Row)]

  init() throws {
    let file = TLC.specifications.appendingPathComponent("README.md")
    rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .drop { !$0.hasPrefix("| configuration") }.filter { $0.hasPrefix("| `") }
      .map { line in
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        try #require(cells.count == 4, "\(line)")
        return (
          String(cells[0].dropFirst().dropLast()),
          Row(
            states: Int(cells[2].prefix { $0.isNumber }), isSame: cells[2].hasSuffix("="),
            isViolated: cells[1].hasPrefix("violated:"))
        )
      }
  }

  var names: [String] { rows.map(\.name) }

  subscript(name: String) -> Row {
    get throws { try #require(rows.first { $0.name == name }, "the page lacks \(name)").row }
  }
}
