import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

@Suite struct OmegaForwardSecrecyTests {
  typealias Symbolic = SymbolicForwardSecretOmega<PrimeField>

  struct Resilience: Sendable, CustomTestStringConvertible {
    var servers: Servers
    var breakIns: Int
    var testDescription: String { "n = \(servers.count), t_c = \(servers.crashes), t_b = \(breakIns)" }
  }

  /// Every n, t_c and t_b < n - 2 t_c.
  static func resilient(upTo greatest: Int) -> [Resilience] {
    systems(upTo: greatest).flatMap { servers in
      (0..<servers.count - 2 * servers.crashes).map { Resilience(servers: servers, breakIns: $0) }
    }
  }

  /// Definition 6: all who do not crash finish, and with one key: the sum of the first components. So it is for those
  /// that are late, too: "it then continues to send its share to every server that requests it" (Section 4.3).
  @Test(arguments: resilient(upTo: 6)) func allWhoDoNotCrashFinishWithOneKey(_ resilience: Resilience) throws
  {
    let (servers, field) = (resilience.servers, PrimeField.p25519)
    for seed: UInt64 in 0..<6 {
      var run = RandomRun(
        forwardSecretOmegas(servers, breakIns: resilience.breakIns, field, SymbolicEncryption()),
        sessions: 2, proposalsNeeded: servers.quorum, seed: seed)
      try run.run(crashes: Int(seed) % (servers.crashes + 1))
      #expect(run.everybodyHasFinished)
      for session in run.sessions {
        let keys = run.keys(of: session)
        #expect(Set(keys).count == 1)
        let vectors = Vectors(resilience.breakIns + 1, of: field)
        let value = try #require(run.system.consensus.decision[session])
        let decision = try Proposal(bytes: value, in: vectors, of: servers)
        let contributions = decision.contributors.map { run.contribution(of: $0, to: session)! }
        #expect(keys.first == vectors.sum(contributions)[0])
      }
    }
  }

  /// Where a server is late: the others have finished, and have erased their contributions.
  @Test(arguments: resilient(upTo: 6).filter { $0.servers.crashes > 0 })
  func whoIsLateFinishesByShares(_ resilience: Resilience) throws {
    let servers = resilience.servers
    var run = RandomRun(
      forwardSecretOmegas(servers, breakIns: resilience.breakIns, PrimeField.p25519, SymbolicEncryption()),
      proposalsNeeded: servers.quorum, seed: 0)
    let fast = ProcessSet(servers.all.prefix(servers.quorum))
    var randomness = Randomness.seeded(4)
    func start(_ group: ProcessSet) throws {
      for server in group {
        let contribution = run.system.machines[0].freshContribution(using: &randomness)
        try run.take(.start(run.sessions[0], at: server, contribution: contribution))
      }
    }
    try start(fast)
    while let input = run.system.possibilities(among: fast).first { try run.take(input) }
    #expect(run.keys(of: run.sessions[0]).count == servers.quorum)
    // t_c of those that have finished crash: n - 2 t_c shares are left.
    for server in fast.prefix(servers.crashes) { try run.take(.crash(server)) }
    try start(servers.all - fast)
    let live = servers.all - run.system.crashed
    while let input = run.system.possibilities(among: live).first { try run.take(input) }
    #expect(run.everybodyHasFinished)
    #expect(Set(run.keys(of: run.sessions[0])).count == 1)
    // None of the late ones has proposed.
    #expect(run.system.consensus.proposals[run.sessions[0]]?.count == servers.quorum)
    // They have shares of the same polynomial.
    let sharing = SecretSharing(space: PrimeField.p25519)
    let shares = live.map { server in
      (owner: server, share: run.system.machines[server.index].exchanges[run.sessions[0]]!.share!)
    }
    for first in 0..<max(1, shares.count - resilience.breakIns) {
      let some = Array(shares[first...].prefix(resilience.breakIns + 1))
      if some.count == resilience.breakIns + 1 {
        #expect(sharing.secret(from: some) == run.keys(of: run.sessions[0])[0])
      }
    }
  }

  /// Section 4.3: three rounds and 3 n^2 messages, and consensus. One who asks for shares adds to that.
  @Test(arguments: systems(upTo: 5)) func threeMessagesForEachPair(_ servers: Servers) throws {
    var run = RandomRun(
      forwardSecretOmegas(servers, breakIns: 0, PrimeField.p25519, SymbolicEncryption()), seed: 2)
    var randomness = Randomness.seeded(4)
    for server in servers.all {
      let contribution = run.system.machines[0].freshContribution(using: &randomness)
      try run.take(.start(run.sessions[0], at: server, contribution: contribution))
    }
    while let input = run.system.possibilities(among: servers.all).first { try run.take(input) }
    let names = run.outputs.compactMap { output in
      if case .sent(let letter) = output { letter.message.name } else { nil }
    }
    for name in ["enc_key", "pad", "key_part"] {
      #expect(names.count { $0 == name } == servers.count * servers.count, "\(name)")
    }
    #expect(names.count == 3 * servers.count * servers.count)
  }

  /// "Breaking into a server reveals only the session keys being currently computed by this server, but nothing about
  /// previously computed session keys", up to t_b servers (Section 4.1): whatever the trusted host of Definition 6
  /// keeps, cannot be computed from the network, the proposals and the states that were read.
  @Test(arguments: resilient(upTo: 5).filter { $0.breakIns > 0 })
  func whatTheHostKeepsTheServersKeep(_ resilience: Resilience) throws {
    let servers = resilience.servers
    var (secret, open) = (0, 0)
    for (field, seeds) in [(PrimeField(prime: 11)!, 0..<15 as Range<UInt64>), (.p25519, 15..<17)] {
      for seed in seeds {
        var run = RandomRun(
          forwardSecretOmegas(
            servers, breakIns: resilience.breakIns, LinearForms(over: field), SymbolicEncryption()),
          sessions: 2, breakIns: resilience.breakIns, proposalsNeeded: servers.quorum, seed: seed)
        try run.run(crashes: Int(seed) % (servers.crashes + 1), breakIns: resilience.breakIns)
        #expect(run.everybodyHasFinished)
        let eavesdropper: Eavesdropper<Symbolic, PrimeField> = run.eavesdropper()
        for session in run.sessions {
          let key = run.keys(of: session)[0]
          if run.monitor.isSecret(session) {
            secret += 1
            #expect(!eavesdropper.canCompute(key), "seed \(seed), \(session)")
          } else if eavesdropper.canCompute(key) {
            open += 1
          }
        }
      }
    }
    #expect(secret > 0)
    #expect(open > 0)
  }

  /// The bound is met: t_b servers that have finished do not betray a session, one more does.
  @Test(arguments: resilient(upTo: 6)) func oneMoreBreakInThanToleratedOpensIt(_ resilience: Resilience)
    throws
  {
    let servers = resilience.servers
    let forms = LinearForms(over: PrimeField(prime: 101)!)
    var run = RandomRun(
      forwardSecretOmegas(servers, breakIns: resilience.breakIns, forms, SymbolicEncryption()),
      breakIns: resilience.breakIns, proposalsNeeded: servers.quorum, seed: 6)
    try run.run()
    let key = try #require(run.keys(of: run.sessions[0]).first)
    var eavesdropper: Eavesdropper<Symbolic, PrimeField> = run.eavesdropper()
    for server in servers.all {
      let isOpen = server.index > resilience.breakIns
      #expect(eavesdropper.canCompute(key) == isOpen)
      #expect(run.monitor.isSecret(run.sessions[0]) == !isOpen)
      try run.take(.breakIn(server))
      eavesdropper.read(run.system.machines[server.index])
    }
  }

  /// The same over F_2^8, where n - t_c has to be odd (E8).
  @Test(arguments: systems(upTo: 5)) func inCharacteristicTwo(_ servers: Servers) throws {
    let forms = LinearForms(over: BinaryField(degree: 8)!)
    var run = RandomRun(
      forwardSecretOmegas(servers, breakIns: 0, forms, SymbolicEncryption()),
      proposalsNeeded: servers.quorum, seed: 6)
    try run.run()
    let eavesdropper: Eavesdropper<SymbolicForwardSecretOmega<BinaryField>, BinaryField> = run.eavesdropper()
    let key = try #require(run.keys(of: run.sessions[0]).first)
    #expect(eavesdropper.canCompute(key) == servers.quorum.isMultiple(of: 2))
  }

  /// E9: a consensus that lets one decide when it alone has proposed is one (Definition 5), but it leaves servers behind
  /// that wait for ever.
  @Test func aDecisionOfOneLeavesOthersBehind() throws {
    let servers = Servers(4, crashes: 1)
    let s = Session("s0")
    func end(proposalsNeeded: Int) throws -> [Bool] {
      var system = HybridSystem(
        forwardSecretOmegas(servers, breakIns: 1, PrimeField.p25519, SymbolicEncryption()),
        consensus: ConsensusHost(proposalsNeeded: proposalsNeeded), .seeded(1))
      var randomness = Randomness.seeded(2)
      _ = try system.handle(.crash(Process(3)))
      for server in servers.all - system.crashed {
        let contribution = system.machines[0].freshContribution(using: &randomness)
        _ = try system.handle(.start(s, at: server, contribution: contribution))
      }
      // The first is fast: it gets all that is for it, and its pads come to the others at once.
      func isForTheFirst(_ input: HybridSystem<Machine>.Input) -> Bool {
        switch input {
        case .deliver(let place):
          let letter = system.network[place]
          return letter.receiver == a || letter.sender == a && letter.message.name == "pad"
        case .decide: return true
        case .start, .crash, .breakIn: return false
        }
      }
      while let input = system.possibilities(among: servers.all).first(where: isForTheFirst) {
        _ = try system.handle(input)
      }
      _ = try system.settle(among: servers.all)
      return (servers.all - system.crashed).map { system.machines[$0.index].hasFinished(s) }
    }
    #expect(try end(proposalsNeeded: 1) == [true, false, false])
    #expect(try end(proposalsNeeded: 3) == [true, true, true])
  }

  // What follows goes line by line.

  private let s = Session("s0")
  private let servers = Servers(4, crashes: 1)
  private let field = PrimeField(prime: 101)!
  private typealias Machine = ForwardSecretOmega<PrimeField, SymbolicEncryption>
  private let a = Process(0)
  private let b = Process(1)
  private let c = Process(2)

  private var fresh: Machine { forwardSecretOmegas(servers, breakIns: 1, field, SymbolicEncryption())[0] }
  private func vector(_ numbers: Int...) -> [PrimeField.Element] { numbers.map { field.integer($0) } }

  private func pad(_ numbers: Int..., to key: SymbolicEncryption.PublicKey) -> Machine.Message {
    var randomness = Randomness.seeded(7)
    let bytes = Vectors(3, of: field).bytes(of: numbers.map { field.integer($0) })
    return .pad(s, SymbolicEncryption().encrypt(bytes, to: key, using: &randomness))
  }

  /// Starts; the keys are those that it sends.
  private func started(
    _ randomness: inout Randomness
  ) throws -> (server: Machine, keys: [SymbolicEncryption.PublicKey]) {
    var server = fresh
    let out = try server.handle(.start(s, contribution: vector(10, 20)), &randomness)
    let keys = out.actions.compactMap { action in
      if case .send(.encryptionKey(s, let key), _) = action { key } else { nil }
    }
    #expect(out.actions.count == 4 && keys.count == 4)
    // Each serves one message only.
    #expect(Set(keys).count == 4)
    return (server, keys)
  }

  /// Its own pad for `sender`, drawn when the key comes.
  private func draw(
    _ server: inout Machine, for sender: Process, _ randomness: inout Randomness
  ) throws -> [PrimeField.Element] {
    let pair = SymbolicEncryption().keyPair(using: &randomness)
    let out = try server.handle(.receive(.encryptionKey(s, pair.publicKey), from: sender), &randomness)
    guard case .send(.pad(s, let ciphertext), sender) = try #require(out.actions.first) else {
      throw Failure("no pad")
    }
    let bytes = try SymbolicEncryption().decrypt(ciphertext, with: pair.privateKey)
    let pad = try Vectors(3, of: field).element(from: bytes)
    #expect(server.exchanges[s]?.ownPads[sender.index] == pad)
    return pad
  }

  @Test func theCourseOfASessionAndWhatIsErased() throws {
    var randomness = Randomness.seeded(1)
    var (server, keys) = try started(&randomness)

    // A pad comes: the contribution goes out with it, its key is erased, the last component is kept.
    var out = try server.handle(.receive(pad(1, 2, 3, to: keys[1]), from: b), &randomness)
    #expect(out.actions == [.send(.keyPart(s, vector(11, 22)), to: b)])
    #expect(server.exchanges[s]?.privateKeys[1] == nil)
    #expect(server.exchanges[s]?.sharePads[1] == field.integer(3))

    // b asks for the share: not yet.
    out = try server.handle(.receive(.shareRequest(s), from: b), &randomness)
    #expect(out.actions == [])

    // Three contributions make a proposal.
    for (sender, number) in [(a, 10), (b, 40), (c, 7)] {
      let pad = try draw(&server, for: sender, &randomness)
      let padded = zip(pad, vector(number, 20)).map { field.add($0, $1) }
      out = try server.handle(.receive(.keyPart(s, padded), from: sender), &randomness)
    }
    let vectors = Vectors(2, of: field)
    let proposal = Proposal<Vectors<PrimeField>>(
      contributors: [a, b, c], differences: [vector(-30, 0), vector(33, 0), vector(-3, 0)])
    #expect(out.actions == [.propose(s, value: proposal.bytes(in: vectors))])

    // The decision: f is 57 + 60 x; the share at 1 is 16 (modulo 101). b gets what it asked for.
    out = try server.handle(.decided(s, value: proposal.bytes(in: vectors)), &randomness)
    #expect(
      out.actions == [.finish(s, key: field.integer(57)), .send(.share(s, field.integer(19)), to: b)])
    let left = try #require(server.exchanges[s])
    #expect(left.state == .finished)
    #expect(left.share == field.integer(16))
    #expect(left.contribution == nil)
    #expect(left.contributions.allSatisfy { $0 == nil })
    #expect(left.ownPads.allSatisfy { $0 == nil })
    #expect(left.shares.allSatisfy { $0 == nil })
    #expect(left.sharePads.allSatisfy { $0 == nil })
    #expect(left.requests == [])
    #expect(left.privateKeys.map { $0 == nil } == [false, true, false, false])

    // From now on only the share goes out, once to each.
    out = try server.handle(.receive(pad(1, 2, 3, to: keys[2]), from: c), &randomness)
    #expect(out.actions == [.send(.share(s, field.integer(19)), to: c)])
    #expect(server.exchanges[s]?.privateKeys[2] == nil)
    for request in [b, c] {
      out = try server.handle(.receive(.shareRequest(s), from: request), &randomness)
      #expect(out.actions == [])
    }
    let before = server
    let late = SymbolicEncryption().keyPair(using: &randomness)
    for ignored: Machine.Event in [
      .receive(.encryptionKey(s, late.publicKey), from: c),
      .receive(.keyPart(s, vector(1, 1)), from: Process(3)),
      .receive(.share(s, field.one), from: c), .decided(s, value: proposal.bytes(in: vectors)),
    ] {
      #expect(try server.handle(ignored, &randomness).actions == [])
      #expect(server == before)
    }
  }

  @Test func sharesAreEnough() throws {
    var randomness = Randomness.seeded(1)
    var (server, _) = try started(&randomness)
    // f is 57 + 60 x: b has 76 (modulo 101) at 2, c has 35 at 3.
    var pads = [try draw(&server, for: b, &randomness), try draw(&server, for: c, &randomness)]
    let shares = [
      field.add(pads[0][2], field.integer(57 + 120)), field.add(pads[1][2], field.integer(57 + 180)),
    ]
    var out = try server.handle(.receive(.share(s, shares[0]), from: b), &randomness)
    #expect(out.actions == servers.all.map { .send(.shareRequest(s), to: $0) })
    #expect(server.state(of: s) == .started)
    let before = server
    #expect(throws: UnexpectedEvent.self) {
      try server.handle(.receive(.share(s, shares[0]), from: b), &randomness)
    }
    #expect(server == before)
    out = try server.handle(.receive(.share(s, shares[1]), from: c), &randomness)
    #expect(out.actions == [.finish(s, key: field.integer(57))])
    #expect(server.exchanges[s]?.share == field.integer(117))
    #expect(server.exchanges[s]?.contribution == nil)
    pads = []
  }

  @Test func whatCannotHappenChangesNothing() throws {
    var randomness = Randomness.seeded(1)
    var (server, keys) = try started(&randomness)
    func refuses(_ event: Machine.Event) {
      let before = server
      #expect(throws: UnexpectedEvent.self) { try server.handle(event, &randomness) }
      #expect(server == before)
    }
    refuses(.start(s, contribution: vector(1, 2)))
    refuses(.receive(pad(1, 2, 3, to: keys[1]), from: c))
    refuses(.receive(pad(1, 2, to: keys[1]), from: b))
    refuses(.receive(.keyPart(s, vector(1, 2)), from: b))
    refuses(.receive(.share(s, field.one), from: b))
    refuses(.decided(s, value: []))
    _ = try draw(&server, for: b, &randomness)
    refuses(.receive(.keyPart(s, vector(1, 2, 3)), from: b))
    _ = try server.handle(.receive(.keyPart(s, vector(1, 2)), from: b), &randomness)
    refuses(.receive(.keyPart(s, vector(1, 2)), from: b))
    _ = try server.handle(.receive(pad(1, 2, 3, to: keys[1]), from: b), &randomness)
    refuses(.receive(pad(1, 2, 3, to: keys[1]), from: b))
  }

  @Test func everyLineRuns() throws {
    var lines: Set<String> = []
    let servers = Servers(3, crashes: 1)
    var machines = forwardSecretOmegas(servers, breakIns: 0, field, SymbolicEncryption())
    var randomness = Randomness.seeded(1)
    var network: [(message: Machine.Message, from: Process, to: Process)] = []
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
    func settle(_ group: ProcessSet) throws {
      while let place = network.firstIndex(where: { group.contains($0.from) && group.contains($0.to) }) {
        let letter = network.remove(at: place)
        try take(.receive(letter.message, from: letter.from), at: letter.to)
      }
    }
    for server in servers.all { try take(.start(s, contribution: vector(1)), at: server) }
    // c gets one contribution, and is late for the others.
    try settle([a, c])
    try settle([a, b])
    for server in [a, b] { try take(.decided(s, value: proposals[0]), at: server) }
    try settle([b, c])
    try settle(servers.all)
    #expect(servers.all.allSatisfy { machines[$0.index].hasFinished(s) })
    #expect(lines == Set((1...40).map { "12.\($0)" }))
  }
}
