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
  public var tolerableBreakIns: Int { servers.count - 2 * servers.crashes - 1 }
}
