public import GroupCommunication
public import SecureGroup

/// A set of lines of pseudo-code, as Spec/Algorithms numbers them.
public struct ExecutedLines: Hashable, Sendable {
  /// A bit for each line, by algorithm.
  private var bits: [UInt64] = Array(repeating: 0, count: 32)

  public init() {}

  public func contains(algorithm: Int, line: Int) -> Bool { bits[algorithm] & (1 << UInt64(line)) != 0 }

  public mutating func insert(_ lines: LineRange) {
    for line in lines.first...lines.last { bits[Int(lines.algorithm)] |= 1 << UInt64(line) }
  }

  /// The last two lines of an algorithm: "All other events: not possible".
  public mutating func insertNotPossible(_ error: NotPossible) {
    let last: [UInt64] = [0, 0, 0, 20, 22, 30, 18, 18, 46, 28, 46]
    let algorithm = Int(error.algorithm)
    bits[algorithm] |= 3 << (last[algorithm] - 1)
  }

  public mutating func formUnion(_ other: Self) {
    for algorithm in bits.indices { bits[algorithm] |= other.bits[algorithm] }
  }
}
