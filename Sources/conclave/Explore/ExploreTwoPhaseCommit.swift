import ArgumentParser
import Models

struct ExploreTwoPhaseCommit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "two-phase-commit",
    abstract: "Two-phase commit (Gray and Lamport), to compare this explorer with others.")

  @Option(help: ArgumentHelp("How many resource managers, 1 to 16.", valueName: "n")) var processes = 3
  @Flag(help: "Take states that differ only in names for one.") var symmetry = false
  @OptionGroup(title: "OPTIONS OF THE SEARCH") var searching: SearchArguments

  func validate() throws {
    if !(1...16 ~= processes) { throw ValidationError("--processes must be from 1 to 16.") }
  }

  func run() throws {
    try searching.explore(
      TwoPhaseCommit(resourceManagers: processes), "two-phase-commit",
      settings: [("processes", "\(processes)")], usesSymmetry: symmetry)
  }
}
