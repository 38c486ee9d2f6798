import TraceChecking
import Traces

/// The properties of views, signals, flushes and keys.
extension LiteralLayer {
  /// (1) p installs v: p is a member of v.
  func selfInclusion() -> Finding {
    guard needs(.view) else { return .notApplicable }
    var finding = Finding()
    for i in installations {
      finding.checked += 1
      if !sections[i].members[sections[i].process] { finding.broken = true }
    }
    return finding
  }

  /// (2) The identifiers that one process installs grow strictly, across its histories too.
  func localMonotonicity() -> Finding {
    guard needs(.view) else { return .notApplicable }
    var finding = Finding()
    for i in installations {
      for j in installations where i < j && sections[i].process == sections[j].process {
        finding.checked += 1
        if sections[i].view >= sections[j].view { finding.broken = true }
      }
    }
    return finding
  }

  /// (7) a: p is in ts(p, v).
  func transitionalSetA() -> Finding {
    guard needs(.view), transitionalSetsRecorded else { return .notApplicable }
    var finding = Finding()
    for i in installations {
      guard let set = sections[i].transitional else { continue }
      finding.checked += 1
      if !set[sections[i].process] { finding.broken = true }
    }
    return finding
  }

  /// (7) b: p and q install v, q in ts(p, v), q is not p: both have a previous view, and the same one.
  func transitionalSetB() -> Finding {
    guard needs(.view), transitionalSetsRecorded else { return .notApplicable }
    var finding = Finding()
    for i in installations {
      guard let set = sections[i].transitional else { continue }
      for j in installations
      where sections[i].history != sections[j].history && sections[i].view == sections[j].view
        && set[sections[j].process]
      {
        finding.checked += 1
        guard let before = sections[i].previous, let other = sections[j].previous,
          sections[before].view == sections[other].view
        else {
          finding.broken = true
          continue
        }
      }
    }
    return finding
  }

  /// (7) c: p and q install v, q in ts(p, v): ts(p, v) = ts(q, v).
  func transitionalSetC() -> Finding {
    guard needs(.view), transitionalSetsRecorded else { return .notApplicable }
    var finding = Finding()
    for i in installations {
      guard let set = sections[i].transitional else { continue }
      for j in installations
      where i != j && sections[i].view == sections[j].view && set[sections[j].process] {
        guard let other = sections[j].transitional else { continue }
        finding.checked += 1
        if set != other { finding.broken = true }
      }
    }
    return finding
  }

  /// Between two consecutive installations of a history exactly one `signal`; after the last at most one; before
  /// the first none. If a `leave` stands between two installations, it does not ask that anything be there.
  func transitionalSignal() -> Finding {
    guard needs(.view, .signal) else { return .notApplicable }
    var finding = Finding()
    for section in sections {
      let signals = section.steps.filter { steps[$0].kind == .signal }.count
      if section.installation == -1 {
        finding.checked += signals
        if signals > 0 { finding.broken = true }
      } else {
        finding.checked += 1
        if signals > 1 { finding.broken = true }
        if section.next != nil, signals == 0, !section.hasLeave { finding.broken = true }
      }
    }
    return finding
  }

  /// a: Between two consecutive installations there is a `flushRequest`, and a `flushOk` after the last of them (if
  /// a `leave` stands between, nothing need be there); a `flushOk` answers one or more `flushRequest`s since the last
  /// `flushOk`.
  func flushAcknowledgmentA() -> Finding {
    guard needs(.view, .flushRequest, .flushOk) else { return .notApplicable }
    var finding = Finding()
    for section in sections where section.installation >= 0 && section.next != nil {
      finding.checked += 1
      if section.hasLeave { continue }
      let lastRequest = section.steps.last { steps[$0].kind == .flushRequest }
      let lastOk = section.steps.last { steps[$0].kind == .flushOk }
      guard let lastRequest, let lastOk, lastRequest < lastOk else {
        finding.broken = true
        continue
      }
    }
    for ok in steps.indices where steps[ok].kind == .flushOk {
      finding.checked += 1
      let before = steps.indices.filter { steps[$0].history == steps[ok].history && $0 < ok }
      let previousOk = before.last { steps[$0].kind == .flushOk } ?? -1
      if !before.contains(where: { steps[$0].kind == .flushRequest && $0 > previousOk }) {
        finding.broken = true
      }
    }
    return finding
  }

  /// b: Neither before a history's first view.
  func flushAcknowledgmentB() -> Finding {
    guard needs(.view, .flushRequest, .flushOk) else { return .notApplicable }
    var finding = Finding()
    for history in histories {
      let flushes = history.map { section in
        sections[section].steps.filter { steps[$0].kind == .flushRequest || steps[$0].kind == .flushOk }
      }
      if history.count > 1 || !flushes[0].isEmpty { finding.checked += 1 }
      if !flushes[0].isEmpty { finding.broken = true }
    }
    return finding
  }

  /// Nothing is sent between a `flushOk` and the next view.
  func blockedMessages() -> Finding {
    guard needs(.view, .send, .flushOk) else { return .notApplicable }
    var finding = Finding()
    for ok in steps.indices where steps[ok].kind == .flushOk {
      finding.checked += 1
      if sections[steps[ok].section].steps.contains(where: { steps[$0].kind == .send && $0 > ok }) {
        finding.broken = true
      }
    }
    return finding
  }

  /// The same identifier always comes with the same members.
  func viewIdentity() -> Finding {
    guard needs(.view) else { return .notApplicable }
    var finding = Finding()
    for i in installations {
      finding.checked += 1
      for j in installations where sections[i].view == sections[j].view {
        if sections[i].members != sections[j].members { finding.broken = true }
      }
    }
    return finding
  }

  /// Whoever installs the same secure view has the same key. (Views without a `key` are left out.)
  func keyAgreement() -> Finding {
    guard needs(.view, .key) else { return .notApplicable }
    var finding = Finding()
    for i in installations where sections[i].key >= 0 {
      finding.checked += 1
      for j in installations where sections[j].key >= 0 && sections[i].view == sections[j].view {
        if sections[i].key != sections[j].key { finding.broken = true }
      }
    }
    return finding
  }

  /// Different secure views have different keys. (Views without a `key` are left out.)
  func keyFreshness() -> Finding {
    guard needs(.view, .key) else { return .notApplicable }
    var finding = Finding()
    for i in installations where sections[i].key >= 0 {
      finding.checked += 1
      for j in installations where sections[j].key >= 0 && sections[i].view != sections[j].view {
        if sections[i].key == sections[j].key { finding.broken = true }
      }
    }
    return finding
  }
}
