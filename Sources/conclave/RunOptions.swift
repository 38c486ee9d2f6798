import ArgumentParser
import Simulation

/// What can be simulated.
enum SimulatedProtocol: String, ExpressibleByArgument, CaseIterable {
  case robust, omega
  case omegaFS = "omega-fs"
  case consensus
  case binaryConsensus = "binary-consensus"

  /// nil: of the other paper.
  var exchange: ExchangeProtocol? { ExchangeProtocol(rawValue: rawValue) }
}

/// The options that name a run, as they stand in the header of its trace.
struct RunOptions: ParsableArguments {
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "The protocol: robust, the secure group of Amir et al.; of Cachin and Strobl omega, omega with forward secrecy, or consensus alone, on any values or on yes and no. (default: robust)",
      valueName: "protocol"))
  var givenProtocol: SimulatedProtocol?
  @Option(help: "The seed: the same always gives the same bytes. (default: 1)") var seed: UInt64?
  @OptionGroup(title: "OPTIONS OF ROBUST") var robust: RobustOptions
  @OptionGroup(title: "OPTIONS OF OMEGA AND CONSENSUS") var exchange: ExchangeOptions

  var simulated: SimulatedProtocol { givenProtocol ?? .robust }

  /// The options that are given.
  var given: [String] {
    [("--protocol", givenProtocol != nil), ("--seed", seed != nil)].filter(\.1).map(\.0) + robust.given
      + exchange.given
  }

  func validate() throws {
    let foreign = simulated == .robust ? exchange.given : robust.given
    if let option = foreign.first {
      throw ValidationError("\(option) is no option of --protocol \(simulated.rawValue).")
    }
    if let simulated = simulated.exchange {
      try exchange.validate(simulated)
    } else {
      try robust.validate(manySeeds: false)
    }
  }
}
