/// A scenario of the exchange that has been carried out.
public struct ExchangeScenarioRun: Sendable {
  public let outcome: ScenarioOutcome
  public let trace: [UInt8]
  public let summary: ExchangeSummary
  /// nil where keys are not symbolic.
  public let check: TrustedHostCheck?

  /// - Parameter name: of the scenario, for the header of the trace.
  public init(_ scenario: Scenario<ExchangeCommand>, name: String) {
    self.init(scenario, name: name) { _ in }
  }

  /// - Parameters:
  ///   - name: of the scenario, for the header of the trace.
  ///   - observe: is shown each step.
  public init<Failure: Error>(
    _ scenario: Scenario<ExchangeCommand>, name: String,
    observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    var director = scenario.plan.machines().director(note: "scenario \(name)")
    outcome = try scenario.play { (command) throws(Failure) in
      let (happenings, transcript) = director.carryOut(command)
      for happening in happenings { try observe(happening) }
      return transcript
    }
    trace = director.trace
    summary = director.summary
    check = director.check
  }
}
