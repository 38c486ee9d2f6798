import ArgumentParser
import CyclicGroups
import KeyAgreement
import Simulation

struct BenchCosts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "costs",
    abstract: "Counts what an agreement costs, beside the formulas of Table II.",
    discussion: """
      Runs the optimized algorithm with each protocol through each change of a group and counts rounds, messages and \
      operations. Exponentiations, signatures and verifications are serial: along the longest chain of what has to \
      wait for one another. Where running code and formula differ, both stand there, and a note says why.

      EXIT STATUS
        0   every figure is the formula's, or the difference is explained
        1   a difference that no note explains
        64  the command line is wrong
      """)

  @Option(help: ArgumentHelp("Sizes of the group before the change.", valueName: "n"))
  var sizes: [Int] = [4, 5, 10, 20, 50]
  @Option(help: ArgumentHelp("How many merge (m), and how many a partition cuts off (p).", valueName: "m"))
  var changing = 2

  func validate() throws {
    guard sizes.allSatisfy({ $0 > changing + 1 && $0 > 3 && $0 + changing <= 64 }), changing > 0 else {
      throw ValidationError(
        "Sizes must be greater than 3 and than --changing + 1, and at most 64 with --changing.")
    }
  }

  /// A row of Table II: rounds, messages, unicasts, multicasts, exponentiations, signatures, verifications.
  struct Row {
    var agreement: KeyAgreementProtocol
    var name: String
    var change: AgreementCost.Change
    var paper: (_ n: Int) -> [Int]
    /// By column: what running code needs more than the page says, and why.
    var explained: [Int: (difference: (_ n: Int) -> Int, why: String)] = [:]
  }

  static func rows(_ k: Int) -> [Row] {
    let generates = "+ 2: the page leaves out that Ks = g^s is calculated, and that a member decrypts it"
    let answers =
      "+ 3: as for a leave, and a new member calculates the key with the controller before it answers"
    return [
      Row(agreement: .gdh, name: "Join", change: .join) { n in [4, n + 3, n + 1, 2, n + 3, 4, n + 3] },
      Row(agreement: .gdh, name: "Leave", change: .leave) { n in [1, 1, 0, 1, n - 1, 1, 1] },
      Row(agreement: .gdh, name: "Merge", change: .merge(k)) { n in
        [k + 3, n + 2 * k + 1, n + 2 * k - 1, 2, n + 2 * k + 1, k + 3, n + 2 * k + 1]
      },
      Row(agreement: .gdh, name: "Partition", change: .partition(k)) { n in [1, 1, 0, 1, n - k, 1, 1] },
      Row(
        agreement: .ckd, name: "Join", change: .join, paper: { n in [3, 3, 2, 1, n + 2, 3, 3] },
        explained: [4: ({ _ in 3 }, answers)]),
      Row(
        agreement: .ckd, name: "Leave", change: .leave, paper: { n in [1, 1, 0, 1, n - 2, 1, 1] },
        explained: [4: ({ _ in 2 }, generates)]),
      Row(
        agreement: .ckd, name: "Merge", change: .merge(k),
        paper: { n in [3, k + 2, k, 2, n + 2 * k, 3, k + 2] },
        explained: [4: ({ _ in 3 }, answers)]),
      Row(
        agreement: .ckd, name: "Partition", change: .partition(k),
        paper: { n in [1, 1, 0, 1, n - k - 1, 1, 1] }, explained: [4: ({ _ in 2 }, generates)]),
      Row(
        agreement: .ckd, name: "Controller leave", change: .controllerLeave,
        paper: { n in [3, 3 * n - 6, 2 * n - 4, 2, 2 * n - 3, 2 * n - 2, n] },
        explained: [
          1: (
            { n in n - (3 * n - 6) },
            "are fewer because one multicast opens all channels, as the page's two multicasts say"
          ),
          2: (
            { n in n - 2 - (2 * n - 4) },
            "are the n - 2 answers; the page counts the first round as unicasts, too"
          ),
          4: ({ _ in 2 }, generates),
          5: ({ n in 3 - (2 * n - 2) }, "are serial, as in all other rows: one a round"),
        ]),
    ]
  }

  func run() throws {
    do {
      try table()
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  private func table() throws {
    let columns = ["Rounds", "Messages", "Unicasts", "Multicasts", "Exp.", "Sign.", "Verif."]
    var isUnexplained = false
    for row in Self.rows(changing) {
      var text = "\(row.agreement.rawValue.uppercased()), \(row.name)\n"
      text += "  " + padded("n") + columns.map(padded).joined() + "\n"
      var notes: [String] = []
      for n in sizes {
        let cost = AgreementCost.measure(row.change, n: n, row.agreement)
        let counted = [
          cost.rounds, cost.messages, cost.unicasts, cost.multicasts, cost.serial.exponentiations,
          cost.serial.signatures, cost.serial.verifications,
        ]
        var cells: [String] = []
        for (column, (own, paper)) in zip(counted, row.paper(n)).enumerated() {
          if own == paper {
            cells.append("\(own)")
            continue
          }
          cells.append("\(own) (\(paper))")
          if let explained = row.explained[column], explained.difference(n) == own - paper {
            let note = "  \(columns[column]) \(explained.why)\n"
            if !notes.contains(note) { notes.append(note) }
          } else {
            isUnexplained = true
            notes.append("  \(columns[column]) at n = \(n): not explained\n")
          }
        }
        text += "  " + padded("\(n)") + cells.map(padded).joined() + "\n"
      }
      try Output.standard.write(text + notes.joined() + "\n")
    }
    try Output.standard.write(
      "m = p = \(changing); where the page says otherwise, its figure stands in parentheses\n")
    if isUnexplained { throw Status.violated }
  }

  private func padded(_ text: String) -> String {
    String(repeating: " ", count: max(1, 12 - text.count)) + text
  }
}
