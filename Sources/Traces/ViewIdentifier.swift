/// The identifier of a view: an integer, or a non-empty array of integers and strings.
///
/// `n` is the same identifier as `[n]`; identifiers are compared member by member, a proper prefix is smaller,
/// integers before strings (trace format, "Events").
public struct ViewIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  public enum Component: Hashable, Comparable, Sendable {
    case integer(Int64)
    case string(Name)
  }

  /// Never empty.
  public let components: [Component]

  public init(_ integer: Int64) { components = [.integer(integer)] }

  /// - Returns: nil where `components` is empty.
  public init?(_ components: [Component]) {
    guard !components.isEmpty else { return nil }
    self.components = components
  }

  public static func < (a: ViewIdentifier, b: ViewIdentifier) -> Bool {
    a.components.lexicographicallyPrecedes(b.components)
  }

  /// The compact JSON text: `7`, `[13,1,0]`, `[0,"A"]`; one integer alone is written without brackets.
  public var description: String {
    func text(_ component: Component) -> String {
      switch component {
      case .integer(let integer): String(integer)
      case .string(let name): JSONText.quoted(name.string)
      }
    }
    if case .integer(let only) = components[0], components.count == 1 { return String(only) }
    return "[" + components.map(text).joined(separator: ",") + "]"
  }
}
