import ArgumentParser
import CyclicGroups
import FaultTolerantExchange
import Foundation
import KeyAgreement
import Simulation

struct BenchExchange: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exchange",
    abstract: "Counts what the exchange of Cachin and Strobl costs, beside its Section 3.3.",
    discussion: """
      Runs consensus alone, protocol omega, and omega with forward secrecy, with each of the consensus machines, on \
      random schedules, and counts messages and rounds. Then sets them beside the robust GDH of Amir et al. in the \
      same kind of network, while members crash one by one.

        conclave bench exchange --svg crashes.svg

      EXIT STATUS
        0   in an orderly network the exchange needs exactly the messages and rounds that the paper says
        1   it does not
        64  the command line is wrong
        74  writing failed
      """)

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Numbers of servers.", valueName: "n"))
  var sizes: [Int] = [3, 5, 7, 9, 15, 31]
  @Option(help: ArgumentHelp("Over how many seeds.", valueName: "n")) var seeds = 20
  @Option(help: ArgumentHelp("How many servers there are while some crash.", valueName: "n")) var crashing =
    15
  @Option(help: ArgumentHelp("Also draws the crashes into this file.", valueName: "file")) var svg: String?

  func validate() throws {
    if !sizes.allSatisfy({ (2...64).contains($0) }) { throw ValidationError("--sizes must be from 2 to 64.") }
    if !(3...64).contains(crashing) { throw ValidationError("--crashing must be from 3 to 64.") }
    if seeds < 1 { throw ValidationError("--seeds must be at least 1.") }
  }

  func run() throws {
    do {
      let isExact = try tables()
      try crashes()
      if !isExact { throw Status.violated }
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    }
  }

  private static let field = PrimeField(prime: 65537)!

  /// A mean and a maximum.
  struct Figure {
    private var sum = 0
    private var count = 0
    private(set) var greatest = Int.min

    mutating func add(_ value: Int) {
      sum += value
      count += 1
      greatest = max(greatest, value)
    }

    var mean: Double { Double(sum) / Double(count) }
    /// The mean, and in parentheses the greatest where it is another.
    var text: String {
      let mean = self.mean == self.mean.rounded() ? "\(Int(self.mean))" : String(format: "%.1f", self.mean)
      return mean == "\(greatest)" ? mean : "\(mean) (\(greatest))"
    }
  }

  struct Figures {
    /// Of the consensus, of the exchange, of both.
    var consensusMessages = Figure()
    var exchangeMessages = Figure()
    var messages = Figure()
    var rounds = Figure()
    /// Until the last live server has its key.
    var messagesToTheEnd = Figure()
    var roundsToTheEnd = Figure()
  }

  /// Over all seeds, where the adversary is fair but for the crashes.
  static func measure(
    _ simulated: ExchangeProtocol, _ consensus: ConsensusKind, _ servers: Servers, crashes: Int = 0,
    seeds: Int
  ) throws -> Figures {
    var figures = Figures()
    try SeedRuns.forEach(in: 1...UInt64(seeds)) { seed in
      let plan = ExchangePlan(seed: seed, servers: servers, crashes: crashes, schedule: .random)
      return ExchangeOutcome(plan, simulated, consensus, .openNumbers(Self.field)).summary
    } then: { _, summary in
      figures.consensusMessages.add(summary.consensus.messages)
      figures.exchangeMessages.add(summary.exchange.messages)
      figures.messages.add(summary.messages)
      figures.rounds.add(summary.highestRound)
      figures.messagesToTheEnd.add(summary.messagesToTheEnd)
      figures.roundsToTheEnd.add(summary.roundsToTheEnd)
    }
    return figures
  }

  /// Whether, where messages come in the order in which they are sent, the exchange takes `factor` n^2 messages in so
  /// many rounds, before consensus begins.
  private func costs(
    _ simulated: ExchangeProtocol, _ consensus: ConsensusKind, _ servers: Servers, _ factor: Int
  ) -> Bool {
    let plan = ExchangePlan(seed: 1, servers: servers, schedule: .oldestFirst)
    let outcome = ExchangeOutcome(plan, simulated, consensus, .openNumbers(Self.field))
    let exchange = outcome.summary.exchange
    return exchange.messages == factor * servers.count * servers.count && exchange.highestRound == factor - 1
  }

  /// - Returns: whether the exchange takes just the messages that the paper says.
  private func tables() throws -> Bool {
    var isExact = true
    for consensus in ConsensusKind.allCases {
      var text = "consensus: \(consensus.rawValue)\n"
      let columns = ["M(cons)", "R(cons)", "M(omega)", "R(omega)", "M(omega-fs)", "R(omega-fs)"]
      text += pad("n", 4) + columns.map { pad($0, 18) }.joined() + "\n"
      for n in sizes {
        let servers = Servers(n, crashes: (n - 1) / 2)
        let alone = try Self.measure(.consensus, consensus, servers, seeds: seeds)
        let omega = try Self.measure(.omega, consensus, servers, seeds: seeds)
        let secret = try Self.measure(.omegaFS, consensus, servers, seeds: seeds)
        let cells = [
          alone.messages.text, alone.rounds.text,
          Self.sum(omega, 2 * n * n, "2n²"), omega.rounds.text,
          Self.sum(secret, 3 * n * n, "3n²"), secret.rounds.text,
        ]
        isExact =
          isExact && costs(.omega, consensus, servers, 2) && costs(.omegaFS, consensus, servers, 3)
        text += pad("\(n)", 4) + cells.map { pad($0, 18) }.joined() + "\n"
      }
      try Output.standard.write(text + "\n")
    }
    try Output.standard.write(
      """
      Means over \(seeds) seeds, greatest values in parentheses; nobody crashes, t_c is the greatest below n/2, and any
      message may come next. Section 3.3 has M(omega) = 2n² + M(cons) and R(omega) = 2 + R(cons), Section 4.3 3n² and 3
      for forward secrecy. M: all messages; a server sends to itself, too, and so n² is a broadcast of each. In omega-fs
      who has finished has erased his contribution, and gives a share of the key to who asks for it: so where some are
      slow, it takes a few messages more or less than 3n². R: the highest round number, which counts from 0; it is that
      of the last to say what they decided. R(omega) is not just 2 more: consensus begins when n - t_c contributions are
      there, so servers propose neither at once nor in the same round, and those that are late meet others that have
      decided. Where messages come in the order in which they are sent, the exchange takes 2n² messages in 2 rounds, with
      forward secrecy 3n² in 3, and then consensus begins: that is checked.


      """)
    return isExact
  }

  /// The messages of the exchange by the paper's formula, where they are that, and those of its consensus.
  private static func sum(_ figures: Figures, _ formula: Int, _ name: String) -> String {
    let exchange = figures.exchangeMessages.text
    return "\(exchange == "\(formula)" ? name : exchange)+\(figures.consensusMessages.text)"
  }

  /// Rounds and messages until the last live server has its key, by the number of crashes.
  private func crashes() throws {
    let servers = Servers(crashing, crashes: (crashing - 1) / 2)
    var rounds = [LinePlot.Series(name: "robust GDH", points: [])]
    rounds += ConsensusKind.allCases.map { LinePlot.Series(name: "omega, \($0.rawValue)", points: []) }
    var messages = rounds
    var text = "n = \(crashing): rounds and messages until all live servers have the key\n"
    text += pad("crashes", 8) + rounds.map { pad($0.name, 24) }.joined() + "\n"
    for crashes in 0...servers.crashes {
      let robust = AgreementCost.measureRestarts(n: crashing, crashes: crashes, .gdh)
      rounds[0].points.append((crashes, Double(robust.rounds)))
      messages[0].points.append((crashes, Double(robust.pointToPoint)))
      for (index, consensus) in ConsensusKind.allCases.enumerated() {
        let omega = try Self.measure(.omega, consensus, servers, crashes: crashes, seeds: seeds)
        rounds[index + 1].points.append((crashes, omega.roundsToTheEnd.mean))
        messages[index + 1].points.append((crashes, omega.messagesToTheEnd.mean))
      }
      let cells = zip(rounds, messages).map { round, message in
        String(format: "%.0f, %.0f", round.points.last!.y, message.points.last!.y)
      }
      text += pad("\(crashes)", 8) + cells.map { pad($0, 24) }.joined() + "\n"
    }
    try Output.standard.write(text + "\n" + Self.legendOfCrashes)
    guard let svg else { return }
    let plot = LinePlot.document(
      "A key for \(crashing) members, some of whom crash on the way (means over \(seeds) seeds)",
      [
        LinePlot(title: "rounds until all live servers have the key", xTitle: "crashes", series: rounds),
        LinePlot(title: "messages until then", xTitle: "crashes", series: messages),
      ])
    try Output.write(Array(plot.utf8), to: svg)
  }

  private static let legendOfCrashes = """
    GDH: the members crash one by one, each when the next message would give the first member the key; the others get
    a view, what is under way is lost, and the optimized algorithm begins again. What the group communication system
    sends for a view, and the time in which it notices a crash, come on top. A multicast counts n messages, as in
    Cachin and Strobl. omega: the same number of servers crash at random moments; means over the seeds. Who has crashed
    sends nothing, and so a key costs less then. GDH always takes fewer messages, for it has no broadcasts of all; its
    rounds grow with each crash, and those of omega do not.

    """

  private func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
