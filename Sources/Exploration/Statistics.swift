/// How far a search is, or was.
public struct Statistics: Hashable, Sendable, CustomStringConvertible {
  /// Distinct states; of random walks, states passed.
  public var states = 0
  /// Steps out of the states visited.
  public var transitions = 0
  /// Steps from an initial state to the farthest one.
  public var depth = 0
  public var seconds = 0.0
  /// Bytes taken for visited states.
  public var memory = 0
  /// Visited states whose successors are not known yet.
  public var waiting = 0
  /// With fingerprints: about how likely it is that at least one state was missed; else 0.
  public var oddsOfMissedState = 0.0

  @inlinable public init() {}

  public var description: String {
    var text = "\(states) states, \(transitions) transitions, depth \(depth), "
    text += "\(Self.fixed(seconds, digits: 2)) s, \((memory + 524_288) >> 20) MiB"
    if seconds > 0 { text += ", \(Int(Double(states) / seconds)) states/s" }
    if oddsOfMissedState > 0 {
      text += ", a state missed with odds of about \(Self.power(oddsOfMissedState))"
    }
    return text
  }

  private static func fixed(_ value: Double, digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((value * Double(scale)).rounded())
    let rest = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: digits - rest.count) + rest
  }

  /// As one in a power of ten, rounded to the greater odds.
  private static func power(_ odds: Double) -> String {
    var exponent = 0
    var bound = odds
    while bound < 1 {
      bound *= 10
      exponent += 1
    }
    return exponent <= 1 ? "1" : "1e-\(exponent - 1)"
  }
}
