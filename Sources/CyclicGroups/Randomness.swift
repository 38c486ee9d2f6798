/// Where fresh exponents come from: the system's generator, or a seed, which always gives the same sequence.
public enum Randomness: RandomNumberGenerator, Hashable, Sendable {
  case system
  /// SplitMix64 (Steele, Lea, Flood, 2014).
  case seeded(UInt64)
  /// This number, then the next ones. Nothing is random about it: a model of a protocol over the symbolic group gives
  /// its exponents names in this way.
  case counted(UInt64)

  public mutating func next() -> UInt64 {
    switch self {
    case .system:
      var generator = SystemRandomNumberGenerator()
      return generator.next()
    case .seeded(let state):
      let state = state &+ 0x9e37_79b9_7f4a_7c15
      self = .seeded(state)
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    case .counted(let number):
      self = .counted(number &+ 1)
      return number
    }
  }
}
