public import GroupCommunication

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
  /// By session, who finished it.
  public var finished: [Int: ProcessSet] = [:]
  /// Who has not crashed.
  public var live: ProcessSet = []
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
  /// What machines refused, because it cannot happen.
  public var unexpected: [String] = []

  public init() {}

  /// How many sessions all live servers have finished.
  public var sessionsEverywhere: Int { finished.values.count { live.isSubset(of: $0) } }
  public var messages: Int { exchange.messages + consensus.messages }
  public var highestRound: Int { max(exchange.highestRound, consensus.highestRound) }
}
