import Testing

@testable import CyclicGroups

/// The numbers that make the groups are what they are said to be.
@Suite struct ParameterTests {
  @Test("p and q are prime, q divides p - 1, and the generator has order q", arguments: SchnorrGroup.allNamed)
  func parameters(group: SchnorrGroup) {
    let (p, q) = (Number(limbs: group.modulus), Number(limbs: group.order))
    let g = group.generator.number
    #expect(p.isPrime)
    #expect(q.isPrime)
    #expect((p - 1) % q == 0)
    #expect(g > 1 && g < p - 1)
    #expect(g.power(q, modulo: p) == 1)
    #expect(p.bits == group.modulusBits)
    #expect(q.bits == group.orderBits)
  }

  @Test(
    "Names, sizes and whether the group is secure",
    arguments: [
      ("insecure512", 512, 160, false), ("insecure1024", 1024, 160, false), ("schnorr2048", 2048, 256, true),
      ("modp2048", 2048, 2047, true), ("modp3072", 3072, 3071, true), ("ffdhe2048", 2048, 2047, true),
      ("ffdhe3072", 3072, 3071, true),
    ])
  func sizes(name: String, modulusBits: Int, orderBits: Int, isSecure: Bool) throws {
    let group = try #require(SchnorrGroup.named(name))
    #expect(group.name == name)
    #expect(group.modulusBits == modulusBits)
    #expect(group.orderBits == orderBits)
    #expect(group.isSecure == isSecure)
  }

  @Test("A short order does not make a long modulus secure")
  func shortOrder() {
    let constants = SchnorrConstants.self
    let group = SchnorrGroup(
      name: "short", modulus: constants.schnorr2048Modulus, order: constants.insecure512Order, generator: "2")
    #expect(!group.isSecure)
  }

  @Test("There is no group by another name")
  func unknownName() {
    #expect(SchnorrGroup.named("modp4096") == nil)
    #expect(Set(SchnorrGroup.allNamed).count == 7)
  }

  @Test(
    "The primes of RFC 3526 are made of pi",
    arguments: [(SchnorrGroup.modp2048, 124476), (.modp3072, 1_690_314)])
  func pi(group: SchnorrGroup, addend: Int) {
    #expect(Number(limbs: group.modulus) == Self.prime(bits: group.modulusBits, Self.pi, addend))
  }

  @Test(
    "The primes of RFC 7919 are made of e",
    arguments: [(SchnorrGroup.ffdhe2048, 560316), (.ffdhe3072, 2_625_351)])
  func e(group: SchnorrGroup, addend: Int) {
    #expect(Number(limbs: group.modulus) == Self.prime(bits: group.modulusBits, Self.e, addend))
  }

  @Test(
    "The generator of the safe primes is 2",
    arguments: [SchnorrGroup.modp2048, .modp3072, .ffdhe2048, .ffdhe3072])
  func safePrimes(group: SchnorrGroup) {
    let p = Number(limbs: group.modulus)
    #expect(Number(limbs: group.order) == (p - 1) / 2)
    #expect(p % 8 == 7)
    #expect(group.generator.number == 2)
  }

  @Test("SHA-256 hashes as FIPS 180-4 says")
  func sha256() {
    let expected: [UInt8] = [
      0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
      0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    ]
    #expect(SHA256.hash([UInt8]("abc".utf8)) == expected)
  }

  @Test(
    "The insecure groups come from their seeds",
    arguments: [(SchnorrGroup.insecure512, 29), (.insecure1024, 255)])
  func derivation(group: SchnorrGroup, index: Int) throws {
    // That no lesser index gives primes shows in the order: an index is given up where its q is not prime.
    for i in 0..<index { #expect(!Self.order(Self.seed(group, i)).isPrime) }
    let seed = Self.seed(group, index)
    let q = Self.order(seed)
    #expect(Number(limbs: group.order) == q)
    let p = try #require(Self.modulus(seed, q, bits: group.modulusBits))
    #expect(Number(limbs: group.modulus) == p)
    let start = Number(bytes: SHA256.hash(seed + [UInt8]("ggen".utf8) + [1, 0, 1]))
    #expect(group.generator.number == start.power((p - 1) / q, modulo: p))
  }

  private static func seed(_ group: SchnorrGroup, _ index: Int) -> [UInt8] {
    SHA256.hash([UInt8]("Conclave insecure \(group.modulusBits) \(index)".utf8))
  }

  /// FIPS 186-4, A.1.1.2, steps 6 and 7.
  private static func order(_ seed: [UInt8]) -> Number {
    let u = Number(bytes: SHA256.hash(seed)) % (1 << 159)
    return (1 << 159) + u + 1 - u % 2
  }

  /// FIPS 186-4, A.1.1.2, steps 10 and 11.
  private static func modulus(_ seed: [UInt8], _ q: Number, bits: Int) -> Number? {
    var offset = 1
    let blocks = (bits + 255) / 256
    for _ in 0..<4 * bits {
      let w = (0..<blocks).reduce(0 as Number) { sum, j in
        let input = (Number(bytes: seed) + Number(integerLiteral: offset + j)) % (1 << 256)
        return sum + (Number(bytes: SHA256.hash(input.bytes(32))) << (256 * j))
      }
      let x = w % (1 << (bits - 1)) + (1 << (bits - 1))
      let p = x - (x % (2 * q) - 1)
      if p.bits == bits, p.isPrime { return p }
      offset += blocks
    }
    return nil
  }

  /// 2^bits - 2^(bits - 64) - 1 + 2^64 * (floor(2^(bits - 130) * constant) + addend), as in both RFCs.
  private static func prime(bits: Int, _ constant: (Int) -> Number, _ addend: Int) -> Number {
    let middle = constant(bits - 130) + Number(integerLiteral: addend)
    return (1 << bits) - (1 << (bits - 64)) - 1 + (middle << 64)
  }

  /// The constants times 2^bits, rounded down; 64 more bits take up the errors of the terms.
  private static func e(_ bits: Int) -> Number {
    var (sum, term, n) = (0 as Number, (1 as Number) << (bits + 64), 0)
    while term > 0 {
      sum = sum + term
      n += 1
      term = term / Number(integerLiteral: n)
    }
    return sum >> 64
  }

  /// By Machin: 16 arctan(1/5) - 4 arctan(1/239).
  private static func pi(_ bits: Int) -> Number {
    func arctangent(ofInverse x: Number) -> Number {
      var (sum, power, n) = (0 as Number, ((1 as Number) << (bits + 64)) / x, 1)
      while power > 0 {
        let term = power / Number(integerLiteral: n)
        sum = n % 4 == 1 ? sum + term : sum - term
        power = power / (x * x)
        n += 2
      }
      return sum
    }
    return (16 * arctangent(ofInverse: 5) - 4 * arctangent(ofInverse: 239)) >> 64
  }
}
