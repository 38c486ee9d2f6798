public import ArgumentParser
import CyclicGroups
import Exploration
import KeyAgreement
public import Models
import SecureGroup

extension RobustModel.Beginning: ExpressibleByArgument {}

struct ExploreRobust: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "robust",
    abstract: "The robust key agreement of Amir et al., with every lemma and theorem of its appendices.",
    discussion: """
      The service below does whatever its properties allow, and an adversary parts and connects the network, makes \
      processes suspect each other wrongly, and lets them crash and recover. Keys are symbolic. Traces have both layers.
      """)

  @Option(help: ArgumentHelp("How many processes, 1 to 6.", valueName: "n")) var processes = 2
  @Option(help: "The basic algorithm, or the optimized one.")
  var algorithm = RobustAgreement<SymbolicGroup>.Algorithm.optimized
  @Option(help: "The key agreement: gdh or ckd.") var agreement = KeyAgreementProtocol.gdh
  @OptionGroup var machines: RepairOptions
  @Option(help: "Where it begins: all are joining, or all are in a first secure view.")
  var start = RobustModel.Beginning.joining
  @Option(help: ArgumentHelp("How many events the adversary has.", valueName: "n")) var budget = 2
  @Option(
    help: ArgumentHelp(
      "How many messages applications send, each fifo, agreed or safe; or their services, as agreed,safe.",
      valueName: "n"))
  var messages = MessageServices(argument: "1")!
  @Flag(help: "The adversary neither crashes nor recovers processes.") var noCrashes = false
  @Flag(help: "The adversary does not have processes suspect others wrongly.") var noSuspicions = false
  @Flag(help: "Whoever moves together has delivered the same agreed messages before the signal (Lemma 1.6).")
  var signalSynchrony = false
  @Flag(help: "Do not look at what eavesdroppers and others can compute: fewer states.") var noSecrecy = false
  @Flag(help: "Look for states from which nothing leads to SECURE, too: several times slower.")
  var livelocks = false
  @Flag(
    help: ArgumentHelp(
      "Visit fewer states: of the orders of what does not concern others, take one only.",
      discussion: """
        The same claims are found violated, and the same dead ends; but counterexamples may be longer than the shortest.
        """))
  var reduce = false
  @OptionGroup var traces: TraceArguments
  @OptionGroup(title: "OPTIONS OF THE SEARCH") var searching: SearchArguments

  func validate() throws {
    if !(1...6 ~= processes) { throw ValidationError("--processes must be from 1 to 6.") }
    if !(0...100 ~= budget) { throw ValidationError("--budget must be from 0 to 100.") }
    if reduce && livelocks { throw ValidationError("--livelocks needs all states: leave out --reduce.") }
  }

  func run() throws {
    let model = RobustModel(
      algorithm, agreement, machines.repairs,
      bounds: RobustModel.Bounds(
        processes: processes, beginning: start, budget: budget, messages: messages.services,
        hasCrashes: !noCrashes, hasSuspicions: !noSuspicions),
      isSignalSynchronous: signalSynchrony, watchesSecrecy: !noSecrecy, watchesLivelocks: livelocks,
      isReduced: reduce)
    try searching.explore(
      model, "robust", settings: settings,
      traces: traces.traces { model.trace(of: $0.steps.map(\.action)) })
  }

  private var settings: [(name: String, value: String)] {
    var settings = [
      (name: "algorithm", value: algorithm.rawValue), ("agreement", agreement.rawValue),
      ("machines", machines.repairs.description), ("processes", "\(processes)"),
      ("start", start.rawValue), ("budget", "\(budget)"),
      ("messages", messages.description),
    ]
    if noCrashes { settings.append(("crashes", "none")) }
    if noSuspicions { settings.append(("suspicions", "none")) }
    if signalSynchrony { settings.append(("signals", "synchronous")) }
    if noSecrecy { settings.append(("secrecy", "not watched")) }
    if reduce { settings.append(("orders", "reduced")) }
    return settings
  }
}
