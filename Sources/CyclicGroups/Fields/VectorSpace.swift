/// What is added, subtracted and multiplied by scalars: where the contributions and keys of Cachin and Strobl live.
///
/// Any finite field is one over itself. `LinearForms` are another: a protocol that runs over numbers runs over these,
/// too, and then one can ask what follows from what (`Span`).
public protocol VectorSpace: Hashable, Sendable {
  associatedtype Scalars: FiniteField
  associatedtype Element: Hashable & Sendable

  var scalars: Scalars { get }
  var zero: Element { get }

  func add(_ a: Element, _ b: Element) -> Element
  func subtract(_ a: Element, _ b: Element) -> Element
  func scale(_ scalar: Scalars.Element, _ element: Element) -> Element
  /// Uniform; of linear forms, one that is independent of all others.
  func randomElement(using randomness: inout Randomness) -> Element

  /// The canonical bytes of an element.
  func bytes(of element: Element) -> [UInt8]
  /// The element with these bytes; whatever is none stays out.
  func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element
}

extension VectorSpace {
  /// `element` added to itself, `count` times in all.
  public func multiple(_ count: Int, of element: Element) -> Element {
    scale(scalars.integer(count), element)
  }

  public func sum(_ elements: some Sequence<Element>) -> Element { elements.reduce(zero, add) }
}

/// Lists of a fixed length, with which everything is done component by component.
public struct Vectors<Components: VectorSpace>: VectorSpace {
  public let components: Components
  public let count: Int

  public init(_ count: Int, of components: Components) {
    self.components = components
    self.count = count
  }

  public var scalars: Components.Scalars { components.scalars }
  public var zero: [Components.Element] { Array(repeating: components.zero, count: count) }

  public func add(_ a: [Components.Element], _ b: [Components.Element]) -> [Components.Element] {
    precondition(a.count == count && b.count == count, "of another length")
    return zip(a, b).map { components.add($0, $1) }
  }

  public func subtract(_ a: [Components.Element], _ b: [Components.Element]) -> [Components.Element] {
    precondition(a.count == count && b.count == count, "of another length")
    return zip(a, b).map { components.subtract($0, $1) }
  }

  public func scale(
    _ scalar: Scalars.Element, _ element: [Components.Element]
  ) -> [Components.Element] {
    element.map { components.scale(scalar, $0) }
  }

  public func randomElement(using randomness: inout Randomness) -> [Components.Element] {
    (0..<count).map { _ in components.randomElement(using: &randomness) }
  }

  /// The components, each with its length in four bytes, big-endian, before it.
  public func bytes(of element: [Components.Element]) -> [UInt8] {
    element.flatMap { component in
      let bytes = components.bytes(of: component)
      return withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
    }
  }

  public func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> [Components.Element] {
    var rest = [UInt8](bytes)[...]
    var element: [Components.Element] = []
    while !rest.isEmpty {
      guard rest.count >= 4 else { throw NotAnElement("cut off") }
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard rest.count >= length else { throw NotAnElement("cut off") }
      element.append(try components.element(from: rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    guard element.count == count else { throw NotAnElement("not of this length") }
    return element
  }
}
