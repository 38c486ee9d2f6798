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
}

/// What happened in a simulated exchange.
public struct ExchangeSummary: Hashable, Sendable {
  /// Messages sent, and the highest round number of one (Cachin and Strobl, Section 2.1, "Complexity Measures").
  public struct Traffic: Hashable, Sendable {
    public var messages = 0
    /// -1 where there is no message.
    public var highestRound = -1
  }

  public var schedule = Schedule.random
  public var exchange = Traffic()
  public var consensus = Traffic()
  public var crashes = 0
  /// Crashes after which some of what an event sends is sent, and some is not.
  public var crashesWhileSending = 0
  public var breakIns = 0
  /// Messages of servers that crashed, which the adversary lost.
  public var lost = 0
  /// Lists of the failure detector that were wrong.
  public var lies = 0
  /// Sessions, by number, with how many servers finished them.
  public var finished: [Int: Int] = [:]
  /// Servers that decided, in all instances.
  public var decisions = 0
  /// Messages sent when the last server finished or decided, and its round: one more than that of the message with which
  /// it did.
  public var messagesToTheEnd = 0
  public var roundsToTheEnd = 0
  /// Events that servers have handled.
  public var steps = 0
  public var lines = ExecutedLines()
  public var neverRests = false

  public init() {}

  public var messages: Int { exchange.messages + consensus.messages }
  public var highestRound: Int { max(exchange.highestRound, consensus.highestRound) }
}
