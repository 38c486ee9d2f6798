import ArgumentParser

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures Conclave itself.",
    subcommands: [
      BenchCheck.self, BenchCosts.self, BenchAgreement.self, BenchExchange.self, BenchExplore.self,
    ])
}
