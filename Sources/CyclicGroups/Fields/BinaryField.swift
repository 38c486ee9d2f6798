/// F_2^k: polynomials over F_2 modulo an irreducible one of degree k. Addition is exclusive or, and so is subtraction.
///
/// No time depends on an element. The memory of an element is not zeroed.
public struct BinaryField: FiniteField, CustomStringConvertible {
  public struct Element: Hashable, Sendable {
    /// A coefficient a bit.
    let limbs: Limbs256
  }

  /// k.
  public let degree: Int
  /// The irreducible polynomial without its leading term.
  private let tail: UInt64

  /// The degrees that there are, with the irreducible polynomials without their leading terms.
  static let tails: [(degree: Int, tail: UInt64)] = [
    (1, 0x1), (2, 0x3), (3, 0x3), (4, 0x3), (5, 0x5), (6, 0x3), (7, 0x3), (8, 0x1b), (16, 0x2b), (32, 0x8d),
    (64, 0x1b), (128, 0x87), (256, 0x425),
  ]

  public static let degree128 = BinaryField(degree: 128)!
  public static let degree256 = BinaryField(degree: 256)!

  /// - Returns: nil for other degrees than 1 to 8, 16, 32, 64, 128, 256.
  public init?(degree: Int) {
    guard let entry = Self.tails.first(where: { $0.degree == degree }) else { return nil }
    self.degree = degree
    tail = entry.tail
  }

  public var name: String { "2^\(degree)" }
  public var description: String { "F_\(name)" }
  public var order: Int? { degree < 63 ? 1 << degree : nil }
  public var byteCount: Int { (degree + 7) / 8 }
  public var zero: Element { Element(limbs: Limbs256()) }
  public var one: Element { Element(limbs: Limbs256(1, 0, 0, 0)) }

  public func add(_ a: Element, _ b: Element) -> Element { Element(limbs: a.limbs ^ b.limbs) }
  public func subtract(_ a: Element, _ b: Element) -> Element { Element(limbs: a.limbs ^ b.limbs) }

  /// Horner: times x, modulo the polynomial, plus the next coefficient.
  public func multiply(_ a: Element, _ b: Element) -> Element {
    let tail = Limbs256(self.tail, 0, 0, 0)
    var product = Limbs256()
    for index in (0..<degree).reversed() {
      let leading = product.bit(degree - 1)
      product = product.shiftedLeft.lowest(degree) ^ tail.masked(leading) ^ a.limbs.masked(b.limbs.bit(index))
    }
    return Element(limbs: product)
  }

  /// To the power of 2^k - 2.
  public func inverse(_ element: Element) -> Element {
    precondition(element != zero, "zero has no inverse")
    return degree == 1 ? element : power(element, Array(repeating: true, count: degree - 1) + [false])
  }

  public func integer(_ number: Int) -> Element { number.isMultiple(of: 2) ? zero : one }

  /// The number's binary digits are the coefficients.
  public func element(numbered number: Int) -> Element {
    precondition(number >= 0 && hasElements(number + 1), "no such element")
    return Element(limbs: Limbs256(UInt64(number), 0, 0, 0))
  }

  public func randomElement(using randomness: inout Randomness) -> Element {
    Element(limbs: .random(bits: degree, using: &randomness))
  }

  /// Big-endian.
  public func bytes(of element: Element) -> [UInt8] { element.limbs.bytes(byteCount) }

  public func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element {
    guard bytes.count == byteCount else { throw NotAnElement("not as long as an element") }
    let limbs = Limbs256(bytes: bytes)
    guard limbs == limbs.lowest(degree) else { throw NotAnElement("of a higher degree") }
    return Element(limbs: limbs)
  }
}
