import ArgumentParser

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures Conclave itself.",
    subcommands: [
      BenchCheck.self, BenchCosts.self, BenchAgreement.self, BenchExchange.self, BenchExplore.self,
    ])
}

/// What only an optimised build can measure.
protocol Benchmark: ParsableCommand {
  func measure() throws
}

extension Benchmark {
  func run() throws {
    #if DEBUG
      throw ValidationError("There is nothing to learn from a debug build: swift build -c release.")
    #else
      do {
        try measure()
      } catch let error as Output.Failed {
        Output.complain(error)
        throw Status.inputOutput
      }
    #endif
  }
}
