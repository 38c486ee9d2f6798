import CyclicGroups
import Testing

@Suite struct SymbolicGroupTests {
  let group = SymbolicGroup()

  @Test("The laws of a group")
  func laws() throws { try checkLaws(group) }

  @Test("An element shows its atoms, in order, with their powers")
  func atoms() {
    var randomness = Randomness.seeded(1)
    let (first, second) = (randomness.next(), randomness.next())
    randomness = .seeded(1)
    let (a, b) = (group.randomExponent(using: &randomness), group.randomExponent(using: &randomness))
    let ga = group.power(group.generator, a)
    let exponent = group.product(
      group.product(b, group.inverse(a)), group.product(b, group.exponent(from: ga)))
    let factors = group.power(group.generator, exponent).exponent.factors
    let powers = Dictionary(uniqueKeysWithValues: factors.map { ($0.atom, $0.power) })
    #expect(powers == [.fresh(first): -1, .fresh(second): 2, .of(ga): 1])
    #expect(factors.map(\.atom) == [.fresh(min(first, second)), .fresh(max(first, second)), .of(ga)])
    #expect(group.power(ga, group.inverse(a)).exponent.factors.isEmpty)
  }

  @Test("The order is total and agrees with equality")
  func order() {
    let elements = RandomExpressions(seed: 2, steps: 40, group).elements
    let sorted = elements.sorted()
    for (i, x) in sorted.enumerated() {
      for y in sorted[i...] {
        #expect(!(y < x))
        #expect((x < y) == (x != y))
      }
    }
    #expect(elements.shuffled().sorted() == sorted)
  }

  @Test("Expressions are equal where they are modulo a prime", arguments: 0..<40)
  func agreement(seed: UInt64) {
    let symbolic = RandomExpressions(seed: seed, steps: 60, group)
    let numeric = RandomExpressions(seed: seed, steps: 60, SchnorrGroup.insecure512)
    func pattern<Value: Hashable>(_ values: [Value]) -> [Int] { values.map { values.firstIndex(of: $0)! } }
    let elements = pattern(symbolic.elements)
    #expect(elements == pattern(numeric.elements))
    #expect(pattern(symbolic.exponents) == pattern(numeric.exponents))
    let different = Set(elements).count
    #expect(different > 3 && different < elements.count)
  }

  @Test("An encoding is compact and read back", arguments: 0..<20)
  func encoding(seed: UInt64) throws {
    for element in RandomExpressions(seed: seed, steps: 40, group).elements {
      #expect(try group.element(from: group.bytes(of: element)) == element)
    }
  }

  @Test("The bytes of an element")
  func bytes() throws {
    let bytes: [UInt8] = [
      1, 0, 0, 0, 0, 0, 0, 0, 7, 0xff, 0xfe, 2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 3, 0,
    ]
    let element = try group.element(from: bytes)
    #expect(element.exponent.factors.map(\.power) == [-2, 3])
    let inner = try #require(element.exponent.factors.last)
    guard case .of(let nested) = inner.atom else { return #expect(Bool(false)) }
    #expect(element.exponent.factors.first?.atom == .fresh(7))
    #expect(nested.exponent.factors.first?.atom == .fresh(256))
    #expect(group.bytes(of: element) == bytes)
    #expect(group.bytes(of: group.generator) == [0])
  }

  static let seven: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 7]

  @Test(
    "What is not canonical is refused",
    arguments: [
      ([], "cut off"), ([0, 0], "bytes after the end"), ([3], "no such atom"),
      (seven + [0], "cut off"), (seven.dropLast(), "cut off"), (seven + [0, 1], "cut off"),
      (seven + [0, 0, 0], "power out of range"), (seven + [0x20, 0, 0], "power out of range"),
      (seven + [0xe0, 0, 0], "power out of range"), (seven + [0x80, 0, 0], "power out of range"),
      (seven + [0, 1] + seven + [0, 1, 0], "atoms out of order"),
      ([2, 0, 0, 1] + seven + [0, 1, 0], "atoms out of order"),
    ] as [([UInt8], String)])
  func notCanonical(bytes: [UInt8], reason: String) {
    #expect(throws: NotAnElement(reason)) { try group.element(from: bytes) }
  }

  @Test("The greatest powers are taken in", arguments: [[0x1f, 0xff], [0xe0, 0x01]] as [[UInt8]])
  func greatestPowers(power: [UInt8]) throws {
    let element = try group.element(from: Self.seven + power + [0])
    #expect(element.exponent.factors.first?.power.magnitude == 8191)
  }

  @Test("Nesting is limited")
  func depth() throws {
    func nested(_ depth: Int) -> [UInt8] {
      [UInt8](repeating: 2, count: depth) + [0] + (0..<depth).flatMap { _ in [0, 1, 0] as [UInt8] }
    }
    #expect(try group.bytes(of: group.element(from: nested(32))) == nested(32))
    #expect(throws: NotAnElement("nested too deep")) { try group.element(from: nested(33)) }
    #expect(throws: NotAnElement("nested too deep")) {
      try group.element(from: [UInt8](repeating: 2, count: 1_000_000))
    }
  }

  @Test("A mutated encoding is refused, or is another element's", arguments: 0..<20)
  func mutations(seed: UInt64) {
    var randomness = Randomness.seeded(seed)
    var accepted = 0
    for element in RandomExpressions(seed: seed, steps: 20, group).elements {
      let original = group.bytes(of: element)
      for _ in 0..<40 {
        var bytes = original
        for _ in 0...Int.random(in: 0..<3, using: &randomness) where !bytes.isEmpty {
          let index = bytes.indices.randomElement(using: &randomness)!
          switch UInt8.random(in: 0..<5, using: &randomness) {
          case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &randomness)
          case 1: bytes[index] = .random(in: 0..<4, using: &randomness)
          case 2: bytes.remove(at: index)
          case 3: bytes.insert(.random(in: 0..<4, using: &randomness), at: index)
          default: bytes.removeSubrange(index...)
          }
        }
        guard let other = try? group.element(from: bytes) else { continue }
        accepted += 1
        #expect(group.bytes(of: other) == bytes)
        #expect((other == element) == (bytes == original))
      }
    }
    #expect(accepted > 0)
  }
}

/// Random expressions, the same in every group for a seed.
struct RandomExpressions<Group: CyclicGroup> {
  var elements: [Group.Element]
  var exponents: [Group.Exponent]

  init(seed: UInt64, steps: Int, _ group: Group) {
    var randomness = Randomness.seeded(seed)
    var choices = Randomness.seeded(~seed)
    elements = [group.generator]
    exponents = (0..<3).map { _ in group.randomExponent(using: &randomness) }
    for _ in 0..<steps {
      let element = elements.randomElement(using: &choices)!
      let (a, b) = (exponents.randomElement(using: &choices)!, exponents.randomElement(using: &choices)!)
      switch UInt8.random(in: 0..<10, using: &choices) {
      case 0..<5: elements.append(group.power(element, a))
      case 5: elements.append(group.power(element, group.inverse(a)))
      case 6: exponents.append(group.product(a, b))
      case 7: exponents.append(group.product(a, group.inverse(b)))
      case 8: exponents.append(group.inverse(a))
      default: exponents.append(group.exponent(from: element))
      }
    }
  }
}
