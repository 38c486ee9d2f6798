/// A cyclic group in whose elements keys live, of prime order, written multiplicatively.
///
/// Two instances: `SchnorrGroup`, numbers modulo a prime, and `SymbolicGroup`, formal exponents that can be compared
/// and searched. Whatever protocol runs over one runs over the other.
public protocol CyclicGroup: Hashable, Sendable {
  associatedtype Element: Hashable & Sendable
  /// A residue modulo the order, never zero. Secret: whoever holds one last wipes it.
  associatedtype Exponent: Hashable & Sendable

  /// What the command line calls it.
  var name: String { get }
  var generator: Element { get }

  /// One exponentiation: what the papers count.
  func power(_ base: Element, _ exponent: Exponent) -> Element
  /// A product of exponents: no exponentiation.
  func product(_ a: Exponent, _ b: Exponent) -> Exponent
  /// The exponent that takes another one out again.
  func inverse(_ exponent: Exponent) -> Exponent
  /// A group element used as an exponent (CKD encrypts by it: Amir et al., Algorithm 1, round 3).
  func exponent(from element: Element) -> Exponent
  /// Uniform among the exponents.
  func randomExponent(using randomness: inout Randomness) -> Exponent

  /// The canonical bytes of an element.
  func bytes(of element: Element) -> [UInt8]
  /// The element with these bytes; whatever is not in the group, or generates less than the group, stays out.
  func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element
}

/// Bytes that are no element of the group.
public struct NotAnElement: Error, Hashable, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}
