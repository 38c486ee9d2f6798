/// What a scenario showed, beside what was expected.
public struct ScenarioOutcome: Hashable, Sendable {
  /// Where what happened is not what was expected.
  public struct Mismatch: Hashable, Sendable {
    /// Of the first line of the expected transcript, from 1.
    public var line: Int
    public var expected: [String]
    public var shown: [String]
  }

  public let mismatches: [Mismatch]
  /// The scenario with the transcripts of this run.
  public let rewritten: String
}

extension ScenarioOutcome.Mismatch {
  /// What is expected and not shown begins with `-`, what is shown and not expected with `+`.
  public var difference: String {
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in shown.difference(from: expected) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [String] = []
    var (old, new) = (0, 0)
    while old < expected.count || new < shown.count {
      if removed.contains(old) {
        lines.append("-\(expected[old])")
        old += 1
      } else if inserted.contains(new) {
        lines.append("+\(shown[new])")
        new += 1
      } else {
        lines.append(" \(expected[old])")
        old += 1
        new += 1
      }
    }
    return lines.joined(separator: "\n")
  }
}
