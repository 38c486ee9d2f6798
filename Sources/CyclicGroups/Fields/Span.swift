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
