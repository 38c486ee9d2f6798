import CyclicGroups
import GroupCommunication
import Testing

import class Foundation.ProcessInfo

@testable import FaultTolerantExchange

/// "A security proof for protocol omega-fs can be derived by modifying our proof for protocol omega accordingly"
/// (Section 4.3): derived here, as a simulator, and checked for one schedule at a time over all random choices.
@Suite struct ForwardSecretWorldTests {
  typealias Resilience = OmegaForwardSecrecyTests.Resilience
  private typealias Forms = LinearForms<PrimeField>
  private static let s = Session("s0")
  private let a = Process(0)
  private let b = Process(1)
  private let c = Process(2)

  private static func worlds<Field: FiniteField>(
    _ resilience: Resilience, _ field: Field
  ) -> Worlds<LinearForms<Field>> {
    let machines = forwardSecretOmegas(
      resilience.servers, breakIns: resilience.breakIns, LinearForms(over: field), SymbolicEncryption())
    return Worlds(
      machines: machines, breakIns: resilience.breakIns, proposalsNeeded: resilience.servers.quorum)
  }

  /// "Breaking into a server reveals only the session keys being currently computed by this server" up to t_b servers,
  /// and all that it knows of beyond (Definition 6): whatever is broken into when, in whatever order things happen. That
  /// consensus decides early, as it may (E9), costs liveness, but no secrecy.
  @Test(arguments: OmegaForwardSecrecyTests.resilient(upTo: 5))
  func whateverIsReadLooksTheSame(_ resilience: Resilience) throws {
    let servers = resilience.servers
    var (told, kept) = (0, 0)
    for seed: UInt64 in 0..<6 {
      var worlds = Self.worlds(resilience, PrimeField(prime: 7)!)
      if seed % 3 == 0 { worlds.proposalsNeeded = 1 }
      var run = RandomRun(
        worlds.machines, sessions: 1 + Int(seed % 2), breakIns: resilience.breakIns,
        proposalsNeeded: worlds.proposalsNeeded, seed: seed)
      try run.run(crashes: Int(seed) % (servers.crashes + 1), breakIns: 1 + Int(seed) % 4)
      #expect(try worlds.areEqual(run.inputs), "seed \(seed)")
      for session in run.sessions {
        if run.monitor.isSecret(session) { kept += 1 } else { told += 1 }
      }
    }
    #expect(told > 0)
    #expect(kept > 0 || resilience.breakIns == 0)
  }

  /// At every step of a run, at every server.
  @Test(arguments: [
    Resilience(servers: Servers(2, crashes: 0), breakIns: 1),
    Resilience(servers: Servers(3, crashes: 1), breakIns: 0),
    Resilience(servers: Servers(3, crashes: 0), breakIns: 2),
  ])
  func atWhateverStepAServerIsRead(_ resilience: Resilience) throws {
    let worlds = Self.worlds(resilience, PrimeField(prime: 5)!)
    var run = RandomRun(worlds.machines, proposalsNeeded: worlds.proposalsNeeded, seed: 9)
    try run.run()
    #expect(run.everybodyHasFinished)
    for step in 0...run.inputs.count {
      for server in resilience.servers.all {
        var inputs = run.inputs
        inputs.insert(.breakIn(server), at: step)
        // And somebody else at the end.
        inputs.append(.breakIn(Process((server.index + 1) % resilience.servers.count)))
        #expect(try worlds.areEqual(inputs), "\(server) at \(step)")
      }
    }
  }

  /// The course of a first stage as in Section 4.2: n - t_c servers finish among themselves.
  private func insidersFinish<Field: FiniteField>(
    _ worlds: Worlds<LinearForms<Field>>, _ insiders: ProcessSet
  ) throws -> RandomRun<SymbolicForwardSecretOmega<Field>> {
    var run = RandomRun(worlds.machines, proposalsNeeded: worlds.proposalsNeeded, seed: 1)
    try run.startEverywhere()
    while let input = run.system.possibilities(among: insiders).first { try run.take(input) }
    #expect(insiders.allSatisfy { run.system.machines[$0.index].hasFinished(Self.s) })
    return run
  }

  /// Section 4.2: a protocol that tolerates t_c > 0 crashes is not as secure as the trusted host with t_b = n - 2 t_c.
  /// This one has the greatest degree with which all finish; with one break-in more "the joint views are efficiently
  /// distinguishable", with one less they are equal.
  @Test(arguments: systems(upTo: 6).filter { $0.crashes > 0 }) func theBound(_ servers: Servers) throws {
    let bound = servers.count - 2 * servers.crashes
    let insiders = ProcessSet(servers.all.suffix(servers.quorum))
    var worlds = Self.worlds(Resilience(servers: servers, breakIns: bound - 1), PrimeField(prime: 11)!)
    let run = try insidersFinish(worlds, insiders)
    for count in 0...bound {
      let inputs = run.inputs + insiders.prefix(count).map { .breakIn($0) }
      worlds.breakIns = bound - 1
      #expect(try worlds.areEqual(inputs), "\(count) break-ins")
      worlds.breakIns = bound
      #expect(try worlds.areEqual(inputs) == (count < bound), "\(count) break-ins")
    }
  }

  /// "Outputs the key, and erases all local data except for the share (this ensures forward secrecy)", and E10: a private
  /// key that outlives its pad opens it.
  @Test(arguments: OmegaForwardSecrecyTests.resilient(upTo: 4).filter { $0.breakIns > 0 })
  func withoutErasure(_ resilience: Resilience) throws {
    var worlds = Self.worlds(resilience, PrimeField(prime: 5)!)
    let insiders = ProcessSet(resilience.servers.all.suffix(resilience.servers.quorum))
    let run = try insidersFinish(worlds, insiders)
    let inputs = run.inputs + [.breakIn(insiders.first!)]
    #expect(try worlds.areEqual(inputs))
    worlds.remains = .privateKeys
    #expect(try !worlds.areEqual(inputs))
    worlds.remains = .everything
    #expect(try !worlds.areEqual(inputs))
  }

  /// E10 before the end, too: the simulator has sent pads and padded contributions, and is told the key only then. With
  /// the private keys of the pads that came, the break-in reads that they do not fit.
  @Test(arguments: [Remains.nothing, .privateKeys]) func nonCommitting(_ remains: Remains) throws {
    let servers = Servers(3, crashes: 1)
    var worlds = Self.worlds(Resilience(servers: servers, breakIns: 0), PrimeField(prime: 5)!)
    worlds.remains = remains
    var run = RandomRun(worlds.machines, proposalsNeeded: worlds.proposalsNeeded, seed: 1)
    try run.startEverywhere()
    // All propose, a alone decides, and c is read.
    while let input = run.system.possibilities(among: servers.all).first(where: {
      if case .deliver = $0 { true } else { false }
    }) { try run.take(input) }
    try run.take(.decide(Self.s, at: a, proposalOf: a))
    #expect(try worlds.areEqual(run.inputs))
    try run.take(.breakIn(c))
    #expect(try worlds.areEqual(run.inputs) == (remains == .nothing))
  }

  /// E8: in characteristic 2 the differences of an even number of contributions fix the key.
  @Test(arguments: systems(upTo: 5)) func inCharacteristicTwo(_ servers: Servers) throws {
    let worlds = Self.worlds(Resilience(servers: servers, breakIns: 0), BinaryField(degree: 8)!)
    let run = try insidersFinish(worlds, ProcessSet(servers.all.prefix(servers.quorum)))
    #expect(try worlds.areEqual(run.inputs) == servers.keepSecrets(in: BinaryField(degree: 8)!))
  }

  struct Small: Sendable, CustomTestStringConvertible {
    var servers: Servers
    var breakIns: Int
    var field: String
    /// Before those who finish have, and after.
    var read: [Int] = []
    var readLater: [Int] = []
    var remains = Remains.nothing
    var isEqual = true
    var testDescription: String {
      "n = \(servers.count), t_c = \(servers.crashes), t_b = \(breakIns), F_\(field), \(read) \(readLater) \(remains)"
    }
  }

  /// The larger ones take a minute, more where nothing is optimized.
  static let small: [Small] =
    [
      Small(servers: Servers(1, crashes: 0), breakIns: 0, field: "2", read: [0], readLater: [0]),
      Small(servers: Servers(2, crashes: 0), breakIns: 0, field: "3", readLater: [0, 1]),
      Small(
        servers: Servers(2, crashes: 0), breakIns: 0, field: "3", readLater: [0], remains: .privateKeys,
        isEqual: false),
      Small(servers: Servers(3, crashes: 1), breakIns: 0, field: "5", readLater: [1]),
      Small(servers: Servers(3, crashes: 1), breakIns: 0, field: "2^2", isEqual: false),
    ] + (isThorough ? larger : [])

  private static let isThorough = ProcessInfo.processInfo.environment["CONCLAVE_LONG_TESTS"] != nil

  private static let larger: [Small] = [
    Small(servers: Servers(3, crashes: 1), breakIns: 0, field: "5", readLater: [0]),
    Small(servers: Servers(2, crashes: 0), breakIns: 1, field: "3", readLater: [0]),
    Small(
      servers: Servers(2, crashes: 0), breakIns: 1, field: "3", readLater: [0], remains: .privateKeys,
      isEqual: false),
  ]

  /// The same by counting: one run for all values of all random choices. Only one server collects contributions here.
  @Test(arguments: small) func byCounting(_ given: Small) throws {
    func check<Field: FiniteField>(_ field: Field) throws {
      var worlds = Self.worlds(Resilience(servers: given.servers, breakIns: given.breakIns), field)
      worlds.proposalsNeeded = 1
      worlds.remains = given.remains
      var run = RandomRun(worlds.machines, seed: 1)
      try run.startEverywhere()
      for server in given.read { try run.take(.breakIn(Process(server))) }
      try run.collect(at: a, from: ProcessSet(given.servers.all.prefix(given.servers.quorum)))
      try run.take(.decide(Self.s, at: a, proposalOf: a))
      for server in given.readLater { try run.take(.breakIn(Process(server))) }

      let (hybrid, ideal) = try worlds.distributions(run.inputs)
      #expect((hybrid == ideal) == given.isEqual)
      #expect(try worlds.areEqual(run.inputs) == given.isEqual)
      // Both ways to look at it: the views are uniform on a subspace.
      for (counted, forms) in [
        (hybrid, try worlds.hybrid(run.inputs)), (ideal, try worlds.ideal(run.inputs)),
      ] {
        let span = forms.values.reduce(into: Span(in: worlds.machines[0].space)) { $0.insert($1) }
        #expect(counted.counts.count == (0..<span.rank).reduce(1) { count, _ in count * field.order! })
        #expect(Set(counted.counts.values).count == 1)
      }
    }
    let field = try #require(FiniteFields.named(given.field))
    try check(field)
  }

  // E11.

  /// Two proposals; a, who has made the first, is read before the decision.
  private func readBeforeTheDecision<Machine: KeyExchange>(
    _ run: inout RandomRun<Machine>, _ contribution: ((Process) -> Machine.Contribution)? = nil
  ) throws {
    try run.startEverywhere(contribution)
    try run.collect(at: a, from: ProcessSet([a, b]))
    try run.collect(at: c, from: ProcessSet([b, c]))
    try run.take(.breakIn(a))
  }

  /// With a break-in the host of Definition 6 "chooses for every ID in S[i] the session key at random, if this key is not
  /// defined yet". The real key is the one that consensus decides on, and nobody knows yet which: if the simulator's bet
  /// is wrong, the views differ. With a host that leaves such keys to the adversary they are equal.
  @Test(arguments: [true, false], [0, 2]) func aKeyDrawnTooEarly(_ drawsEarly: Bool, _ winner: Int) throws {
    var worlds = Self.worlds(
      Resilience(servers: Servers(3, crashes: 1), breakIns: 0), PrimeField(prime: 5)!)
    worlds.proposalsNeeded = 1
    worlds.drawsEarly = drawsEarly
    var run = RandomRun(worlds.machines, seed: 1)
    try readBeforeTheDecision(&run)
    #expect(try worlds.areEqual(run.inputs))
    for server in [a, c] { try run.take(.decide(Self.s, at: server, proposalOf: Process(winner))) }
    #expect(try worlds.areEqual(run.inputs) == (!drawsEarly || winner == 0))
  }

  /// Where all contributions are in every key, there is nothing to bet on.
  @Test(arguments: OmegaForwardSecrecyTests.resilient(upTo: 4).filter { $0.servers.crashes == 0 })
  func aKeyDrawnTooEarlyWithoutCrashes(_ resilience: Resilience) throws {
    for seed: UInt64 in 0..<8 {
      var worlds = Self.worlds(resilience, PrimeField(prime: 5)!)
      worlds.drawsEarly = true
      var run = RandomRun(
        worlds.machines, breakIns: resilience.breakIns, proposalsNeeded: worlds.proposalsNeeded, seed: seed)
      try run.run(breakIns: 2)
      #expect(try worlds.areEqual(run.inputs), "seed \(seed)")
    }
  }

  /// No simulator can help: the adversary makes keys small, and those of the host are uniform. Over all contributions
  /// here, where the pads do not matter.
  @Test func whoReadsEarlySteers() throws {
    let field = PrimeField(prime: 5)!
    var counts: [Int: Int] = [:]
    for choice in 0..<125 {
      let machines = forwardSecretOmegas(Servers(3, crashes: 1), breakIns: 0, field, SymbolicEncryption())
      var run = RandomRun(machines, seed: 1)
      let digits = [choice % 5, choice / 5 % 5, choice / 25]
      try readBeforeTheDecision(&run) { [field.integer(digits[$0.index])] }
      guard case .state(_, let state) = try #require(run.outputs.last) else { throw Failure("no state") }
      let candidates = SteeringAttack(on: state).candidates(
        in: Self.s, run.system.consensus.proposals[Self.s]!, .seeded(1))
      #expect(candidates.map(\.proposer) == [a, c])
      func number(_ key: PrimeField.Element) -> Int { Int(field.bytes(of: key)[0]) }
      let smallest = candidates.min { number($0.key) < number($1.key) }!
      for server in [a, c] { try run.take(.decide(Self.s, at: server, proposalOf: smallest.proposer)) }
      #expect(run.keys(of: Self.s) == [smallest.key, smallest.key])
      counts[number(smallest.key), default: 0] += 1
    }
    // The smaller of two.
    #expect(counts == [0: 45, 1: 35, 2: 25, 3: 15, 4: 5])
  }
}
