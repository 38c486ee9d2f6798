import TraceChecking
import Traces

/// The properties of profile `gke`: group key exchange and consensus (Cachin-Strobl). A session is to its start,
/// finish and key what an instance is to its proposal, decision and value.
extension LiteralLayer {
  private func record(_ kind: Event.Kind) -> Bool {
    switch kind {
    case .start: needs(.start)
    case .finish: needs(.finish)
    case .propose: needs(.propose)
    case .decide: needs(.decide)
    default: false
    }
  }

  private func all(_ kind: Event.Kind) -> [Int] { steps.indices.filter { steps[$0].kind == kind } }

  /// All who finish a session have the same key; all who decide an instance decide the same value.
  func agreement(_ end: Event.Kind) -> Finding {
    guard record(end) else { return .notApplicable }
    var finding = Finding()
    for i in all(end) {
      finding.checked += 1
      for j in all(end) where steps[i].subject == steps[j].subject {
        if steps[i].value != steps[j].value { finding.broken = true }
      }
    }
    return finding
  }

  /// Different sessions have different keys.
  func gkeFreshness() -> Finding {
    guard record(.finish) else { return .notApplicable }
    var finding = Finding()
    for i in all(.finish) {
      finding.checked += 1
      for j in all(.finish) where steps[i].subject != steps[j].subject {
        if steps[i].value == steps[j].value { finding.broken = true }
      }
    }
    return finding
  }

  /// Per history, a finish follows its start, at most once; at most one decision an instance, after its own proposal.
  func integrity(_ begin: Event.Kind, _ end: Event.Kind) -> Finding {
    guard record(begin), record(end) else { return .notApplicable }
    var finding = Finding()
    for i in all(end) {
      finding.checked += 1
      func ofSame(_ j: Int) -> Bool {
        steps[j].history == steps[i].history && steps[j].subject == steps[i].subject
      }
      if !all(begin).contains(where: { ofSame($0) && $0 < i }) { finding.broken = true }
      if all(end).contains(where: { ofSame($0) && $0 != i }) { finding.broken = true }
    }
    return finding
  }

  /// At most t_c processes crash (ever): a session that all the others started, all the others finish; judged once all
  /// the others have started it; broken only in a complete trace (here it matters only whether `crash` is recorded).
  func termination(_ begin: Event.Kind, _ end: Event.Kind) -> Finding {
    guard record(begin), record(end), let tolerates else { return .notApplicable }
    var finding = Finding()
    var crashed = [Bool](repeating: false, count: processCount)
    for step in steps where step.kind == .crash || step.kind == .recover { crashed[step.process] = true }
    if crashed.filter({ $0 }).count > tolerates { return finding }
    let others = run.filter { !crashed[$0] }
    for subject in Set(all(begin).map { steps[$0].subject }).sorted() {
      func does(_ process: Int, _ kind: Event.Kind) -> Bool {
        all(kind).contains { steps[$0].process == process && steps[$0].subject == subject }
      }
      guard others.allSatisfy({ does($0, begin) }) else { continue }
      finding.checked += 1
      if others.allSatisfy({ does($0, end) }) { continue }
      if complete, needs(.crash) { finding.broken = true } else { finding.open = true }
    }
    return finding
  }

  /// A decided value was proposed by some process in that instance (no such proposal: violated if complete, else
  /// inconclusive).
  func consensusValidity() -> Finding {
    guard record(.propose), record(.decide) else { return .notApplicable }
    var finding = Finding()
    for i in all(.decide) {
      finding.checked += 1
      let proposed = all(.propose).contains {
        steps[$0].subject == steps[i].subject && steps[$0].value == steps[i].value
      }
      if !proposed {
        if complete { finding.broken = true } else { finding.open = true }
      }
    }
    return finding
  }
}
