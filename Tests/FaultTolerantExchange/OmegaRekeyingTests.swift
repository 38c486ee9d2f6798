import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

/// "The servers repeatedly generate session keys by running the protocol only once to get a secret index" (Section 3.1).
@Suite struct OmegaRekeyingTests {
  @Test func allServersHaveTheSameKeysAndEachSessionItsOwn() throws {
    let field = PrimeField.p25519
    var run = RandomRun(omegas(Servers(5, crashes: 2), field, HybridEncryption()), seed: 2)
    try run.run(crashes: 2)
    let indices = run.keys(of: run.sessions[0]).map { Rekeying(from: field.bytes(of: $0)) }
    #expect(indices.count >= 3)
    let sessions = (0..<50).map { Session("later \($0)") }
    let keys = sessions.map { indices[0].key(of: $0) }
    #expect(Set(keys).count == 50)
    #expect(keys.allSatisfy { $0.count == 32 })
    for index in indices { #expect(sessions.map { index.key(of: $0) } == keys) }
    let other = Rekeying(from: field.bytes(of: field.add(run.keys(of: run.sessions[0])[0], field.one)))
    #expect(Set(sessions.map { other.key(of: $0) }).isDisjoint(with: keys))
  }

  /// "This construction is only secure in the weak corruption model": one break-in, into one server, at any time, and
  /// all keys are open, those before, and those to come. Forward secrecy of the exchange itself does not help.
  @Test func oneBreakInOpensAll() throws {
    let field = PrimeField.p25519
    var run = RandomRun(
      forwardSecretOmegas(Servers(5, crashes: 1), breakIns: 2, field, SymbolicEncryption()),
      proposalsNeeded: 4, seed: 2)
    try run.run()
    let key = field.bytes(of: run.keys(of: run.sessions[0])[0])
    let server = Rekeying(from: key)
    let past = server.key(of: Session("before"))
    // What the break-in reads of who keeps the index: that value.
    let read = server
    #expect(read.key(of: Session("before")) == past)
    #expect(read.key(of: Session("after")) == Rekeying(from: key).key(of: Session("after")))
    // While t_b states of the exchange alone do not give the index away.
    let insiders = ProcessSet((1..<5).map { Process($0) })
    let attack = BoundAttack(
      on: run.system, insiders: insiders, breakingInto: [Process(1), Process(2)], .seeded(1))
    #expect(try attack.key(of: run.sessions[0]) == nil)
  }
}
