/// The identifier of a view. They grow.
public struct ViewIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: Int64
  public init(_ number: Int64) { self.number = number }
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
  public var description: String { String(number) }
}

/// A membership notification (Amir et al., Appendix I, "Membership").
public struct View: Hashable, Sendable {
  /// The paper's `mb_id`.
  public var identifier: ViewIdentifier
  /// `mb_set`: all members.
  public var members: ProcessSet
  /// `vs_set`: the transitional set.
  public var transitional: ProcessSet
  /// `merge_set`: the members that are not in the transitional set.
  public var merging: ProcessSet { members - transitional }
  /// `leave_set`: the members of the previous view that are not in the transitional set; empty for a joining process.
  public var leaving: ProcessSet

  public init(
    _ identifier: ViewIdentifier, members: ProcessSet, transitional: ProcessSet, leaving: ProcessSet
  ) {
    self.identifier = identifier
    self.members = members
    self.transitional = transitional
    self.leaving = leaving
  }
}

/// Delivery services, each at least the ones before it.
public enum Service: UInt8, Hashable, Comparable, Sendable, CaseIterable, CustomStringConvertible {
  case reliable, fifo, causal, agreed, safe
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
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
