import ArgumentParser
import CyclicGroups
import KeyAgreement
import SecureGroup
import Simulation
import Traces

/// The options of `conclave simulate` that name a run, as they stand in the header of its trace.
struct RunOptions: ParsableArguments {
  @Option(help: "The seed. (default: 1)") var seed: UInt64?
  @OptionGroup var robust: RobustOptions

  func validate() throws {
    try robust.validate(manySeeds: false)
    if robust.adversary {
      throw ValidationError("What an adversary tries changes nothing, and is not shown: leave it out.")
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
    if let group = SchnorrGroup.named(robust.group) { return Self.trace(robust.simulation(seed ?? 1, group)) }
    return Self.trace(Simulation(symbolic: robust.plan(seed ?? 1)))
  }

  private static func trace<Group, Scheme>(_ run: Simulation<Group, Scheme>) -> [UInt8] {
    var simulation = run
    simulation.run()
    return simulation.trace.bytes
  }

  func show(by printer: inout StepPrinter) throws {
    printer.begin(robust.plan(seed ?? 1))
    if let group = SchnorrGroup.named(robust.group) {
      return try Self.show(robust.simulation(seed ?? 1, group), &printer)
    }
    try Self.show(Simulation(symbolic: robust.plan(seed ?? 1)), &printer)
  }

  private static func show<Group, Scheme>(
    _ run: Simulation<Group, Scheme>, _ printer: inout StepPrinter
  ) throws {
    var simulation = run
    let fingerprint = simulation.stack.fingerprint
    try simulation.run { happening in try printer.show(happening, fingerprint) }
  }
}
