/// A process of the system, by its number: 0, 1, ... 63.
public struct Process: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: UInt8

  public init(_ number: Int) {
    precondition(number < 64, "at most 64 processes")
    self.number = UInt8(number)
  }

  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }

  /// `a` to `z`, then `a1` to `z1`, `a2` to `l2`.
  public var description: String {
    let letter = String(UnicodeScalar(UInt8(ascii: "a") + number % 26))
    return number < 26 ? letter : letter + String(number / 26)
  }

  /// - Returns: nil where `name` is nobody's `description`.
  public init?(_ name: some StringProtocol) {
    guard let process = (0..<64).map({ Process($0) }).first(where: { $0.description == name }) else {
      return nil
    }
    self = process
  }
}

extension Process {
  /// Its place in an array that has one for each process.
  public var index: Int { Int(number) }
}

/// A set of processes, in the order of their numbers.
public struct ProcessSet: Hashable, Sendable, Sequence, ExpressibleByArrayLiteral, CustomStringConvertible {
  public private(set) var bits: UInt64

  public init(bits: UInt64 = 0) { self.bits = bits }
  public init(_ processes: some Sequence<Process>) {
    bits = 0
    for process in processes { insert(process) }
  }
  public init(arrayLiteral processes: Process...) { self.init(processes) }

  public var isEmpty: Bool { bits == 0 }
  public var count: Int { bits.nonzeroBitCount }
  public var first: Process? { isEmpty ? nil : Process(bits.trailingZeroBitCount) }

  public func contains(_ process: Process) -> Bool { bits & (1 << process.number) != 0 }
  public mutating func insert(_ process: Process) { bits |= 1 << process.number }
  public mutating func remove(_ process: Process) { bits &= ~(1 << process.number) }
  public func isSubset(of other: Self) -> Bool { bits & ~other.bits == 0 }

  public static func | (a: Self, b: Self) -> Self { Self(bits: a.bits | b.bits) }
  public static func & (a: Self, b: Self) -> Self { Self(bits: a.bits & b.bits) }
  public static func - (a: Self, b: Self) -> Self { Self(bits: a.bits & ~b.bits) }

  public struct Iterator: IteratorProtocol {
    var bits: UInt64
    public mutating func next() -> Process? {
      guard bits != 0 else { return nil }
      defer { bits &= bits - 1 }
      return Process(bits.trailingZeroBitCount)
    }
  }
  public func makeIterator() -> Iterator { Iterator(bits: bits) }
  public var underestimatedCount: Int { count }

  public var description: String { "{" + map(\.description).joined(separator: " ") + "}" }
}
