import Testing

@testable import CyclicGroups

@Suite struct FieldTests {
  static let small: [any FiniteField] = ["2", "3", "5", "7", "11", "2^1", "2^2", "2^3", "2^4"].map {
    FiniteFields.named($0)!
  }
  static let large: [any FiniteField] =
    ["257", "4294967311", "9223372036854775783", "2^5", "2^6", "2^7", "2^8", "2^16", "2^32", "2^64"].map {
      FiniteFields.named($0)!
    } + FiniteFields.allSecure

  @Test(arguments: small.indices) func lawsForAllElements(_ index: Int) {
    func check<Field: FiniteField>(_ field: Field) {
      let all = field.allElements
      #expect(Set(all).count == field.order)
      #expect(all[0] == field.zero && all[1] == field.one)
      for a in all {
        if a != field.zero { #expect(field.multiply(a, field.inverse(a)) == field.one) }
        for b in all {
          #expect(field.add(a, b) == field.add(b, a))
          #expect(field.add(field.subtract(a, b), b) == a)
          #expect(field.multiply(a, b) == field.multiply(b, a))
          // No divisors of zero.
          #expect((field.multiply(a, b) == field.zero) == (a == field.zero || b == field.zero))
          for c in all {
            #expect(field.add(field.add(a, b), c) == field.add(a, field.add(b, c)))
            #expect(field.multiply(field.multiply(a, b), c) == field.multiply(a, field.multiply(b, c)))
            #expect(
              field.multiply(a, field.add(b, c)) == field.add(field.multiply(a, b), field.multiply(a, c)))
          }
        }
      }
    }
    check(Self.small[index])
  }

  @Test(arguments: large.indices) func lawsForSomeElements(_ index: Int) throws {
    func check<Field: FiniteField>(_ field: Field) throws {
      var randomness = Randomness.seeded(UInt64(index))
      for _ in 0..<20 {
        let (a, b, c) = (
          field.randomElement(using: &randomness), field.randomElement(using: &randomness),
          field.randomElement(using: &randomness)
        )
        if a != field.zero { #expect(field.multiply(a, field.inverse(a)) == field.one) }
        #expect(field.add(field.subtract(a, b), b) == a)
        #expect(field.subtract(a, a) == field.zero)
        #expect(field.multiply(field.multiply(a, b), c) == field.multiply(a, field.multiply(b, c)))
        #expect(
          field.multiply(a, field.subtract(b, c))
            == field.subtract(field.multiply(a, b), field.multiply(a, c)))
        #expect(field.multiple(3, of: a) == field.add(a, field.add(a, a)))
        #expect(field.multiple(-1, of: a) == field.subtract(field.zero, a))
        let bytes = field.bytes(of: a)
        #expect(bytes.count == field.byteCount)
        #expect(try field.element(from: bytes) == a)
        #expect(throws: NotAnElement.self) { try field.element(from: bytes.dropLast()) }
        #expect(throws: NotAnElement.self) { try field.element(from: [0] + bytes) }
      }
    }
    try check(Self.large[index])
  }

  /// Products modulo 2^255 - 19 by GMP's other functions.
  @Test func productsOfLargeNumbers() {
    let field = PrimeField.p25519
    let prime = (Number(integerLiteral: 1) << 255) - 19
    #expect(prime.isPrime)
    var randomness = Randomness.seeded(1)
    let last = field.subtract(field.zero, field.one)
    for pair in 0..<50 {
      let a = pair == 0 ? last : field.randomElement(using: &randomness)
      let b = pair < 2 ? last : field.randomElement(using: &randomness)
      func number(_ element: PrimeField.Element) -> Number { Number(bytes: field.bytes(of: element)) }
      #expect(number(field.multiply(a, b)) == number(a) * number(b) % prime)
      #expect(number(field.add(a, b)) == (number(a) + number(b)) % prime)
      #expect(number(field.subtract(a, b)) == (number(a) + prime - number(b)) % prime)
    }
  }

  /// Rabin's test: x^(2^k) = x, and x^(2^(k/q)) - x has an inverse for each prime q that divides k.
  @Test(arguments: BinaryField.tails.map(\.degree)) func thePolynomialsAreIrreducible(_ degree: Int) throws {
    let field = try #require(BinaryField(degree: degree))
    // x itself, which is 1 modulo x + 1.
    let x = degree == 1 ? field.one : field.element(numbered: 2)
    func raised(_ times: Int) -> BinaryField.Element {
      (0..<times).reduce(x) { y, _ in field.multiply(y, y) }
    }
    #expect(raised(degree) == x)
    for q in 2...max(degree, 2) where degree > 1 && degree % q == 0 && (2..<q).allSatisfy({ q % $0 != 0 }) {
      let difference = field.subtract(raised(degree / q), x)
      #expect(field.multiply(difference, field.inverse(difference)) == field.one)
    }
  }

  @Test(arguments: small.indices) func randomElementsAreUniform(_ index: Int) throws {
    func check<Field: FiniteField>(_ field: Field) throws {
      var randomness = Randomness.seeded(3)
      var counts: [Field.Element: Int] = [:]
      let order = try #require(field.order)
      for _ in 0..<400 * order { counts[field.randomElement(using: &randomness), default: 0] += 1 }
      // Six standard deviations.
      #expect(field.allElements.allSatisfy { abs(counts[$0, default: 0] - 400) < 120 })
    }
    try check(Self.small[index])
  }

  @Test(arguments: small.indices) func theDoorOfSmallFields(_ index: Int) {
    func check<Field: FiniteField>(_ field: Field) {
      let inside = (0...255).filter { (try? field.element(from: [UInt8($0)])) != nil }
      #expect(inside == Array(0..<field.order!))
    }
    check(Self.small[index])
  }

  @Test func numbersNotBelowThePrimeStayOut() throws {
    let field = PrimeField.p25519
    let last = field.bytes(of: field.subtract(field.zero, field.one))
    #expect(last == [0x7f] + Array(repeating: 0xff, count: 30) + [0xec])
    for byte: UInt8 in 0xed...0xff {
      #expect(throws: NotAnElement.self) { try field.element(from: last.dropLast() + [byte]) }
    }
    #expect(throws: NotAnElement.self) { try field.element(from: [0x80] + last.dropFirst()) }
  }

  @Test func names() {
    #expect(FiniteFields.named("2^255-19").map { $0.order == nil } == true)
    for field in Self.small + Self.large { #expect(FiniteFields.named(field.name)?.name == field.name) }
    for name in ["", "1", "4", "9", "2^9", "2^", "2^255", "9223372036854775837", "x", "-7", "0"] {
      #expect(FiniteFields.named(name) == nil, "\(name)")
    }
    #expect(PrimeField(prime: 7)!.characteristicDivides(14))
    #expect(!PrimeField(prime: 7)!.characteristicDivides(15))
    #expect(BinaryField.degree256.characteristicDivides(4))
    #expect(!PrimeField.p25519.characteristicDivides(4))
  }
}

@Suite struct LinearFormTests {
  private let field = PrimeField(prime: 5)!
  private var forms: LinearForms<PrimeField> { LinearForms(over: field) }

  /// By trying out all combinations: the reference.
  private func combinations(_ generators: [LinearForms<PrimeField>.Element]) -> Set<
    LinearForms<PrimeField>.Element
  > {
    generators.reduce([forms.zero]) { sums, generator in
      Set(sums.flatMap { sum in field.allElements.map { forms.add(sum, forms.scale($0, generator)) } })
    }
  }

  @Test(arguments: 0..<20) func aSpanIsAllCombinations(_ seed: UInt64) {
    var randomness = Randomness.seeded(seed)
    func form() -> LinearForms<PrimeField>.Element {
      forms.sum((0..<4).map { forms.scale(field.randomElement(using: &randomness), forms.unknown($0)) })
    }
    let generators = (0..<3).map { _ in form() }
    let all = combinations(generators + (seed % 2 == 0 ? [] : [forms.add(generators[0], generators[2])]))
    var span = Span(in: forms)
    for generator in generators.reversed() { span.insert(generator) }
    #expect(all.count == [1, 5, 25, 125][span.rank])
    #expect(all.allSatisfy { span.contains($0) })
    for _ in 0..<100 {
      let other = form()
      #expect(span.contains(other) == all.contains(other))
    }
  }

  @Test func formsAreASpace() throws {
    let (x, y) = (forms.unknown(1), forms.unknown(2))
    #expect(forms.add(x, y) == forms.add(y, x))
    #expect(forms.subtract(forms.add(x, y), y) == x)
    #expect(forms.subtract(x, x) == forms.zero)
    #expect(forms.multiple(5, of: x) == forms.zero)
    #expect(forms.multiple(6, of: y) == y)
    #expect(forms.scale(field.zero, y) == forms.zero)
    let form = forms.subtract(forms.multiple(3, of: x), y)
    #expect(form.terms.map(\.unknown) == [1, 2])
    #expect(form.terms.map(\.coefficient) == [field.integer(3), field.integer(4)])
    #expect(try forms.element(from: forms.bytes(of: form)) == form)
    #expect(try forms.element(from: [UInt8]()) == forms.zero)
  }

  @Test func theDoorOfForms() {
    let bytes = forms.bytes(of: forms.add(forms.unknown(1), forms.unknown(2)))
    let (first, second) = (Array(bytes.prefix(9)), Array(bytes.suffix(9)))
    for wrong in [
      second + first, first + first, first.dropLast() + [0], first.dropLast() + [5], Array(bytes.dropLast()),
    ] {
      #expect(throws: NotAnElement.self) { try forms.element(from: wrong) }
    }
  }

  @Test func vectors() throws {
    let vectors = Vectors(3, of: field)
    var randomness = Randomness.seeded(0)
    let (a, b) = (vectors.randomElement(using: &randomness), vectors.randomElement(using: &randomness))
    #expect(vectors.add(a, b) == zip(a, b).map { field.add($0, $1) })
    #expect(vectors.subtract(vectors.add(a, b), b) == a)
    #expect(vectors.multiple(2, of: a) == vectors.add(a, a))
    #expect(vectors.add(a, vectors.zero) == a)
    let bytes = vectors.bytes(of: a)
    #expect(try vectors.element(from: bytes) == a)
    for wrong: [UInt8] in [
      bytes.dropLast(), bytes.dropLast(5), bytes + bytes.prefix(5), bytes.dropLast() + [7],
    ] {
      #expect(throws: NotAnElement.self) { try vectors.element(from: wrong) }
    }
  }
}
