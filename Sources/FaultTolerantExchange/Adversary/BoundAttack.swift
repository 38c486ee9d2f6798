public import CyclicGroups
public import GroupCommunication

/// The attack of Cachin and Strobl, Section 4.2, because of which no exchange that tolerates t_c > 0 crashes is forward
/// secret against n - 2 t_c break-ins.
///
/// The adversary lets n - t_c servers finish among themselves, and then breaks into some of these. A server outside must
/// be able to finish, too, although the t_c others crash; all that it could do it with is the states that were read and
/// the letters that are under way to it. So the adversary takes these home, plays there the outsiders himself, lets
/// all others crash, and reads the key off.
public struct BoundAttack<Machine: KeyExchange>: Sendable {
  private var atHome: HybridSystem<Machine>
  private let outsiders: ProcessSet
  /// Insiders whose states nobody has read: at home they have crashed.
  private let absent: ProcessSet

  /// - Parameters:
  ///   - system: as it is when the insiders have finished, and no letter from or to others has been delivered. Of it the
  ///     attack takes the states of those that are broken into, the letters under way to outsiders, and what consensus
  ///     has shown.
  ///   - insiders: M, of which there are n - t_c.
  ///   - brokenInto: some of the insiders.
  public init(
    on system: HybridSystem<Machine>, insiders: ProcessSet, breakingInto brokenInto: ProcessSet,
    _ randomness: Randomness
  ) {
    let all = system.machines[0].servers.all
    outsiders = all - insiders
    let machines = all.map { server in
      brokenInto.contains(server)
        ? system.machines[server.index] : system.machines[0].freshServer(server)
    }
    let letters = system.network.filter { insiders.contains($0.sender) && !insiders.contains($0.receiver) }
    atHome = HybridSystem(machines, consensus: system.consensus, network: letters, randomness)
    absent = insiders - brokenInto
  }

  /// The key of a session that the insiders have finished; nil where the attack fails.
  public func key(of session: Session) throws -> Machine.Space.Element? {
    var atHome = atHome
    var randomness = atHome.randomness
    for server in absent { _ = try atHome.handle(.crash(server)) }
    for server in outsiders {
      let contribution = atHome.machines[server.index].freshContribution(using: &randomness)
      _ = try atHome.handle(.start(session, at: server, contribution: contribution))
    }
    for case .finished(session, _, let key) in try atHome.settle(among: atHome.machines[0].servers.all) {
      return key
    }
    return nil
  }
}
