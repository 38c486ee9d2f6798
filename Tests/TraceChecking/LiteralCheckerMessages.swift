import TraceChecking
import Traces

/// The properties of sends and deliveries.
extension LiteralLayer {
  /// (3) p delivers m: the delivery and the send are in the same view. A send or a delivery in no view violates it.
  func sendingViewDelivery() -> Finding {
    guard needs(.view, .send, .deliver) else { return .notApplicable }
    var finding = Finding()
    for s in sends where view(of: s) == -1 {
      finding.checked += 1
      finding.broken = true
    }
    for d in deliveries {
      if view(of: d) == -1 {
        finding.checked += 1
        finding.broken = true
      }
      for s in sendsOf[steps[d].subject] {
        finding.checked += 1
        if view(of: s) != view(of: d) { finding.broken = true }
      }
    }
    return finding
  }

  /// Two histories that deliver m, each in some view, deliver it in the same view.
  func sameViewDelivery() -> Finding {
    guard needs(.view, .deliver) else { return .notApplicable }
    var finding = Finding()
    for d in deliveries where view(of: d) >= 0 {
      for e in deliveriesOf[steps[d].subject]
      where steps[e].history != steps[d].history && view(of: e) >= 0 {
        finding.checked += 1
        if view(of: d) != view(of: e) { finding.broken = true }
      }
    }
    return finding
  }

  /// (4) p delivers m in v: m was sent in v (not asked of a delivery in no view), p is an addressee, and the delivery
  /// does not happen before the send. No send at all: violated if the trace is complete, else inconclusive.
  /// Profile `evs`: without "in v".
  func deliveryIntegrity() -> Finding {
    guard needs(.view, .send, .deliver) else { return .notApplicable }
    var finding = Finding()
    for d in deliveries {
      finding.checked += 1
      let itsSends = sendsOf[steps[d].subject]
      if itsSends.isEmpty {
        if complete { finding.broken = true } else { finding.open = true }
      }
      for s in itsSends {
        if rules == .vs, view(of: d) >= 0, view(of: s) != view(of: d) { finding.broken = true }
        if !isAddressee(steps[d].process, of: s) { finding.broken = true }
        if happensBefore(d, s) { finding.broken = true }
      }
    }
    return finding
  }

  /// (5) Each message is sent once; each history delivers it at most once.
  func noDuplication() -> Finding {
    guard needs(.deliver) else { return .notApplicable }
    var finding = Finding()
    if needs(.send) {
      for s in sends {
        finding.checked += 1
        if sendsOf[steps[s].subject].count > 1 { finding.broken = true }
      }
    }
    for d in deliveries {
      finding.checked += 1
      for e in deliveriesOf[steps[d].subject] where e != d && steps[e].history == steps[d].history {
        finding.broken = true
      }
    }
    return finding
  }

  /// (6) p sends m in v and is an addressee: p delivers m (an obligation).
  /// Profile `evs`: met by a delivery anywhere later in the history, void if the history crashes or has `leave`
  /// anywhere, broken only by a complete trace.
  func selfDelivery() -> Finding {
    guard needs(.view, .send, .deliver) else { return .notApplicable }
    var finding = Finding()
    for s in sends where view(of: s) >= 0 && isAddressee(steps[s].process, of: s) {
      let message = steps[s].subject
      var obligation = obligation(in: steps[s].section, toDeliver: message, afterSignal: false)
      if rules == .evs {
        let history = steps[s].history
        if deliveriesOf[message].contains(where: { steps[$0].history == history && $0 > s }) {
          obligation = .met
        } else if histories[history].contains(where: { sections[$0].departs }) {
          obligation = .void
        } else {
          obligation = completenessBreaks ? .broken : .open
        }
      }
      note(obligation, in: &finding)
      if obligation != .void { finding.checked += 1 }
    }
    return finding
  }

  private func note(_ obligation: Obligation, in finding: inout Finding) {
    switch obligation {
    case .met, .void: break
    case .broken: finding.broken = true
    case .open: finding.open = true
    }
  }

  /// The pairs of sections in which two histories move together: both install the same view v' directly from the
  /// same v, and one is in the transitional set of the other. Where transitional sets are not recorded, the classical
  /// form: p and q install v' directly after the same v. The sections returned are those of v.
  private func movedTogether() -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for i in installations {
      for j in installations
      where i < j && sections[i].history != sections[j].history && sections[i].view == sections[j].view {
        guard let before = sections[i].previous, let other = sections[j].previous,
          sections[before].view == sections[other].view
        else { continue }
        let together =
          sections[i].transitional?[sections[j].process] ?? false
          || sections[j].transitional?[sections[i].process] ?? false
        if together || !transitionalSetsRecorded { pairs.append((before, other)) }
      }
    }
    return pairs
  }

  /// (8) p and q install v', q in ts(p, v'), both directly from the same v: of the messages addressed to both, they
  /// delivered the same set in v. A message that only one of them delivered and whose send is not in the trace though
  /// sends are recorded: counts as addressed to all if the trace is complete, and makes the instance inconclusive if
  /// not; where sends are not recorded every message counts as a broadcast.
  func virtualSynchrony() -> Finding {
    guard needs(.view, .deliver) else { return .notApplicable }
    var finding = Finding()
    for (i, j) in movedTogether() {
      finding.checked += 1
      for message in 0..<messageCount {
        let one = deliveriesOf[message].contains { steps[$0].section == i }
        let other = deliveriesOf[message].contains { steps[$0].section == j }
        if one == other { continue }
        if !needs(.send) {
          finding.broken = true
        } else if sendsOf[message].isEmpty {
          if complete { finding.broken = true } else { finding.open = true }
        } else if sendsOf[message].contains(where: {
          isAddressee(sections[i].process, of: $0) && isAddressee(sections[j].process, of: $0)
        }) {
          finding.broken = true
        }
      }
    }
    return finding
  }

  /// p and q move together as in (8): they delivered the same set of messages that are at least agreed and addressed
  /// to both before their signals in v.
  func signalSynchrony() -> Finding {
    guard needs(.view, .send, .deliver, .signal) else { return .notApplicable }
    var finding = Finding()
    for (i, j) in movedTogether() {
      finding.checked += 1
      for message in 0..<messageCount {
        let counts = sendsOf[message].contains {
          atLeast(.agreed, $0) && isAddressee(sections[i].process, of: $0)
            && isAddressee(sections[j].process, of: $0)
        }
        let one = deliveriesOf[message].contains { steps[$0].section == i && !isAfterSignal($0) }
        let other = deliveriesOf[message].contains { steps[$0].section == j && !isAfterSignal($0) }
        if counts, one != other { finding.broken = true }
      }
    }
    return finding
  }

  /// (9) One history sends m before m' in the same view, both at least fifo; an addressee of both that delivers m'
  /// has delivered m before it.
  func fifoDelivery() -> Finding {
    guard needs(.view, .send, .deliver) else { return .notApplicable }
    return delivered(before: { first, second in
      steps[first].history == steps[second].history && first < second
        && atLeast(.fifo, first) && atLeast(.fifo, second)
    })
  }

  /// (10) send(m) happens before send(m'), m is not m', both sent in the same view, both at least causal; an addressee
  /// of both that delivers m' has delivered m before it. (11 a and 12 a: over pairs that are both at least agreed, both
  /// safe.)
  func causalDelivery(atLeast service: Event.Service) -> Finding {
    guard needs(.view, .send, .deliver) else { return .notApplicable }
    return delivered(before: { first, second in
      happensBefore(first, second) && atLeast(service, first) && atLeast(service, second)
    })
  }

  /// The demand of (9) and (10): for each pair of sends of m and m' that `precedes` relates, both sent in the same view:
  /// an addressee of both that delivers m' has delivered m before it.
  /// Profile `evs`: m, m' sent in any view (not in none); q delivers m' in v, and some history delivers m in v.
  private func delivered(before precedes: (Int, Int) -> Bool) -> Finding {
    var finding = Finding()
    for first in sends {
      for second in sends
      where steps[first].subject != steps[second].subject && view(of: first) >= 0 && view(of: second) >= 0
        && (rules == .evs || view(of: first) == view(of: second)) && precedes(first, second)
      {
        let m = steps[first].subject
        for d in deliveriesOf[steps[second].subject]
        where isAddressee(steps[d].process, of: first) && isAddressee(steps[d].process, of: second) {
          if rules == .evs {
            let v = view(of: d)
            guard v >= 0, deliveriesOf[m].contains(where: { view(of: $0) == v }) else { continue }
          }
          finding.checked += 1
          if !hasDelivered(m, before: d) { finding.broken = true }
        }
      }
    }
    return finding
  }

  /// (11) b: two histories both deliver m and m', both at least agreed: in the same order (first deliveries).
  func sameOrder(atLeast service: Event.Service) -> Finding {
    guard needs(.view, .send, .deliver) else { return .notApplicable }
    var finding = Finding()
    let messages = (0..<messageCount).filter { sendsOf[$0].contains { atLeast(service, $0) } }
    // first[h][m]: where the history h first delivers m.
    var first = [[Int]](repeating: .init(repeating: -1, count: messageCount), count: histories.count)
    for d in deliveries.reversed() { first[steps[d].history][steps[d].subject] = d }
    for h in histories.indices {
      for k in histories.indices where h < k {
        for m in messages where first[h][m] >= 0 && first[k][m] >= 0 {
          finding.checked += 1
          for n in messages where first[h][n] >= 0 && first[k][n] >= 0 {
            if (first[h][m] < first[h][n]) != (first[k][m] < first[k][n]) { finding.broken = true }
          }
        }
      }
    }
    return finding
  }

  /// (11) c: p delivers m, later m' (any deliveries), both in v and at least agreed; q (p too) delivers m' in v and is
  /// an addressee of m. Before the signal: q has delivered m before m'. After the signal: likewise if q installs v+
  /// and the sender of m is in ts(q, v+); open until q installs v+, and asks nothing if q never does in a complete
  /// trace, or departs.
  func agreedPrefix(atLeast service: Event.Service) -> Finding {
    guard needs(.view, .send, .deliver, .signal), transitionalSetsRecorded else { return .notApplicable }
    var finding = Finding()
    func qualifies(_ message: Int) -> Bool { sendsOf[message].contains { atLeast(service, $0) } }
    for later in deliveries where view(of: later) >= 0 && qualifies(steps[later].subject) {
      for earlier in deliveries
      where earlier < later && steps[earlier].history == steps[later].history
        && view(of: earlier) == view(of: later) && steps[earlier].subject != steps[later].subject
        && qualifies(steps[earlier].subject)
      {
        let m = steps[earlier].subject
        for d in deliveriesOf[steps[later].subject] where view(of: d) == view(of: later) {
          finding.checked += 1
          if hasDelivered(m, before: d) { continue }
          let section = sections[steps[d].section]
          for s in sendsOf[m] where atLeast(service, s) && isAddressee(section.process, of: s) {
            if !isAfterSignal(d) {
              finding.broken = true
            } else if section.departs {
              continue
            } else if let next = section.next {
              if sections[next].transitional?[steps[s].process] ?? false { finding.broken = true }
            } else if !complete {
              finding.open = true
            }
          }
        }
      }
    }
    return finding
  }

  /// (12) a: agreed-delivery over pairs that are both safe.
  func safeDeliveryA() -> Finding {
    var finding = causalDelivery(atLeast: .safe)
    finding.add(sameOrder(atLeast: .safe))
    finding.add(agreedPrefix(atLeast: .safe))
    return finding
  }

  /// (12) b: p delivers a safe m in v. Before the signal: every member q of v that is an addressee delivers m (an
  /// obligation of q in v). After: every addressee q in ts(p, v+) delivers m after its own signal in v (an obligation
  /// of q in v); open until p installs v+; nothing if p never does in a complete trace, or departs.
  func safeDeliveryB() -> Finding {
    guard needs(.view, .send, .deliver, .signal), transitionalSetsRecorded else { return .notApplicable }
    var finding = Finding()
    for d in deliveries where view(of: d) >= 0 {
      let section = sections[steps[d].section]
      let m = steps[d].subject
      for s in sendsOf[m] where atLeast(.safe, s) {
        finding.checked += 1
        let after = isAfterSignal(d)
        var asked = section.members
        if after {
          if section.departs { continue }
          guard let next = section.next else {
            if !complete { finding.open = true }
            continue
          }
          guard let transitional = sections[next].transitional else { continue }
          asked = transitional
        }
        for q in 0..<processCount where asked[q] && isAddressee(q, of: s) {
          for i in installations where sections[i].view == section.view && sections[i].process == q {
            note(obligation(in: i, toDeliver: m, afterSignal: after), in: &finding)
          }
          // p itself has installed v in every recording that has its delivery.
          if section.members[q], q != section.process {
            note(installing(section.view, by: q), in: &finding)
          }
        }
      }
    }
    return finding
  }

  /// A member q of which no history installed v: broken once q installs a view with a greater identifier without a
  /// `crash` or `leave` before, or the trace is complete and q has neither (and stays broken if q installs v later on);
  /// void if it has; else open. Met by an installation of v.
  private func installing(_ view: Int, by process: Int) -> Obligation {
    let own = steps.indices.filter { steps[$0].process == process }
    func departs(_ section: ArraySlice<Int>) -> Bool {
      section.contains { [.crash, .leave, .recover].contains(steps[$0].kind) }
    }
    if let greater = own.firstIndex(where: { steps[$0].kind == .view && steps[$0].view > view }) {
      let before = own[..<greater]
      if !departs(before), !before.contains(where: { steps[$0].view == view }) { return .broken }
    }
    if own.contains(where: { steps[$0].view == view }) { return .met }
    if departs(own[...]) { return .void }
    return completenessBreaks ? .broken : .open
  }
}
