public import CyclicGroups
public import GroupCommunication

/// Watches what the users of a real run see, and says whether the trusted host allows it: whether with some choice of
/// keys an adversary could have made the host show the same. Which keys should be secret, it knows, too; whether they
/// are is for `Eavesdropper` to say.
public struct KeyExchangeMonitor<Space: VectorSpace>: Hashable, Sendable {
  public private(set) var host: KeyExchangeHost<Space>

  /// - Parameter breakIns: t_b.
  public init(space: Space, breakIns: Int = 0) { host = KeyExchangeHost(space: space, breakIns: breakIns) }

  public mutating func start(_ session: Session, at server: Process) throws(NotAllowed) {
    try take(.start(session, at: server))
  }

  public mutating func finish(
    _ session: Session, at server: Process, key: Space.Element
  ) throws(NotAllowed) {
    guard host.keys[session] ?? key == key else {
      throw NotAllowed("\(server) finishes \(session) with another key than somebody else")
    }
    let another = host.keys.keys.sorted().first { $0 != session && host.keys[$0] == key }
    if let another, keysDiffer { throw NotAllowed("\(session) has the key of \(another)") }
    try take(.finish(session, at: server))
    host.keys[session] = key
  }

  public mutating func crash(_ server: Process) throws(NotAllowed) { try take(.crash(server)) }

  /// What the adversary reads is no matter of the users'; but whose keys are still to be secret depends on it.
  public mutating func breakIn(_ server: Process) throws(NotAllowed) { try take(.breakIn(server)) }

  /// Whether the host has kept the key of `session` from the adversary.
  public func isSecret(_ session: Session) -> Bool { !host.revealed.contains(session) }

  /// Whether two sessions have the same key only with a negligible chance.
  private var keysDiffer: Bool { host.space.scalars.order == nil }

  private mutating func take(_ event: KeyExchangeHost<Space>.Event) throws(NotAllowed) {
    let keys = host.keys
    var randomness = Randomness.seeded(0)
    _ = try host.handle(event, &randomness)
    // Which keys it draws is for the run to say.
    host.keys = keys
  }
}
