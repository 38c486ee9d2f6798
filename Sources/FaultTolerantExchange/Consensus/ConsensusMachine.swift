public import CyclicGroups
public import GroupCommunication

/// One instance of consensus at one server (Cachin and Strobl, Section 2.3): all who decide decide the same, and what
/// somebody proposed; where at most t_c servers crash and all others propose, all others decide.
///
/// Messages may be lost to servers that crash, and otherwise come at any time in any order, before the server's own
/// proposal too. A broadcast goes to every server, to the sender as well, as in the paper's counts.
public protocol ConsensusMachine: Hashable, Sendable {
  associatedtype Value: Hashable & Sendable
  associatedtype Message: Hashable & Sendable & CustomStringConvertible
  /// What a dealer gave this server before anything began; empty where there is no dealer.
  associatedtype Hand: Hashable & Sendable

  typealias Event = ConsensusEvent<Value, Message>
  typealias Reaction = MachineReaction<ConsensusAction<Value, Message>>

  /// Whether it needs to be told suspicions in order to terminate.
  static var usesFailureDetector: Bool { get }
  /// One hand for each server, good for all instances.
  static func deal(to servers: Servers, using randomness: inout Randomness) -> [Hand]

  /// - Parameter instance: its tag, the same at all servers, different for each instance.
  init(_ me: Process, among servers: Servers, hand: Hand, instance: [UInt8])

  /// nil until it decides.
  var decision: Value? { get }
  /// What it waits for, in words.
  var standing: String { get }

  /// - Parameter randomness: for local coins; the machine holds none.
  mutating func handle(_ event: Event, _ randomness: inout Randomness) -> Reaction
}

public enum ConsensusEvent<Value: Hashable & Sendable, Message: Hashable & Sendable>: Hashable, Sendable {
  /// At most once.
  case propose(Value)
  case receive(Message, from: Process)
  /// The failure detector's list has changed to this.
  case suspect(ProcessSet)
}

/// What the machine asks for, in the order of the lines.
public enum ConsensusAction<Value: Hashable & Sendable, Message: Hashable & Sendable>: Hashable, Sendable {
  case send(Message, to: Process)
  case broadcast(Message)
  /// Once, after its own proposal.
  case decide(Value)
}

/// The hand of a machine that has no dealer.
public struct EmptyHand: Hashable, Sendable {
  public init() {}
}

extension ConsensusMachine where Hand == EmptyHand {
  public static func deal(to servers: Servers, using randomness: inout Randomness) -> [EmptyHand] {
    Array(repeating: EmptyHand(), count: servers.count)
  }
}
