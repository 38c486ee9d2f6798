import CyclicGroups
import FaultTolerantExchange
import Foundation
import KeyAgreement
import Simulation
import Testing

@testable import SecureGroup

/// Which test executes which line of the pseudo-code: Spec/Coverage.md.
/// `CONCLAVE_REWRITE=1 swift test --disable-xctest --filter CoverageTests` writes it anew; read what changed before you
/// commit it.
@Suite struct CoverageTests {
  /// A test, or some runs, and the lines that it executes.
  struct Column {
    var letter: String
    var name: String
    var lines = ExecutedLines()
  }

  /// By algorithm, as numbered in Spec/Algorithms. Of Algorithm 1 and 2 no lines are recorded: the first has no states,
  /// the second is what every machine begins with.
  private static let counts = [
    (3, 20), (4, 22), (5, 30), (6, 18), (7, 18), (8, 46), (9, 28), (10, 46),
    (11, 18), (12, 40), (21, 17), (22, 32), (23, 21), (24, 26), (25, 43),
  ]
  private static let seeds = UInt64(1)...24

  @Test func `every line of the pseudo-code is executed, by the tests that the report names`() throws {
    let columns = try Self.schedules() + Self.machineTests() + Self.exchanges() + Self.agreements()
    var missing: [String] = []
    for (algorithm, count) in Self.counts {
      missing += (1...count).filter { line in
        !columns.contains { $0.lines.contains(algorithm: algorithm, line: line) }
      }.map { "\(algorithm).\($0)" }
    }
    #expect(missing == [])

    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Spec/Coverage.md")
    let report = Self.report(columns)
    if ProcessInfo.processInfo.environment["CONCLAVE_REWRITE"] == "1" {
      try Data(report.utf8).write(to: url)
    }
    #expect(report == (try? String(contentsOf: url, encoding: .utf8)))
  }

  /// Random schedules of each kind.
  private static func schedules() throws -> [Column] {
    var columns: [Column] = []
    for repairs in [Repairs.all, .none] {
      for algorithm in Machine.Algorithm.allCases {
        for agreement in KeyAgreementProtocol.allCases {
          var column = Column(
            letter: ["A", "B", "C", "D", "E", "F", "G", "H"][columns.count],
            name: "`conclave simulate --seeds \(seeds.lowerBound)...\(seeds.upperBound) "
              + "--algorithm \(algorithm.rawValue) --agreement \(agreement.rawValue)"
              + "\(repairs == .none ? " --as-printed" : "")`")
          for seed in seeds {
            let plan = Plan(seed: seed, algorithm: algorithm, agreement: agreement, repairs: repairs)
            var simulation = Simulation(
              plan, SymbolicGroup(), SymbolicSignatures(),
              suite: repairs == .none ? nil : CipherSuite.none)
            simulation.run()
            column.lines.formUnion(simulation.summary.lines)
          }
          columns.append(column)
        }
      }
    }
    return columns
  }

  private static func machineTests() throws -> [Column] {
    var refused = Column(
      letter: "I", name: "MachineTests: what is not possible is refused before anything changes")
    for refusal in State.allCases.flatMap({ MachineTests.refusals(in: $0) }) {
      refused.lines.insertNotPossible(refusal)
    }
    var signalled = Column(
      letter: "J", name: "MachineTests: a view with leaving members brings the signal that did not come")
    for lines in try MachineTests.viewWithoutSignal().lines { signalled.lines.insert(lines) }
    return [refused, signalled]
  }

  /// The exchange of Cachin and Strobl, on each consensus.
  private static func exchanges() -> [Column] {
    let kinds: [(letter: String, ExchangeProtocol, ConsensusKind)] = [
      ("K", .omega, .coin), ("L", .omega, .noDealer), ("M", .omega, .failureDetector), ("N", .omegaFS, .coin),
    ]
    return kinds.map { letter, simulated, consensus in
      var column = Column(
        letter: letter,
        name: "`conclave simulate --protocol \(simulated.rawValue) --servers 5 --crashes 2 "
          + "--consensus \(consensus.rawValue) --seeds \(seeds.lowerBound)...\(seeds.upperBound)`")
      for seed in seeds {
        let plan = ExchangePlan(seed: seed, servers: Servers(5, crashes: 2), crashes: 2)
        // With what they calculate changes nothing of who does what.
        let outcome = ExchangeOutcome(plan, simulated, consensus, .openNumbers(PrimeField.p25519))
        column.lines.formUnion(outcome.summary.lines)
      }
      return column
    }
  }

  /// The machines on yes and no by themselves: below the exchange servers seldom disagree for long.
  private static func agreements() -> [Column] {
    [agreement("O", CoinAgreement.self), agreement("P", CoreAgreement.self)]
  }

  private static func agreement<Machine: ConsensusMachine>(_ letter: String, _: Machine.Type) -> Column
  where Machine.Value == Bool {
    var column = Column(
      letter: letter,
      name: "ConsensusTests: random schedules execute every line of the consensus machines (\(Machine.self))")
    for seed in UInt64(1)...100 {
      let servers = Servers(3 + Int(seed % 7), crashes: (2 + Int(seed % 7)) / 2)
      var votes = Randomness.seeded(~seed)
      var simulation = ExchangeSimulation(
        ExchangePlan(seed: seed, servers: servers, crashes: servers.crashes, schedule: .starving),
        ConsensusServer<Machine>.all(servers, sessions: 1, seed: seed) { _, _ in votes.next() % 2 == 0 },
        note: "")
      simulation.run()
      column.lines.formUnion(simulation.summary.lines)
    }
    return column
  }

  private static func report(_ columns: [Column]) -> String {
    var text = """
      # Which test executes which line

      Every numbered line of Algorithms 3 to 12 and 21 to 25 (`Algorithms`) is executed by a test. `CoverageTests` runs these, demands
      that no line is left out, and compares this report; it says how to write it anew. Each also runs by itself: the
      commands as they stand, the tests by their name.


      """
    for column in columns { text += "- **\(column.letter)**: \(column.name)\n" }
    for (algorithm, count) in counts {
      text += "\n## Algorithm \(algorithm)\n\n| line | by |\n| --- | --- |\n"
      // Lines that the same tests execute share a row.
      var first = 1
      for line in 1...count {
        let here = letters(columns, algorithm, line)
        if line < count, letters(columns, algorithm, line + 1) == here { continue }
        let range = first == line ? "\(algorithm).\(line)" : "\(algorithm).\(first) to \(algorithm).\(line)"
        text += "| \(range) | \(here) |\n"
        first = line + 1
      }
    }
    return text
  }

  private static func letters(_ columns: [Column], _ algorithm: Int, _ line: Int) -> String {
    columns.filter { $0.lines.contains(algorithm: algorithm, line: line) }.map(\.letter)
      .joined(separator: " ")
  }
}
