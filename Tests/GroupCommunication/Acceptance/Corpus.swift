import Foundation
import TraceChecking
import Traces

/// The manifest of the corpus in `Traces`, as far as it is needed here.
struct Corpus: Decodable {
  struct Entry: Decodable {
    struct Place: Decodable {}
    struct Expected: Decodable { var layers: [String: [String: Judgement]] }

    var id: String
    var files: [String]
    var expected: Expected?

    func trace() throws -> Trace { try Trace.read(files.map { .file(Corpus.folder + "/" + $0) }) }
  }

  /// The worst of the verdicts of a property's parts, or its own.
  struct Judgement: Decodable {
    var verdict: Verdict

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let verdicts =
        try (try? container.decode(String.self)).map { [$0] }
        ?? Array(container.decode([String: String].self).values)
      verdict = verdicts.compactMap { Verdict(rawValue: $0) }.max()!
    }
  }

  var entries: [Entry]

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Traces").path

  static func read() throws -> Corpus {
    try JSONDecoder().decode(
      Corpus.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/manifest.json")))
  }
}
