/// A cyclic group of formal exponents: two elements are equal only if whatever the exponents are, they are. Fast,
/// hashable, and the ground for statements about secrecy.
public struct SymbolicGroup: CyclicGroup {
  public init() {}

  /// What an exponent is a product of.
  public indirect enum Atom: Hashable, Comparable, Sendable {
    /// Drawn at random; the number is its name.
    case fresh(UInt64)
    /// An element, used as an exponent.
    case of(Element)
  }

  /// A product of powers of atoms: sorted by atom, no atom twice, no power zero.
  public struct Exponent: Hashable, Comparable, Sendable {
    public struct Factor: Hashable, Comparable, Sendable {
      public var atom: Atom
      public var power: Int16
      public static func < (a: Self, b: Self) -> Bool { (a.atom, a.power) < (b.atom, b.power) }
    }
    public var factors: [Factor]
    public static func < (a: Self, b: Self) -> Bool { a.factors.lexicographicallyPrecedes(b.factors) }

    static func * (a: Self, b: Self) -> Self {
      var product: [Factor] = []
      product.reserveCapacity(a.factors.count + b.factors.count)
      var (i, j) = (0, 0)
      while i < a.factors.count && j < b.factors.count {
        let (x, y) = (a.factors[i], b.factors[j])
        if x.atom < y.atom {
          product.append(x)
          i += 1
        } else if y.atom < x.atom {
          product.append(y)
          j += 1
        } else {
          if x.power + y.power != 0 { product.append(Factor(atom: x.atom, power: x.power + y.power)) }
          i += 1
          j += 1
        }
      }
      product += a.factors[i...]
      product += b.factors[j...]
      return Self(factors: product)
    }
  }

  /// The generator to the power of an exponent.
  public struct Element: Hashable, Comparable, Sendable {
    public var exponent: Exponent
    public static func < (a: Self, b: Self) -> Bool { a.exponent < b.exponent }
  }

  public var name: String { "symbolic" }
  public var generator: Element { Element(exponent: Exponent(factors: [])) }

  public func power(_ base: Element, _ exponent: Exponent) -> Element {
    Element(exponent: base.exponent * exponent)
  }

  public func product(_ a: Exponent, _ b: Exponent) -> Exponent { a * b }

  public func inverse(_ exponent: Exponent) -> Exponent {
    Exponent(factors: exponent.factors.map { Exponent.Factor(atom: $0.atom, power: -$0.power) })
  }

  public func exponent(from element: Element) -> Exponent {
    Exponent(factors: [Exponent.Factor(atom: .of(element), power: 1)])
  }

  public func randomExponent(using randomness: inout Randomness) -> Exponent {
    Exponent(factors: [Exponent.Factor(atom: .fresh(randomness.next()), power: 1)])
  }

  /// The number of factors, then each: its kind, its power, its name or the bytes of its element.
  public func bytes(of element: Element) -> [UInt8] {
    var bytes: [UInt8] = []
    append(element, to: &bytes)
    return bytes
  }

  private func append(_ element: Element, to bytes: inout [UInt8]) {
    bytes.append(UInt8(element.exponent.factors.count >> 8))
    bytes.append(UInt8(element.exponent.factors.count & 0xff))
    for factor in element.exponent.factors {
      let power = UInt16(bitPattern: factor.power)
      switch factor.atom {
      case .fresh(let name):
        bytes += [0, UInt8(power >> 8), UInt8(power & 0xff)]
        for shift in stride(from: 56, through: 0, by: -8) {
          bytes.append(UInt8(name >> UInt64(shift) & 0xff))
        }
      case .of(let inner):
        bytes += [1, UInt8(power >> 8), UInt8(power & 0xff)]
        append(inner, to: &bytes)
      }
    }
  }

  public func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element {
    var rest = Array(bytes)[...]
    let element = try read(&rest, depth: 0)
    if !rest.isEmpty { throw NotAnElement("something follows the element") }
    return element
  }

  private func read(_ rest: inout ArraySlice<UInt8>, depth: Int) throws(NotAnElement) -> Element {
    func number(_ count: Int) throws(NotAnElement) -> UInt64 {
      guard rest.count >= count else { throw NotAnElement("the element is cut") }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard depth < 16 else { throw NotAnElement("the element is nested too deeply") }
    var factors: [Exponent.Factor] = []
    for _ in 0..<(try number(2)) {
      let kind = try number(1)
      let power = Int16(bitPattern: UInt16(try number(2)))
      guard kind < 2, power != 0 else { throw NotAnElement("there is no such factor") }
      let atom: Atom = kind == 0 ? .fresh(try number(8)) : .of(try read(&rest, depth: depth + 1))
      if let last = factors.last, last.atom >= atom { throw NotAnElement("the factors are not in order") }
      factors.append(Exponent.Factor(atom: atom, power: power))
    }
    return Element(exponent: Exponent(factors: factors))
  }
}
