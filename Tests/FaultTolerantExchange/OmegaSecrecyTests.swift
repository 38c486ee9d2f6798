import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

@Suite struct OmegaSecrecyTests {
  static let fields = ["2^1", "2^8", "2", "3", "5", "7", "2^255-19"]

  /// "Since all contribution values remain secret, the same holds for the session key" (Section 3.1): by linear algebra
  /// over everything the network carries and all proposals, if and only if the characteristic does not divide n - t_c.
  @Test(arguments: systems(upTo: 7), fields)
  func aSessionKeyIsSecretUnlessTheCharacteristicDividesItsTerms(_ servers: Servers, _ name: String) throws {
    func check<Field: FiniteField>(_ field: Field) throws {
      var run = RandomRun(
        omegas(servers, LinearForms(over: field), SymbolicEncryption()), sessions: 2, seed: 3)
      try run.run()
      let eavesdropper: Eavesdropper<SymbolicOmega<Field>, Field> = run.eavesdropper()
      for session in run.sessions {
        let key = try #require(run.keys(of: session).first)
        #expect(eavesdropper.canCompute(key) == !servers.keepSecrets(in: field))
        #expect(eavesdropper.canCompute(key) == servers.quorum.isMultiple(of: characteristic(of: name)))
        // "The difference between any pair of contribution values may be leaked", but no contribution.
        let contributions = servers.all.map { run.contribution(of: $0, to: session)! }
        for contribution in contributions { #expect(!eavesdropper.canCompute(contribution)) }
      }
      // Who knows one session's key, too, knows no more of the other's.
      if servers.keepSecrets(in: field) {
        var span = Span(in: LinearForms(over: field))
        for case .proposed(_, _, let value) in run.outputs {
          for case .value(let form) in run.system.machines[0].exposed(byProposal: value) { span.insert(form) }
        }
        span.insert(run.keys(of: run.sessions[0])[0])
        #expect(span.contains(run.keys(of: run.sessions[0])[0]))
        #expect(!span.contains(run.keys(of: run.sessions[1])[0]))
      }
    }
    let field = try #require(FiniteFields.named(name))
    try check(field)
  }

  /// 2^255 - 19 is beyond any number of servers: as good as none.
  private func characteristic(of name: String) -> Int {
    name.hasPrefix("2^") ? (name == "2^255-19" ? .max : 2) : Int(name)!
  }

  /// E8: an eavesdropper computes the key of a run as the page has it, over F_2^128, from the proposals that he sees.
  @Test(arguments: systems(upTo: 7).filter { $0.quorum.isMultiple(of: 2) })
  func whoListensHasTheKeyInCharacteristicTwo(_ servers: Servers) throws {
    var run = RandomRun(omegas(servers, BinaryField.degree128, HybridEncryption()), seed: 8)
    try run.run()
    let value = try #require(run.system.consensus.decision[run.sessions[0]])
    let outsider = Omega(
      Process(0), among: servers, space: BinaryField.degree128, encryption: HybridEncryption())
    let key = try #require(run.keys(of: run.sessions[0]).first)
    #expect(outsider.keyByListening(to: value) == key)
    #expect(key != BinaryField.degree128.zero)
  }

  @Test func whoListensHasNothingElsewhere() throws {
    let value = Proposal<PrimeField>(
      contributors: [Process(0), Process(1)], differences: [PrimeField.p25519.one, PrimeField.p25519.one]
    ).bytes(in: PrimeField.p25519)
    let outsider = Omega(
      Process(0), among: Servers(3, crashes: 1), space: PrimeField.p25519, encryption: HybridEncryption())
    #expect(outsider.keyByListening(to: value) == nil)
    #expect(!Servers(3, crashes: 1).keepSecrets(in: BinaryField.degree128))
    #expect(Servers(3, crashes: 1).keepSecrets(in: PrimeField.p25519))
    #expect(!Servers(4, crashes: 1).keepSecrets(in: PrimeField(prime: 3)!))
    #expect((1...64).allSatisfy { Servers($0, crashes: 0).keepSecrets(in: PrimeField.p25519) })
  }

  /// Section 4.3: "an adversary that breaks into a server after this server has output sk has access to the server's
  /// contribution and may compute the key".
  @Test(arguments: systems(upTo: 6)) func oneBreakInOpensWhatIsFinished(_ servers: Servers) throws {
    let forms = LinearForms(over: PrimeField.p25519)
    var run = RandomRun(omegas(servers, forms, SymbolicEncryption()), sessions: 2, seed: 1)
    try run.run()
    #expect(run.sessions.allSatisfy { run.monitor.isSecret($0) })
    try run.take(.breakIn(Process(servers.count - 1)))
    let eavesdropper: Eavesdropper<SymbolicOmega<PrimeField>, PrimeField> = run.eavesdropper()
    for session in run.sessions {
      #expect(!run.monitor.isSecret(session))
      #expect(eavesdropper.canCompute(run.keys(of: session)[0]))
    }
  }

  /// What the trusted host keeps from the adversary, the protocol keeps, too, whenever servers are broken into: those
  /// that have started a session are all that endanger it.
  @Test(arguments: 0..<30) func aSessionThatNobodyBrokenIntoHadStartedIsSecret(_ seed: UInt64) throws {
    let servers = Servers(4, crashes: 1)
    let forms = LinearForms(over: PrimeField(prime: 7)!)
    var run = RandomRun(omegas(servers, forms, SymbolicEncryption()), sessions: 3, seed: seed)
    try run.run(crashes: Int(seed % 2), breakIns: 1)
    let eavesdropper: Eavesdropper<SymbolicOmega<PrimeField>, PrimeField> = run.eavesdropper()
    for session in run.sessions where run.monitor.isSecret(session) {
      #expect(!eavesdropper.canCompute(run.keys(of: session)[0]))
    }
  }
}
