/// A finite field: `PrimeField`, numbers modulo a prime, or `BinaryField`, F_2^k.
public protocol FiniteField: VectorSpace where Scalars == Self {
  /// The number of its elements: what the command line calls it. `7`, `2^128`, `2^255-19`.
  var name: String { get }
  /// The number of its elements; nil from 2^63 on.
  var order: Int? { get }
  var one: Element { get }
  /// The length of an element's bytes.
  var byteCount: Int { get }

  func multiply(_ a: Element, _ b: Element) -> Element
  /// - Parameter element: not zero.
  func inverse(_ element: Element) -> Element
  /// 1 added to itself, `number` times in all: zero where the characteristic divides `number`.
  func integer(_ number: Int) -> Element
  /// Element 0 is zero, 1 is one; all are different below `order`.
  func element(numbered number: Int) -> Element
}

extension FiniteField {
  public var scalars: Self { self }

  public func scale(_ scalar: Element, _ element: Element) -> Element { multiply(scalar, element) }

  public func characteristicDivides(_ number: Int) -> Bool { integer(number) == zero }

  /// Whether the field has that many elements.
  public func hasElements(_ number: Int) -> Bool { order.map { $0 >= number } ?? true }

  /// All elements of a small field.
  public var allElements: [Element] {
    guard let order else { preconditionFailure("too many") }
    return (0..<order).map { element(numbered: $0) }
  }

  /// `element` to the power whose binary digits these are, the most significant first.
  func power(_ element: Element, _ digits: some Sequence<Bool>) -> Element {
    digits.reduce(one) { power, digit in
      let square = multiply(power, power)
      return digit ? multiply(square, element) : square
    }
  }
}

/// The fields by their names.
public enum FiniteFields {
  /// Those large enough for keys, the default first.
  public static let allSecure: [any FiniteField] = [
    PrimeField.p25519, BinaryField.degree128, BinaryField.degree256,
  ]

  /// The secure ones, and any smaller one by its order: a prime below 2^63, or `2^k` for the degrees of `BinaryField`.
  public static func named(_ name: String) -> (any FiniteField)? {
    if let field = allSecure.first(where: { $0.name == name }) { return field }
    if let number = UInt64(name) { return PrimeField(prime: number) }
    guard name.hasPrefix("2^"), let degree = Int(name.dropFirst(2)) else { return nil }
    return BinaryField(degree: degree)
  }
}
