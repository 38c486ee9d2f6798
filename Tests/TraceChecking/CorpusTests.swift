import Foundation
import Testing
import TraceChecking
import Traces

/// The corpus in `Traces`: every trace of its manifest is judged as the manifest says.
@Suite struct CorpusTests {
  @Test(arguments: Corpus.shared.entries)
  func judgedAsTheManifestSays(_ entry: Corpus.Entry) throws {
    let sources = entry.files.map { TraceSource.file(Corpus.path($0)) }
    var check = TraceCheck()
    check.profile = entry.profile.flatMap(Header.Profile.init(rawValue:))
    if let malformed = entry.malformed {
      try expectMalformed(malformed) { _ = try check.run(sources) }
      return
    }
    let expected = try #require(entry.expected)
    let report = try check.run(sources)
    #expect(Corpus.differences(Corpus.verdicts(report), expected.layers) == [])
    #expect(report.verdict.rawValue == expected.verdict)

    if let extra = expected.extra {
      let asked = Set(extra.values.flatMap(\.keys))
      check.properties = Property.allCases.filter { asked.contains($0.rawValue) }.map { PropertySelector($0) }
      #expect(check.properties.count == asked.count)
      #expect(Corpus.differences(Corpus.verdicts(try check.run(sources)), extra) == [])
    }
  }

  private func expectMalformed(_ expected: Corpus.Place, _ run: () throws -> Void) throws {
    do {
      try run()
      Issue.record("read as if it were well-formed")
    } catch let TraceError.malformed(file, line, _, _) {
      #expect(file == Corpus.path(expected.file))
      #expect(line == expected.line)
    }
  }

  /// A property that no trace exercises is a property that nobody tests.
  @Test func everyPropertyAndPartIsExercised() throws {
    var seen: Set<String> = []
    // The recordings are long, and exercise nothing that the small traces do not.
    for entry in Corpus.shared.entries where entry.malformed == nil && entry.origin.kind != "recorded" {
      let sources = entry.files.map { TraceSource.file(Corpus.path($0)) }
      var check = TraceCheck()
      check.profile = entry.profile.flatMap(Header.Profile.init(rawValue:))
      var reports = [try check.run(sources)]
      if let extra = entry.expected?.extra {
        let asked = Set(extra.values.flatMap(\.keys))
        check.properties = Property.allCases.filter { asked.contains($0.rawValue) }.map {
          PropertySelector($0)
        }
        reports.append(try check.run(sources))
      }
      let about = Set(entry.about ?? [])
      for report in reports {
        for property in report.properties {
          let id = property.property.rawValue
          let verdicts =
            property.parts.isEmpty
            ? [(id, property.verdict)]
            : property.parts.map { ("\(id).\($0.part.rawValue)", $0.verdict) }
          for (subject, verdict) in verdicts {
            // "holds" counts where the trace is about this very part and there was something to check.
            if verdict == .holds, !about.contains(subject) || property.checked == 0 { continue }
            seen.insert("\(Corpus.kind(report.profile, property.layer)) \(subject) \(verdict.rawValue)")
          }
        }
      }
    }
    #expect(Corpus.demanded.subtracting(seen).sorted() == [])
  }

  @Test func everyTraceIsInTheManifest() throws {
    let named = Corpus.shared.entries.flatMap(\.files)
    let found = try #require(FileManager.default.enumerator(atPath: Corpus.folder))
      .compactMap { $0 as? String }
      .filter { $0.hasSuffix(".jsonl") || $0.hasSuffix(".jsonl.gz") }
    #expect(found.sorted() == named.sorted())
  }

  @Test func entriesAreDistinctAndDescribed() {
    let entries = Corpus.shared.entries
    #expect(Corpus.shared.corpus == 1)
    #expect(Set(entries.map(\.id)).count == entries.count)
    for entry in entries {
      #expect(!entry.description.isEmpty, "\(entry.id)")
      #expect((entry.expected == nil) != (entry.malformed == nil), "\(entry.id)")
      #expect(Corpus.Origin.kinds.contains(entry.origin.kind), "\(entry.id)")
      for subject in entry.about ?? [] {
        #expect(PropertySelector(subject) != nil, "\(entry.id): \(subject)")
      }
    }
  }
}

/// The manifest; `Traces/README.md` describes it.
struct Corpus: Decodable, Sendable {
  var corpus: Int
  var entries: [Entry]

  struct Entry: Decodable, Sendable, CustomTestStringConvertible {
    var id: String
    var files: [String]
    var description: String
    var origin: Origin
    /// The properties and parts that the trace was written for.
    var about: [String]?
    /// The caller's choice; nil: the header's.
    var profile: String?
    var expected: Expected?
    var malformed: Place?

    var testDescription: String { id }
  }

  struct Origin: Decodable, Sendable {
    static let kinds: Set = ["hand-written", "generated", "recorded", "reconstructed"]
    var kind: String
  }

  struct Expected: Decodable, Sendable {
    var verdict: String
    var layers: Layers
    /// Properties outside the profile, asked by name.
    var extra: Layers?
  }

  struct Place: Decodable, Sendable {
    var file: String
    var line: Int
  }

  /// By layer, by property.
  typealias Layers = [String: [String: Judgement]]

  /// What is said of a property: one verdict, or one for each of its parts.
  enum Judgement: Decodable, Equatable, Sendable, CustomStringConvertible {
    case whole(String)
    case parts([String: String])

    var description: String {
      switch self {
      case .whole(let verdict): verdict
      case .parts(let parts):
        parts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let verdict = try? container.decode(String.self) {
        self = .whole(verdict)
      } else {
        self = .parts(try container.decode([String: String].self))
      }
    }
  }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Traces").path

  static func path(_ file: String) -> String { folder + "/" + file }

  static let shared: Corpus = {
    do {
      let manifest = try Data(contentsOf: URL(fileURLWithPath: path("manifest.json")))
      return try JSONDecoder().decode(Corpus.self, from: manifest)
    } catch {
      preconditionFailure("Traces/manifest.json: \(error)")
    }
  }()

  /// A report in the words of the manifest.
  static func verdicts(_ report: Report) -> Layers {
    var layers: Layers = [:]
    for property in report.properties {
      let judgement: Judgement =
        property.parts.isEmpty
        ? .whole(property.verdict.rawValue)
        : .parts(
          Dictionary(uniqueKeysWithValues: property.parts.map { ($0.part.rawValue, $0.verdict.rawValue) }))
      layers[property.layer.description, default: [:]][property.property.rawValue] = judgement
    }
    return layers
  }

  /// Where a report and the manifest part, a line each.
  static func differences(_ judged: Layers, _ expected: Layers) -> [String] {
    var differences: [String] = []
    for layer in Set(judged.keys).union(expected.keys).sorted() {
      let judged = judged[layer] ?? [:]
      let expected = expected[layer] ?? [:]
      for property in Set(judged.keys).union(expected.keys).sorted()
      where judged[property] != expected[property] {
        let words = [judged[property], expected[property]].map { $0?.description ?? "not judged" }
        differences.append("\(layer) \(property): \(words[0]), expected \(words[1])")
      }
    }
    return differences
  }

  /// How a layer is judged: the profile of layer `gcs`, or `secure`.
  static func kind(_ profile: Header.Profile, _ layer: Event.Layer) -> String {
    switch (profile, layer) {
    case (.gke, _): "gke"
    case (_, .secure): "secure"
    case (.evs, .gcs): "evs"
    case (.vs, .gcs), (.secure, .gcs): "vs"
    }
  }

  /// Where a verdict can be inconclusive.
  private static let opens: Set = [
    "delivery-integrity", "self-delivery", "virtual-synchrony", "agreed-delivery.c", "safe-delivery.a",
    "safe-delivery.b", "gke-termination", "consensus-validity", "consensus-termination",
  ]

  /// Every property and part of every profile: a trace that holds with something checked, one that is violated,
  /// one where it is not recorded, and, where it can stay open, one where it does.
  static let demanded: Set<String> = {
    var demanded: Set<String> = []
    let layers: [(Header.Profile, Event.Layer)] = [
      (.vs, .gcs), (.secure, .secure), (.evs, .gcs), (.gke, .gcs),
    ]
    for (profile, layer) in layers {
      let kind = kind(profile, layer)
      var properties = Property.judged(profile: profile, layer: layer)
      if profile == .vs { properties.append(.signalSynchrony) }
      for property in properties {
        let parts = property.parts(profile: profile)
        let subjects =
          parts.isEmpty ? [property.rawValue] : parts.map { "\(property.rawValue).\($0.rawValue)" }
        for subject in subjects {
          for verdict in [Verdict.holds, .violated, .notApplicable] {
            demanded.insert("\(kind) \(subject) \(verdict.rawValue)")
          }
          if opens.contains(subject) {
            demanded.insert("\(kind) \(subject) \(Verdict.inconclusive.rawValue)")
          }
        }
      }
    }
    return demanded
  }()
}
