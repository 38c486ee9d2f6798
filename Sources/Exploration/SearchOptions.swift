/// How to search, and how far.
public struct SearchOptions: Sendable {
  public enum Strategy: Hashable, Sendable {
    /// Level by level: the first counterexample is a shortest one.
    case breadthFirst
    /// The newest state first; by one worker.
    case depthFirst
    /// As many runs of at most `length` steps, each step drawn by chance; keeps no states.
    case randomWalks(seed: UInt64, count: Int, length: Int)
    /// Random walks without end, until a limit is reached.
    case simulation(seed: UInt64, length: Int)
  }

  public struct Limits: Hashable, Sendable {
    public var states: Int?
    /// Steps from an initial state.
    public var depth: Int?
    /// Bytes that the search takes for visited states, at most 32 GiB; what heap parts of states kept as they
    /// are take is not counted.
    public var memory = 16 << 30
    public var seconds: Double?

    public init(states: Int? = nil, depth: Int? = nil, memory: Int = 16 << 30, seconds: Double? = nil) {
      self.states = states
      self.depth = depth
      self.memory = memory
      self.seconds = seconds
    }
  }

  public var strategy: Strategy
  /// Threads. Their number changes the time that a search takes, and nothing else.
  public var workers: Int
  /// Whether states that differ only in names are one, where the model offers it.
  public var usesSymmetry: Bool
  /// Whether to keep 64 bits of each state instead of the state: smaller, and with the odds that the statistics
  /// give a state is missed. Breadth-first only; `alwaysReachable` stays undecided.
  public var usesFingerprints: Bool
  /// How many counterexamples of different kinds (see `Model.kind`) to collect for a property.
  public var counterexamples: Int
  /// Whether an `always` that is violated ends the search.
  public var stopsAtViolation: Bool
  public var limits: Limits

  public init(
    strategy: Strategy = .breadthFirst, workers: Int = 1, usesSymmetry: Bool = false,
    usesFingerprints: Bool = false, counterexamples: Int = 1, stopsAtViolation: Bool = false,
    limits: Limits = Limits()
  ) {
    self.strategy = strategy
    self.workers = workers
    self.usesSymmetry = usesSymmetry
    self.usesFingerprints = usesFingerprints
    self.counterexamples = counterexamples
    self.stopsAtViolation = stopsAtViolation
    self.limits = limits
  }
}
