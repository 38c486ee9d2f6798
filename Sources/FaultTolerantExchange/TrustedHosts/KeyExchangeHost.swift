public import CyclicGroups
public import GroupCommunication

/// What a trusted host does not do.
public struct NotAllowed: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

/// The trusted host of group key exchange (Cachin and Strobl, Definition 2), and, with break-ins, of forward secret
/// group key exchange (Definition 6): what an exchange should be, as one machine that everybody trusts.
public struct KeyExchangeHost<Space: VectorSpace>: Hashable, Sendable {
  public typealias Key = Space.Element

  public enum Event: Hashable, Sendable {
    /// From the user of a server.
    case start(Session, at: Process)
    /// From the adversary, who may name the key where he has broken into the session before it had one.
    case finish(Session, at: Process, naming: Key? = nil)
    /// From the adversary, as the next.
    case crash(Process)
    case breakIn(Process)
  }

  public enum Action: Hashable, Sendable {
    /// To the adversary.
    case started(Session, at: Process)
    case crashed(Process)
    case revealed([Revelation])
    /// To the user of the server.
    case finish(Session, at: Process, key: Key)
  }

  public struct Revelation: Hashable, Sendable {
    public let session: Session
    public let key: Key
  }

  public let space: Space
  /// t_b: into how many servers the adversary may break before keys of finished sessions are revealed.
  public let breakIns: Int
  /// Whether a break-in draws the keys of sessions in progress that have none yet, as the definition has it; if not, the
  /// adversary names them (E11 in Spec/Errata.md).
  public let drawsEarly: Bool
  /// S[i].
  public private(set) var started: [Process: Set<Session>] = [:]
  /// F[i].
  public private(set) var finished: [Process: Set<Session>] = [:]
  /// B.
  public private(set) var brokenInto: ProcessSet = []
  public private(set) var crashed: ProcessSet = []
  /// The session keys that are defined.
  public internal(set) var keys: [Session: Key]
  /// The sessions whose keys the adversary has been told, or names.
  public private(set) var revealed: Set<Session> = []

  /// - Parameter keys: those that are drawn already.
  public init(
    space: Space, breakIns: Int = 0, drawsEarly: Bool = false, keys: [Session: Key] = [:]
  ) {
    self.space = space
    self.breakIns = breakIns
    self.drawsEarly = drawsEarly
    self.keys = keys
  }

  /// Takes an event.
  ///
  /// - Throws: `NotAllowed`, before anything has changed.
  public mutating func handle(
    _ event: Event, _ randomness: inout Randomness
  ) throws(NotAllowed) -> Action {
    switch event {
    case .start(let session, let server):
      guard !crashed.contains(server) else { throw NotAllowed("\(server) starts \(session) after its crash") }
      guard started[server, default: []].insert(session).inserted else {
        throw NotAllowed("\(server) starts \(session) twice")
      }
      return .started(session, at: server)
    case .finish(let session, let server, let named):
      guard !crashed.contains(server) else {
        throw NotAllowed("\(server) finishes \(session) after its crash")
      }
      guard started[server, default: []].contains(session) else {
        throw NotAllowed("\(server) finishes \(session), which it has not started")
      }
      guard finished[server, default: []].insert(session).inserted else {
        throw NotAllowed("\(server) finishes \(session) twice")
      }
      if let named, keys[session] == nil, revealed.contains(session) { keys[session] = named }
      return .finish(session, at: server, key: key(of: session, &randomness))
    case .crash(let server):
      crashed.insert(server)
      return .crashed(server)
    case .breakIn(let server):
      brokenInto.insert(server)
      let all = started[server, default: []]
      let open = brokenInto.count <= breakIns ? all.subtracting(finished[server, default: []]) : all
      revealed.formUnion(open)
      // In the order of their names, whatever the set's.
      let told = open.sorted().filter { drawsEarly || keys[$0] != nil }
      return .revealed(told.map { Revelation(session: $0, key: key(of: $0, &randomness)) })
    }
  }

  private mutating func key(of session: Session, _ randomness: inout Randomness) -> Key {
    if let key = keys[session] { return key }
    let key = space.randomElement(using: &randomness)
    keys[session] = key
    return key
  }
}
