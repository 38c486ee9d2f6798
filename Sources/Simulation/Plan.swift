public import CyclicGroups
public import KeyAgreement
public import SecureGroup

/// What a simulated run is made of.
public struct Plan: Hashable, Sendable, CustomStringConvertible {
  public var seed: UInt64
  public var members: Int
  /// Crashes, recoveries, joins, leaves, partitions, merges and false suspicions.
  public var events: Int
  public var algorithm: RobustAgreement<SymbolicGroup>.Algorithm
  public var agreement: KeyAgreementProtocol
  public var repairs: Repairs
  /// Whether somebody attacks the members (`Adversary`). It changes nothing else of the run.
  public var adversary: Bool
  /// nil: nothing has a latency, whatever is possible can come next.
  public var latencies: Latencies?

  public init(
    seed: UInt64, members: Int = 5, events: Int = 40,
    algorithm: RobustAgreement<SymbolicGroup>.Algorithm = .optimized, agreement: KeyAgreementProtocol = .gdh,
    repairs: Repairs = .all, adversary: Bool = false, latencies: Latencies? = nil
  ) {
    self.seed = seed
    self.members = members
    self.events = events
    self.algorithm = algorithm
    self.agreement = agreement
    self.repairs = repairs
    self.adversary = adversary
    self.latencies = latencies
  }

  /// The options of `conclave simulate` that make the run.
  public var description: String {
    "--algorithm \(algorithm.rawValue) --agreement \(agreement.rawValue) --members \(members) --events \(events)"
      + " --seed \(seed)" + options(of: repairs) + (latencies.map { " --latencies \($0)" } ?? "")
  }

  /// ` --as-printed`, or ` --without-repair E3` for each that is missing.
  private func options(of repairs: Repairs) -> String {
    repairs == .none
      ? " --as-printed" : repairs.missing.map { " --without-repair \($0.rawValue)" }.joined()
  }
}
