/// Operations that the papers count.
public struct OperationCounts: Hashable, Sendable {
  public var exponentiations = 0
  public var signatures = 0
  public var verifications = 0

  public init(exponentiations: Int = 0, signatures: Int = 0, verifications: Int = 0) {
    self.exponentiations = exponentiations
    self.signatures = signatures
    self.verifications = verifications
  }

  public static func + (a: Self, b: Self) -> Self {
    Self(
      exponentiations: a.exponentiations + b.exponentiations, signatures: a.signatures + b.signatures,
      verifications: a.verifications + b.verifications)
  }

  public static func - (a: Self, b: Self) -> Self {
    Self(
      exponentiations: a.exponentiations - b.exponentiations, signatures: a.signatures - b.signatures,
      verifications: a.verifications - b.verifications)
  }
}

/// One process's calculations in a group: it draws the fresh exponents and counts.
public struct Arithmetic<Group: CyclicGroup>: Hashable, Sendable {
  public let group: Group
  public var randomness: Randomness
  public var counts = OperationCounts()

  public init(_ group: Group, _ randomness: Randomness) {
    self.group = group
    self.randomness = randomness
  }

  public mutating func power(_ base: Group.Element, _ exponent: Group.Exponent) -> Group.Element {
    counts.exponentiations += 1
    return group.power(base, exponent)
  }

  public mutating func freshExponent() -> Group.Exponent { group.randomExponent(using: &randomness) }
}
