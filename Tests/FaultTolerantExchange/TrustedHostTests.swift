import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

@Suite struct TrustedHostTests {
  private let s = Session("s")
  private let t = Session("t")
  private let a = Process(0)
  private let b = Process(1)
  private let c = Process(2)
  private typealias Host = KeyExchangeHost<PrimeField>

  private func key(_ action: Host.Action) -> PrimeField.Element? {
    if case .finish(_, _, let key) = action { key } else { nil }
  }

  /// Definition 2.
  @Test func keyExchange() throws {
    var randomness = Randomness.seeded(1)
    var host = Host(space: PrimeField.p25519)
    func refuses(_ event: Host.Event) {
      let before = host
      #expect(throws: NotAllowed.self) { try host.handle(event, &randomness) }
      #expect(host.keys == before.keys && host.finished[a, default: []] == before.finished[a, default: []])
    }
    refuses(.finish(s, at: a))
    #expect(try host.handle(.start(s, at: a), &randomness) == .started(s, at: a))
    refuses(.start(s, at: a))
    refuses(.finish(t, at: a))
    _ = try host.handle(.start(s, at: b), &randomness)
    _ = try host.handle(.start(t, at: b), &randomness)
    let first = key(try host.handle(.finish(s, at: a), &randomness))
    refuses(.finish(s, at: a))
    // "Every server computes the same key in a session", and those of different sessions are independent.
    #expect(key(try host.handle(.finish(s, at: b), &randomness)) == first)
    #expect(key(try host.handle(.finish(t, at: b), &randomness)) != first)
    #expect(try host.handle(.crash(a), &randomness) == .crashed(a))
    refuses(.start(t, at: a))
  }

  /// Definition 6: break-ins reveal what is being computed, and beyond t_b servers what has been, too. What has no key
  /// yet is given one then, as the definition has it, or left to the adversary (E11).
  @Test(arguments: [true, false]) func breakIns(_ drawsEarly: Bool) throws {
    var randomness = Randomness.seeded(1)
    var host = Host(space: PrimeField.p25519, breakIns: 1, drawsEarly: drawsEarly)
    for server in [a, b, c] { _ = try host.handle(.start(s, at: server), &randomness) }
    _ = try host.handle(.start(t, at: b), &randomness)
    for server in [a, b] { _ = try host.handle(.finish(s, at: server), &randomness) }
    let first = try #require(host.keys[s])
    #expect(try host.handle(.breakIn(a), &randomness) == .revealed([]))
    #expect(host.revealed == [])
    // The same one again counts once.
    #expect(try host.handle(.breakIn(a), &randomness) == .revealed([]))
    // In c it is still being computed.
    var third = host
    #expect(try third.handle(.breakIn(c), &randomness) == .revealed([.init(session: s, key: first)]))
    #expect(third.revealed == [s])
    // One more than t_b.
    let revealed = try host.handle(.breakIn(b), &randomness)
    #expect(host.revealed == [s, t])
    let named = PrimeField.p25519.integer(7)
    let finish = Host.Event.finish(t, at: b, naming: named)
    if drawsEarly {
      let second = try #require(host.keys[t])
      #expect(revealed == .revealed([.init(session: s, key: first), .init(session: t, key: second)]))
      #expect(key(try host.handle(finish, &randomness)) == second)
    } else {
      #expect(revealed == .revealed([.init(session: s, key: first)]))
      #expect(host.keys[t] == nil)
      #expect(key(try host.handle(finish, &randomness)) == named)
    }
  }

  /// Only where he has broken in before there was a key.
  @Test func theAdversaryNamesNoOtherKeys() throws {
    var randomness = Randomness.seeded(1)
    var host = Host(space: PrimeField.p25519, breakIns: 1)
    let named = PrimeField.p25519.integer(7)
    for session in [s, t] {
      for server in [a, b] { _ = try host.handle(.start(session, at: server), &randomness) }
    }
    let first = key(try host.handle(.finish(s, at: a, naming: named), &randomness))
    #expect(first != named)
    _ = try host.handle(.breakIn(b), &randomness)
    #expect(key(try host.handle(.finish(s, at: b, naming: named), &randomness)) == first)
    #expect(key(try host.handle(.finish(t, at: a, naming: named), &randomness)) == named)
    let other = PrimeField.p25519.integer(8)
    #expect(key(try host.handle(.finish(t, at: b, naming: other), &randomness)) == named)
  }

  /// Definition 4.
  @Test func consensus() throws {
    var host = ConsensusHost()
    func refuses(_ value: [UInt8], _ server: Process) {
      let before = host
      #expect(throws: NotAllowed.self) { try host.decide(value, at: server, in: s) }
      #expect(host == before)
    }
    refuses([1], a)
    try host.propose([1], by: a, in: s)
    #expect(throws: NotAllowed.self) { try host.propose([3], by: a, in: s) }
    try host.propose([2], by: b, in: s)
    refuses([3], a)
    refuses([1], c)
    try host.decide([2], at: a, in: s)
    refuses([2], a)
    refuses([1], b)
    try host.decide([2], at: b, in: s)
    // Another instance has nothing to do with it.
    try host.propose([1], by: a, in: t)
    try host.decide([1], at: a, in: t)
  }

  @Test func theMonitorKnowsWhatTheHostAllows() throws {
    let field = PrimeField.p25519
    var monitor = KeyExchangeMonitor(space: field, breakIns: 1)
    func refuses(_ occurrence: (inout KeyExchangeMonitor<PrimeField>) throws -> Void) {
      var other = monitor
      #expect(throws: NotAllowed.self) { try occurrence(&other) }
    }
    let (k, l) = (field.integer(1), field.integer(2))
    refuses { try $0.finish(s, at: a, key: k) }
    try monitor.start(s, at: a)
    try monitor.start(s, at: b)
    try monitor.start(t, at: a)
    refuses { try $0.start(s, at: a) }
    try monitor.finish(s, at: a, key: k)
    refuses { try $0.finish(s, at: a, key: k) }
    refuses { try $0.finish(s, at: b, key: l) }
    refuses { try $0.finish(t, at: a, key: k) }
    try monitor.breakIn(a)
    #expect(monitor.isSecret(s))
    #expect(!monitor.isSecret(t))
    // The key that the break-in revealed is what comes out in the end.
    try monitor.finish(t, at: a, key: l)
    try monitor.crash(b)
    refuses { try $0.finish(s, at: b, key: k) }
    refuses { try $0.start(t, at: b) }
  }
}

/// The proof of Section 3.2, checked by counting: all contributions, all keys, one schedule at a time.
@Suite struct TrustedWorldTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var servers: Servers
    var field: String
    var testDescription: String { "n = \(servers.count), t_c = \(servers.crashes), field \(field)" }
  }

  static let cases: [Case] =
    ["2^1", "3", "2^2", "5"].map { Case(servers: Servers(3, crashes: 1), field: $0) }
    + ["2", "3"].map { Case(servers: Servers(4, crashes: 1), field: $0) }
    + ["2", "3"].map { Case(servers: Servers(5, crashes: 2), field: $0) }
    + ["2^1"].map { Case(servers: Servers(5, crashes: 1), field: $0) }
    + ["2", "3"].map { Case(servers: Servers(2, crashes: 0), field: $0) }

  /// A view: what the user and the adversary see, where a ciphertext is only that.
  private func view<Machine: KeyExchange>(
    _ outputs: [HybridSystem<Machine>.Output], _ space: Machine.Space
  ) -> [[UInt8]] {
    outputs.map { output in
      switch output {
      case .sent(let letter):
        Array(letter.message.name.utf8) + [letter.sender.number, letter.receiver.number]
      case .proposed(_, let server, let value): [1, server.number] + value
      case .crashed(let server): [2, server.number]
      case .finished(_, let server, let key): [3, server.number] + space.bytes(of: key)
      case .state: preconditionFailure("no break-ins here")
      }
    }
  }

  /// All lists of `count` elements.
  private func lists<Element>(_ elements: [Element], _ count: Int) -> [[Element]] {
    (0..<count).reduce([[]]) { lists, _ in lists.flatMap { list in elements.map { list + [$0] } } }
  }

  /// "The joint view of H and A in a hybrid and an ideal run are indistinguishable": here, where encryption is ideal,
  /// they are equally distributed, if and only if the characteristic does not divide n - t_c (E8).
  @Test(arguments: cases, 0..<3) func hybridAndIdeal(_ testCase: Case, _ seed: UInt64) throws {
    func check<Field: FiniteField>(_ field: Field) throws {
      let servers = testCase.servers
      let machines = omegas(servers, field, SymbolicEncryption())
      typealias System = HybridSystem<Omega<Field, SymbolicEncryption>>
      var schedule = RandomRun(machines, seed: seed)
      try schedule.run(crashes: Int(seed % 2) * servers.crashes)
      #expect(!schedule.keys(of: schedule.sessions[0]).isEmpty)

      func inputs(_ contributions: [Field.Element]) -> [System.Input] {
        schedule.inputs.map { input in
          guard case .start(let session, let server, _) = input else { return input }
          return .start(session, at: server, contribution: contributions[server.index])
        }
      }
      var (hybrid, ideal): ([[[UInt8]]: Int], [[[UInt8]]: Int]) = ([:], [:])
      for contributions in lists(field.allElements, servers.count) {
        var system = System(machines, .seeded(1))
        let outputs = try inputs(contributions).flatMap { try system.handle($0) }
        // Each counts for as many as there are keys.
        hybrid[view(outputs, field), default: 0] += field.order!
        for key in field.allElements {
          var system = IdealSystem(
            host: KeyExchangeHost(space: field, keys: [schedule.sessions[0]: key]),
            simulated: System(machines, .seeded(1)), .seeded(2))
          let outputs = try inputs(contributions).flatMap { try system.handle($0) }
          ideal[view(outputs, field), default: 0] += 1
        }
      }
      #expect((hybrid == ideal) == servers.keepSecrets(in: field))
      // The adversary alone notices nothing either way, nor does the user: it takes both.
      func only(_ views: [[[UInt8]]: Int], _ isSeen: ([UInt8]) -> Bool) -> [[[UInt8]]: Int] {
        views.reduce(into: [:]) { $0[$1.key.filter(isSeen), default: 0] += $1.value }
      }
      #expect(only(hybrid) { $0[0] == 3 } == only(ideal) { $0[0] == 3 })
      #expect(only(hybrid) { $0[0] != 3 } == only(ideal) { $0[0] != 3 })
    }
    let field = try #require(FiniteFields.named(testCase.field))
    try check(field)
  }
}
