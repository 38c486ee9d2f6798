import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

/// Section 4.2: "n - 2 t_c is an upper bound on the number of break-ins that one can tolerate".
@Suite struct OmegaBoundTests {
  private static let s = Session("s0")

  /// The first stage: n - t_c servers have finished among themselves.
  private func firstStage<Machine: KeyExchange>(
    _ machines: [Machine], _ insiders: ProcessSet
  ) throws -> (system: HybridSystem<Machine>, outputs: [HybridSystem<Machine>.Output]) {
    var system = HybridSystem(machines, consensus: ConsensusHost(proposalsNeeded: insiders.count), .seeded(1))
    var randomness = Randomness.seeded(2)
    var outputs: [HybridSystem<Machine>.Output] = []
    for machine in machines {
      let contribution = machine.freshContribution(using: &randomness)
      outputs += try system.handle(.start(Self.s, at: machine.me, contribution: contribution))
    }
    outputs += try system.settle(among: insiders)
    #expect(insiders.allSatisfy { system.machines[$0.index].hasFinished(Self.s) })
    return (system, outputs)
  }

  private func key<Machine: KeyExchange>(
    _ outputs: [HybridSystem<Machine>.Output]
  ) -> Machine.Space.Element? {
    for case .finished(_, _, let key) in outputs { return key }
    return nil
  }

  /// By `count` break-ins, those of the insiders with the highest numbers.
  private func attack<Machine: KeyExchange>(
    _ system: HybridSystem<Machine>, _ insiders: ProcessSet, _ count: Int
  ) throws -> Machine.Space.Element? {
    try BoundAttack(
      on: system, insiders: insiders, breakingInto: ProcessSet(Array(insiders).suffix(count)), .seeded(3)
    ).key(of: Self.s)
  }

  /// The attack wins with n - 2 t_c break-ins, in real numbers; with t_b it loses, and linear algebra over all that was
  /// sent and read says that so does any other.
  @Test(arguments: OmegaForwardSecrecyTests.resilient(upTo: 7).filter { $0.servers.crashes > 0 })
  func withForwardSecrecy(_ resilience: OmegaForwardSecrecyTests.Resilience) throws {
    let servers = resilience.servers
    let insiders = ProcessSet(servers.all.suffix(servers.quorum))
    let (system, outputs) = try firstStage(
      forwardSecretOmegas(servers, breakIns: resilience.breakIns, PrimeField.p25519, SymbolicEncryption()),
      insiders)
    let (formal, formalOutputs) = try firstStage(
      forwardSecretOmegas(
        servers, breakIns: resilience.breakIns, LinearForms(over: PrimeField(prime: 11)!),
        SymbolicEncryption()), insiders)
    for count in 0...servers.count - 2 * servers.crashes {
      let wins = count > resilience.breakIns
      #expect(try attack(system, insiders, count) == (wins ? key(outputs) : nil), "\(count) break-ins")

      var eavesdropper = Eavesdropper(on: formal.machines[0])
      for output in formalOutputs {
        if case .sent(let letter) = output { eavesdropper.see(letter.message) }
        if case .proposed(_, _, let value) = output { eavesdropper.see(proposal: value) }
      }
      for server in Array(insiders).suffix(count) { eavesdropper.read(formal.machines[server.index]) }
      #expect(eavesdropper.canCompute(key(formalOutputs)!) == wins, "\(count) break-ins")
    }
  }

  /// Real encryption does not help.
  @Test func withHybridEncryption() throws {
    let servers = Servers(4, crashes: 1)
    let insiders = ProcessSet(servers.all.suffix(3))
    let (system, outputs) = try firstStage(
      forwardSecretOmegas(servers, breakIns: 1, PrimeField.p25519, HybridEncryption()), insiders)
    #expect(try attack(system, insiders, 2) == key(outputs))
    #expect(try attack(system, insiders, 1) == nil)
  }

  /// Without forward secrecy n - 2 t_c states are enough, too; the attack does not know how much less is (see
  /// `OmegaSecrecyTests.oneBreakInOpensWhatIsFinished`).
  @Test(arguments: systems(upTo: 6).filter { $0.crashes > 0 })
  func withoutForwardSecrecy(_ servers: Servers) throws {
    let insiders = ProcessSet(servers.all.suffix(servers.quorum))
    let (system, outputs) = try firstStage(
      omegas(servers, PrimeField.p25519, SymbolicEncryption()), insiders)
    let count = servers.count - 2 * servers.crashes
    #expect(try attack(system, insiders, count) == key(outputs))
    #expect(try attack(system, insiders, 0) == nil)
  }

  /// A polynomial of a higher degree is no way out: with t_b = n - 2 t_c the attack loses, and with it the server that
  /// is late.
  @Test(arguments: systems(upTo: 6).filter { $0.crashes > 0 })
  func moreBreakInsCannotBeTolerated(_ servers: Servers) throws {
    let insiders = ProcessSet(servers.all.suffix(servers.quorum))
    let bound = servers.count - 2 * servers.crashes
    var (system, _) = try firstStage(
      forwardSecretOmegas(servers, breakIns: bound, PrimeField.p25519, SymbolicEncryption()), insiders)
    #expect(try attack(system, insiders, bound) == nil)
    for server in insiders.prefix(servers.crashes) { _ = try system.handle(.crash(server)) }
    _ = try system.settle(among: servers.all - system.crashed)
    #expect(!(servers.all - insiders).contains { system.machines[$0.index].hasFinished(Self.s) })
  }
}
