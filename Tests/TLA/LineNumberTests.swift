import Foundation
import Testing

/// The comments of RobustBasic and RobustOptimized name each line of the pseudo-code in Spec/Algorithms, and no other.
@Suite struct LineNumberTests {
  private typealias Line = [Int]

  @Test func `each line of the algorithms is somewhere in the modules`() throws {
    let modules = try ["RobustBasic.tla", "RobustOptimized.tla"].map { name in
      try String(contentsOf: TLC.specifications.appendingPathComponent(name), encoding: .utf8)
    }
    var named: Set<Line> = []
    for line in modules.joined().split(separator: "\n") {
      guard let comment = line.firstRange(of: "\\*") else { continue }
      named.formUnion(Self.lines(in: line[comment.upperBound...]))
    }
    var expected: Set<Line> = []
    for algorithm in 2...10 {
      let page = TLC.repository.appendingPathComponent("Spec/Algorithms/Algorithm\(algorithm).md")
      let text = try String(contentsOf: page, encoding: .utf8)
      expected.formUnion(text.matches(of: /- \*\*(\d+)\.(\d+)\*\*/).map { [Int($0.1)!, Int($0.2)!] })
    }
    // No line uses these (Errata, "Smaller things").
    expected.subtract([[2, 2], [2, 3], [2, 12]])
    #expect(named.subtracting(expected).sorted { $0.lexicographicallyPrecedes($1) } == [])
    #expect(expected.subtracting(named).sorted { $0.lexicographicallyPrecedes($1) } == [])
  }

  /// Of "5.2" that line, of "5.2 to 5.4" three.
  private static func lines(in comment: Substring) -> [Line] {
    comment.matches(of: /(\d+)\.(\d+)(?: to \d+\.(\d+))?/).flatMap { match in
      let (algorithm, first) = (Int(match.1)!, Int(match.2)!)
      return (first...(match.3.flatMap { Int($0) } ?? first)).map { [algorithm, $0] }
    }
  }
}
