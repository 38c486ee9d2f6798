import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

@Suite struct OmegaTests {
  private static let s = Session("s0")

  /// "It is also easy to verify that every server computes the same session key regardless of which m it chooses"
  /// (Section 3.1), and that it is the sum of the contributions.
  @Test(arguments: ["2^1", "2^8", "2^128", "2", "3", "5", "2^255-19"], 1...7)
  func whicheverContributionIsKnownTheSumIsTheSame(_ name: String, _ count: Int) throws {
    func check<Field: FiniteField>(_ field: Field) {
      var randomness = Randomness.seeded(UInt64(count))
      for _ in 0..<10 {
        let y = (0..<count).map { _ in field.randomElement(using: &randomness) }
        let proposal = Proposal<Field>(
          contributors: (0..<count).map { Process($0) },
          differences: (0..<count).map { field.subtract(y[$0], y[($0 + 1) % count]) })
        for m in 0..<count { #expect(proposal.sum(from: y[m], of: m, in: field) == field.sum(y)) }
      }
    }
    let field = try #require(FiniteFields.named(name))
    check(field)
  }

  /// Theorem 2: if at most t_c servers crash, all others start, and everything among them is delivered, all others
  /// finish; and Definition 2: with the same key, which here is the sum of the contributions decided on.
  @Test(arguments: systems(upTo: 7)) func allWhoDoNotCrashFinishWithOneKey(_ servers: Servers) throws {
    for seed: UInt64 in 0..<(servers.count < 6 ? 12 : 4) {
      let field = PrimeField.p25519
      var run = RandomRun(omegas(servers, field, SymbolicEncryption()), sessions: 2, seed: seed)
      try run.run(crashes: Int(seed) % (servers.crashes + 1))
      #expect(run.everybodyHasFinished)
      for session in run.sessions {
        let keys = run.keys(of: session)
        #expect(Set(keys).count == 1)
        let value = try #require(run.system.consensus.decision[session])
        let decision = try Proposal(bytes: value, in: field, of: servers)
        #expect(decision.contributors.count == servers.quorum)
        let contributions = decision.contributors.map { run.contribution(of: $0, to: session)! }
        #expect(keys.first == field.sum(contributions))
      }
      #expect(run.keys(of: run.sessions[0]).first != run.keys(of: run.sessions[1]).first)
    }
  }

  /// Section 3.3: two rounds and 2 n^2 messages, and consensus.
  @Test(arguments: systems(upTo: 6)) func twoMessagesForEachPair(_ servers: Servers) throws {
    var run = RandomRun(omegas(servers, PrimeField.p25519, SymbolicEncryption()), seed: 5)
    try run.run()
    let sent = run.outputs.filter { if case .sent = $0 { true } else { false } }
    #expect(sent.count == 2 * servers.count * servers.count)
  }

  @Test func withHybridEncryptionAndElGamal() throws {
    let servers = Servers(3, crashes: 1)
    func check<Encryption: EncryptionScheme>(_ encryption: Encryption) throws {
      var run = RandomRun(omegas(servers, PrimeField.p25519, encryption), seed: 1)
      try run.run(crashes: 1)
      #expect(run.everybodyHasFinished)
      var secret = RandomRun(
        forwardSecretOmegas(servers, breakIns: 0, PrimeField.p25519, encryption), proposalsNeeded: 2, seed: 2)
      try secret.run(crashes: 1)
      #expect(secret.everybodyHasFinished)
    }
    try check(HybridEncryption())
    try check(ElGamal(over: SchnorrGroup.insecure512))
  }

  // What follows goes line by line.

  private let servers = Servers(3, crashes: 1)
  private let field = PrimeField(prime: 101)!
  private typealias Machine = Omega<PrimeField, SymbolicEncryption>
  private let a = Process(0)
  private let b = Process(1)
  private let c = Process(2)
  private func element(_ number: Int) -> PrimeField.Element { field.integer(number) }

  private func sealed(_ number: Int, to key: SymbolicEncryption.PublicKey) -> Machine.Message {
    var randomness = Randomness.seeded(7)
    return .keyPart(
      Self.s,
      SymbolicEncryption().encrypt(field.bytes(of: element(number)), to: key, using: &randomness))
  }

  @Test func theCourseOfASession() throws {
    var randomness = Randomness.seeded(1)
    var server = omegas(servers, field, SymbolicEncryption())[0]
    let early = SymbolicEncryption().keyPair(using: &randomness)

    // A key that comes before the start waits for it.
    var out = try server.handle(.receive(.encryptionKey(Self.s, early.publicKey), from: c), &randomness)
    #expect(out.actions == [])
    #expect(server.state(of: Self.s) == .notStarted)
    #expect(server.startedSessions == [])

    out = try server.handle(.start(Self.s, contribution: element(10)), &randomness)
    #expect(server.state(of: Self.s) == .started)
    #expect(server.startedSessions == [Self.s])
    #expect(out.actions.count == 4)
    guard case .send(.encryptionKey(Self.s, let key), a) = out.actions[0],
      case .send(.keyPart(Self.s, let answer), c) = out.actions[3]
    else { throw Failure("the wrong actions: \(out.actions)") }
    #expect(out.actions[1] == .send(.encryptionKey(Self.s, key), to: b))
    #expect(out.actions[2] == .send(.encryptionKey(Self.s, key), to: c))
    #expect(
      try SymbolicEncryption().decrypt(answer, with: early.privateKey) == field.bytes(of: element(10)))

    // One contribution is not enough; two are; the third, after the proposal, is taken, too.
    out = try server.handle(.receive(sealed(30, to: key), from: c), &randomness)
    #expect(out.actions == [])
    #expect(server.state(of: Self.s) == .started)
    out = try server.handle(.receive(sealed(10, to: key), from: a), &randomness)
    let value = Proposal<PrimeField>(contributors: [a, c], differences: [element(-20), element(20)]).bytes(
      in: field)
    #expect(out.actions == [.propose(Self.s, value: value)])
    #expect(server.state(of: Self.s) == .proposed)
    out = try server.handle(.receive(sealed(20, to: key), from: b), &randomness)
    #expect(out.actions == [])
    #expect(server.state(of: Self.s) == .proposed)

    // Others are decided on than this server proposed.
    let other = Proposal<PrimeField>(contributors: [b, c], differences: [element(-10), element(10)])
    out = try server.handle(.decided(Self.s, value: other.bytes(in: field)), &randomness)
    #expect(out.actions == [.finish(Self.s, key: element(50))])
    #expect(server.state(of: Self.s) == .finished)

    // "A server continues to participate in the protocol after outputting the session key" (Section 4.3).
    out = try server.handle(.receive(.encryptionKey(Self.s, early.publicKey), from: b), &randomness)
    guard case .send(.keyPart(Self.s, let late), b) = try #require(out.actions.first) else {
      throw Failure("no answer")
    }
    #expect(out.actions.count == 1)
    #expect(try SymbolicEncryption().decrypt(late, with: early.privateKey) == field.bytes(of: element(10)))
  }

  @Test func whatCannotHappenChangesNothing() throws {
    var randomness = Randomness.seeded(1)
    var server = omegas(servers, field, SymbolicEncryption())[0]
    let foreign = SymbolicEncryption().keyPair(using: &randomness)
    let value = Proposal<PrimeField>(contributors: [a, c], differences: [element(1), element(-1)]).bytes(
      in: field)
    func refuses(_ event: Machine.Event) {
      let before = server
      #expect(throws: UnexpectedEvent.self) { try server.handle(event, &randomness) }
      #expect(server == before)
    }
    refuses(.receive(sealed(1, to: foreign.publicKey), from: b))
    refuses(.decided(Self.s, value: value))
    let out = try server.handle(.start(Self.s, contribution: element(10)), &randomness)
    guard case .send(.encryptionKey(_, let key), _) = out.actions[0] else { throw Failure("no enc_key") }
    refuses(.start(Self.s, contribution: element(11)))
    refuses(.receive(sealed(1, to: foreign.publicKey), from: b))
    refuses(.decided(Self.s, value: value))
    _ = try server.handle(.receive(sealed(1, to: key), from: b), &randomness)
    refuses(.receive(sealed(1, to: key), from: b))
    _ = try server.handle(.receive(sealed(2, to: key), from: c), &randomness)
    for wrong in [
      [], value.dropLast(), [2, 0] + value.dropFirst(2), [0, 3] + value.dropFirst(2), value + [0],
    ] {
      refuses(.decided(Self.s, value: wrong))
    }
    _ = try server.handle(.decided(Self.s, value: value), &randomness)
    #expect(server.hasFinished(Self.s))
    refuses(.decided(Self.s, value: value))
  }

  @Test func everyLineRuns() throws {
    var lines: Set<String> = []
    var randomness = Randomness.seeded(1)
    var machines = omegas(servers, field, SymbolicEncryption())
    var network: [(Machine.Message, Process, Process)] = []
    var proposals: [[UInt8]] = []
    func take(_ event: Machine.Event, at server: Process) throws {
      let out = try machines[server.index].handle(event, &randomness)
      for range in out.lines {
        for line in range.first...range.last { lines.insert("\(range.algorithm).\(line)") }
      }
      for action in out.actions {
        switch action {
        case .send(let message, let to): network.append((message, server, to))
        case .propose(_, let value): proposals.append(value)
        case .finish: break
        }
      }
    }
    for server in servers.all { try take(.start(Self.s, contribution: element(1)), at: server) }
    while !network.isEmpty {
      let (message, from, to) = network.removeFirst()
      try take(.receive(message, from: from), at: to)
    }
    for server in servers.all { try take(.decided(Self.s, value: proposals[0]), at: server) }
    #expect(lines == Set((1...18).map { "11.\($0)" }))
  }
}

/// A test that cannot go on.
struct Failure: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
