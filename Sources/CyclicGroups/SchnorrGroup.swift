import CGMP

/// The numbers modulo a prime p whose order is a prime q, a divisor of p - 1.
///
/// Whatever depends on an exponent takes the same time for all exponents (the `mpn_sec_` functions of GMP) or sees it
/// only blinded (`inverse`), and the
/// memory of exponents and of intermediate results is zeroed after use. An element is not: where it is a key, whoever
/// holds it answers for it.
public struct SchnorrGroup: CyclicGroup, CustomStringConvertible {
  public struct Element: Hashable, Sendable {
    /// As many as p has, the least significant first.
    let limbs: [UInt]
  }

  /// A number from 1 to q - 1, zeroed when its last holder lets go of it.
  public struct Exponent: Hashable, Sendable {
    let secret: SecretLimbs

    public static func == (a: Self, b: Self) -> Bool {
      a.secret.withLimbs { a in
        b.secret.withLimbs { b in a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0 }
      }
    }

    public func hash(into hasher: inout Hasher) {
      secret.withLimbs { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  private let numbers: Numbers

  init(name: String, modulus: String, order: String, generator: String) {
    numbers = Numbers(
      name: name, modulus: limbs(hexadecimal: modulus), order: limbs(hexadecimal: order),
      generator: limbs(hexadecimal: generator))
  }

  /// The squares modulo a safe prime, 7 modulo 8, so that 2 is a square and generates them.
  init(name: String, safePrime: String) {
    let modulus = limbs(hexadecimal: safePrime)
    let order = modulus.indices.map { index in
      modulus[index] >> 1 | (index + 1 < modulus.count ? modulus[index + 1] << 63 : 0)
    }
    numbers = Numbers(name: name, modulus: modulus, order: order, generator: [2], isSafePrime: true)
  }

  public var name: String { numbers.name }
  public var description: String { name }
  public var generator: Element { numbers.generator }
  /// The length of p, in bits.
  public var modulusBits: Int { numbers.modulusBits }
  /// The length of q, in bits.
  public var orderBits: Int { numbers.orderBits }
  /// Whether the group has at least the 112 bits of security that NIST asks for: SP 800-57 part 1, table 2.
  public var isSecure: Bool { modulusBits >= 2048 && orderBits >= 224 }

  var modulus: [UInt] { numbers.modulus }
  var order: [UInt] { numbers.order }

  /// By name: no two groups share one.
  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  public func power(_ base: Element, _ exponent: Exponent) -> Element {
    exponent.secret.withLimbs { power(base, UnsafeBufferPointer($0)) }
  }

  public func product(_ a: Exponent, _ b: Exponent) -> Exponent {
    let count = order.count
    let product = SecretLimbs(count: 2 * count)
    let scratch = SecretLimbs(count: cgmp_sec_mul_scratch(count, count))
    product.withLimbs { product in
      a.secret.withLimbs { a in
        b.secret.withLimbs { b in
          scratch.withLimbs { scratch in
            cgmp_sec_mul(
              product.baseAddress, a.baseAddress, count, b.baseAddress, count, scratch.baseAddress)
          }
        }
      }
    }
    return remainder(product, count: 2 * count)
  }

  /// GMP's constant-time inversion takes as long as a quarter of an exponentiation. The quick one sees no secret: the
  /// exponent times a random one, which is taken out afterwards.
  public func inverse(_ exponent: Exponent) -> Exponent {
    var randomness = Randomness.system
    let blinding = randomExponent(using: &randomness)
    let blinded = product(exponent, blinding)
    let inverse = SecretLimbs(count: order.count)
    blinded.secret.withLimbs { blinded in
      inverse.withLimbs { inverse in
        cgmp_invert(inverse.baseAddress, blinded.baseAddress, order, order.count)
      }
    }
    return product(Exponent(secret: inverse), blinding)
  }

  /// The number modulo q; 1 in the place of 0.
  public func exponent(from element: Element) -> Exponent {
    let copy = SecretLimbs(count: modulus.count)
    copy.withLimbs { _ = $0.update(fromContentsOf: element.limbs) }
    let exponent = remainder(copy, count: modulus.count)
    exponent.secret.withLimbs { limbs in
      let isZero = limbs.reduce(0, |) == 0
      limbs[0] |= isZero ? 1 : 0
    }
    return exponent
  }

  /// Draws as many bits as q has until they are a number from 1 to q - 1: fewer than twice on average.
  public func randomExponent(using randomness: inout Randomness) -> Exponent {
    let drawn = SecretLimbs(count: order.count)
    drawn.withLimbs { drawn in
      repeat {
        for index in drawn.indices { drawn[index] = UInt(randomness.next()) }
        drawn[drawn.count - 1] >>= UInt(drawn.count * UInt.bitWidth - orderBits)
      } while drawn.allSatisfy { $0 == 0 } || !isLess(drawn, order)
    }
    return Exponent(secret: drawn)
  }

  /// Big-endian, as long as p in whole limbs of eight bytes.
  public func bytes(of element: Element) -> [UInt8] {
    let size = MemoryLayout<UInt>.size * element.limbs.count
    return [UInt8](unsafeUninitializedCapacity: size) { bytes, initialized in
      let raw = UnsafeMutableRawBufferPointer(bytes)
      for (index, limb) in element.limbs.reversed().enumerated() {
        raw.storeBytes(of: limb.bigEndian, toByteOffset: 8 * index, as: UInt.self)
      }
      initialized = size
    }
  }

  public func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> Element {
    let count = modulus.count
    guard bytes.count == count * 8 else { throw NotAnElement("not as long as the modulus") }
    let copy = [UInt8](bytes)
    let limbs = copy.withUnsafeBytes { bytes in
      (0..<count).map { limb in
        UInt(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * (count - 1 - limb), as: UInt.self))
      }
    }
    guard isLess(numbers.one, limbs), isLess(limbs, numbers.minusOne) else {
      throw NotAnElement("not between 1 and p - 1")
    }
    let element = Element(limbs: limbs)
    guard hasOrder(element) else { throw NotAnElement("not in the subgroup of order q") }
    return element
  }

  /// Whether the order of `element`, which is not 1, is q. Neither is secret: it takes the quicker ways.
  private func hasOrder(_ element: Element) -> Bool {
    // Of a safe prime, these are the squares, and the symbol is much cheaper than a power.
    numbers.isSafePrime
      ? cgmp_jacobi(element.limbs, modulus, modulus.count) == 1
      : cgmp_is_power_one(element.limbs, modulus, modulus.count, order, order.count) != 0
  }

  private func power(_ base: Element, _ exponent: UnsafeBufferPointer<UInt>) -> Element {
    let count = modulus.count
    precondition(base.limbs.count == count && exponent.count == order.count, "of another group")
    let bits = UInt(orderBits)
    let scratch = SecretLimbs(count: cgmp_sec_powm_scratch(count, bits, count))
    return scratch.withLimbs { scratch in
      Element(
        limbs: [UInt](unsafeUninitializedCapacity: count) { result, initialized in
          cgmp_sec_powm(
            result.baseAddress, base.limbs, count, exponent.baseAddress, bits, modulus, count,
            scratch.baseAddress)
          initialized = count
        })
    }
  }

  /// A number of `count` limbs, which is overwritten, modulo q.
  private func remainder(_ number: SecretLimbs, count: Int) -> Exponent {
    let remainder = SecretLimbs(count: order.count)
    let scratch = SecretLimbs(count: cgmp_sec_remainder_scratch(count, order.count))
    number.withLimbs { number in
      scratch.withLimbs { scratch in
        cgmp_sec_remainder(number.baseAddress, count, order, order.count, scratch.baseAddress)
      }
      remainder.withLimbs { _ = $0.update(fromContentsOf: number[..<order.count]) }
    }
    return Exponent(secret: remainder)
  }
}

/// What makes a group: shared by the copies of its `SchnorrGroup`.
private final class Numbers: Sendable {
  let name: String
  let modulus: [UInt]
  let order: [UInt]
  let generator: SchnorrGroup.Element
  let one: [UInt]
  let minusOne: [UInt]
  let isSafePrime: Bool
  let modulusBits: Int
  let orderBits: Int

  init(name: String, modulus: [UInt], order: [UInt], generator: [UInt], isSafePrime: Bool = false) {
    func padded(_ number: [UInt]) -> [UInt] {
      number + [UInt](repeating: 0, count: modulus.count - number.count)
    }
    func bits(_ number: [UInt]) -> Int { number.count * UInt.bitWidth - number.last!.leadingZeroBitCount }
    self.name = name
    self.modulus = modulus
    self.order = order
    self.generator = SchnorrGroup.Element(limbs: padded(generator))
    self.isSafePrime = isSafePrime
    one = padded([1])
    minusOne = [modulus[0] - 1] + modulus.dropFirst()  // p is odd.
    modulusBits = bits(modulus)
    orderBits = bits(order)
  }
}

/// Compares without branching on the limbs.
private func isLess(
  _ a: some RandomAccessCollection<UInt>, _ b: some RandomAccessCollection<UInt>
) -> Bool {
  zip(a, b).reduce(UInt(0)) { borrow, limbs in
    let (difference, first) = limbs.0.subtractingReportingOverflow(limbs.1)
    let second = difference < borrow
    return (first ? 1 : 0) | (second ? 1 : 0)
  } != 0
}

/// The limbs of a hexadecimal number that may have white space in it.
private func limbs(hexadecimal: String) -> [UInt] {
  let digits = hexadecimal.filter(\.isHexDigit).map { UInt($0.hexDigitValue!) }
  return stride(from: digits.count, to: 0, by: -16).map { end in
    digits[max(0, end - 16)..<end].reduce(0) { $0 << 4 | $1 }
  }
}
