import Foundation
import PseudoCode
import Testing

/// What the program says a line is, is what the page says.
@Suite struct PseudoCodeTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Spec/Algorithms")

  static let pages: [Int] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).compactMap { name in
      name.hasPrefix("Algorithm") ? Int(name.dropFirst(9).prefix { $0.isNumber }) : nil
    }.sorted()
  }()

  private static func page(_ algorithm: Int) throws -> String {
    try String(
      contentsOf: folder.appendingPathComponent("Algorithm\(algorithm).md"), encoding: .utf8)
  }

  @Test func `there are pages`() { #expect(Self.pages.count >= 17) }

  @Test(arguments: pages) func `each line of a page is there`(algorithm: Int) throws {
    let code = PseudoCode(isOptimized: false)
    let page = try Self.page(algorithm)
    // A line that goes on is one.
    let joined = page.replacing(/\n +([^ \-])/) { " \($0.output.1)" }
    var number: UInt8 = 0
    for row in joined.split(separator: "\n") {
      guard let match = row.wholeMatch(of: /( *)- \*\*(\d+)\.(\d+)\*\* (.*)/) else { continue }
      number += 1
      #expect(match.output.2 == "\(algorithm)" && match.output.3 == "\(number)")
      let line = try #require(code.line(number, ofAlgorithm: UInt8(algorithm)))
      #expect(line.depth == match.output.1.count / 2)
      #expect(line.text == match.output.4.replacing("`", with: ""))
      #expect(!line.text.isEmpty)
    }
    #expect(number > 4)
    #expect(code.line(number + 1, ofAlgorithm: UInt8(algorithm)) == nil)
    #expect(code.line(0, ofAlgorithm: UInt8(algorithm)) == nil)
  }

  @Test func `the optimized algorithm replaces two lines`() {
    let basic = PseudoCode(isOptimized: false)
    let optimized = PseudoCode(isOptimized: true)
    for algorithm in UInt8(1)...25 {
      for number in UInt8(1)...46 {
        let line = basic.line(number, ofAlgorithm: algorithm)
        let isReplaced = (algorithm, number) == (2, 15) || (algorithm, number) == (3, 12)
        #expect((optimized.line(number, ofAlgorithm: algorithm) == line) != isReplaced)
      }
    }
    #expect(basic.line(12, ofAlgorithm: 3)?.text == "wait for the cascading membership (CM)")
    #expect(optimized.line(12, ofAlgorithm: 3)?.text == "wait for the membership (M)")
    #expect(optimized.line(12, ofAlgorithm: 3)?.depth == 2)
  }
}
