/// Why a message does not pass a member's door: it is as if it had never come.
public enum DoorRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// A message of the key agreement.
  case unauthenticated(Refusal)
  /// A message of an application.
  case unopened(SealingRefusal)
  /// A message of an application where there is no key for it: this VS view has no secure view yet.
  case noKey
  /// Whoever signed or sealed it put no message into it.
  case unreadable(String)
  /// It says neither that it is of the key agreement nor of an application.
  case unknown

  /// Its kind, in a few words.
  public var kind: String {
    switch self {
    case .unauthenticated(let refusal): "signed message \(refusal.kind)"
    case .unopened(let refusal): "sealed message \(refusal.kind)"
    case .noKey: "no key yet"
    case .unreadable: "unreadable"
    case .unknown: "unknown"
    }
  }

  public var description: String {
    switch self {
    case .unauthenticated(let refusal): refusal.description
    case .unopened(let refusal): refusal.description
    case .noKey: "a sealed message before there is a key for it"
    case .unreadable(let reason): reason
    case .unknown: "neither of the key agreement nor of an application"
    }
  }
}
