import CyclicGroups
import Testing

@Suite struct KnowledgeTests {
  typealias Element = SymbolicGroup.Element
  typealias Exponent = SymbolicGroup.Exponent

  let group = SymbolicGroup()
  let (a, b, c): (Exponent, Exponent, Exponent)

  init() {
    var randomness = Randomness.seeded(1)
    a = group.randomExponent(using: &randomness)
    b = group.randomExponent(using: &randomness)
    c = group.randomExponent(using: &randomness)
  }

  /// The generator to the product of some exponents.
  func g(_ exponents: Exponent...) -> Element { exponents.reduce(group.generator, group.power) }
  func inverse(_ exponent: Exponent) -> Exponent { group.inverse(exponent) }

  func knowing(_ elements: [Element], _ exponents: [Exponent] = []) -> Knowledge {
    let atoms = exponents.flatMap(\.factors).compactMap { factor in
      if case .fresh(let number) = factor.atom { number } else { nil }
    }
    return Knowledge(elements: elements, exponents: Set(atoms))
  }

  @Test("Whoever knows nothing has the generator")
  func nothing() {
    #expect(knowing([]).canCompute(group.generator))
    #expect(!knowing([]).canCompute(g(a)))
    #expect(knowing([], [a]).canCompute(g(a)))
    #expect(knowing([g(a)]).canCompute(g(a)))
  }

  @Test("Diffie and Hellman's key takes an exponent")
  func diffieHellman() {
    let sent = [g(a), g(b)]
    #expect(!knowing(sent).canCompute(g(a, b)))
    #expect(!knowing(sent, [c]).canCompute(g(a, b)))
    #expect(knowing(sent, [a]).canCompute(g(a, b)))
    #expect(knowing(sent, [b]).canCompute(g(a, b)))
    #expect(knowing([g(a, b)], [b]).canCompute(g(a)))
    #expect(!knowing([g(a, b)]).canCompute(g(a)))
  }

  @Test("Three parties' key takes an exponent, whatever part of it was sent")
  func threeParties() {
    let sent = [g(a), g(a, b), g(b, c), g(a, c), g(b), g(c)]
    let key = g(a, b, c)
    #expect(!knowing(sent).canCompute(key))
    for exponent in [a, b, c] { #expect(knowing(sent, [exponent]).canCompute(key)) }
    #expect(knowing([key], [c]).canCompute(g(a, b)))
    #expect(!knowing([key], [c]).canCompute(g(a)))
  }

  @Test("Powers and inverses of unknown atoms are told apart")
  func powers() {
    #expect(!knowing([g(a)]).canCompute(g(a, a)))
    #expect(!knowing([g(a, a)]).canCompute(g(a)))
    #expect(!knowing([g(a)]).canCompute(g(inverse(a))))
    #expect(!knowing([g(a), g(inverse(b))]).canCompute(g(a, inverse(b))))
    #expect(knowing([g(a, a, b)], [b]).canCompute(g(a, a, inverse(b), inverse(b))))
    #expect(knowing([], [a]).canCompute(g(inverse(a), inverse(a))))
    #expect(!knowing([g(a, b)], [b]).canCompute(g(a, a, b)))
  }

  @Test("CKD's key is open to whoever has the key of a pair")
  func ckd() {
    let (r1, r2, secret) = (a, b, c)
    let pairKey = group.exponent(from: g(r1, r2))
    let sent = [g(r1), g(r2), g(secret, pairKey)]
    #expect(!knowing(sent).canCompute(g(secret)))
    #expect(!knowing(sent).knows(.of(g(r1, r2))))
    for exponent in [r1, r2] {
      #expect(knowing(sent, [exponent]).canCompute(g(secret)))
      #expect(knowing(sent, [exponent]).knows(.of(g(r1, r2))))
    }
    #expect(knowing(sent + [g(r1, r2)]).canCompute(g(secret)))
    #expect(knowing(sent, [secret]).canCompute(g(secret)))
    // Its exponent is the pair's key, which an element does not give away.
    #expect(!knowing(sent, [secret]).canCompute(g(r1, r2)))
    #expect(knowing([g(secret, inverse(pairKey)), g(r1)], [r2]).canCompute(g(secret)))
  }

  @Test("One key opens the next")
  func chain() {
    var randomness = Randomness.seeded(2)
    let secrets = (0..<6).map { _ in group.randomExponent(using: &randomness) }
    var sent = [g(a), g(b)]
    var key = g(a, b)
    for secret in secrets {
      sent.append(g(secret, group.exponent(from: key)))
      key = g(secret)
    }
    // In an order in which the last must wait for the first.
    sent.reverse()
    #expect(!knowing(sent).canCompute(key))
    #expect(knowing(sent, [a]).canCompute(key))
    #expect(!knowing(sent.filter { $0 != g(a) && $0 != g(b) }, [a]).canCompute(key))
    #expect(knowing(sent, [secrets[4]]).canCompute(key))
    #expect(!knowing(sent, [secrets[4]]).canCompute(g(secrets[3])))
  }

  @Test("An atom that no known element has is known where its element is computable")
  func newAtoms() {
    let key = group.exponent(from: g(a, b))
    let keyOfKey = group.exponent(from: g(a, key))
    #expect(knowing([g(a)], [b]).canCompute(g(a, key, keyOfKey)))
    #expect(!knowing([g(a)], [c]).canCompute(g(a, key)))
    #expect(!knowing([g(a)], [c]).canCompute(g(a, keyOfKey)))
    #expect(knowing([]).knows(.of(group.generator)))
  }

  @Test("What is computable is what multiplying exponents in and out reaches", arguments: 0..<60)
  func search(seed: UInt64) {
    var choices = Randomness.seeded(seed)
    let inner = [g(a, b), g(a, group.exponent(from: g(c)))]
    let all = [a, b, c] + inner.map { group.exponent(from: $0) } + [group.exponent(from: g(c))]
    func element() -> Element {
      all.reduce(group.generator) { element, exponent in
        switch UInt8.random(in: 0..<6, using: &choices) {
        case 0: group.power(element, exponent)
        case 1: group.power(element, group.inverse(exponent))
        default: element
        }
      }
    }
    let known = (0..<3).map { _ in element() } + (seed % 2 == 0 ? [g(a)] : [])
    let exponents = [a, b, c].filter { _ in UInt8.random(in: 0..<3, using: &choices) == 0 }
    let knowledge = knowing(known, exponents)

    var reached = Set(known + [group.generator])
    var before = 0
    while reached.count > before {
      before = reached.count
      let open = exponents + (inner + [g(c)]).filter(reached.contains).map { group.exponent(from: $0) }
      for exponent in open.flatMap({ [$0, group.inverse($0)] }) {
        for element in reached {
          let next = group.power(element, exponent)
          // A way from one element to another never has to leave the powers between theirs.
          if next.exponent.factors.allSatisfy({ $0.power.magnitude < 2 }) { reached.insert(next) }
        }
      }
    }
    for target in (0..<200).map({ _ in element() }) + inner + [g(a), g(b), g(c)] {
      #expect(knowledge.canCompute(target) == reached.contains(target), "\(seed)")
    }
  }
}
