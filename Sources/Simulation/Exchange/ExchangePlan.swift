import CyclicGroups
public import FaultTolerantExchange

/// What a simulated exchange is made of.
public struct ExchangePlan: Hashable, Sendable {
  public var seed: UInt64
  /// n and t_c.
  public var servers: Servers
  /// How many crash in this run.
  public var crashes: Int
  /// Into how many the adversary breaks.
  public var breakIns: Int
  /// All go on at once.
  public var sessions: Int
  /// nil: the seed draws one.
  public var schedule: Schedule?

  public init(
    seed: UInt64, servers: Servers, crashes: Int = 0, breakIns: Int = 0, sessions: Int = 1,
    schedule: Schedule? = nil
  ) {
    self.seed = seed
    self.servers = servers
    self.crashes = crashes
    self.breakIns = breakIns
    self.sessions = sessions
    self.schedule = schedule
  }

  /// t_b: the greatest below n - 2 t_c (Cachin and Strobl, Section 4.2).
  public var tolerableBreakIns: Int { servers.tolerableBreakIns }

  /// The options of `conclave simulate` that make the run.
  public func options(
    _ simulated: ExchangeProtocol, _ consensus: ConsensusKind, _ arithmetic: ExchangeArithmetic
  ) -> String {
    var options = "--protocol \(simulated.rawValue) --seed \(seed) --servers \(servers.count)"
    options += " --tolerates \(servers.crashes) --crashes \(crashes) --consensus \(consensus.rawValue)"
    if breakIns > 0 { options += " --break-ins \(breakIns)" }
    if simulated.isExchange { options += " --field \(arithmetic.field.name)" }
    if sessions > 1 { options += " --sessions \(sessions)" }
    if let schedule { options += " --schedule \(schedule.rawValue)" }
    return options
  }
}

extension Servers {
  /// t_b: the greatest below n - 2 t_c (Cachin and Strobl, Section 4.2).
  var tolerableBreakIns: Int { count - 2 * crashes - 1 }
}
