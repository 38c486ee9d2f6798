import ArgumentParser

struct Explore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Visits every reachable state of a small system and tells which claims hold.",
    discussion: """
      A claim holds in all states, or is met in some (a search that never meets it shows nothing, and fails), or can be \
      met from everywhere (there are no dead ends). Beside a claim stands how long the shortest run is that violates or \
      meets it; those that violate are shown step by step. A limit ends the search, and so does an interrupt; what was \
      found by then is told.

        conclave explore robust --algorithm optimized --as-printed --processes 2 --budget 3
        conclave explore robust --without-repair E4 --first
        conclave explore omega --field 2
        conclave explore consensus --consensus failure-detector
        conclave explore two-phase-commit --processes 2 --dot states.dot

      EXIT STATUS
        0   everything holds, and every reachable state was visited
        1   something is violated
        2   nothing is violated so far; a limit was reached first
        64  the command line is wrong
        74  writing failed
      """,
    subcommands: [
      ExploreRobust.self, ExploreService.self, ExploreGDH.self, ExploreOmega.self,
      ExploreForwardSecretOmega.self,
      ExploreConsensus.self, ExploreTwoPhaseCommit.self,
    ])

  func run() throws {
    let names = Self.configuration.subcommands.map { $0._commandName }.joined(separator: ", ")
    throw Self.refuse("Say what to explore: \(names)")
  }
}
