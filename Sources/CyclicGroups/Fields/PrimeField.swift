import CGMP

/// The numbers modulo a prime of at most 256 bits.
///
/// Sums, differences and random elements take the same time whatever the numbers are, and so do products modulo a prime
/// of more than 64 bits. The memory of an element is not zeroed: whoever holds a key answers for it.
public struct PrimeField: FiniteField, CustomStringConvertible {
  public struct Element: Hashable, Sendable {
    /// Below the prime.
    let limbs: Limbs256
  }

  public let name: String
  private let prime: Limbs256
  private let bits: Int

  /// The default for keys: 2^255 - 19.
  public static let p25519 = PrimeField(
    "2^255-19", Limbs256(UInt64.max - 18, UInt64.max, UInt64.max, UInt64.max >> 1))

  /// - Returns: nil where `prime` is none, or not below 2^63.
  public init?(prime: UInt64) {
    guard prime >> 63 == 0, cgmp_is_prime([UInt(prime)], prime == 0 ? 0 : 1, 30) != 0 else { return nil }
    self.init(String(prime), Limbs256(prime, 0, 0, 0))
  }

  private init(_ name: String, _ prime: Limbs256) {
    self.name = name
    self.prime = prime
    let top = (0..<4).last { prime[$0] != 0 }!
    bits = 64 * (top + 1) - prime[top].leadingZeroBitCount
  }

  public var description: String { "F_\(name)" }
  public var order: Int? { bits < 64 ? Int(prime[0]) : nil }
  public var byteCount: Int { (bits + 7) / 8 }
  public var zero: Element { Element(limbs: Limbs256()) }
  public var one: Element { Element(limbs: Limbs256(1, 0, 0, 0)) }

  public func add(_ a: Element, _ b: Element) -> Element {
    let (sum, carry) = a.limbs.adding(b.limbs)
    let (reduced, borrow) = sum.subtracting(prime)
    let isReduced = carry | (1 - borrow)
    return Element(limbs: reduced.masked(isReduced) | sum.masked(1 - isReduced))
  }

  public func subtract(_ a: Element, _ b: Element) -> Element {
    let (difference, borrow) = a.limbs.subtracting(b.limbs)
    return Element(limbs: difference.adding(prime.masked(borrow)).sum)
  }

  public func multiply(_ a: Element, _ b: Element) -> Element {
    if bits <= 64 {
      let product = a.limbs[0].multipliedFullWidth(by: b.limbs[0])
      return Element(limbs: Limbs256(prime[0].dividingFullWidth(product).remainder, 0, 0, 0))
    }
    let count = (bits + 63) / 64
    let product = SecretLimbs(count: 8)
    let scratch = SecretLimbs(count: cgmp_sec_remainder_scratch(8, count))
    return product.withLimbs { product in
      for i in 0..<4 {
        var carry: UInt64 = 0
        for j in 0..<4 {
          let (high, low) = a.limbs[i].multipliedFullWidth(by: b.limbs[j])
          let (partial, first) = low.addingReportingOverflow(UInt64(product[i + j]))
          let (limb, second) = partial.addingReportingOverflow(carry)
          product[i + j] = UInt(limb)
          carry = high + (first ? 1 : 0) + (second ? 1 : 0)
        }
        product[i + 4] = UInt(carry)
      }
      scratch.withLimbs { scratch in
        cgmp_sec_remainder(
          product.baseAddress, 8, (0..<count).map { UInt(prime[$0]) }, count, scratch.baseAddress)
      }
      var limbs = Limbs256()
      for index in 0..<count { limbs[index] = UInt64(product[index]) }
      return Element(limbs: limbs)
    }
  }

  /// To the power of the prime less two: Fermat.
  public func inverse(_ element: Element) -> Element {
    precondition(element != zero, "zero has no inverse")
    if prime[0] == 2, bits == 2 { return element }
    let exponent = prime.subtracting(Limbs256(2, 0, 0, 0)).difference
    return power(element, (0..<bits).reversed().map { exponent.bit($0) == 1 })
  }

  public func integer(_ number: Int) -> Element {
    let size = Element(
      limbs: Limbs256(bits < 64 ? UInt64(number.magnitude) % prime[0] : UInt64(number.magnitude), 0, 0, 0))
    return number < 0 ? subtract(zero, size) : size
  }

  public func element(numbered number: Int) -> Element {
    precondition(number >= 0 && hasElements(number + 1), "no such element")
    return integer(number)
  }

  /// Draws as many bits as the prime has until they are a number below it: fewer than twice on average.
  public func randomElement(using randomness: inout Randomness) -> Element {
    while true {
      let limbs = Limbs256.random(bits: bits, using: &randomness)
      if limbs.subtracting(prime).borrow == 1 { return Element(limbs: limbs) }
    }
  }

  /// Big-endian, as long as the prime.
  public func bytes(of element: Element) -> [UInt8] { element.limbs.bytes(byteCount) }

  public func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element {
    guard bytes.count == byteCount else { throw NotAnElement("not as long as the prime") }
    let limbs = Limbs256(bytes: bytes)
    guard limbs.subtracting(prime).borrow == 1 else { throw NotAnElement("not below the prime") }
    return Element(limbs: limbs)
  }
}
