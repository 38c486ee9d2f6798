public import CyclicGroups
public import SecureGroup
import Traces

extension Stack<SymbolicGroup, SymbolicSignatures> {
  public init(symbolic plan: Plan, note: String) {
    // Where repairs are missing, messages of one view reach another: sealing would hide it.
    self.init(
      plan, SymbolicGroup(), SymbolicSignatures(), suite: plan.repairs == .all ? CipherSuite.none : nil,
      note: note)
  }

  /// A line for each process: its state, its views, what can be delivered to it.
  public var statusLines: [String] {
    processes.map { p in
      guard isUp(p) else { return "\(p)  -   " + (isCrashed(p) ? "crashed" : "not in the group") }
      let machine = machine(of: p)!
      var line = "\(p)  \(machine.state.rawValue.padded(to: 2))  \(status(of: p))"
      if let key = machine.groupKey, maySend(p) { line += ", key \(fingerprint(of: key).prefix(8))" }
      let deliverable = deliverable(p)
      if !deliverable.isEmpty {
        line += "; can deliver " + deliverable.map(\.description).joined(separator: " ")
      }
      return line
    }
  }

  /// What the run has broken so far, each with the checker's first witness; what is still owed is no fault before the run
  /// has come to rest.
  public var verdictLines: [String] {
    var summary = summary
    if isBusy { summary.stuck = [] }
    do {
      let trace = isBusy ? incompleteTrace : trace
      let verdict = try RunVerdict(summary, trace.bytes, exposed: evidence.exposed)
      return verdict.lines(stuck: summary.stuck)
    } catch {
      preconditionFailure("a trace that was just written: \(error)")
    }
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
