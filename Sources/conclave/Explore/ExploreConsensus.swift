import ArgumentParser
import FaultTolerantExchange
import Models
import Simulation

struct ExploreConsensus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consensus",
    abstract: "The consensus machines below protocol omega.",
    discussion: """
      Coins fall in all ways: the dealer's, which all servers have in common, and those that servers toss for \
      themselves. A failure detector suspects the living --lies times. What happens within --rounds is searched, and of \
      termination only what there is to say within: that nobody waits for ever. Traces are for \
      'conclave check --profile gke'.
      """)

  @OptionGroup var servers: ServerOptions
  @Option(help: "The consensus: with a dealer's coin, without a dealer, or with a failure detector.")
  var consensus = ConsensusKind.coin
  @Flag(help: "Consensus on yes and no alone, on which coin and no-dealer build.") var binary = false
  @Option(
    help: ArgumentHelp(
      "How many rounds, 1 to 8; on any values, candidates and their rounds together.", valueName: "n"))
  var rounds = 1
  @Option(help: ArgumentHelp("How many wrong suspicions there are. (default: 1)", valueName: "n"))
  var lies: Int?
  @OptionGroup var traces: TraceArguments
  @OptionGroup(title: "OPTIONS OF THE SEARCH") var searching: SearchArguments

  func validate() throws {
    if !(1...8 ~= rounds) { throw ValidationError("--rounds must be from 1 to 8.") }
    if binary && consensus == .failureDetector {
      throw ValidationError("--binary: failure-detector does not build on consensus on yes and no.")
    }
    if let lies, lies < 0 { throw ValidationError("--lies must not be negative.") }
    if lies != nil && consensus != .failureDetector {
      throw ValidationError("--lies is an option of --consensus failure-detector.")
    }
  }

  func run() throws {
    switch consensus {
    case .coin where binary: try explore(CoinAgreement.self)
    case .coin: try explore(CoinConsensus.self)
    case .noDealer where binary: try explore(CoreAgreement.self)
    case .noDealer: try explore(NoDealerConsensus.self)
    case .failureDetector: try explore(FailureDetectorConsensus.self)
    }
  }

  private func explore<Machine: ExploredConsensus>(_: Machine.Type) throws {
    let model = ConsensusModel<Machine>(
      servers.servers, crashes: servers.crashing, rounds: rounds, lies: lies ?? 1)
    var settings = [(name: "consensus", value: consensus.rawValue)]
    if binary { settings.append(("values", "yes and no")) }
    settings += servers.settings + [("rounds", "\(rounds)")]
    if Machine.usesFailureDetector { settings.append(("lies", "\(model.lies)")) }
    try searching.explore(model, "consensus", settings: settings, traces: traces.traces(model.trace(of:)))
  }
}
