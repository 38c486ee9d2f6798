extension LinearForms {
  /// Whether the values of two lists of forms are equally distributed, where the unknowns are uniform and independent.
  ///
  /// The values of a list are uniform on a subspace. Two subspaces are the same if and only if both have the dimension
  /// of their sum; and that is where the values of `a` and `b` lie, added one by one.
  ///
  /// - Parameter b: as many, without any of the unknowns of `a`.
  public func areEquallyDistributed(_ a: [Element], _ b: [Element]) -> Bool {
    precondition(a.count == b.count, "not as many")
    func unknowns(_ forms: [Element]) -> Set<UInt64> { Set(forms.lazy.flatMap(\.terms).map(\.unknown)) }
    precondition(unknowns(a).isDisjoint(with: unknowns(b)), "unknowns of both")
    func rank(_ forms: [Element]) -> Int {
      forms.reduce(into: Span(in: self)) { $0.insert($1) }.rank
    }
    let sum = rank(zip(a, b).map { add($0, $1) })
    return rank(a) == sum && rank(b) == sum
  }
}

/// All that can be calculated from some linear forms by adding and scaling: what somebody knows who knows their values,
/// and nothing else of the unknowns, which are uniform and independent. Of a form outside, he knows nothing at all.
public struct Span<Coefficients: FiniteField>: Sendable {
  public typealias Form = LinearForms<Coefficients>.Element

  private let forms: LinearForms<Coefficients>
  /// By their first unknowns, whose coefficients are one: echelon form.
  private var rows: [UInt64: Form] = [:]

  public init(in forms: LinearForms<Coefficients>) { self.forms = forms }

  /// The dimension: how many of the forms are independent.
  public var rank: Int { rows.count }

  public mutating func insert(_ form: Form) {
    let rest = remainder(of: form)
    guard let first = rest.terms.first else { return }
    let field = forms.scalars
    // Most are 1 or -1, and an inverse takes long.
    let minusOne = field.subtract(field.zero, field.one)
    let isOwnInverse = first.coefficient == field.one || first.coefficient == minusOne
    let inverse = isOwnInverse ? first.coefficient : field.inverse(first.coefficient)
    rows[first.unknown] = forms.scale(inverse, rest)
  }

  public func contains(_ form: Form) -> Bool { remainder(of: form).terms.isEmpty }

  /// `form` less what the rows can take away of it.
  private func remainder(of form: Form) -> Form {
    var rest = form
    var index = 0
    while index < rest.terms.count {
      let term = rest.terms[index]
      if let row = rows[term.unknown] {
        rest = forms.subtract(rest, forms.scale(term.coefficient, row))
      } else {
        index += 1
      }
    }
    return rest
  }
}
