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

  /// A short one.
  public var name: String
  /// What it says, in a few words, where the name does not.
  public var title: String
  public var kind: Kind
  /// Whether a state is good.
  public var holds: @Sendable (State) -> Bool

  @inlinable
  public init(
    _ name: String, _ kind: Kind, title: String = "", holds: @escaping @Sendable (State) -> Bool
  ) {
    self.name = name
    self.title = title
    self.kind = kind
    self.holds = holds
  }

  @inlinable
  public static func always(
    _ name: String, title: String = "", _ holds: @escaping @Sendable (State) -> Bool
  ) -> Self {
    Self(name, .always, title: title, holds: holds)
  }

  @inlinable
  public static func sometimes(
    _ name: String, title: String = "", _ holds: @escaping @Sendable (State) -> Bool
  ) -> Self {
    Self(name, .sometimes, title: title, holds: holds)
  }

  @inlinable
  public static func alwaysReachable(
    _ name: String, title: String = "", _ holds: @escaping @Sendable (State) -> Bool
  ) -> Self {
    Self(name, .alwaysReachable, title: title, holds: holds)
  }
}
