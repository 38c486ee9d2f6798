/// What a search found.
public struct Outcome<M: Model>: Sendable {
  /// Why the search ended.
  public enum End: Hashable, Sendable {
    /// Every reachable state was visited.
    case exhausted
    case limit(Limit)
    /// Whoever was told of the progress wanted no more.
    case interrupted
    /// At a violation, as the options ask for.
    case violation
    /// The random walks that were asked for are done.
    case walked
  }

  public enum Limit: String, Hashable, Sendable { case states, depth, memory, seconds }

  public var end: End
  /// One for each property, in the model's order.
  public var findings: [Finding<M>]
  public var statistics: Statistics

  /// Violated if any property is, else undecided if any is.
  public var verdict: Verdict {
    let verdicts = findings.map(\.verdict)
    if verdicts.contains(.violated) { return .violated }
    if verdicts.contains(.undecided) { return .undecided }
    return .holds
  }

  @inlinable
  public init(end: End, findings: [Finding<M>], statistics: Statistics) {
    self.end = end
    self.findings = findings
    self.statistics = statistics
  }
}

public enum Verdict: String, Hashable, Sendable {
  case holds, violated
  /// The search ended too early to say.
  case undecided
}

/// What a search found out about a property.
public struct Finding<M: Model>: Sendable {
  public var property: Property<M.State>
  public var verdict: Verdict
  /// The counterexamples, the first one found first; of a `sometimes`, the run that reaches it.
  public var runs: [Run<M>]

  @inlinable
  public init(property: Property<M.State>, verdict: Verdict, runs: [Run<M>]) {
    self.property = property
    self.verdict = verdict
    self.runs = runs
  }
}

/// An execution from an initial state.
public struct Run<M: Model>: Hashable, Sendable {
  public struct Step: Hashable, Sendable {
    public var action: M.Action
    /// The state after the action.
    public var state: M.State

    @inlinable
    public init(action: M.Action, state: M.State) {
      self.action = action
      self.state = state
    }
  }

  public var initial: M.State
  public var steps: [Step]

  @inlinable public var last: M.State { steps.last?.state ?? initial }

  @inlinable
  public init(initial: M.State, steps: [Step]) {
    self.initial = initial
    self.steps = steps
  }
}
