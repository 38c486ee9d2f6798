public import ArgumentParser
public import SecureGroup

extension Repair: ExpressibleByArgument {}

/// Which repairs of Spec/Errata.md the machines of the robust key agreement have: all, if nothing is said.
struct RepairOptions: ParsableArguments {
  @Flag(help: "The machines as the paper prints them, without the repairs.") var asPrinted = false
  @Option(
    help: ArgumentHelp(
      "The machines with all repairs of the errata but this one, E1 to E6, and those so named besides. (default: none is missing)",
      valueName: "entry"))
  var withoutRepair: [Repair] = []

  var repairs: Repairs { asPrinted ? .none : .without(withoutRepair) }

  /// The options that are given, one by one.
  var given: [String] {
    (asPrinted ? ["--as-printed"] : []) + withoutRepair.map { "--without-repair \($0.rawValue)" }
  }

  func validate() throws {
    if asPrinted && !withoutRepair.isEmpty {
      throw ValidationError("--as-printed has no repairs: leave out --without-repair.")
    }
  }
}
