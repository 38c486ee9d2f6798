/// A repair of the robust key agreement, by its entry in Spec/Errata.md. E7 has none of its own: E5 does for it.
public enum Repair: String, Hashable, Sendable, CaseIterable {
  case e1 = "E1"
  case e2 = "E2"
  case e3 = "E3"
  case e4 = "E4"
  case e5 = "E5"
  case e6 = "E6"
}

/// Which repairs the machines have.
public struct Repairs: OptionSet, Hashable, Sendable, CustomStringConvertible {
  /// The machines as the paper prints them.
  public static let none: Self = []
  public static let all = Self(rawValue: (1 << UInt8(Repair.allCases.count)) - 1)

  public var rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public init(_ repair: Repair) { rawValue = 1 << UInt8(Repair.allCases.firstIndex(of: repair)!) }

  /// All others.
  public static func without(_ repairs: some Sequence<Repair>) -> Self {
    repairs.reduce(into: .all) { $0.subtract(Self($1)) }
  }

  /// In order.
  public var missing: [Repair] { Repair.allCases.filter { !contains($0) } }

  public func contains(_ repair: Repair) -> Bool { isSuperset(of: Self(repair)) }

  /// `repaired`, `as printed`, or `repaired but for E3 and E5`.
  public var description: String {
    if self == .none { return "as printed" }
    let missing = missing.map(\.rawValue)
    return missing.isEmpty ? "repaired" : "repaired but for " + missing.joined(separator: " and ")
  }
}
