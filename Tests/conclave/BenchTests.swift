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

  @Test func `each figure is a panel, each curve a line with its name`() throws {
    let curves = ["GDH", "CKD"].flatMap { name in
      ["Fig. 5", "Fig. 6"].map { AgreementPlot.Curve(figure: $0, name: name, points: [(2, 10), (50, 90)]) }
    }
    let svg = AgreementPlot(curves: curves).text
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse())
    #expect(svg.components(separatedBy: "<polyline").count - 1 == 4)
    #expect(svg.components(separatedBy: ">GDH</text>").count - 1 == 2)
    #expect(svg.contains(">Fig. 6, in exponentiations</text>"))
    // 50 members of 50 are at the right, 90 of 100 are 30 below the top.
    #expect(svg.contains("420.0,30.0\""))
  }

  @Test(arguments: [["--sizes", "1"], ["--groups", "nothing"], ["--runs", "0"], []])
  func `a debug build and a wrong command line are refused`(options: [String]) throws {
    let result = try Command.conclave(["bench", "agreement"] + options)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }
}
