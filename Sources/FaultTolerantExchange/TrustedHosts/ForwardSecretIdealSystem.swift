public import CyclicGroups
import GroupCommunication

/// The simulator before the trusted host of forward secret group key exchange (Cachin and Strobl, Definition 6). The
/// paper leaves it as a change of the other proof (Section 4.3); it is this one.
///
/// As long as nobody breaks in, all is as in `IdealSystem`: the simulated servers talk about contributions that have
/// nothing to do with the key of the host. With a break-in the host tells keys. Before the adversary gets to read the
/// state, the simulated servers are made to have talked about contributions whose sum has that key (`shift`): another
/// polynomial, with the same values where shares have been read already. There are t_b of these at most, so that there
/// is such a polynomial, and it is as likely as the first one.
public struct ForwardSecretIdealSystem<Space: VectorSpace, Encryption: EncryptionScheme>: Sendable {
  public typealias Machine = ForwardSecretOmega<Space, Encryption>
  public typealias Input = HybridSystem<Machine>.Input
  public typealias Output = HybridSystem<Machine>.Output

  public private(set) var system: IdealSystem<Machine>
  /// y_i of all servers, those to start yet among them, by session.
  private var contributions: [Session: [[Space.Element]]] = [:]
  /// Whose shares were read while the host kept the key, by session.
  private var readShares: [Session: ProcessSet] = [:]

  public init(_ system: IdealSystem<Machine>) { self.system = system }

  /// Takes an input. The contribution in it is ignored: the simulator draws its own.
  public mutating func handle(_ input: Input) throws -> [Output] {
    switch input {
    case .start(let session, let server, _):
      let drawn = contributions[session] ?? draw()
      contributions[session] = drawn
      return try system.handle(.start(session, at: server, contribution: drawn[server.index]))
    case .deliver, .decide, .crash: return try system.handle(input)
    case .breakIn(let server): return try breakIn(server)
    }
  }

  private var machine: Machine { system.simulated.machines[0] }

  private mutating func draw() -> [[Space.Element]] {
    machine.servers.all.map { _ in machine.freshContribution(using: &system.randomness) }
  }

  private mutating func breakIn(_ server: Process) throws -> [Output] {
    if system.host.crashed.contains(server) { return [] }
    guard case .revealed(let revelations) = try system.host.handle(.breakIn(server), &system.randomness)
    else { return [] }
    for revelation in revelations { agree(on: revelation.key, in: revelation.session) }
    for session in system.host.finished[server, default: []].subtracting(revelations.map(\.session)) {
      readShares[session, default: []].insert(server)
    }
    return try system.simulated.handle(.breakIn(server))
  }

  /// Where it cannot be done, the simulated servers stay with what they have, and the adversary sees it.
  private mutating func agree(on key: Space.Element, in session: Session) {
    let space = machine.space
    let ownKey = space.sum(contributors(to: session).map { contributions[session]![$0.index][0] })
    guard
      let offset = offset(
        changingKeyBy: space.subtract(key, ownKey), keeping: readShares[session, default: []])
    else { return }
    contributions[session] = contributions[session]!.map { machine.vectors.add($0, offset) }
    system.simulated.shift(session, by: offset)
  }

  /// Whose contributions make the key; before the decision it is a bet (E11 in Spec/Errata.md).
  private func contributors(to session: Session) -> [Process] {
    let consensus = system.simulated.consensus
    let value = consensus.decision[session] ?? consensus.proposals[session]?.first?.value ?? []
    let proposal = try? Proposal(bytes: value, in: machine.vectors, of: machine.servers)
    return proposal?.contributors ?? Array(machine.servers.all.prefix(machine.servers.quorum))
  }

  /// What to add to every contribution.
  ///
  /// - Returns: nil where more shares were read than the degree of the polynomial, and where n - t_c is zero in the field:
  ///   there the key cannot change while they, or the differences, do not.
  private func offset(
    changingKeyBy change: Space.Element, keeping shares: ProcessSet
  ) -> [Space.Element]? {
    let (space, field) = (machine.space, machine.space.scalars)
    guard shares.count <= machine.breakIns, machine.servers.keepSecrets(in: field) else { return nil }
    let part = space.scale(field.inverse(field.integer(machine.servers.quorum)), change)
    let polynomial = SecretSharing(space: space).vanishing(at: shares, degree: machine.breakIns)
    return polynomial.map { space.scale($0, part) }
  }
}
