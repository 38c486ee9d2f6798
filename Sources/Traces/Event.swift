/// One event of one process (trace format, "Events").
public struct Event: Hashable, Sendable {
  /// The two sequences of events of a process; they are checked apart.
  public enum Layer: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable, CustomStringConvertible {
    case gcs, secure
    public var description: String { self == .gcs ? "gcs" : "secure" }
  }

  /// Delivery services, each at least the ones before it.
  public enum Service: UInt8, Hashable, Comparable, BitwiseCopyable, Sendable, CaseIterable,
    CustomStringConvertible
  {
    case reliable, fifo, causal, agreed, safe
    public static func < (a: Service, b: Service) -> Bool { a.rawValue < b.rawValue }
    public var description: String {
      switch self {
      case .reliable: "reliable"
      case .fifo: "fifo"
      case .causal: "causal"
      case .agreed: "agreed"
      case .safe: "safe"
      }
    }
  }

  /// The words of `event`, without what else an event carries. `deliver` and `send`, by far the most frequent,
  /// come first.
  public enum Kind: UInt8, Hashable, BitwiseCopyable, Sendable, CaseIterable {
    case deliver, send, view, signal, flushRequest, flushOk
    case join, leave, crash, recover, breakIn
    case start, finish, propose, decide
  }

  /// What happened.
  public enum Action: Hashable, Sendable {
    case join, leave, crash, recover, breakIn
    /// Installs a view. `transitional` and `key` are nil where the line has none (or `records` leaves them out).
    case view(ViewIdentifier, members: Set<Name>, transitional: Set<Name>?, key: Key?)
    case signal, flushRequest, flushOk
    /// `to`: the only addressee of a unicast; nil: everybody.
    case send(message: Name, service: Service, to: Name?)
    case deliver(message: Name)
    case start(session: Name)
    case finish(session: Name, key: Key)
    case propose(instance: Name, value: Name)
    case decide(instance: Name, value: Name)

    /// The word of `event` alone.
    public var kind: Event.Kind {
      switch self {
      case .join: .join
      case .leave: .leave
      case .crash: .crash
      case .recover: .recover
      case .breakIn: .breakIn
      case .view: .view
      case .signal: .signal
      case .flushRequest: .flushRequest
      case .flushOk: .flushOk
      case .send: .send
      case .deliver: .deliver
      case .start: .start
      case .finish: .finish
      case .propose: .propose
      case .decide: .decide
      }
    }
  }

  /// A fingerprint of a group key: hexadecimal digits, in lower case, at least one.
  public struct Key: Hashable, Sendable, CustomStringConvertible {
    public let fingerprint: String
    /// - Returns: nil where `fingerprint` is empty or has anything but hexadecimal digits.
    public init?(_ fingerprint: String) {
      guard !fingerprint.isEmpty, fingerprint.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit })
      else { return nil }
      self.fingerprint = fingerprint.lowercased()
    }
    public var description: String { fingerprint }
  }

  /// The process where it happened.
  public var at: Name
  /// nil: it happens to both layers (`join`, `leave`, `crash`, `recover`, `breakIn` without `layer`); never nil
  /// for another action.
  public var layer: Layer?
  /// Seconds, for drawings only.
  public var time: Double?
  public var action: Action

  public init(at: Name, layer: Layer? = .gcs, time: Double? = nil, action: Action) {
    self.at = at
    self.layer = layer
    self.time = time
    self.action = action
  }
}
