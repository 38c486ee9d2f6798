import Synchronization
import Testing

@testable import CyclicGroups

@Suite struct SchnorrGroupTests {
  /// So small that everything can be tried: the subgroup is 1, 3, 4, 5, 9.
  static let eleven = SchnorrGroup(name: "eleven", modulus: "B", order: "5", generator: "3")
  static let twentyThree = SchnorrGroup(name: "twenty-three", safePrime: "17")

  @Test("The laws of a group", arguments: SchnorrGroup.allNamed)
  func laws(group: SchnorrGroup) throws { try checkLaws(group) }

  @Test("A power is what GMP says", arguments: SchnorrGroup.allNamed)
  func power(group: SchnorrGroup) {
    var randomness = Randomness.seeded(1)
    let p = Number(limbs: group.modulus)
    var base = group.generator
    for _ in 0..<3 {
      let exponent = group.randomExponent(using: &randomness)
      let power = group.power(base, exponent)
      #expect(power.number == base.number.power(exponent.number, modulo: p))
      base = power
    }
  }

  @Test("Bare exponentiations are exponentiations", arguments: SchnorrGroup.allNamed)
  func bareExponentiations(group: SchnorrGroup) {
    var randomness = Randomness.seeded(4)
    let exponent = group.randomExponent(using: &randomness)
    let twice = group.power(group.power(group.generator, exponent), exponent)
    #expect(group.bareExponentiations(group.generator, exponent, count: 2) == twice)
    #expect(group.bareExponentiations(group.generator, exponent, count: 0) == group.generator)
  }

  @Test("Product, inverse and an element as exponent are taken modulo q", arguments: SchnorrGroup.allNamed)
  func exponents(group: SchnorrGroup) {
    var randomness = Randomness.seeded(2)
    let q = Number(limbs: group.order)
    for _ in 0..<10 {
      let (a, b) = (group.randomExponent(using: &randomness), group.randomExponent(using: &randomness))
      #expect(group.product(a, b).number == a.number * b.number % q)
      #expect(a.number * group.inverse(a).number % q == 1)
    }
    let element = group.power(group.generator, group.randomExponent(using: &randomness))
    #expect(group.exponent(from: element).number == element.number % q)
  }

  @Test("An element that is 0 modulo q is used as exponent 1")
  func zeroExponent() throws {
    let five = try Self.eleven.element(from: [0, 0, 0, 0, 0, 0, 0, 5])
    #expect(Self.eleven.exponent(from: five).number == 1)
  }

  @Test("Every number of a small group", arguments: [eleven, twentyThree])
  func exhaustive(group: SchnorrGroup) {
    let (p, q) = (Number(limbs: group.modulus), Number(limbs: group.order))
    for x in 0..<30 {
      let number = Number(integerLiteral: x)
      let belongs = x > 1 && number < p - 1 && number.power(q, modulo: p) == 1
      let element = try? group.element(from: number.bytes(8))
      #expect((element != nil) == belongs, "\(x)")
      if let element { #expect(element.number == number) }
    }
  }

  @Test("Exponents are uniform from 1 to q - 1", arguments: [(eleven, 4), (twentyThree, 10)])
  func uniform(group: SchnorrGroup, values: Int) {
    var randomness = Randomness.seeded(3)
    var counts: [[UInt8]: Int] = [:]
    for _ in 0..<values * 1000 {
      counts[group.randomExponent(using: &randomness).number.bytes(1), default: 0] += 1
    }
    #expect(counts.keys.map { Int($0[0]) }.sorted() == Array(1...values))
    // Five standard deviations.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 160 })
  }

  @Test("Exponents have all the bits of q", arguments: SchnorrGroup.allNamed)
  func allBits(group: SchnorrGroup) {
    var randomness = Randomness.seeded(4)
    let q = Number(limbs: group.order)
    let exponents = (0..<64).map { _ in group.randomExponent(using: &randomness).number }
    #expect(exponents.allSatisfy { $0 > 0 && $0 < q })
    #expect(exponents.contains { $0 > q / 2 })
    #expect(Set(exponents.map { $0.bytes(400) }).count == 64)
  }

  @Test("The same seed gives the same exponents, the next one others")
  func seeds() {
    let group = SchnorrGroup.insecure512
    func exponents(_ randomness: Randomness) -> [SchnorrGroup.Exponent] {
      var randomness = randomness
      return (0..<8).map { _ in group.randomExponent(using: &randomness) }
    }
    #expect(exponents(.seeded(5)) == exponents(.seeded(5)))
    #expect(exponents(.seeded(5)) != exponents(.seeded(6)))
    #expect(exponents(.system) != exponents(.system))
    #expect(Set(exponents(.seeded(5)) + exponents(.seeded(5))).count == 8)
  }

  @Test("Bytes are the number, big-endian, as long as the modulus", arguments: SchnorrGroup.allNamed)
  func bytes(group: SchnorrGroup) throws {
    var randomness = Randomness.seeded(7)
    let length = group.modulusBits / 8
    let element = group.power(group.generator, group.randomExponent(using: &randomness))
    for element in [element, group.generator] {
      let bytes = group.bytes(of: element)
      #expect(bytes == element.number.bytes(length))
      #expect(try group.element(from: bytes) == element)
    }
  }

  @Test("What has another length is refused", arguments: SchnorrGroup.allNamed)
  func length(group: SchnorrGroup) {
    let bytes = group.bytes(of: group.generator)
    for wrong in [[], [UInt8](bytes.dropFirst()), [UInt8](bytes.dropLast()), [0] + bytes, bytes + [0]] {
      #expect(throws: NotAnElement("not as long as the modulus")) { try group.element(from: wrong) }
    }
  }

  @Test("0, 1, p - 1 and what is above are refused", arguments: SchnorrGroup.allNamed)
  func range(group: SchnorrGroup) {
    let p = Number(limbs: group.modulus)
    let top = (1 as Number) << group.modulusBits
    var wrong = [0 as Number, 1, p - 1, p, p + 1, top - 1]
    // Congruent to an element.
    if p + 2 < top { wrong.append(p + group.generator.number < top ? p + group.generator.number : p + 2) }
    for number in wrong {
      #expect(throws: NotAnElement("not between 1 and p - 1")) {
        try group.element(from: number.bytes(group.modulusBits / 8))
      }
    }
  }

  @Test("What is outside the subgroup is refused", arguments: SchnorrGroup.allNamed)
  func subgroup(group: SchnorrGroup) {
    let p = Number(limbs: group.modulus)
    // -1 has order 2, and so has no place in a subgroup of odd order, nor have the elements times -1.
    var wrong = [p - group.generator.number]
    let cofactor = (p - 1) / Number(limbs: group.order)
    // What has the order of a small factor of p - 1 would give exponents away.
    for factor in 3..<1000 where cofactor % Number(integerLiteral: factor) == 0 {
      let small = (2 as Number).power((p - 1) / Number(integerLiteral: factor), modulo: p)
      if small > 1, small < p - 1 { wrong.append(small) }
    }
    for number in wrong {
      #expect(throws: NotAnElement("not in the subgroup of order q")) {
        try group.element(from: number.bytes(group.modulusBits / 8))
      }
    }
  }

  @Test("The small numbers that are taken in are those of order q", arguments: SchnorrGroup.allNamed)
  func smallNumbers(group: SchnorrGroup) {
    let (p, q) = (Number(limbs: group.modulus), Number(limbs: group.order))
    for x in 2..<16 {
      let number = Number(integerLiteral: x)
      let element = try? group.element(from: number.bytes(group.modulusBits / 8))
      #expect((element != nil) == (number.power(q, modulo: p) == 1), "\(x)")
    }
  }

  @Test("Groups are told apart by name")
  func equality() {
    #expect(SchnorrGroup.modp2048 != .ffdhe2048)
    #expect(SchnorrGroup.modp2048 == SchnorrGroup.named("modp2048"))
  }

  /// What the memory of secrets has in it when it is given back.
  final class Observed: SecretLimbs.Observer {
    let memory = Mutex<[(address: UInt, limbs: [UInt])]>([])

    func see(_ limbs: UnsafeMutableBufferPointer<UInt>) {
      let seen = (UInt(bitPattern: limbs.baseAddress), [UInt](limbs))
      memory.withLock { $0.append(seen) }
    }

    func during(_ body: () -> Void) -> [(address: UInt, limbs: [UInt])] {
      SecretLimbs.$observer.withValue(self) { body() }
      return memory.withLock { $0 }
    }
  }

  @Test("An exponent is zeroed before its memory is given back, and not before")
  func exponentIsWiped() throws {
    let group = SchnorrGroup.insecure512
    var address: UInt = 0
    let seen = Observed().during {
      var randomness = Randomness.seeded(8)
      let exponent = group.randomExponent(using: &randomness)
      let copy = exponent
      exponent.secret.withLimbs { address = UInt(bitPattern: $0.baseAddress) }
      #expect(copy.number > 0)
    }
    #expect(seen.map(\.address) == [address])
    #expect(seen.first?.limbs == [0, 0, 0])
  }

  @Test("What is left of a calculation is zeroed", arguments: SchnorrGroup.allNamed)
  func intermediateResultsAreWiped(group: SchnorrGroup) {
    var randomness = Randomness.seeded(9)
    let (a, b) = (group.randomExponent(using: &randomness), group.randomExponent(using: &randomness))
    let element = group.power(group.generator, a)
    // Beside the exponent that comes out: scratch; product, scratch twice; a random exponent, a
    // product, its inverse, all of a product's; copy, scratch.
    let expected: [(Int, () -> Void)] = [
      (1, { _ = group.power(element, b) }), (4, { _ = group.product(a, b) }),
      (10, { _ = group.inverse(a) }), (3, { _ = group.exponent(from: element) }),
    ]
    for (count, calculation) in expected {
      let seen = Observed().during(calculation)
      #expect(seen.count == count)
      #expect(seen.allSatisfy { $0.limbs.allSatisfy { $0 == 0 } })
    }
  }
}
