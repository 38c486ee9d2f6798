import ArgumentParser
import Models

struct ExploreGDH: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gdh",
    abstract: "Group Diffie-Hellman: one change of the group after the other, and an eavesdropper.",
    discussion: """
      Members let others join, others leave, keys are refreshed, in any combination; messages come in any order.
      """)

  @Option(help: ArgumentHelp("How many processes, 1 to 8.", valueName: "n")) var processes = 3
  @Option(help: ArgumentHelp("How many changes of the group.", valueName: "n")) var changes = 3
  @OptionGroup(title: "OPTIONS OF THE SEARCH") var searching: SearchArguments

  func validate() throws {
    if !(1...8 ~= processes) { throw ValidationError("--processes must be from 1 to 8.") }
    if !(0...100 ~= changes) { throw ValidationError("--changes must be from 0 to 100.") }
  }

  func run() throws {
    try searching.explore(
      GDHModel(processes: processes, changes: changes), "gdh",
      settings: [("processes", "\(processes)"), ("changes", "\(changes)")])
  }
}
