import ArgumentParser
import CyclicGroups
import FaultTolerantExchange
import Models

/// What a model of omega calculates with, and what consensus below does.
struct OmegaOptions: ParsableArguments {
  @OptionGroup var servers: ServerOptions
  @Option(help: ArgumentHelp("The field: a prime below 2^63.", valueName: "prime")) var field: UInt64 = 101
  @Option(
    help: ArgumentHelp(
      "How many servers have to propose before one may decide. (default: 1, with forward secrecy n - t_c)",
      valueName: "n"))
  var proposalsNeeded: Int?
  @OptionGroup var traces: TraceArguments
  @OptionGroup(title: "OPTIONS OF THE SEARCH") var searching: SearchArguments

  var primeField: PrimeField? { PrimeField(prime: field) }

  var settings: [(name: String, value: String)] {
    servers.settings + [("field", "\(field)")]
      + (proposalsNeeded.map { [("proposals needed", "\($0)")] } ?? [])
  }

  func validate() throws {
    if primeField == nil { throw ValidationError("--field must be a prime below 2^63.") }
    let quorum = servers.servers.quorum
    if let proposalsNeeded, !(1...quorum ~= proposalsNeeded) {
      throw ValidationError("--proposals-needed must be from 1 to \(quorum): more may never propose.")
    }
  }
}

struct ExploreOmega: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "omega",
    abstract: "Protocol omega of Cachin and Strobl, over ideal consensus.",
    discussion: """
      Servers start at any time and some crash; messages come in any order, those of crashed servers perhaps never; the \
      adversary chooses the decision. 'conclave explore consensus' is for what is below. Keys are sums of unknowns, with \
      coefficients in --field; 2 shows E8 of the errata. Traces are for 'conclave check --profile gke'.
      """)

  @OptionGroup var options: OmegaOptions

  func run() throws {
    let model = OmegaModel(
      options.servers.servers, crashes: options.servers.crashing,
      proposalsNeeded: options.proposalsNeeded ?? 1, field: options.primeField!)
    try options.searching.explore(
      model, "omega", settings: options.settings, traces: options.traces.traces(model.trace(of:)))
  }
}

struct ExploreForwardSecretOmega: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "omega-fs",
    abstract: "Protocol omega with forward secrecy, over ideal consensus.",
    discussion: """
      As 'conclave explore omega'. With --proposals-needed 1 consensus is as Definition 5 has it, which is not enough: E9 \
      of the errata, which --servers 2 --break-ins 1 shows.
      """)

  @OptionGroup var options: OmegaOptions
  @Option(
    help: ArgumentHelp("Into how many servers somebody may break, t_b; nobody does here.", valueName: "n"))
  var breakIns = 0

  func validate() throws {
    let (servers, field) = (options.servers.servers, options.field)
    let greatest = servers.count - 2 * servers.crashes - 1
    if !(0...greatest ~= breakIns) {
      throw ValidationError(
        "--break-ins must be from 0 to \(greatest), for \(servers.count) servers of which \(servers.crashes) may crash."
      )
    }
    if field <= UInt64(servers.count) {
      throw ValidationError("--field must have more elements than there are servers.")
    }
  }

  func run() throws {
    let model = ForwardSecretOmegaModel(
      options.servers.servers, breakIns: breakIns, crashes: options.servers.crashing,
      proposalsNeeded: options.proposalsNeeded, field: options.primeField!)
    try options.searching.explore(
      model, "omega-fs", settings: options.settings + [("break-ins", "\(breakIns)")],
      traces: options.traces.traces(model.trace(of:)))
  }
}
