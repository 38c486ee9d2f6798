/// What is said of a part, a property, a trace; in order of severity, the worst last.
public enum Verdict: String, Hashable, Comparable, Sendable, CaseIterable {
  /// The trace does not record what the property speaks of.
  case notApplicable
  case holds
  /// Nothing is violated, but an obligation is open where the recording stops.
  case inconclusive
  /// There is a witness.
  case violated

  public static func < (a: Verdict, b: Verdict) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }
}
