/// A claim about the reachable states of a model.
public struct Property<State>: Sendable {
  public enum Kind: String, Sendable {
    /// Every state is good.
    case always
    /// Some state is good: a search that never meets one shows nothing, and fails.
    case sometimes
    /// From every state a good one can be reached: there is no dead end, and no livelock from which nothing
    /// leads out. Whether it *will* be reached is not claimed.
    case alwaysReachable = "always reachable"
  }

  public var name: String
  public var kind: Kind
  /// Whether a state is good.
  public var holds: @Sendable (State) -> Bool

  @inlinable
  public init(_ name: String, _ kind: Kind, holds: @escaping @Sendable (State) -> Bool) {
    self.name = name
    self.kind = kind
    self.holds = holds
  }

  @inlinable
  public static func always(_ name: String, _ holds: @escaping @Sendable (State) -> Bool) -> Self {
    Self(name, .always, holds: holds)
  }

  @inlinable
  public static func sometimes(_ name: String, _ holds: @escaping @Sendable (State) -> Bool) -> Self {
    Self(name, .sometimes, holds: holds)
  }

  @inlinable
  public static func alwaysReachable(_ name: String, _ holds: @escaping @Sendable (State) -> Bool) -> Self {
    Self(name, .alwaysReachable, holds: holds)
  }
}
