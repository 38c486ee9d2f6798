public import CyclicGroups
public import SecureGroup

/// A scenario of the robust key agreement that has been carried out.
public struct ScenarioRun: Sendable {
  public let outcome: ScenarioOutcome
  public let stack: Stack<SymbolicGroup, SymbolicSignatures>
  /// How many were taken.
  public let steps: Int

  /// - Parameter name: of the scenario, for the header of the trace.
  public init(_ scenario: Scenario<Command>, name: String) {
    self.init(scenario, name: name) { _, _ in }
  }

  /// - Parameters:
  ///   - name: of the scenario, for the header of the trace.
  ///   - observe: is shown each step, with how keys are written.
  public init<Failure: Error>(
    _ scenario: Scenario<Command>, name: String,
    observe: (Happening<SymbolicGroup>, (SymbolicGroup.Element) -> String) throws(Failure) -> Void
  ) throws(Failure) {
    var director = Director(scenario.plan, note: "scenario \(name)")
    outcome = try scenario.play { (command) throws(Failure) in
      let (happenings, transcript) = director.carryOut(command)
      for happening in happenings { try observe(happening, director.stack.fingerprint) }
      return transcript
    }
    stack = director.stack
    steps = director.steps
  }
}
