import GroupCommunication
import Testing
import TraceChecking
import Traces

@Suite struct ServiceTests {
  static let seeds: [Range<UInt64>] = (0..<8).map { $0 * 250..<$0 * 250 + 250 }

  private func check(_ run: RandomRun, complete: Bool, seed: UInt64) throws -> Bool {
    let trace = run.bytes(complete: complete)
    let report = try TraceCheck().run([.bytes(trace, name: "seed \(seed)")])
    let broken = report.properties.filter {
      $0.verdict == .violated || complete && $0.verdict == .inconclusive
    }
    #expect(
      broken.isEmpty,
      """
      seed \(seed), \(run.count) processes: \(broken.map { "\($0.property) \($0.violations.map(\.summary))" })
      \(String(decoding: trace, as: UTF8.self))
      """)
    return broken.isEmpty
  }

  @Test("A run keeps every promise, wherever it stops and at its end", arguments: seeds)
  func promises(seeds: Range<UInt64>) throws {
    for seed in seeds {
      var run = RandomRun(seed: seed)
      run.run(actions: 50 + Int(seed % 7) * 50)
      guard try check(run, complete: false, seed: seed) else { return }
      #expect(run.quiesce(within: 20_000) != nil, "seed \(seed): no end")
      let service = run.service
      for p in service.joined {
        #expect(service.view(of: p)?.members == service.joined, "seed \(seed): \(p) is left behind")
        #expect(service.undelivered(p).isEmpty && service.mustDeliver(p).isEmpty, "seed \(seed), \(p)")
      }
      guard try check(run, complete: true, seed: seed) else { return }
    }
  }

  @Test("Everything that is allowed happens sometimes") func sights() throws {
    var seen: Set<Sight> = []
    for seed in UInt64(0)..<150 {
      var run = RandomRun(seed: seed)
      run.run(actions: 300)
      seen.formUnion(run.seen)
      if seen.contains(.signalsApart) { continue }
      let synchrony = TraceCheck(properties: [PropertySelector(.signalSynchrony)])
      let report = try synchrony.run([.bytes(run.bytes(complete: false), name: "trace")])
      if report.verdict == .violated { seen.insert(.signalsApart) }
    }
    #expect(Set(Sight.allCases).subtracting(seen).isEmpty)
  }

  @Test("The same inputs and steps give the same service") func determinism() {
    for seed in UInt64(0)..<20 {
      var (one, other) = (RandomRun(seed: seed), RandomRun(seed: seed))
      one.run(actions: 200)
      other.run(actions: 200)
      #expect(one.service == other.service && one.events == other.events)
    }
  }
}
