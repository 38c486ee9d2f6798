import CGMP

@testable import CyclicGroups

/// An integer by GMP, to calculate by another way what the groups calculate.
final class Number: Comparable, ExpressibleByIntegerLiteral {
  private var value = __mpz_struct()

  init() { __gmpz_init(&value) }

  convenience init(integerLiteral literal: Int) {
    self.init()
    __gmpz_set_si(&value, literal)
  }

  /// The least significant limb first.
  convenience init(limbs: [UInt]) {
    self.init()
    __gmpz_import(&value, limbs.count, -1, 8, 0, 0, limbs)
  }

  /// Big-endian.
  convenience init(bytes: [UInt8]) {
    self.init()
    __gmpz_import(&value, bytes.count, 1, 1, 0, 0, bytes)
  }

  deinit { __gmpz_clear(&value) }

  var isPrime: Bool {
    let limbs = (0..<__gmpz_size(&value)).map { __gmpz_getlimbn(&value, $0) }
    return cgmp_is_prime(limbs, limbs.count, 20) != 0
  }

  var bits: Int { __gmpz_sizeinbase(&value, 2) }

  /// Big-endian, `count` of them.
  func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(count, (bits + 7) / 8))
    var written = 0
    __gmpz_export(&bytes, &written, 1, 1, 0, 0, &value)
    return [UInt8](repeating: 0, count: count - (self == 0 ? 0 : written))
      + bytes.prefix(self == 0 ? 0 : written)
  }

  func power(_ exponent: Number, modulo modulus: Number) -> Number {
    let result = Number()
    __gmpz_powm(&result.value, &value, &exponent.value, &modulus.value)
    return result
  }

  static func + (a: Number, b: Number) -> Number { combine(a, b, __gmpz_add) }
  static func - (a: Number, b: Number) -> Number { combine(a, b, __gmpz_sub) }
  static func * (a: Number, b: Number) -> Number { combine(a, b, __gmpz_mul) }
  static func / (a: Number, b: Number) -> Number { combine(a, b, __gmpz_fdiv_q) }
  static func % (a: Number, b: Number) -> Number { combine(a, b, __gmpz_fdiv_r) }

  static func << (a: Number, bits: Int) -> Number {
    let result = Number()
    __gmpz_mul_2exp(&result.value, &a.value, UInt(bits))
    return result
  }

  static func >> (a: Number, bits: Int) -> Number { a / (1 << bits) }

  static func == (a: Number, b: Number) -> Bool { __gmpz_cmp(&a.value, &b.value) == 0 }
  static func < (a: Number, b: Number) -> Bool { __gmpz_cmp(&a.value, &b.value) < 0 }

  private typealias Operation = (
    UnsafeMutablePointer<__mpz_struct>, UnsafePointer<__mpz_struct>, UnsafePointer<__mpz_struct>
  ) -> Void

  private static func combine(_ a: Number, _ b: Number, _ operation: Operation) -> Number {
    let result = Number()
    var (x, y) = (a.value, b.value)
    // The copies point to memory that `a` and `b` free.
    withExtendedLifetime((a, b)) { operation(&result.value, &x, &y) }
    return result
  }
}

extension SchnorrGroup.Element {
  var number: Number { Number(limbs: limbs) }
}

extension SchnorrGroup.Exponent {
  var number: Number { Number(limbs: secret.withLimbs { [UInt]($0) }) }
}
