/// Numbers of 256 bits, the least significant limb first. Nothing here branches on a limb.
typealias Limbs256 = SIMD4<UInt64>

extension Limbs256 {
  /// The sum modulo 2^256, and 1 where it is more than that, else 0.
  func adding(_ other: Self) -> (sum: Self, carry: UInt64) {
    var sum = Self()
    var carry: UInt64 = 0
    for index in 0..<4 {
      let (partial, first) = self[index].addingReportingOverflow(other[index])
      let (limb, second) = partial.addingReportingOverflow(carry)
      sum[index] = limb
      carry = (first ? 1 : 0) | (second ? 1 : 0)
    }
    return (sum, carry)
  }

  /// The difference modulo 2^256, and 1 where it is less than zero, else 0.
  func subtracting(_ other: Self) -> (difference: Self, borrow: UInt64) {
    var difference = Self()
    var borrow: UInt64 = 0
    for index in 0..<4 {
      let (partial, first) = self[index].subtractingReportingOverflow(other[index])
      let (limb, second) = partial.subtractingReportingOverflow(borrow)
      difference[index] = limb
      borrow = (first ? 1 : 0) | (second ? 1 : 0)
    }
    return (difference, borrow)
  }

  /// - Parameter flag: 1 for the number itself, 0 for zero.
  func masked(_ flag: UInt64) -> Self { self & Self(repeating: 0 &- flag) }

  func bit(_ index: Int) -> UInt64 { self[index / 64] >> UInt64(index % 64) & 1 }

  var shiftedLeft: Self {
    (self &<< 1) | Self(0, self[0] &>> 63, self[1] &>> 63, self[2] &>> 63)
  }

  /// The lowest `bits`.
  func lowest(_ bits: Int) -> Self {
    var result = self
    for index in 0..<4 {
      let kept = bits - 64 * index
      if kept < 64 { result[index] &= kept <= 0 ? 0 : (1 << UInt64(kept)) - 1 }
    }
    return result
  }

  static func random(bits: Int, using randomness: inout Randomness) -> Self {
    var number = Self()
    for index in 0..<(bits + 63) / 64 { number[index] = randomness.next() }
    return number.lowest(bits)
  }

  /// The lowest `count` bytes, big-endian.
  func bytes(_ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: self[$0 / 8] >> UInt64($0 % 8 * 8)) }
  }

  /// - Parameter bytes: big-endian, at most 32.
  init(bytes: some Collection<UInt8>) {
    self.init()
    for (index, byte) in bytes.reversed().enumerated() {
      self[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
  }
}
