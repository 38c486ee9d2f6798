import Foundation
import FoundationXML
import Testing
import TraceChecking
import Traces

@testable import conclave

@Suite struct BenchTests {
  /// What the bench measures is a legal trace in which every property has something to check.
  @Test(arguments: [2, 3, 5, 12], [LegalTraceFile.Layout.interleaved, .consecutive])
  func `legal runs keep every promise`(processes: Int, layout: LegalTraceFile.Layout) throws {
    let scratch = try Scratch()
    for seed: UInt64 in 1...2 {
      let path = scratch.path("legal.jsonl")
      try LegalTraceFile.write(
        path, events: 10_000, processes: processes, layout: layout, messagesPerView: 150, seed: seed)
      let report = try TraceCheck().run([.file(path)])
      #expect(report.events >= 10_000)
      #expect(report.processes == processes)
      for property in report.properties {
        #expect(property.verdict == .holds, "\(property.property) \(property.violations.map(\.summary))")
        #expect(property.checked > 0, "\(property.property)")
      }
    }
  }

  @Test func `the deliveries of different messages interleave`() throws {
    var run = LegalRun(processes: 4)
    var overtakes = 0
    var open: [Int: Set<[Int]>] = [:]
    run.run(events: 5000) { process, happening in
      switch happening {
      case .send(let sender, let number, _):
        for other in 0..<4 { open[other, default: []].insert([sender, number]) }
      case .deliver(let sender, let number):
        open[process]?.remove([sender, number])
        overtakes += open[process]?.count ?? 0
      case .view, .signal, .flushRequest, .flushOk: break
      }
    }
    #expect(overtakes > 5000)
    #expect(open.values.allSatisfy { $0.isEmpty }, "everybody delivers everything at the end")
  }

  @Test func `each figure is a panel, each series a line, or points, with its name`() throws {
    let series = [
      LinePlot.Series(name: "GDH", points: [(2, 10), (50, 90)], style: .dashed),
      LinePlot.Series(name: "a < b & c", points: [(20, 40)], colour: 0, style: .reference),
    ]
    let plots = ["Fig. 5", "Fig. 6"].map { LinePlot(title: $0, xTitle: "members", series: series) }
    let svg = LinePlot.document("Time", plots)
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    // A line in the legend and one in each panel; the same of the points.
    #expect(svg.components(separatedBy: "stroke-dasharray").count - 1 == 3)
    #expect(svg.components(separatedBy: "l6 6l-6 6l-6 -6z").count - 1 == 3)
    #expect(svg.components(separatedBy: "#d55e00").count - 1 == 3 + 2 * 4)
    for text in ["Time", "Fig. 5", "Fig. 6", "GDH", "a &lt; b &amp; c"] {
      #expect(svg.components(separatedBy: ">\(text)</text>").count - 1 == 1)
    }
    // 50 members of 50 are at the right, 90 of 100 a tenth below the top.
    #expect(svg.components(separatedBy: "L416 59\"").count - 1 == 2)
    for tick in ["0", "20", "50", "100"] { #expect(svg.contains(">\(tick)</text>")) }
  }

  @Test(arguments: [(7, ["1", "2", "7"]), (50, ["0", "5", "50"]), (64, ["0", "10", "60"])])
  func `there are round numbers below`(greatest: Int, ticks: [String]) {
    let series = [LinePlot.Series(name: "one", points: [(1, 0), (greatest, 0)])]
    let svg = LinePlot.document("", [LinePlot(title: "", xTitle: "", series: series)])
    let row = svg.components(separatedBy: "\n").filter { $0.contains(" y=\"302\"") }
    #expect(row.count <= 11)
    for tick in ticks { #expect(row.contains { $0.hasSuffix(">\(tick)</text>") }) }
  }

  @Test func `a long legend takes more rows`() {
    func height(_ count: Int) -> Int {
      let series = (0..<count).map { LinePlot.Series(name: "a name of some length \($0)", points: [(1, 1)]) }
      let svg = LinePlot.document("", [LinePlot(title: "", xTitle: "", series: series)])
      let words = svg.prefix(200).components(separatedBy: "height=\"")
      return Int(words[1].prefix { $0.isNumber }) ?? 0
    }
    #expect(height(2) > height(1))
    #expect(height(6) > height(2))
  }

  @Test(arguments: [["--sizes", "1"], ["--groups", "nothing"], ["--runs", "0"], []])
  func `a debug build and a wrong command line are refused`(options: [String]) throws {
    let result = try Command.conclave(["bench", "agreement"] + options)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }
}
