public import CyclicGroups
public import SecureGroup

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
  public let stack: Stack<SymbolicGroup, SymbolicSignatures>
  /// How many were taken.
  public let steps: Int

  /// - Parameter name: of the scenario, for the header of the trace.
  public init(_ scenario: Scenario, name: String) {
    self.init(scenario, name: name) { _, _ in }
  }

  /// - Parameters:
  ///   - name: of the scenario, for the header of the trace.
  ///   - observe: is shown each step, with how keys are written.
  public init<Failure: Error>(
    _ scenario: Scenario, name: String,
    observe: (Happening<SymbolicGroup>, (SymbolicGroup.Element) -> String) throws(Failure) -> Void
  ) throws(Failure) {
    var director = Director(scenario.plan, note: "scenario \(name)")
    var transcripts: [[String]] = []
    var mismatches: [Mismatch] = []
    for block in scenario.blocks {
      var transcript: [String] = []
      for command in block.commands {
        let outcome = director.carryOut(command)
        for happening in outcome.happenings { try observe(happening, director.stack.fingerprint) }
        transcript += outcome.transcript
      }
      if !transcript.elementsEqual(block.expected, by: ==) {
        mismatches.append(
          Mismatch(
            line: block.place.lowerBound + 1, expected: block.expected.map(String.init), shown: transcript))
      }
      transcripts.append(transcript)
    }
    self.mismatches = mismatches
    rewritten = scenario.text(with: transcripts)
    stack = director.stack
    steps = director.steps
  }
}

extension ScenarioRun.Mismatch {
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
