public import ArgumentParser
import CyclicGroups
import FaultTolerantExchange
import Foundation
import GroupCommunication
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

  @Option(
    name: .customLong("field"),
    help: ArgumentHelp(
      "The field in which keys live: \(FiniteFields.allSecure.map(\.name).joined(separator: ", ")), or a small one: a prime, or 2^k. (default: 2^255-19)",
      valueName: "name"))
  var givenField: String?

  var field: any FiniteField { givenField.flatMap { FiniteFields.named($0) } ?? FiniteFields.allSecure[0] }
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
      ("--field", givenField != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  func plan(_ seed: UInt64) -> ExchangePlan {
    ExchangePlan(
      seed: seed, servers: Servers(servers, crashes: tolerated), crashes: crashes, breakIns: breakIns,
      sessions: sessions, schedule: schedule)
  }

  /// The run of a seed, with real encryption.
  func outcome(_ seed: UInt64, _ simulated: ExchangeProtocol) -> ExchangeOutcome {
    ExchangeOutcome(plan(seed), simulated, consensus, .numbers(field))
  }

  /// - Parameter observe: is shown each step.
  func outcome<Failure: Error>(
    _ seed: UInt64, _ simulated: ExchangeProtocol,
    observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) -> ExchangeOutcome {
    try ExchangeOutcome(plan(seed), simulated, consensus, .numbers(field), observe: observe)
  }

  func validate(_ simulated: ExchangeProtocol) throws {
    if let givenField {
      if !simulated.isExchange {
        throw ValidationError("--field is no option of --protocol \(simulated.rawValue).")
      }
      guard let field = FiniteFields.named(givenField) else {
        throw ValidationError("There is no field '\(givenField)'.")
      }
      // A share of the key for each server, and the key.
      if simulated == .omegaFS && !field.hasElements(servers + 1) {
        throw ValidationError("--field must have more elements than there are servers.")
      }
    }
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
  private var keys = 0

  init(options: ExchangeOptions, simulated: ExchangeProtocol) {
    self.options = options
    self.simulated = simulated
  }

  func run(_ seed: UInt64) -> (trace: [UInt8], summary: String) {
    let outcome = options.outcome(seed, simulated)
    let summary = outcome.summary
    var text = """
      \(simulated.rawValue) on \(options.consensus.rawValue), seed \(seed): \(options.servers) servers of which \
      \(options.tolerated) may crash, schedule \(summary.schedule.rawValue)
        servers    \(summary.crashes) crash, \(summary.crashesWhileSending) of them in the middle of sending; \
      \(summary.breakIns) broken into

      """
    if simulated.isExchange {
      text += """
          keys       \(summary.sessionsEverywhere) of \(options.sessions) sessions ended with one key at all \
        \(summary.live.count) live servers, in \(options.field.name)
          exchange   \(line(summary.exchange))

        """
    }
    text += """
        consensus  \(line(summary.consensus)): \(summary.decisions) decisions
        network    \(summary.messages) messages, \(summary.lost) lost with their senders
      """
    if summary.lies > 0 { text += "\n  detector   \(summary.lies) wrong lists of suspects" }
    if summary.neverRests { text += "\n  stuck      the network never comes to rest" }
    if let first = summary.unexpected.first {
      text += "\n  impossible \(summary.unexpected.count) events: \(first)"
    }
    return (outcome.trace, text)
  }

  private func line(_ traffic: ExchangeSummary.Traffic) -> String {
    "\(traffic.messages) messages, the last in round \(traffic.highestRound)"
  }

  var judging: @Sendable (_ seed: UInt64) throws -> (summary: ExchangeSummary, broken: [String]) {
    { [self] seed in
      let outcome = ExchangeOutcome(
        options.plan(seed), simulated, options.consensus, .symbols(options.field))
      return (outcome.summary, try outcome.verdict.broken)
    }
  }

  mutating func count(_ outcome: (summary: ExchangeSummary, broken: [String])) -> [String] {
    keys += outcome.summary.sessionsEverywhere
    sum.consensus.messages += outcome.summary.consensus.messages
    sum.exchange.messages += outcome.summary.exchange.messages
    sum.crashes += outcome.summary.crashes
    sum.crashesWhileSending += outcome.summary.crashesWhileSending
    sum.lost += outcome.summary.lost
    sum.decisions += outcome.summary.decisions
    sum.steps += outcome.summary.steps
    return outcome.broken
  }

  var total: String {
    """
      \(simulated.isExchange ? "\(keys) sessions with their keys at all live servers, " : "")\
    \(sum.decisions) decisions, \(sum.crashes) crashes, \(sum.crashesWhileSending) of them in the middle of \
    sending, \(sum.messages) messages, \(sum.lost) of them lost, \(sum.steps) steps of machines
    """
  }

  func command(_ seed: UInt64) -> String {
    "conclave simulate "
      + options.plan(seed).options(simulated, options.consensus, .numbers(options.field))
      + " | conclave check -"
  }
}
