/// FIPS 180-4, to derive the insecure groups again.
enum SHA256 {
  /// The first `count` primes, and 32 bits of the fraction of a root of each.
  private static func fractions(_ count: Int, root: (Double) -> Double, power: Int) -> [UInt32] {
    let primes = (2...).lazy.filter { n in !(2..<n).contains { n % $0 == 0 } }.prefix(count)
    return primes.map { prime in
      // The greatest number whose power is not above prime * 2^(32 * power), from an estimate that is nearly exact.
      let target = Number(integerLiteral: prime) << (32 * power)
      var scaled = Int(root(Double(prime)) * 4_294_967_296)
      func isAbove(_ n: Int) -> Bool {
        (0..<power).reduce(Number(integerLiteral: 1)) { product, _ in product * Number(integerLiteral: n) }
          > target
      }
      while isAbove(scaled) { scaled -= 1 }
      while !isAbove(scaled + 1) { scaled += 1 }
      return UInt32(truncatingIfNeeded: scaled)
    }
  }

  private static let start = fractions(8, root: { $0.squareRoot() }, power: 2)
  private static let constants = fractions(64, root: { cbrt($0) }, power: 3)

  private static func cbrt(_ x: Double) -> Double {
    (0..<60).reduce(x) { root, _ in (2 * root + x / (root * root)) / 3 }
  }

  static func hash(_ message: [UInt8]) -> [UInt8] {
    func rotated(_ x: UInt32, _ count: UInt32) -> UInt32 { x >> count | x << (32 - count) }
    func bigEndian(_ x: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: x.bigEndian) { [UInt8]($0) }
    }

    let zeros = [UInt8](repeating: 0, count: (119 - message.count % 64) % 64)
    let padded = message + [0x80] + zeros + bigEndian(UInt64(message.count * 8))
    var state = start
    for block in stride(from: 0, to: padded.count, by: 64) {
      var w = stride(from: block, to: block + 64, by: 4).map { i in
        padded[i..<i + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      }
      for i in 16..<64 {
        let (x, y) = (w[i - 15], w[i - 2])
        let low = rotated(x, 7) ^ rotated(x, 18) ^ (x >> 3)
        let high = rotated(y, 17) ^ rotated(y, 19) ^ (y >> 10)
        w.append(w[i - 16] &+ low &+ w[i - 7] &+ high)
      }
      var s = state
      for i in 0..<64 {
        let high = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)
        let choice = (s[4] & s[5]) ^ (~s[4] & s[6])
        let one = s[7] &+ high &+ choice &+ constants[i] &+ w[i]
        let low = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)
        let majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2])
        s = [one &+ low &+ majority, s[0], s[1], s[2], s[3] &+ one, s[4], s[5], s[6]]
      }
      state = zip(state, s).map { $0 &+ $1 }
    }
    return state.flatMap(bigEndian)
  }
}
