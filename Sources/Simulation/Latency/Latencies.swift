/// Between which bounds the latencies of the links of a virtual network lie.
public struct Latencies: Hashable, Sendable, CustomStringConvertible {
  /// Microseconds.
  public let range: ClosedRange<Int>

  /// Beyond a second, what is slow and what is stale (`Authentication`) could not be told apart.
  private static let limit = 1_000_000
  /// A local network, and the Internet.
  private static let named = ["lan": Latencies(range: 100...500), "wan": Latencies(range: 5_000...150_000)]

  private init(range: ClosedRange<Int>) { self.range = range }

  /// Reads `lan`, `wan`, or bounds in milliseconds, as `0.5...20`.
  ///
  /// - Returns: nil where `text` is none of these, or the bounds are not from 0 to 1000; the greater is more than 0.
  public init?(_ text: String) {
    if let named = Self.named[text] {
      self = named
      return
    }
    guard let dots = text.firstRange(of: "..."), let least = Self.microseconds(text[..<dots.lowerBound]),
      let greatest = Self.microseconds(text[dots.upperBound...]), greatest > 0, least <= greatest
    else { return nil }
    range = least...greatest
  }

  private static func microseconds(_ milliseconds: Substring) -> Int? {
    guard let value = Double(milliseconds), value >= 0, value * 1000 <= Double(limit) else { return nil }
    return Int((value * 1000).rounded())
  }

  /// The bounds in milliseconds, as they are read.
  public var description: String { "\(Self.text(range.lowerBound))...\(Self.text(range.upperBound))" }

  private static func text(_ microseconds: Int) -> String {
    microseconds % 1000 == 0 ? "\(microseconds / 1000)" : "\(Double(microseconds) / 1000)"
  }
}
