/// The states of Figs. 2 and 3 (Amir et al., IV-A, V-A).
public enum State: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// SECURE (S): the group is functional.
  case secure = "S"
  /// WAIT FOR PARTIAL TOKEN (PT).
  case waitForPartialToken = "PT"
  /// WAIT FOR FINAL TOKEN (FT).
  case waitForFinalToken = "FT"
  /// COLLECT FACT OUTS (FO).
  case collectFactOuts = "FO"
  /// WAIT FOR KEY LIST (KL).
  case waitForKeyList = "KL"
  /// WAIT FOR CASCADING MEMBERSHIP (CM).
  case waitForCascadingMembership = "CM"
  /// WAIT FOR SELF JOIN (SJ), optimized algorithm only.
  case waitForSelfJoin = "SJ"
  /// WAIT FOR MEMBERSHIP (M), optimized algorithm only.
  case waitForMembership = "M"

  public var description: String { rawValue }
}
