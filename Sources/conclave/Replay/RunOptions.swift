import ArgumentParser
import CyclicGroups
import KeyAgreement
import SecureGroup
import Simulation
import Traces

/// The options of `conclave simulate` that name a run, as they stand in the header of its trace.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed. (default: 1)") var seed: UInt64?
  @Option(help: "basic or optimized.") var algorithm = RobustAgreement<SymbolicGroup>.Algorithm.optimized
  @Option(help: "gdh or ckd.") var agreement = KeyAgreementProtocol.gdh
  @Option(help: "The group in which keys live.") var group = SymbolicGroup().name
  @Option(help: ArgumentHelp("How many processes.", valueName: "n")) var members = 5
  @Option(help: ArgumentHelp("How many events of the network and of processes.", valueName: "n"))
  var events = 40
  @Flag(help: "The machines as the paper prints them.") var asPrinted = false

  func validate() throws {
    if !(1...64).contains(members) { throw ValidationError("--members must be from 1 to 64.") }
    if events < 0 { throw ValidationError("--events must not be negative.") }
    if group != SymbolicGroup().name && SchnorrGroup.named(group) == nil {
      throw ValidationError("There is no group '\(group)'.")
    }
  }

  /// What stands in a header that `conclave simulate` wrote for a seed; nil: another one.
  init?(of header: Header) {
    guard header.source == "conclave simulate", let note = header.note,
      let options = try? RunOptions.parse(note.split(separator: " ").map(String.init))
    else { return nil }
    self = options
  }

  init() {}

  /// The trace of the run.
  var trace: [UInt8] {
    if let group = SchnorrGroup.named(group) { return Self.trace(numeric(group)) }
    return Self.trace(Simulation(symbolic: plan))
  }

  private static func trace<Group, Scheme>(_ run: Simulation<Group, Scheme>) -> [UInt8] {
    var simulation = run
    simulation.run()
    return simulation.trace.bytes
  }

  func show(by printer: inout StepPrinter) throws {
    if let group = SchnorrGroup.named(group) { return try Self.show(numeric(group), &printer) }
    try Self.show(Simulation(symbolic: plan), &printer)
  }

  private static func show<Group, Scheme>(
    _ run: Simulation<Group, Scheme>, _ printer: inout StepPrinter
  ) throws {
    var simulation = run
    let fingerprint = simulation.stack.fingerprint
    try simulation.run { happening in try printer.show(happening, fingerprint) }
  }

  private func numeric(_ group: SchnorrGroup) -> Simulation<SchnorrGroup, Ed25519> {
    Simulation(plan, group, Ed25519(), suite: asPrinted ? nil : .aes256GCM)
  }

  private var plan: Plan {
    Plan(
      seed: seed ?? 1, members: members, events: events, algorithm: algorithm, agreement: agreement,
      variant: asPrinted ? .asPrinted : .repaired)
  }
}
