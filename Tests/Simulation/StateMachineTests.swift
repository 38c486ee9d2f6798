import CyclicGroups
import Foundation
import SecureGroup
import Simulation
import Testing

/// The machines of Amir et al., Figs. 2 and 3, as runs of them show them: Spec/Figures.
/// `CONCLAVE_REWRITE=1 swift test --disable-xctest --filter StateMachineTests` draws them anew, with Graphviz; look at
/// them before you commit them.
@Suite struct StateMachineTests {
  struct Figure: CustomTestStringConvertible, Sendable {
    var algorithm: RobustAgreement<SymbolicGroup>.Algorithm
    var repairs: Repairs

    var name: String { algorithm.rawValue + (repairs == .none ? "-as-printed" : "") }
    var testDescription: String { name }

    /// Without its extension.
    var path: String {
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Spec/Figures/\(name)").standardizedFileURL.path
    }

    static let all = RobustAgreement<SymbolicGroup>.Algorithm.allCases.flatMap { algorithm in
      [Repairs.none, .all].map { Figure(algorithm: algorithm, repairs: $0) }
    }
  }

  private static func drawing(_ figure: Figure, seeds: ClosedRange<UInt64>) -> String {
    var transitions = Transitions()
    for seed in seeds {
      var simulation = Simulation(
        symbolic: Plan(seed: seed, algorithm: figure.algorithm, repairs: figure.repairs))
      simulation.run { happening in for turn in happening.turns { transitions.insert(turn) } }
    }
    return transitions.dot(start: figure.algorithm == .basic ? .waitForCascadingMembership : .waitForSelfJoin)
  }

  @Test(arguments: Figure.all)
  func `a figure shows what runs do, neither more nor less`(figure: Figure) throws {
    let dot = Self.drawing(figure, seeds: 1...24)
    if ProcessInfo.processInfo.environment["CONCLAVE_REWRITE"] == "1" {
      try Data(dot.utf8).write(to: URL(fileURLWithPath: figure.path + ".dot"))
      let graphviz = Process()
      graphviz.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      graphviz.arguments = ["dot", "-Tsvg", figure.path + ".dot", "-o", figure.path + ".svg"]
      try graphviz.run()
      graphviz.waitUntilExit()
      try #require(graphviz.terminationStatus == 0)
    }
    #expect(try dot == String(contentsOfFile: figure.path + ".dot", encoding: .utf8))
  }

  /// Where the boxes stand is Graphviz's choice, and another one with each of its versions; what is in them is not.
  @Test(arguments: Figure.all)
  func `a picture says what its description says`(figure: Figure) throws {
    let dot = try String(contentsOfFile: figure.path + ".dot", encoding: .utf8)
    let svg = try String(contentsOfFile: figure.path + ".svg", encoding: .utf8)
      .replacing("&#45;", with: "-").replacing("&gt;", with: ">").replacing("&#160;", with: " ")
    let cells = dot.matches(of: /<td[^>]*>(?:<font[^>]*>|<b>)?([^<]+)</).map { String($0.output.1) }
    let texts = svg.matches(of: /<text [^>]*> *([^<]*)</).map { String($0.output.1) }
    #expect(cells.count > 50)
    #expect(texts.sorted() == (cells + ["join"]).sorted())
    let arrows = dot.matches(of: /\w+ -> \w+/).map { String($0.output).replacing(" ", with: "") }
    let titles = svg.matches(of: /<title>([^<]*->[^<]*)</).map { String($0.output.1) }
    #expect(arrows.count > 12)
    #expect(titles.sorted() == arrows.sorted())
  }

  /// Section IV-A on each state's possible events: what is not among them makes no transition.
  @Test func `what is not possible makes no transition`() {
    let dot = Self.drawing(Figure(algorithm: .basic, repairs: .none), seeds: 1...3)
    #expect(dot.contains("COLLECT FACT OUTS"))
    #expect(!dot.contains("7.17") && !dot.contains("5.29"))
  }
}
