public import GroupCommunication
public import TraceChecking
import Traces

/// What a run broke.
public struct RunVerdict: Sendable {
  /// The properties violated, as LAYER/ID or LAYER/ID.PART, and what the checker does not see: `not-possible` and
  /// `termination` (a live member is not in SECURE though the network is quiet), `secrecy`, and `forgery` (a member
  /// let in what an adversary made).
  public var broken: [String]
  public var report: Report

  /// - Throws: what `TraceCheck` throws; a trace that was just written is well-formed.
  ///
  /// - Parameter exposed: the views whose keys others can compute (`Evidence.exposed`).
  public init(_ summary: Summary, _ trace: [UInt8], exposed: [GroupCommunication.ViewIdentifier]) throws {
    try self.init(trace)
    for event in summary.notPossible where !broken.contains("not-possible: \(event)") {
      broken.append("not-possible: \(event)")
    }
    if !summary.stuck.isEmpty { broken.append("termination") }
    if !exposed.isEmpty { broken.append("secrecy") }
    if !summary.accepted.isEmpty { broken.append("forgery") }
  }

  /// What a run of an exchange broke: properties, `termination` (the network never comes to rest), `not-possible`,
  /// `trusted-host` and `secrecy`.
  ///
  /// - Parameter check: nil where keys are not symbolic.
  public init(_ summary: ExchangeSummary, _ trace: [UInt8], _ check: TrustedHostCheck?) throws {
    try self.init(trace)
    if summary.neverRests { broken.append("termination") }
    if let first = summary.unexpected.first { broken.append("not-possible: \(first)") }
    if let first = check?.notAllowed.first { broken.append("trusted-host: \(first)") }
    if check?.exposed.isEmpty == false { broken.append("secrecy") }
  }

  /// For people: what is broken, each with the checker's first witness.
  ///
  /// - Parameter stuck: why the run does not end.
  func lines(stuck: [String] = []) -> [String] {
    if broken.isEmpty {
      let judged = report.properties.count { $0.checked > 0 }
      return ["everything holds: \(judged) properties that had something to check"]
    }
    return broken.map { broken in
      for property in report.properties where property.verdict == .violated {
        let name = "\(property.layer)/\(property.property.rawValue)"
        let witness = property.violations.first { violation in
          broken == (violation.part.map { "\(name).\($0.rawValue)" } ?? name)
        }
        if let witness { return "\(broken): \(witness.summary)" }
      }
      return broken == "termination" ? "\(broken): \(stuck.joined(separator: ", "))" : broken
    }
  }

  private init(_ trace: [UInt8]) throws {
    report = try TraceCheck().run([.bytes(trace, name: "run")])
    broken = []
    for property in report.properties where property.verdict == .violated {
      let name = "\(property.layer)/\(property.property.rawValue)"
      let parts = property.parts.filter { $0.verdict == .violated }
      broken += parts.isEmpty ? [name] : parts.map { "\(name).\($0.part.rawValue)" }
    }
  }
}
