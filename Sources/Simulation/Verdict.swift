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
    report = try TraceCheck().run([.bytes(trace, name: "run")])
    broken = []
    for property in report.properties where property.verdict == .violated {
      let name = "\(property.layer)/\(property.property.rawValue)"
      let parts = property.parts.filter { $0.verdict == .violated }
      broken += parts.isEmpty ? [name] : parts.map { "\(name).\($0.part.rawValue)" }
    }
    for event in summary.notPossible where !broken.contains("not-possible: \(event)") {
      broken.append("not-possible: \(event)")
    }
    if !summary.stuck.isEmpty { broken.append("termination") }
    if !exposed.isEmpty { broken.append("secrecy") }
    if !summary.accepted.isEmpty { broken.append("forgery") }
  }
}
