import ArgumentParser
import CyclicGroups
import Simulation
import Traces

/// A run that a seed and options make: derived again, whenever it is needed.
struct DerivedRun {
  let options: RunOptions

  init(_ options: RunOptions) { self.options = options }

  /// What stands in a header that `conclave simulate` wrote for a seed; nil: another one.
  init?(of header: Header) {
    guard header.source == "conclave simulate", let note = header.note,
      let options = try? RunOptions.parse(note.split(separator: " ").map(String.init))
    else { return nil }
    self.options = options
  }

  private var seed: UInt64 { options.seed ?? 1 }

  var trace: [UInt8] {
    if let simulated = options.simulated.exchange {
      return options.exchange.outcome(seed, simulated).trace
    }
    let robust = options.robust
    if let group = SchnorrGroup.named(robust.group) { return Self.trace(robust.simulation(seed, group)) }
    return Self.trace(Simulation(symbolic: robust.plan(seed)))
  }

  private static func trace<Group, Scheme>(_ run: Simulation<Group, Scheme>) -> [UInt8] {
    var simulation = run
    simulation.run()
    return simulation.trace.bytes
  }

  func show(by printer: inout StepPrinter) throws {
    let (robust, exchange) = (options.robust, options.exchange)
    if let simulated = options.simulated.exchange {
      printer.beginExchange()
      _ = try exchange.outcome(seed, simulated) { happening in
        try printer.show(happening, sessions: exchange.sessions)
      }
      return
    }
    printer.begin(robust.plan(seed))
    if let group = SchnorrGroup.named(robust.group) {
      try Self.show(robust.simulation(seed, group), &printer)
    } else {
      try Self.show(Simulation(symbolic: robust.plan(seed)), &printer)
    }
  }

  private static func show<Group, Scheme>(
    _ run: Simulation<Group, Scheme>, _ printer: inout StepPrinter
  ) throws {
    var simulation = run
    let fingerprint = simulation.stack.fingerprint
    try simulation.run { happening in try printer.show(happening, fingerprint) }
  }
}
