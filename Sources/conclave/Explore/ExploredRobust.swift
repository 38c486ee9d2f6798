import ArgumentParser
import CyclicGroups
import GroupCommunication
import KeyAgreement
import Models
import SecureGroup

/// The messages of an exploration: `2`, each with any of three services, or `agreed,safe`.
struct MessageServices: ExpressibleByArgument {
  var services: [[Service]]

  init?(argument: String) {
    if let count = Int(argument) {
      guard 0...8 ~= count else { return nil }
      services = Array(repeating: [.fifo, .agreed, .safe], count: count)
      return
    }
    services = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let service = Service.allCases.first(where: { $0.description == word }) else { return nil }
      services.append([service])
    }
    if services.count > 8 { return nil }
  }
}

struct ExploredRobust: ParsableArguments {
  @Option(help: "The basic algorithm, or the optimized one (default: optimized).")
  var algorithm: RobustAgreement<SymbolicGroup>.Algorithm?
  @Option(help: "The key agreement: gdh or ckd (default: gdh).") var agreement: KeyAgreementProtocol?
  @Flag(help: "The machines as the paper prints them, without the repairs.") var asPrinted = false
  @Option(help: ArgumentHelp("How many events the adversary has (default: 2).", valueName: "n")) var budget:
    Int?
  @Option(
    help: ArgumentHelp(
      "How many messages applications send, each fifo, agreed or safe; or their services, as agreed,safe (default: 1).",
      valueName: "n"))
  var messages: MessageServices?
  @Flag(help: "The adversary neither crashes nor recovers processes.") var noCrashes = false
  @Flag(help: "Whoever moves together has delivered the same agreed messages before the signal (Lemma 1.6).")
  var signalSynchrony = false
  @Flag(help: "Do not look at what eavesdroppers and others can compute: fewer states.") var noSecrecy = false
  @Flag(help: "Look for states from which nothing leads to SECURE, too: several times slower.")
  var livelocks = false
  @Flag(
    help: ArgumentHelp(
      "Visit fewer states: of what does not concern others, once the budget is spent, take one order only.",
      discussion: """
        The same claims are found violated, and the same dead ends; but the counterexamples may be longer than the \
        shortest.
        """))
  var reduce = false

  func validate() throws {
    if reduce && livelocks {
      throw ValidationError("--livelocks needs all states: leave out --reduce.")
    }
    if let budget, !(0...100 ~= budget) { throw ValidationError("--budget must be from 0 to 100.") }
  }

  /// An option that was given.
  var given: String? {
    let flags = [
      ("as-printed", asPrinted), ("no-crashes", noCrashes), ("signal-synchrony", signalSynchrony),
      ("no-secrecy", noSecrecy), ("livelocks", livelocks), ("reduce", reduce),
      ("algorithm", algorithm != nil),
      ("agreement", agreement != nil), ("budget", budget != nil), ("messages", messages != nil),
    ]
    return flags.first { $0.1 }?.0
  }

  func model(processes: Int) -> RobustModel {
    RobustModel(
      algorithm ?? .optimized, agreement ?? .gdh, asPrinted ? .asPrinted : .repaired,
      bounds: RobustModel.Bounds(
        processes: processes, budget: budget ?? 2,
        messages: messages?.services ?? MessageServices(argument: "1")!.services, hasCrashes: !noCrashes),
      isSignalSynchronous: signalSynchrony, watchesSecrecy: !noSecrecy, watchesLivelocks: livelocks,
      isReduced: reduce)
  }

  /// What the model is made of, for the report.
  func settings(of model: RobustModel) -> [(name: String, value: String)] {
    let messages = model.bounds.messages.map { $0.map(\.description).joined(separator: "/") }
    var settings = [
      (name: "algorithm", value: model.algorithm.rawValue), ("agreement", model.agreement.rawValue),
      ("variant", model.variant.rawValue), ("processes", "\(model.bounds.processes)"),
      ("budget", "\(model.bounds.budget)"),
      ("messages", messages.isEmpty ? "none" : messages.joined(separator: " ")),
    ]
    if noCrashes { settings.append(("crashes", "none")) }
    if signalSynchrony { settings.append(("signals", "synchronous")) }
    if noSecrecy { settings.append(("secrecy", "not watched")) }
    if reduce { settings.append(("orders", "reduced")) }
    return settings
  }
}
