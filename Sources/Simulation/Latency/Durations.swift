/// Durations, of which only the distribution is kept: however many they are, it stays small.
public struct Durations: Hashable, Sendable {
  /// How often each occurred, in microseconds of three significant digits.
  private var counts: [Int: Int] = [:]
  public private(set) var count = 0
  /// Microseconds, as all that follows.
  public private(set) var greatest = 0

  public init() {}

  public mutating func insert(_ duration: Int) {
    var unit = 1
    while duration / unit >= 1000 { unit *= 10 }
    counts[(duration + unit / 2) / unit * unit, default: 0] += 1
    count += 1
    greatest = max(greatest, duration)
  }

  public mutating func formUnion(_ other: Self) {
    counts.merge(other.counts, uniquingKeysWith: +)
    count += other.count
    greatest = max(greatest, other.greatest)
  }

  /// To three significant digits; 0 where there are none.
  public var median: Int {
    var left = count / 2
    for (duration, count) in counts.sorted(by: { $0.key < $1.key }) {
      if left < count { return duration }
      left -= count
    }
    return 0
  }

  /// As `412 ms` or `1.93 s`.
  public static func text(_ duration: Int) -> String {
    let (value, unit) =
      duration < 1_000_000 ? (Double(duration) / 1000, "ms") : (Double(duration) / 1_000_000, "s")
    let places = value < 10 ? 100.0 : value < 100 ? 10 : 1
    let rounded = (value * places).rounded() / places
    return "\(rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") \(unit)"
  }
}

/// How long members wait for their secure views of more than one, from the last change of the network or of the group before the view.
public struct Waits: Hashable, Sendable {
  public var all = Durations()
  /// Until the view of the service is installed.
  public var service = Durations()
  /// From there to the secure view.
  public var agreement = Durations()

  public init() {}

  public mutating func formUnion(_ other: Self) {
    all.formUnion(other.all)
    service.formUnion(other.service)
    agreement.formUnion(other.agreement)
  }
}
