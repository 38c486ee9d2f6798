import Testing
import TraceChecking
import Traces

/// What the manifest expects is what the literal checker says, too.
@Suite struct CorpusAgreementTests {
  @Test(arguments: Corpus.shared.entries.filter { $0.malformed == nil && $0.origin.kind != "recorded" })
  func literally(_ entry: Corpus.Entry) throws {
    let trace = try Trace.read(entry.files.map { .file(Corpus.path($0)) })
    let checker = LiteralChecker(
      header: trace.header, events: trace.events.map(\.event),
      profile: entry.profile.flatMap(Header.Profile.init(rawValue:)))
    let expected = try #require(entry.expected)
    #expect(Corpus.differences(Self.verdicts(checker.judge()), expected.layers) == [])
    if let extra = expected.extra {
      #expect(Corpus.differences(Self.verdicts(checker.judge(signalSynchrony: true)), extra) == [])
    }
  }

  private static func verdicts(_ judgements: [LiteralChecker.Judgement]) -> Corpus.Layers {
    var layers: Corpus.Layers = [:]
    for judgement in judgements {
      let parts = judgement.parts.map { ($0.key.rawValue, $0.value.rawValue) }
      layers[judgement.layer.description, default: [:]][judgement.property.rawValue] =
        parts.isEmpty ? .whole(judgement.verdict.rawValue) : .parts(Dictionary(uniqueKeysWithValues: parts))
    }
    return layers
  }
}
