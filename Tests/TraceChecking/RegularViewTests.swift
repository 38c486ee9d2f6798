import Testing
import TraceChecking
import Traces

/// The shortcut that acquits whole views finds nothing else than the properties do, one by one, and counts alike.
@Suite struct RegularViewTests {
  @Test(arguments: Corpus.shared.entries.filter { $0.malformed == nil })
  func `The corpus is judged the same without the shortcut`(_ entry: Corpus.Entry) throws {
    try expectTheSame(
      entry.files.map { .file(Corpus.path($0)) },
      profile: entry.profile.flatMap(Header.Profile.init(rawValue:)))
  }

  @Test(arguments: 0..<8)
  func `Random traces are judged the same without the shortcut`(batch: UInt64) throws {
    for seed in batch * 250..<(batch + 1) * 250 {
      let trace = TraceGenerator.trace(seed: seed)
      try expectTheSame([.bytes(AgreementTests.bytes(trace.header, trace.events), name: "seed \(seed)")])
    }
  }

  private func expectTheSame(_ sources: [TraceSource], profile: Header.Profile? = nil) throws {
    let report = try TraceCheck(profile: profile).run(sources)
    guard report.profile != .gke else { return }
    // Signal synchrony needs a look at every view.
    let named = Property.allCases.filter { property in report.properties.contains { $0.property == property }
    }
    var slow = try TraceCheck(
      profile: profile, properties: (named + [.signalSynchrony]).map { PropertySelector($0) }
    ).run(sources)
    slow.properties.removeAll { $0.property == .signalSynchrony }
    #expect(report.json == slow.json)
  }
}
