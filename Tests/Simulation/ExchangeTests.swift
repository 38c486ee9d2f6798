import CyclicGroups
import FaultTolerantExchange
import GroupCommunication
import KeyAgreement
import Testing
import TraceChecking

@testable import Simulation

/// Protocol omega on the adversary's network, judged by the trace checker and by the trusted host.
@Suite struct ExchangeTests {
  static let kinds = [ExchangeProtocol.omega, .omegaFS].flatMap { simulated in
    ConsensusKind.allCases.map { (simulated, $0) }
  }

  /// Cachin and Strobl, Theorem 2 and Section 4.3: with at most t_c crashes all live servers finish every session, with
  /// the same key, which nobody else can compute; below n - 2 t_c break-ins that holds for what was finished before.
  @Test(arguments: kinds) func `everybody gets a key that nobody else can compute`(
    simulated: ExchangeProtocol, consensus: ConsensusKind
  ) throws {
    var checked: [Property: UInt64] = [:]
    var (breakIns, crashes) = (0, 0)
    for seed in UInt64(1)...24 {
      let n = 3 + Int(seed % 4)
      let breakIns1 = simulated == .omegaFS ? Int(seed / 4 % 2) : 0
      let servers = Servers(n, crashes: (n - 1 - breakIns1) / 2)
      let plan = ExchangePlan(
        seed: seed, servers: servers, crashes: Int(seed) % (servers.crashes + 1), breakIns: breakIns1,
        sessions: 1 + Int(seed % 2))
      // A small field is a smaller span; its characteristic divides no n - t_c.
      let outcome = ExchangeOutcome(plan, simulated, consensus, .symbols(PrimeField(prime: 65537)!))
      let verdict = try outcome.verdict
      #expect(verdict.broken.isEmpty, "seed \(seed)")
      #expect(outcome.summary.sessionsEverywhere == plan.sessions, "seed \(seed)")
      for property in verdict.report.properties {
        checked[property.property, default: 0] += UInt64(property.checked)
      }
      breakIns += outcome.summary.breakIns
      crashes += outcome.summary.crashes
    }
    #expect(crashes > 5)
    #expect((breakIns > 5) == (simulated == .omegaFS))
    #expect(checked[.gkeAgreement]! > 60)
    #expect(checked[.gkeFreshness]! > 20)
    #expect(checked[.gkeTermination]! > 20)
    #expect(checked[.consensusTermination]! > 20)
  }

  /// Spec/Errata.md, E8: in F_2^k the differences of an even number of contributions give away their sum.
  @Test func `the field of the page does not keep the secret of an even number`() throws {
    for (n, exposed) in [(3, true), (4, false), (7, true)] {
      let plan = ExchangePlan(seed: 1, servers: Servers(n, crashes: (n - 1) / 2))
      let printed = ExchangeOutcome(plan, .omega, .coin, .symbols(BinaryField(degree: 8)!))
      #expect(try printed.verdict.broken == (exposed ? ["secrecy"] : []), "n = \(n)")
    }
  }

  /// Section 4.3: omega itself is not forward secure, and its trusted host does not say that it is.
  @Test func `who breaks into a server of omega has the keys of all its sessions`() throws {
    var exposed = 0
    for seed in UInt64(1)...10 {
      let plan = ExchangePlan(seed: seed, servers: Servers(5, crashes: 1), breakIns: 1, schedule: .random)
      var simulation = ExchangeSimulation(
        plan,
        KeyExchangeServer<_, CoinConsensus>.all(plan.servers, sessions: 1, seed: seed) { me in
          Omega(
            me, among: plan.servers, space: LinearForms(over: PrimeField(prime: 65537)!),
            encryption: SymbolicEncryption())
        }, note: "")
      simulation.run()
      // A host that allows one break-in, as that of forward secrecy does, does not allow what is read here.
      exposed += TrustedHostCheck(simulation.network, breakIns: 1).exposed.count
      #expect(TrustedHostCheck(simulation.network, breakIns: 0).exposed.isEmpty)
    }
    #expect(exposed > 0)
  }

  @Test func `a seed is a run of the exchange, with real encryption too`() throws {
    let plan = ExchangePlan(seed: 3, servers: Servers(5, crashes: 2), crashes: 2)
    let first = ExchangeOutcome(plan, .omega, .coin, .numbers(PrimeField.p25519))
    #expect(try first.verdict.broken.isEmpty)
    #expect(first.summary.sessionsEverywhere == 1)
    let symbols = ExchangeOutcome(plan, .omega, .coin, .symbols(PrimeField.p25519))
    // What is encrypted, and how, changes nothing of who sends what when.
    #expect(symbols.summary.messages == first.summary.messages)
    #expect(symbols.summary.highestRound == first.summary.highestRound)
    #expect(ExchangeOutcome(plan, .omega, .coin).trace == symbols.trace)
  }

  /// Section 3.3: M(omega) = 2 n^2 + M(cons); the two rounds before consensus. Section 4.3: 3 n^2 and three rounds, where
  /// nobody needs shares.
  @Test(arguments: [3, 4, 7, 9]) func `the exchange needs the messages that the paper says`(n: Int) {
    let plan = ExchangePlan(seed: 1, servers: Servers(n, crashes: (n - 1) / 2), schedule: .oldestFirst)
    for consensus in ConsensusKind.allCases {
      let omega = ExchangeOutcome(plan, .omega, consensus).summary
      #expect(omega.exchange == ExchangeSummary.Traffic(messages: 2 * n * n, highestRound: 1))
      let secret = ExchangeOutcome(plan, .omegaFS, consensus, .openNumbers(PrimeField.p25519)).summary
      #expect(secret.exchange == ExchangeSummary.Traffic(messages: 3 * n * n, highestRound: 2))
    }
  }
}

@Suite struct RestartTests {
  /// Section 1: where members crash one by one, an agreement of a group communication system begins again each time:
  /// O(t_c n) rounds, against a constant number.
  @Test func `each crash costs GDH another agreement`() {
    let costs = (0...4).map { AgreementCost.measureRestarts(n: 9, crashes: $0, .gdh) }
    // Table II: to merge n - 1 with one takes n + 2 rounds. Of those that failed, the last did not happen.
    let rounds = (0...4).map { crashes in (0...crashes).map { 9 - $0 + 2 }.reduce(0, +) - crashes }
    #expect(costs.map(\.rounds) == rounds)
    for (fewer, more) in zip(costs, costs.dropFirst()) {
      #expect(fewer.messages < more.messages && fewer.pointToPoint < more.pointToPoint)
    }
  }
}
