/// Sums of unknowns with coefficients from a field: what a protocol calculates from its random choices, for all values
/// of these at once.
public struct LinearForms<Coefficients: FiniteField>: VectorSpace {
  public struct Term: Hashable, Sendable {
    /// The number of an unknown.
    public let unknown: UInt64
    /// Not zero.
    public let coefficient: Coefficients.Element
  }

  public struct Element: Hashable, Sendable {
    /// In ascending order of the unknowns, each of which is there once.
    public let terms: [Term]
  }

  public let scalars: Coefficients

  public init(over coefficients: Coefficients) { scalars = coefficients }

  public var zero: Element { Element(terms: []) }

  /// The unknown with this number.
  public func unknown(_ number: UInt64) -> Element {
    Element(terms: [Term(unknown: number, coefficient: scalars.one)])
  }

  public func add(_ a: Element, _ b: Element) -> Element { combine(a, b, scalars.one) }

  public func subtract(_ a: Element, _ b: Element) -> Element {
    combine(a, b, scalars.subtract(scalars.zero, scalars.one))
  }

  public func scale(_ scalar: Coefficients.Element, _ element: Element) -> Element {
    combine(zero, element, scalar)
  }

  /// `a` and `factor` times `b`.
  private func combine(_ a: Element, _ b: Element, _ factor: Coefficients.Element) -> Element {
    if factor == scalars.zero { return a }
    var terms: [Term] = []
    terms.reserveCapacity(a.terms.count + b.terms.count)
    var (i, j) = (0, 0)
    while i < a.terms.count || j < b.terms.count {
      if j == b.terms.count || i < a.terms.count && a.terms[i].unknown < b.terms[j].unknown {
        terms.append(a.terms[i])
        i += 1
        continue
      }
      var coefficient = scalars.multiply(factor, b.terms[j].coefficient)
      if i < a.terms.count, a.terms[i].unknown == b.terms[j].unknown {
        coefficient = scalars.add(coefficient, a.terms[i].coefficient)
        i += 1
      }
      if coefficient != scalars.zero {
        terms.append(Term(unknown: b.terms[j].unknown, coefficient: coefficient))
      }
      j += 1
    }
    return Element(terms: terms)
  }

  /// An unknown of its own.
  public func randomElement(using randomness: inout Randomness) -> Element { unknown(randomness.next()) }

  /// The terms in their order: the unknown in eight bytes, big-endian, and its coefficient.
  public func bytes(of element: Element) -> [UInt8] {
    element.terms.flatMap { term in
      withUnsafeBytes(of: term.unknown.bigEndian, Array.init) + scalars.bytes(of: term.coefficient)
    }
  }

  public func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element {
    var rest = [UInt8](bytes)[...]
    var terms: [Term] = []
    while !rest.isEmpty {
      guard rest.count >= 8 + scalars.byteCount else { throw NotAnElement("cut off") }
      let unknown = rest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      guard terms.last.map({ $0.unknown < unknown }) ?? true else { throw NotAnElement("out of order") }
      let coefficient = try scalars.element(from: rest.dropFirst(8).prefix(scalars.byteCount))
      guard coefficient != scalars.zero else { throw NotAnElement("a coefficient of zero") }
      terms.append(Term(unknown: unknown, coefficient: coefficient))
      rest = rest.dropFirst(8 + scalars.byteCount)
    }
    return Element(terms: terms)
  }
}
