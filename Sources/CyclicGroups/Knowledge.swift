/// What an outsider can compute, in the symbolic group, from elements and exponents that it knows.
///
/// It raises elements to known exponents and their inverses, and multiplies elements. Powers of the generator whose
/// exponents are products of unknown atoms are linearly independent over what the known atoms generate, so that
/// multiplying never gives a new one: an element can be computed if and only if a known element, or the generator, has
/// the same powers of all atoms that are not known. An element used as an exponent is known once it can be computed.
public struct Knowledge: Sendable {
  private let fresh: Set<UInt64>
  private var asExponents: Set<SymbolicGroup.Element> = []
  /// The parts of the known elements that are unknown exponents.
  private var parts: Set<[SymbolicGroup.Exponent.Factor]> = []

  /// - Parameters:
  ///   - elements: what was heard.
  ///   - fresh: the names of known fresh exponents.
  public init(elements: [SymbolicGroup.Element], fresh: Set<UInt64>) {
    self.fresh = fresh
    let elements = elements + [SymbolicGroup().generator]
    var candidates: Set<SymbolicGroup.Element> = []
    for element in elements { Self.collectExponents(element, &candidates) }
    while true {
      parts = Set(elements.map(unknownPart))
      let learnt = candidates.filter { !asExponents.contains($0) && canCompute($0) }
      if learnt.isEmpty { break }
      asExponents.formUnion(learnt)
    }
  }

  public func canCompute(_ element: SymbolicGroup.Element) -> Bool { parts.contains(unknownPart(element)) }

  private func unknownPart(_ element: SymbolicGroup.Element) -> [SymbolicGroup.Exponent.Factor] {
    element.exponent.factors.filter { factor in
      switch factor.atom {
      case .fresh(let name): !fresh.contains(name)
      case .of(let inner): !asExponents.contains(inner)
      }
    }
  }

  private static func collectExponents(
    _ element: SymbolicGroup.Element, _ found: inout Set<SymbolicGroup.Element>
  ) {
    for factor in element.exponent.factors {
      if case .of(let inner) = factor.atom, found.insert(inner).inserted { collectExponents(inner, &found) }
    }
  }
}
