internal import Traces

/// What Agreed Delivery asks of order and of gaps, over pairs of messages that are both at least `threshold`.
struct AgreedOrder {
  var threshold: Event.Service
  var scene: Scene

  /// Gaps can be judged: the trace records signals and transitional sets.
  var isGapRecorded: Bool { scene.records(.signal) && scene.recordsTransitional }

  private var services: String { threshold == .safe ? "safe" : "at least \(threshold)" }

  /// A send of the message that is at least `threshold`, and whatever else is asked of it.
  private func send(
    of message: Int32, _ region: Region, where isMeant: (Region.Send) -> Bool = { _ in true }
  ) -> Int? {
    region.sends(of: message).first {
      region.sends[Int($0)].service >= threshold && isMeant(region.sends[Int($0)])
    }
    .map(Int.init)
  }

  /// "Let m and m', both at least agreed, be sent."
  private func premise(
    _ m: Int32, _ other: Int32, _ region: Region, of recording: borrowing LayerRecording
  ) -> Violation.Step {
    Violation.Step(
      "Let \(region.name(m, recording)) and \(region.name(other, recording)) be messages, both \(services).",
      [m, other].compactMap { send(of: $0, region) }.map { region.place(ofSend: $0, scene) })
  }

  // MARK: b, order

  /// Histories whose union of delivery orders is acyclic agree pairwise. Only where it has a cycle are pairs looked
  /// at: three histories can be cyclic and still pairwise consistent, which is no violation.
  func judgeOrder(
    _ property: Property, _ part: Property.Part, _ region: Region, of recording: borrowing LayerRecording,
    _ findings: inout Findings, followsFrom: PropertySelector?
  ) {
    let isOrdered = region.messages.indices.map { region.isAtLeast(threshold, Int32($0)) }
    // First deliveries of each history, in order.
    var sequences = [[Int32]](repeating: [], count: region.rows.count)
    var lastRow = [Int32](repeating: -1, count: region.messages.count)
    for (index, delivery) in region.deliveries.enumerated()
    where isOrdered[Int(delivery.message)] && lastRow[Int(delivery.message)] != delivery.row {
      lastRow[Int(delivery.message)] = delivery.row
      sequences[Int(delivery.row)].append(Int32(index))
    }
    var histories = [Int32](repeating: 0, count: region.messages.count)
    for delivery in sequences.joined() { histories[Int(region.deliveries[Int(delivery)].message)] += 1 }
    findings.checked(property, histories.reduce(0) { $0 + ($1 > 1 ? 1 : 0) })

    let cyclic = messagesOnCycles(sequences, region)
    if cyclic.isEmpty { return }
    let suspects = sequences.indices.compactMap { row -> (row: Int, sequence: [Int32])? in
      let sequence = sequences[row].filter { cyclic.contains(region.deliveries[Int($0)].message) }
      return sequence.count > 1 ? (row, sequence) : nil
    }.sorted { scene.names[Int(region.rows[$0.row].process)] < scene.names[Int(region.rows[$1.row].process)] }
    for (position, p) in suspects.enumerated() {
      for q in suspects[(position + 1)...] {
        guard let inversion = inversion(p.sequence, Int32(q.row), region) else { continue }
        report(inversion, property, part, region, of: recording, &findings, followsFrom: followsFrom)
      }
    }
  }

  /// All messages on a cycle of the union of the orders, perhaps with some between cycles.
  private func messagesOnCycles(_ sequences: [[Int32]], _ region: Region) -> Set<Int32> {
    func peel(_ edges: [(from: Int32, to: Int32)], _ alive: inout [Bool]) {
      var degree = [Int32](repeating: 0, count: region.messages.count)
      var start = [Int32](repeating: 0, count: region.messages.count + 1)
      for edge in edges {
        degree[Int(edge.to)] += 1
        start[Int(edge.from) + 1] += 1
      }
      for message in region.messages.indices { start[message + 1] += start[message] }
      var next = start
      var targets = [Int32](repeating: 0, count: edges.count)
      for edge in edges {
        targets[Int(next[Int(edge.from)])] = edge.to
        next[Int(edge.from)] += 1
      }
      var ready = region.messages.indices.filter { alive[$0] && degree[$0] == 0 }
      while let message = ready.popLast() {
        alive[message] = false
        for target in targets[Int(start[message])..<Int(start[message + 1])] {
          degree[Int(target)] -= 1
          if degree[Int(target)] == 0, alive[Int(target)] { ready.append(Int(target)) }
        }
      }
    }
    var edges: [(from: Int32, to: Int32)] = []
    for sequence in sequences {
      for (earlier, later) in zip(sequence, sequence.dropFirst()) {
        edges.append((region.deliveries[Int(earlier)].message, region.deliveries[Int(later)].message))
      }
    }
    var alive = [Bool](repeating: true, count: region.messages.count)
    peel(edges, &alive)
    if !alive.contains(true) { return [] }
    peel(edges.filter { alive[Int($0.from)] && alive[Int($0.to)] }.map { ($0.to, $0.from) }, &alive)
    return Set(alive.indices.filter { alive[$0] }.map(Int32.init))
  }

  /// Two messages that the history of `sequence` and `q` deliver in opposite order; deliveries of the former, then
  /// of the latter, earlier first.
  private func inversion(_ sequence: [Int32], _ q: Int32, _ region: Region) -> (
    p: (Int32, Int32), q: (Int32, Int32)
  )? {
    var latest: (p: Int32, q: Int32)?
    for delivery in sequence {
      guard let other = region.firstDelivery(of: region.deliveries[Int(delivery)].message, row: q) else {
        continue
      }
      if let latest, other < latest.q { return ((latest.p, delivery), (other, latest.q)) }
      latest = (delivery, other)
    }
    return nil
  }

  private func report(
    _ inversion: (p: (Int32, Int32), q: (Int32, Int32)), _ property: Property, _ part: Property.Part,
    _ region: Region, of recording: borrowing LayerRecording, _ findings: inout Findings,
    followsFrom: PropertySelector?
  ) {
    let second = region.deliveries[Int(inversion.q.1)]
    let (p, q) = (region.process(region.row(inversion.p.0)), region.process(second.row))
    guard findings.violated(property, part, at: q, second.line, scene) else { return }
    let m = region.name(region.deliveries[Int(inversion.p.0)].message, recording)
    let other = region.name(region.deliveries[Int(inversion.p.1)].message, recording)
    findings.witness(
      Violation(
        part: part,
        summary: "\(scene.name(p)) delivers \(m) before \(other), \(scene.name(q)) the other way round",
        argument: [
          premise(
            region.deliveries[Int(inversion.p.0)].message, region.deliveries[Int(inversion.p.1)].message,
            region,
            of: recording),
          .init(
            "\(scene.name(p)) delivers \(m) before \(other).",
            [
              region.place(ofDelivery: Int(inversion.p.0), scene),
              region.place(ofDelivery: Int(inversion.p.1), scene),
            ]
          ),
          .init(
            "However, \(scene.name(q)) delivers \(other) before \(m).",
            [
              region.place(ofDelivery: Int(inversion.q.0), scene),
              region.place(ofDelivery: Int(inversion.q.1), scene),
            ]
          ),
        ],
        processes: [scene.names[Int(p)], scene.names[Int(q)]],
        messages: [m, other],
        views: recording.identifiers(
          region.view(ofDelivery: Int(inversion.p.0)), region.view(ofDelivery: Int(inversion.q.0))),
        followsFrom: followsFrom))
  }

  // MARK: c, gaps

  private struct Gap {
    var missing: Int32
    var witness: (m: Int32, later: Int32)
    var isOpen: Bool
  }

  func judgeGaps(
    _ property: Property, _ part: Property.Part, _ region: Region, of recording: borrowing LayerRecording,
    _ findings: inout Findings, followsFrom: PropertySelector?
  ) {
    let isOrdered = region.messages.indices.map { region.isAtLeast(threshold, Int32($0)) }
    for view in region.views {
      // By history: its deliveries of ordered messages in the view.
      var rows: [(row: Int, deliveries: [Int32])] = []
      for (index, section) in region.sections.enumerated() where section.view == view {
        let deliveries = section.deliveries.filter { isOrdered[Int(region.deliveries[$0].message)] }.map(
          Int32.init)
        if rows.last?.row == region.sections[index].row {
          rows[rows.count - 1].deliveries += deliveries
        } else {
          rows.append((section.row, deliveries))
        }
      }
      rows.sort {
        scene.names[Int(region.rows[$0.row].process)] < scene.names[Int(region.rows[$1.row].process)]
      }
      var hasEarlier: Set<Int32> = []
      for row in rows {
        guard let first = row.deliveries.first.map({ region.deliveries[Int($0)].message }) else { continue }
        var sawOther = false
        for delivery in row.deliveries {
          let message = region.deliveries[Int(delivery)].message
          if sawOther || message != first {
            hasEarlier.insert(message)
            sawOther = true
          }
        }
      }
      let histories = Histories(rows, region)
      for row in rows {
        let instances = row.deliveries.lazy.filter { hasEarlier.contains(region.deliveries[Int($0)].message) }
        findings.checked(property, instances.count)
        for (delivery, gap) in gaps(row.deliveries, histories, region, of: recording) {
          report(delivery, gap, property, part, region, of: recording, &findings, followsFrom: followsFrom)
        }
      }
    }
  }

  /// Of each history of a view the ordered messages by first delivery, and the last delivery of each.
  private struct Histories {
    var first: [[Int32]] = []
    var last: [[Int32: Int32]] = []

    init(_ rows: [(row: Int, deliveries: [Int32])], _ region: Region) {
      // Histories with the same messages in the same order ask for the same.
      var known: Set<[Int32]> = []
      for row in rows {
        let sequence = row.deliveries.map { region.deliveries[Int($0)].message }
        if !known.insert(sequence).inserted { continue }
        var seen: [Int32: Int32] = [:]
        var firsts: [Int32] = []
        for delivery in row.deliveries {
          let message = region.deliveries[Int(delivery)].message
          if seen.updateValue(delivery, forKey: message) == nil { firsts.append(delivery) }
        }
        first.append(firsts)
        last.append(seen)
      }
    }
  }

  /// The deliveries of one history in a view that lack a message before them.
  private func gaps(
    _ deliveries: [Int32], _ histories: Histories, _ region: Region, of recording: borrowing LayerRecording
  ) -> [(Int32, Gap)] {
    guard let any = deliveries.first else { return [] }
    let q = region.row(any)
    let process = region.process(q)
    var found: [Int32: Gap] = [:]
    for p in histories.first.indices {
      let order = histories.first[p]
      // The sections of q in the view, mostly one; a cursor for each case in each.
      var section: Int32 = -1
      var isAfter = false
      var cursor = 0
      var set: [UInt32]?
      var isOpen = false
      for delivery in deliveries {
        let fact = region.deliveries[Int(delivery)]
        let after = region.isAfterSignal(Int(delivery))
        if fact.section != section || after != isAfter {
          (section, isAfter, cursor) = (fact.section, after, 0)
          let facts = region.sections[Int(section)].facts
          set = nil
          isOpen = false
          if after, facts.hasLeftOrCrashed {
            set = []
          } else if after, facts.hasNextView {
            let transitional = recording.sections[Int(facts.next)].transitional
            set = transitional == LayerRecording.none ? [] : recording.sets[Int(transitional)]
          } else if after {
            isOpen = !scene.header.complete
            set = isOpen ? nil : []
          }
        }
        if let set, set.isEmpty { continue }
        guard let bound = histories.last[p][fact.message] else { continue }
        while cursor < order.count, order[cursor] < bound {
          let message = region.deliveries[Int(order[cursor])].message
          if message != fact.message {
            let asks = region.sends(of: message).contains {
              let send = region.sends[Int($0)]
              return send.service >= threshold && send.addresses(process)
                && (set?.contains(region.process(send.row)) ?? true)
            }
            if asks {
              guard let own = region.firstDelivery(of: message, row: q), own < delivery else { break }
            }
          }
          cursor += 1
        }
        if cursor < order.count, order[cursor] < bound, found[delivery] == nil || found[delivery]!.isOpen {
          found[delivery] = Gap(
            missing: region.deliveries[Int(order[cursor])].message, witness: (order[cursor], bound),
            isOpen: isOpen)
        }
      }
    }
    return deliveries.compactMap { delivery in found[delivery].map { (delivery, $0) } }
  }

  private func report(
    _ delivery: Int32, _ gap: Gap, _ property: Property, _ part: Property.Part, _ region: Region,
    of recording: borrowing LayerRecording, _ findings: inout Findings, followsFrom: PropertySelector?
  ) {
    let fact = region.deliveries[Int(delivery)]
    let (q, p) = (region.process(fact.row), region.process(region.row(gap.witness.m)))
    let isAfter = region.isAfterSignal(Int(delivery))
    let m = region.name(gap.missing, recording)
    let later = region.name(fact.message, recording)
    let view = recording.title(region.view(ofDelivery: Int(delivery)))
    if gap.isOpen {
      findings.open(
        property, part, at: q, fact.line, scene,
        "\(scene.name(q)) delivers \(later) without \(m) after its signal in \(view) (line \(fact.line)): "
          + "its next view decides whether it may")
      return
    }
    guard findings.violated(property, part, at: q, fact.line, scene) else { return }
    var argument: [Violation.Step] = [
      premise(gap.missing, fact.message, region, of: recording),
      .init(
        "In \(view), \(scene.name(p)) delivers \(m) and later \(later).",
        [
          region.place(ofDelivery: Int(gap.witness.m), scene),
          region.place(ofDelivery: Int(gap.witness.later), scene),
        ]),
    ]
    if isAfter {
      let next = recording.sections[Int(region.sections[Int(fact.section)].facts.next)]
      let together = next.transitional == LayerRecording.none ? [] : recording.sets[Int(next.transitional)]
      let asking = send(of: gap.missing, region) {
        $0.addresses(q) && together.contains(region.process($0.row))
      }
      if let asking {
        argument.append(
          .init(
            "\(scene.name(region.process(region.sends[asking].row))), who sends \(m), is in the transitional "
              + "set of \(scene.name(q))'s next view.",
            [scene.place(q, next.line)]))
      }
    }
    let late = region.firstDelivery(of: gap.missing, row: fact.row)
    argument.append(
      .init(
        "However, \(scene.name(q)) delivers \(later) \(isAfter ? "after" : "before") its transitional signal "
          + "in \(view)\(late == nil ? " and never delivers \(m)." : ", and \(m) only later.")",
        [region.place(ofDelivery: Int(delivery), scene)]
          + (late.map { [region.place(ofDelivery: Int($0), scene)] } ?? [])))
    findings.witness(
      Violation(
        part: part,
        summary: "\(scene.name(q)) delivers \(later) \(late == nil ? "without" : "before") \(m), which "
          + "\(scene.name(p)) delivers first",
        argument: argument,
        processes: [scene.names[Int(p)], scene.names[Int(q)]],
        messages: [m, later],
        views: recording.identifiers(region.view(ofDelivery: Int(delivery))), followsFrom: followsFrom))
  }
}
