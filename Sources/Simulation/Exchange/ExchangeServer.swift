public import GroupCommunication
import SecureGroup
public import Traces

/// What runs at one server of an exchange, be it consensus alone or the exchange of keys on top of it.
public protocol ExchangeServer: Sendable {
  associatedtype Message: Sendable
  typealias Reaction = ExchangeReaction<Message>

  static var usesFailureDetector: Bool { get }
  /// Whether a message belongs to the consensus below.
  static func isOfConsensus(_ message: Message) -> Bool

  /// - Parameter session: from 0.
  mutating func start(session: Int) -> Reaction
  mutating func receive(_ message: Message, from: Process) -> Reaction
  mutating func suspect(_ list: ProcessSet) -> Reaction
}

public struct ExchangeReaction<Message: Sendable>: Sendable {
  public enum Output: Sendable {
    case send(Message, to: Process)
    /// To all, the sender included.
    case broadcast(Message)
    /// It becomes a line of the trace: what happened between the server and its user, or the consensus and its user.
    case record(Traces.Event.Action)
  }

  public var outputs: [Output] = []
  /// The lines of pseudo-code that were executed.
  public var lines: [LineRange] = []

  public init() {}
}

/// A value that is proposed and decided.
public protocol ConsensusValue: Hashable, Sendable {
  /// What stands in the trace for it.
  var traced: Name { get }
}

extension Bool: ConsensusValue {
  public var traced: Name { Name(self ? "yes" : "no") }
}

extension [UInt8]: ConsensusValue {
  /// The bytes themselves, in hexadecimal, where they are few; else their fingerprint.
  public var traced: Name {
    Name(count <= 16 ? hexadecimal : CipherSuite.aes256GCM.fingerprint(of: self))
  }
}

extension Traces.Event.Action {
  public static func proposes(_ instance: String, _ value: some ConsensusValue) -> Self {
    .propose(instance: Name(instance), value: value.traced)
  }

  public static func decides(_ instance: String, _ value: some ConsensusValue) -> Self {
    .decide(instance: Name(instance), value: value.traced)
  }
}
