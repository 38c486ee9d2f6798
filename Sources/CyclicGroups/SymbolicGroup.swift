/// The group of formal exponents: an element is the generator to the power of a product of atoms.
///
/// Two elements are equal where they are equal for all values of the atoms, but for coincidences: what a protocol
/// calculates here can be compared with what it should be, and searched for what an outsider can derive (`Knowledge`).
public struct SymbolicGroup: CyclicGroup {
  /// What exponents are made of.
  public enum Atom: Hashable, Comparable, Sendable {
    /// Drawn at random.
    case fresh(UInt64)
    /// An element used as an exponent.
    case of(Element)
  }

  /// An atom to a power other than 0.
  public struct Factor: Hashable, Comparable, Sendable {
    public let atom: Atom
    public let power: Int16

    public static func < (a: Self, b: Self) -> Bool {
      a.atom == b.atom ? a.power < b.power : a.atom < b.atom
    }
  }

  /// A product of powers of atoms: 1 where there are none.
  public struct Exponent: Hashable, Comparable, Sendable {
    /// In ascending order of the atoms, each of which is there once.
    public let factors: [Factor]

    public static func < (a: Self, b: Self) -> Bool { a.factors.lexicographicallyPrecedes(b.factors) }

    static func * (a: Self, b: Self) -> Self {
      var factors: [Factor] = []
      factors.reserveCapacity(a.factors.count + b.factors.count)
      var (i, j) = (0, 0)
      while i < a.factors.count, j < b.factors.count {
        let (x, y) = (a.factors[i], b.factors[j])
        if x.atom == y.atom {
          let power = x.power + y.power
          if power != 0 { factors.append(Factor(atom: x.atom, power: power)) }
          (i, j) = (i + 1, j + 1)
        } else if x.atom < y.atom {
          factors.append(x)
          i += 1
        } else {
          factors.append(y)
          j += 1
        }
      }
      factors += a.factors[i...]
      factors += b.factors[j...]
      return Self(factors: factors)
    }
  }

  /// The generator to the power of `exponent`.
  public struct Element: Hashable, Comparable, Sendable {
    public let exponent: Exponent

    public static func < (a: Self, b: Self) -> Bool { a.exponent < b.exponent }
  }

  public init() {}

  public var name: String { "symbolic" }
  public var generator: Element { Element(exponent: Exponent(factors: [])) }

  public func power(_ base: Element, _ exponent: Exponent) -> Element {
    Element(exponent: base.exponent * exponent)
  }

  public func product(_ a: Exponent, _ b: Exponent) -> Exponent { a * b }

  public func inverse(_ exponent: Exponent) -> Exponent {
    Exponent(factors: exponent.factors.map { Factor(atom: $0.atom, power: -$0.power) })
  }

  public func exponent(from element: Element) -> Exponent {
    Exponent(factors: [Factor(atom: .of(element), power: 1)])
  }

  public func randomExponent(using randomness: inout Randomness) -> Exponent {
    Exponent(factors: [Factor(atom: .fresh(randomness.next()), power: 1)])
  }

  /// The factors in their order, then a 0. A factor is 1 and eight bytes for a fresh atom, or 2 and an element; then two
  /// bytes for the power. Numbers are big-endian.
  public func bytes(of element: Element) -> [UInt8] {
    var bytes: [UInt8] = []
    Self.append(element, to: &bytes)
    return bytes
  }

  private static func append(_ element: Element, to bytes: inout [UInt8]) {
    for factor in element.exponent.factors {
      switch factor.atom {
      case .fresh(let number):
        bytes.append(1)
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
      case .of(let element):
        bytes.append(2)
        append(element, to: &bytes)
      }
      withUnsafeBytes(of: factor.power.bigEndian) { bytes.append(contentsOf: $0) }
    }
    bytes.append(0)
  }

  /// Atoms nested more than 32 deep stay out, too, and powers beyond 8191 and -8191: an `Int16` has to have room for
  /// the multiplications to come.
  public func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element {
    var decoder = Decoder(bytes: [UInt8](bytes)[...])
    let element = try decoder.element(depth: 0)
    guard decoder.bytes.isEmpty else { throw NotAnElement("bytes after the end") }
    return element
  }

  private struct Decoder {
    static let greatestDepth = 32
    static let greatestPower = Int16.max / 4

    var bytes: ArraySlice<UInt8>

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws(NotAnElement) -> Number {
      let size = Number.bitWidth / 8
      guard bytes.count >= size else { throw NotAnElement("cut off") }
      defer { bytes.removeFirst(size) }
      return bytes.prefix(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func element(depth: Int) throws(NotAnElement) -> Element {
      guard depth <= Self.greatestDepth else { throw NotAnElement("nested too deep") }
      var factors: [Factor] = []
      while true {
        let atom: Atom
        switch try number(UInt8.self) {
        case 0: return Element(exponent: Exponent(factors: factors))
        case 1: atom = .fresh(try number(UInt64.self))
        case 2: atom = .of(try element(depth: depth + 1))
        default: throw NotAnElement("no such atom")
        }
        guard factors.last.map({ $0.atom < atom }) ?? true else { throw NotAnElement("atoms out of order") }
        let power = try number(Int16.self)
        guard power != 0, power.magnitude <= Self.greatestPower.magnitude else {
          throw NotAnElement("power out of range")
        }
        factors.append(Factor(atom: atom, power: power))
      }
    }
  }
}
