public import CyclicGroups
public import GroupCommunication

/// E11 in Spec/Errata.md: who has read a server that has proposed, before anything is decided, knows what key each
/// proposal would make; and which one wins is up to him.
///
/// He takes the state home, and lets the server there decide on each.
public struct SteeringAttack<Machine: KeyExchange>: Sendable {
  public struct Candidate: Hashable, Sendable {
    public let proposer: Process
    public let key: Machine.Space.Element
  }

  private let state: Machine

  /// - Parameter state: what the break-in has read.
  public init(on state: Machine) { self.state = state }

  /// What can become of a session, in the order of the proposals; none before the server has proposed.
  public func candidates(
    in session: Session, _ proposals: [ConsensusHost.Proposed], _ randomness: Randomness
  ) -> [Candidate] {
    proposals.compactMap { proposal in
      var (atHome, randomness) = (state, randomness)
      let reaction = try? atHome.handle(.decided(session, value: proposal.value), &randomness)
      for case .finish(_, let key) in reaction?.actions ?? [] {
        return Candidate(proposer: proposal.server, key: key)
      }
      return nil
    }
  }
}
