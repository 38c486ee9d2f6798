public import ArgumentParser
import FaultTolerantExchange
import Foundation
public import Simulation

extension ConsensusKind: ExpressibleByArgument {}
extension Schedule: ExpressibleByArgument {}

/// The options of `simulate` for the exchange of Cachin and Strobl; nil where they are not given.
struct ExchangeOptions: ParsableArguments {
  @Option(
    name: .customLong("servers"), help: ArgumentHelp("How many servers, n. (default: 5)", valueName: "n"))
  var givenServers: Int?
  @Option(
    name: .customLong("tolerates"),
    help: ArgumentHelp(
      "How many may crash, t_c. (default: the greatest below (n - break-ins)/2)", valueName: "n"))
  var givenTolerated: Int?
  @Option(
    name: .customLong("crashes"),
    help: ArgumentHelp(
      "How many crash in the run, at most t_c, which is the greatest below n/2. (default: 0)", valueName: "n")
  )
  var givenCrashes: Int?
  @Option(
    name: .customLong("consensus"),
    help:
      "The consensus: with a dealer's coin, without a dealer, or with a failure detector. (default: coin)"
  )
  var givenConsensus: ConsensusKind?
  @Option(
    name: .customLong("break-ins"),
    help: ArgumentHelp("Into how many servers the adversary breaks. (default: 0)", valueName: "n"))
  var givenBreakIns: Int?
  @Option(
    name: .customLong("sessions"),
    help: ArgumentHelp("How many sessions go on at once. (default: 1)", valueName: "n"))
  var givenSessions: Int?
  @Option(
    name: .customLong("schedule"),
    help: ArgumentHelp(
      "In which order the adversary lets things happen. (default: the seed draws one)",
      valueName: "name"))
  var schedule: Schedule?

  var servers: Int { givenServers ?? 5 }
  var crashes: Int { givenCrashes ?? 0 }
  var consensus: ConsensusKind { givenConsensus ?? .coin }
  var breakIns: Int { givenBreakIns ?? 0 }
  var sessions: Int { givenSessions ?? 1 }

  /// The greatest t_c for which t_b < n - 2 t_c (Cachin and Strobl, Section 4.2); with no break-ins t_c < n/2.
  var greatestTolerable: Int { (servers - breakIns - 1) / 2 }
  var tolerated: Int { givenTolerated ?? greatestTolerable }

  /// The options that are given.
  var given: [String] {
    let all = [
      ("--servers", givenServers != nil), ("--tolerates", givenTolerated != nil),
      ("--crashes", givenCrashes != nil),
      ("--consensus", givenConsensus != nil), ("--break-ins", givenBreakIns != nil),
      ("--sessions", givenSessions != nil), ("--schedule", schedule != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  func validateAll() throws {
    if !(1...64).contains(servers) { throw ValidationError("--servers must be from 1 to 64.") }
    if !(0..<servers).contains(breakIns) {
      throw ValidationError("--break-ins must be from 0 to \(servers - 1), for \(servers) servers.")
    }
    if !(0...greatestTolerable).contains(tolerated) {
      let reason = breakIns > 0 ? " and \(breakIns) break-ins" : ""
      throw ValidationError(
        "--tolerates must be from 0 to \(greatestTolerable), for \(servers) servers\(reason).")
    }
    if !(0...tolerated).contains(crashes) {
      throw ValidationError("--crashes must be from 0 to \(tolerated), as many as may crash.")
    }
    if !(1...1000).contains(sessions) { throw ValidationError("--sessions must be from 1 to 1000.") }
  }
}

struct ExchangeRuns: SimulatedRuns {
  let options: ExchangeOptions
  let simulated: ExchangeProtocol
  private var sum = ExchangeSummary()

  init(options: ExchangeOptions, simulated: ExchangeProtocol) {
    self.options = options
    self.simulated = simulated
  }

  private func outcome(_ seed: UInt64) -> ExchangeOutcome {
    let plan = ExchangePlan(
      seed: seed, servers: Servers(options.servers, crashes: options.tolerated), crashes: options.crashes,
      breakIns: options.breakIns, sessions: options.sessions, schedule: options.schedule)
    return ExchangeOutcome(plan, simulated, options.consensus)
  }

  func run(_ seed: UInt64) -> (trace: [UInt8], summary: String) {
    let outcome = outcome(seed)
    let summary = outcome.summary
    var text = """
      \(simulated.rawValue), \(options.consensus.rawValue), seed \(seed): \(options.servers) servers of which \
      \(options.tolerated) may crash, schedule \(summary.schedule.rawValue)
        servers     \(summary.crashes) crashes, \(summary.crashesWhileSending) of them in the middle of sending; \
      \(summary.breakIns) break-ins
        network     \(summary.messages) messages, \(summary.lost) lost with their senders, in rounds 0 to \
      \(summary.highestRound)
      """
    if summary.lies > 0 { text += "\n  detector    \(summary.lies) wrong lists of suspects" }
    text += """

        consensus   \(summary.consensus.messages) messages, up to round \(summary.consensus.highestRound)
        decisions   \(summary.decisions) in \(options.sessions) instances
      """
    if summary.neverRests { text += "\n  stuck       the network never comes to rest" }
    return (outcome.trace, text)
  }

  mutating func judge(_ seed: UInt64) throws -> [String] {
    let outcome = outcome(seed)
    sum.consensus.messages += outcome.summary.consensus.messages
    sum.exchange.messages += outcome.summary.exchange.messages
    sum.crashes += outcome.summary.crashes
    sum.crashesWhileSending += outcome.summary.crashesWhileSending
    sum.lost += outcome.summary.lost
    sum.decisions += outcome.summary.decisions
    sum.steps += outcome.summary.steps
    return try outcome.verdict.broken
  }

  var total: String {
    """
    \(sum.decisions) decisions, \(sum.crashes) crashes, \(sum.crashesWhileSending) of them in the middle of \
    sending, \(sum.messages) messages, \(sum.lost) of them lost, \(sum.steps) steps of machines
    """
  }

  func command(_ seed: UInt64) -> String {
    "conclave simulate --protocol \(simulated.rawValue) --seed \(seed) --servers \(options.servers)"
      + (options.givenTolerated.map { " --tolerates \($0)" } ?? "") + " --crashes \(options.crashes)"
      + " --consensus \(options.consensus.rawValue)"
      + (options.breakIns > 0 ? " --break-ins \(options.breakIns)" : "")
      + (options.sessions > 1 ? " --sessions \(options.sessions)" : "")
      + (options.schedule.map { " --schedule \($0.rawValue)" } ?? "") + " | conclave check -"
  }
}
