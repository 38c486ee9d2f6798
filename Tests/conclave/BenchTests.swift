import Foundation
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
}
