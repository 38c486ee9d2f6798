import ArgumentParser
import Exploration

struct TraceArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Write each counterexample as a trace into this folder.", valueName: "folder"))
  var traceDir: String?

  func traces<M: Model>(_ trace: @escaping (Run<M>) -> [UInt8]) -> CounterexampleTraces<M>? {
    traceDir.map { CounterexampleTraces(folder: $0, trace: trace) }
  }
}

/// Writes runs as traces that the other verbs take, named after what they violate: `Lemma-1.2.jsonl`.
struct CounterexampleTraces<M: Model> {
  var folder: String
  var trace: (Run<M>) -> [UInt8]

  /// - Returns: the files, one for each run of the finding.
  func write(_ finding: Finding<M>) throws -> [String] {
    guard finding.verdict == .violated else { return [] }
    return try finding.runs.enumerated().map { number, run in
      let suffix = finding.runs.count > 1 ? "-\(number + 1)" : ""
      let path = "\(folder)/\(fileName(finding.property.name))\(suffix).jsonl"
      try Output.makeFolder(folder)
      try Output.write(trace(run), to: path)
      return path
    }
  }

  /// Letters, digits and dots, joined by hyphens.
  private func fileName(_ text: String) -> String {
    text.split { !($0.isLetter || $0.isNumber || $0 == ".") || !$0.isASCII }.joined(separator: "-")
  }
}
