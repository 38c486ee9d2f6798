public import CyclicGroups
import SecureGroup

/// A scenario that has been carried out.
public struct ScenarioRun: Sendable {
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
  public let director: Director

  /// - Parameters:
  ///   - name: of the scenario, for the header of the trace.
  ///   - observe: is shown each step with the line, from 1, of the file where its block ends.
  public init(
    _ scenario: Scenario, name: String, observe: (Happening<SymbolicGroup>) -> Void = { _ in }
  ) {
    var director = Director(scenario.plan, note: "scenario \(name)")
    var transcripts: [[String]] = []
    var mismatches: [Mismatch] = []
    for block in scenario.blocks {
      var transcript: [String] = []
      for command in block.commands {
        transcript += Self.transcript(of: command, &director, observe)
      }
      if !transcript.elementsEqual(block.expected, by: { $0 == $1 }) {
        mismatches.append(
          Mismatch(
            line: block.place.lowerBound + 1, expected: block.expected.map(String.init), shown: transcript))
      }
      transcripts.append(transcript)
    }
    self.mismatches = mismatches
    rewritten = scenario.text(with: transcripts)
    self.director = director
  }

  private static func transcript(
    of command: Command, _ director: inout Director, _ observe: (Happening<SymbolicGroup>) -> Void
  ) -> [String] {
    var lines: [String] = []
    let before = director.steps
    var isQuiet = false
    var refusal: String?
    if case .quietly = command { isQuiet = true }
    do {
      try director.execute(command) { happening in
        observe(happening)
        if !isQuiet {
          lines += happening.text { CipherSuite.none.fingerprint(of: SymbolicGroup().bytes(of: $0)) }
        }
      }
    } catch {
      refusal = "not now: \(error)"
    }
    if isQuiet {
      let count = director.steps - before
      lines.append(count == 1 ? "1 step" : "\(count) steps")
    }
    switch command {
    case .status: lines += director.stack.statusLines
    case .check: lines += director.stack.verdictLines
    case .begin, .steps, .deliver, .deliverAll, .view, .settle, .quietly: break
    }
    return lines + (refusal.map { [$0] } ?? [])
  }
}

extension ScenarioRun.Mismatch {
  /// What is expected and not shown begins with `-`, what is shown and not expected with `+`.
  public var difference: String {
    var lines: [(place: Int, order: Int, text: String)] = []
    let difference = shown.difference(from: expected)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var (old, new) = (0, 0)
    while old < expected.count || new < shown.count {
      if removed.contains(old) {
        lines.append((old, 0, "-\(expected[old])"))
        old += 1
      } else if inserted.contains(new) {
        lines.append((old, 1, "+\(shown[new])"))
        new += 1
      } else {
        lines.append((old, 2, " \(expected[old])"))
        old += 1
        new += 1
      }
    }
    return lines.map(\.text).joined(separator: "\n")
  }
}
