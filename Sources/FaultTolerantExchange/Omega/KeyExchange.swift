public import CyclicGroups
public import GroupCommunication

/// The tag of a session: the paper's ID.
public struct Session: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let name: String

  public init(_ name: String) { self.name = name }

  public static func < (a: Self, b: Self) -> Bool { a.name < b.name }
  public var description: String { name }
}

/// A server of a group key exchange (Cachin and Strobl, Section 2.2), with any number of sessions at once: `Omega`, or
/// `ForwardSecretOmega`. The network is asynchronous and authentic; consensus, an instance for each session, is
/// somebody else's (`propose`, `decided`).
public protocol KeyExchange: Hashable, Sendable {
  /// Where keys live; `space.bytes(of:)` are a key's bytes.
  associatedtype Space: VectorSpace
  associatedtype Encryption: EncryptionScheme
  associatedtype Contribution: Hashable & Sendable
  associatedtype Message: KeyExchangeMessage

  typealias Event = KeyExchangeEvent<Message, Contribution>
  typealias Action = KeyExchangeAction<Message, Space.Element>
  typealias Reaction = MachineReaction<KeyExchangeAction<Message, Space.Element>>
  typealias Exposed = Exposure<Space.Element, Encryption>

  var me: Process { get }
  var servers: Servers { get }
  var space: Space { get }
  /// Those started here, in order.
  var startedSessions: [Session] { get }
  func state(of session: Session) -> KeyExchangeState

  /// A server of the same system at which nothing has happened yet.
  func freshServer(_ process: Process) -> Self

  /// What `start` wants to be given.
  func freshContribution(using randomness: inout Randomness) -> Contribution

  /// Takes an event.
  ///
  /// - Parameter randomness: for key pairs, encryptions and pads.
  /// - Throws: `UnexpectedEvent`, before anything has changed.
  mutating func handle(
    _ event: Event, _ randomness: inout Randomness
  ) throws(UnexpectedEvent) -> Reaction

  /// What anybody sees of a message.
  func exposed(by message: Message) -> [Exposed]
  /// What anybody sees of a proposal: consensus keeps no secrets (Definition 4).
  func exposed(byProposal value: [UInt8]) -> [Exposed]
  /// What is seen by who opens a ciphertext.
  func exposed(byPlaintext plaintext: [UInt8]) -> [Exposed]
  /// All that a break-in reads: what has not been erased (Section 4.1).
  var exposedState: [Exposed] { get }
}

extension KeyExchange {
  public func hasFinished(_ session: Session) -> Bool { state(of: session) == .finished }
}

/// Of a session, at one server.
public enum KeyExchangeState: String, Hashable, Sendable {
  case notStarted = "not started"
  /// Collects contributions, and with forward secrecy shares, where others are faster.
  case started
  case proposed
  case finished
}

public protocol KeyExchangeMessage: Hashable, Sendable {
  var session: Session { get }
  /// The paper's name of its kind.
  var name: String { get }
}

public enum KeyExchangeEvent<
  Message: Hashable & Sendable, Contribution: Hashable & Sendable
>: Hashable, Sendable {
  /// The user starts a session: at most once.
  case start(Session, contribution: Contribution)
  case receive(Message, from: Process)
  /// Consensus for the session has decided, after this server's own proposal.
  case decided(Session, value: [UInt8])
}

/// What a machine asks for, in the order of the paper's lines.
public enum KeyExchangeAction<Message: Hashable & Sendable, Key: Hashable & Sendable>: Hashable, Sendable {
  /// Also to itself: the paper counts those messages, too.
  case send(Message, to: Process)
  /// To the consensus of the session: ID|cs.
  case propose(Session, value: [UInt8])
  /// To the user, once a session.
  case finish(Session, key: Key)
}

/// An event that cannot happen where servers crash and do nothing worse. Nothing has changed.
public struct UnexpectedEvent: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
