public import GroupCommunication
import SecureGroup
public import Traces

/// What runs at one server of an exchange, be it consensus alone or the exchange of keys on top of it.
public protocol ExchangeServer: Sendable {
  associatedtype Message: Sendable & CustomStringConvertible
  typealias Reaction = ExchangeReaction<Message>

  static var usesFailureDetector: Bool { get }
  /// Whether a message belongs to the consensus below.
  static func isOfConsensus(_ message: Message) -> Bool
  /// From 0.
  static func session(of message: Message) -> Int

  /// How many there are.
  var sessions: Int { get }
  /// Where it stands, above what it rests on first.
  func standings(in session: Int) -> [ExchangeTurn.Standing]
  /// The bytes of the key that its user has got.
  func key(of session: Int) -> [UInt8]?
  /// What a break-in reads, in words.
  var secrets: String { get }

  mutating func start(session: Int) -> Reaction
  mutating func receive(_ message: Message, from: Process) -> Reaction
  mutating func suspect(_ list: ProcessSet) -> Reaction
}

public struct ExchangeReaction<Message: Sendable>: Sendable {
  public enum Output: Sendable {
    case send(Message, to: Process)
    /// To all, the sender included.
    case broadcast(Message)
    case record(ExchangeRecord)
  }

  public var outputs: [Output] = []
  /// The lines of pseudo-code that were executed.
  public var lines: [LineRange] = []
  /// What a machine refused, because it cannot happen.
  public var unexpected: [String] = []

  public init() {}
}

/// What happens between a server and its user, or the consensus and its user: a line of the trace.
public enum ExchangeRecord: Hashable, Sendable {
  case start(session: Int)
  case finish(session: Int, key: Traces.Event.Key)
  case propose(instance: String, value: [UInt8])
  case decide(instance: String, value: [UInt8])

  var traced: Traces.Event.Action {
    switch self {
    case .start(let session): .start(session: Name("\(session)"))
    case .finish(let session, let key): .finish(session: Name("\(session)"), key: key)
    case .propose(let instance, let value): .propose(instance: Name(instance), value: Self.name(value))
    case .decide(let instance, let value): .decide(instance: Name(instance), value: Self.name(value))
    }
  }

  /// The bytes themselves, in hexadecimal, where they are few; else their fingerprint.
  static func name(_ value: [UInt8]) -> Name {
    Name(value.count <= 16 ? value.hexadecimal : CipherSuite.aes256GCM.fingerprint(of: value))
  }
}

/// A value that is proposed and decided.
public protocol ConsensusValue: Hashable, Sendable {
  var bytes: [UInt8] { get }
}

extension Bool: ConsensusValue {
  public var bytes: [UInt8] { [self ? 1 : 0] }
}

extension [UInt8]: ConsensusValue {
  public var bytes: [UInt8] { self }
}
