import CyclicGroups
import Exploration
import GroupCommunication
import Models
import Testing

@testable import FaultTolerantExchange

/// Cachin and Strobl, Definition 5: agreement, validity and termination of consensus.
@Suite struct ConsensusModelTests {
  private func verdicts<Machine>(_ model: ConsensusModel<Machine>) -> [String] {
    let outcome = model.explore(SearchOptions(workers: 2))
    #expect(outcome.end == .exhausted)
    return outcome.findings.filter { $0.verdict != .holds }.map(\.property.name)
  }

  @Test func `consensus with a failure detector keeps its promises`() {
    #expect(verdicts(ConsensusModel<FailureDetectorConsensus>(Servers(3, crashes: 1), rounds: 1)) == [])
  }

  @Test func `consensus on yes and no keeps its promises, whatever the coins`() {
    #expect(verdicts(ConsensusModel<CoinAgreement>(Servers(2, crashes: 0), rounds: 2)) == [])
    #expect(verdicts(ConsensusModel<CoreAgreement>(Servers(2, crashes: 0), rounds: 1)) == [])
  }

  @Test func `consensus on any values keeps its promises, whatever the coins`() {
    #expect(verdicts(ConsensusModel<CoinConsensus>(Servers(2, crashes: 0), rounds: 1)) == [])
    #expect(verdicts(ConsensusModel<NoDealerConsensus>(Servers(2, crashes: 0), rounds: 1)) == [])
  }

  /// Who decides as soon as it has heard enough, without asking whether others have heard the same.
  @Test func `agreement breaks where servers decide alone`() {
    #expect(verdicts(ConsensusModel<Hasty<Quorum>>(Servers(3, crashes: 1), rounds: 1)) == ["agreement"])
  }

  @Test func `termination breaks where servers wait for all`() {
    #expect(
      verdicts(ConsensusModel<Hasty<All>>(Servers(3, crashes: 1), rounds: 1)) == ["termination"])
  }

  /// The common coins of each dealing are others, and there is one for each way in which they fall.
  @Test func `coins fall in all ways`() {
    let coins = CoinConsensus.coins(of: [7], rounds: 3)
    #expect(coins.count == 3)
    let dealings = CoinConsensus.dealings(to: Servers(3, crashes: 1), coins: coins)
    #expect(dealings.count == 8)
    let outcomes = dealings.map { hands in
      coins.map { coin in
        let outcome = hands[0].outcome(of: coin.instance, phase: coin.phase)
        // It is what any t_c + 1 shares open.
        let shares = hands.map { $0.share(of: DealtHand.name(of: coin.instance, phase: coin.phase)) }
        #expect(CoinShare.toss(shares[1...2]) == outcome)
        return outcome
      }
    }
    #expect(Set(outcomes).count == 8)
  }

  /// What a machine is said to ignore changes nothing that it sends or decides from then on.
  @Test func `what is ignored does not matter`() {
    let seeds = UInt64(1)...40
    #expect(seeds.map { ignoring(CoinAgreement.self, $0) }.max()! > 0)
    #expect(seeds.map { ignoring(CoreAgreement.self, $0) }.max()! > 0)
    #expect(seeds.map { ignoring(RotatingCoordinator.self, $0) }.max()! > 0)
  }

  /// - Returns: how many messages were ignored.
  private func ignoring<Machine: ExploredConsensus>(_: Machine.Type, _ seed: UInt64) -> Int {
    let servers = Servers(5, crashes: 2)
    var randomness = Randomness.seeded(seed)
    func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
    let hands = Machine.deal(to: servers, using: &randomness)
    var all = servers.all.map { Machine($0, among: servers, hand: hands[$0.index], instance: []) }
    var some = all
    var events = servers.all.map { p -> (Process, Machine.Event) in
      let values = Machine.proposals(of: p.index)
      return (p, .propose(values[draw(values.count)]))
    }
    var ignored = 0
    for _ in 0..<4000 where !events.isEmpty {
      if Machine.usesFailureDetector, draw(20) == 0 {
        events.append((Process(draw(5)), .suspect(ProcessSet(bits: UInt64(draw(32))))))
      }
      let (p, event) = events.remove(at: draw(events.count))
      var first = Randomness.seeded(randomness.next())
      var second = first
      let isIgnored =
        if case .receive(let message, _) = event, all[p.index].decision == nil {
          all[p.index].ignores(message)
        } else {
          false
        }
      let reaction = all[p.index].handle(event, &first)
      if isIgnored {
        ignored += 1
        #expect(reaction.actions.isEmpty)
      } else {
        #expect(some[p.index].handle(event, &second).actions == reaction.actions)
      }
      for action in reaction.actions {
        switch action {
        case .send(let message, let to): events.append((to, .receive(message, from: p)))
        case .broadcast(let message): events += servers.all.map { ($0, .receive(message, from: p)) }
        case .decide: break
        }
      }
    }
    #expect(all.map(\.decision) == some.map(\.decision))
    return ignored
  }
}

private protocol Patience { static func needed(_ servers: Servers) -> Int }
private enum Quorum: Patience { static func needed(_ servers: Servers) -> Int { servers.quorum } }
private enum All: Patience { static func needed(_ servers: Servers) -> Int { servers.count } }

/// No consensus: decides the smallest of the values that it has when it has enough.
private struct Hasty<P: Patience>: ExploredConsensus {
  typealias Value = [UInt8]
  typealias Message = [UInt8]
  typealias Hand = EmptyHand

  static var usesFailureDetector: Bool { false }
  static var unanimityDecides: Bool { false }
  static var drawsCoins: Bool { false }

  let servers: Servers
  var values: [[UInt8]] = []
  var hasProposed = false
  var decision: [UInt8]?
  var roundsDone: Int { 0 }
  var standing: String { "values" }

  init(_ me: Process, among servers: Servers, hand: EmptyHand, instance: [UInt8]) { self.servers = servers }

  mutating func handle(_ event: Event, _ randomness: inout Randomness) -> Reaction {
    var out = Reaction()
    switch event {
    case .propose(let value):
      hasProposed = true
      out.actions.append(.broadcast(value))
    case .receive(let value, _): values.append(value)
    case .suspect: break
    }
    if decision == nil, hasProposed, values.count >= P.needed(servers) {
      decision = values.min { $0[0] < $1[0] }
      out.actions.append(.decide(decision!))
    }
    return out
  }

  func ignores(_ message: [UInt8]) -> Bool { false }
  static func round(of message: [UInt8]) -> Int? { 0 }
  static func order(of message: [UInt8]) -> UInt64 { 0 }
}
