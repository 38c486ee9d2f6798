/// What an outsider can compute in the symbolic group who knows some elements and some of the fresh exponents.
///
/// He can raise an element he has to an exponent he has, or to its inverse. So an element is computable where an element
/// he has, or the generator, has the same powers of all unknown atoms: the known atoms can be multiplied in and out at
/// will. Nor is there more: multiplying elements adds their exponents, each times an expression in known atoms, and
/// different monomials in unknown atoms are linearly independent over the field that the known atoms generate, so that
/// no sum makes a monomial that is not among them. That treats atoms as independent, as if discrete logarithms and the
/// like were hard without exception. An atom that is an element used as an exponent is known where the element is
/// computable, which may make more elements computable, up to the fixpoint.
public struct Knowledge: Sendable {
  private let freshAtoms: Set<UInt64>
  /// The elements, among those that the known ones have in their exponents, that are computable.
  private var computable: Set<SymbolicGroup.Element> = []
  /// What the known elements have in their exponents of unknown atoms.
  private var unknownParts: Set<[SymbolicGroup.Factor]> = [[]]

  /// - Parameters:
  ///   - elements: The elements he has: whatever was sent in the clear.
  ///   - atoms: The fresh exponents he has, by their numbers.
  public init(
    elements: some Sequence<SymbolicGroup.Element>, exponents atoms: Set<UInt64> = []
  ) {
    freshAtoms = atoms
    let elements = Set(elements)
    var undecided: Set<SymbolicGroup.Element> = []
    for element in elements { Self.collectNested(element, &undecided) }
    while true {
      unknownParts = Set(elements.map { part(of: $0) { !hasFound($0) } }).union([[]])
      let found = undecided.filter { element in
        unknownParts.contains(part(of: element) { !hasFound($0) })
      }
      if found.isEmpty { return }
      computable.formUnion(found)
      undecided.subtract(found)
    }
  }

  /// Whether he can compute `element`.
  public func canCompute(_ element: SymbolicGroup.Element) -> Bool {
    unknownParts.contains(part(of: element) { !knows($0) })
  }

  /// Whether he has `atom`, and hence its inverse.
  public func knows(_ atom: SymbolicGroup.Atom) -> Bool {
    if hasFound(atom) { return true }
    // One that no known element has in its exponent.
    if case .of(let element) = atom { return canCompute(element) }
    return false
  }

  private func hasFound(_ atom: SymbolicGroup.Atom) -> Bool {
    switch atom {
    case .fresh(let number): freshAtoms.contains(number)
    case .of(let element): computable.contains(element)
    }
  }

  private func part(
    of element: SymbolicGroup.Element, where isIncluded: (SymbolicGroup.Atom) -> Bool
  ) -> [SymbolicGroup.Factor] {
    element.exponent.factors.filter { isIncluded($0.atom) }
  }

  private static func collectNested(
    _ element: SymbolicGroup.Element, _ nested: inout Set<SymbolicGroup.Element>
  ) {
    for case .of(let inner) in element.exponent.factors.map(\.atom) where nested.insert(inner).inserted {
      collectNested(inner, &nested)
    }
  }
}
