/// Lines of one of the algorithms, as Spec/Algorithms numbers them.
public struct LineRange: Hashable, Sendable, CustomStringConvertible {
  public var algorithm: UInt8
  public var first: UInt8
  public var last: UInt8

  public init(_ algorithm: UInt8, _ lines: ClosedRange<UInt8>) {
    self.algorithm = algorithm
    first = lines.lowerBound
    last = lines.upperBound
  }

  public var description: String {
    first == last ? "\(algorithm).\(first)" : "\(algorithm).\(first)-\(last)"
  }
}
