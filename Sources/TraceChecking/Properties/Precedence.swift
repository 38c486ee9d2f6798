internal import Traces

/// The common form of FIFO, causal and agreed delivery: where m comes before m', an addressee of both that delivers
/// m' has delivered m before it.
///
/// `vs`: m and m' are sent in the same view; every delivery of m' counts. `evs`: they are sent in any view; q
/// delivers m' in v, and some history delivers m in v.
///
/// For each view the messages in question form *streams*, one a sending history, in the order of the sends. What
/// of a stream must have been delivered before m' is a prefix of it, so that one cursor for each receiving history
/// and stream finds the first gap: nothing is looked at twice.
struct Precedence {
  enum Order { case fifo, causal }

  /// What is judged: pairs that are both at least `threshold`.
  var order: Order
  var threshold: Event.Service

  /// The first message that should have come before a delivery and did not; indices into `Region.sends` and
  /// `Region.deliveries`.
  struct Gap {
    var missing: Int
    var send: Int
    var delivery: Int
  }

  /// The sends of one history that matter in one view, in order.
  private struct Stream {
    var row: Int32
    var sends: [Int32] = []
  }

  /// - Parameters:
  ///   - instance: told for each delivery of m' that has a predecessor addressed to its history, too.
  ///   - gap: told for each delivery that lacks a predecessor.
  func judge(
    _ region: Region, _ happensBefore: HappensBefore?, _ scene: Scene, instance: () -> Void,
    gap: (Gap) -> Void
  ) {
    // The rank of each send in its history.
    var rank = [Int32](repeating: 0, count: region.sends.count)
    var counts = [Int32](repeating: 0, count: region.rows.count)
    for (index, send) in region.sends.enumerated() {
      rank[index] = counts[Int(send.row)]
      counts[Int(send.row)] += 1
    }
    for arena in arenas(region, scene) {
      var streams: [Stream] = []
      var streamOfRow = [Int](repeating: -1, count: region.rows.count)
      // By send of the arena: its place in its stream.
      for send in arena.sends {
        let row = region.sends[Int(send)].row
        if streamOfRow[Int(row)] < 0 {
          streamOfRow[Int(row)] = streams.count
          streams.append(Stream(row: row))
        }
        streams[streamOfRow[Int(row)]].sends.append(send)
      }
      var cursors = [Int](repeating: 0, count: streams.count)
      var firstAddressed = [Int](repeating: 0, count: streams.count)
      var receiver: Int32 = -1
      for pair in arena.pairs {
        let delivery = region.deliveries[Int(pair.delivery)]
        if delivery.row != receiver {
          receiver = delivery.row
          for stream in streams.indices {
            cursors[stream] = 0
            firstAddressed[stream] = 0
          }
        }
        let q = region.process(receiver)
        let position = pair.delivery
        var hasPredecessor = false
        var found: Gap?
        func visit(_ stream: Int, upTo limit: Int32) {
          let sends = streams[stream].sends
          func precedes(_ place: Int) -> Bool { place < sends.count && rank[Int(sends[place])] < limit }
          while precedes(firstAddressed[stream]),
            !region.sends[Int(sends[firstAddressed[stream]])].addresses(q)
          {
            firstAddressed[stream] += 1
          }
          if !hasPredecessor {
            var place = firstAddressed[stream]
            while precedes(place), !hasPredecessor {
              let send = region.sends[Int(sends[place])]
              hasPredecessor = send.message != delivery.message && send.addresses(q)
              place += 1
            }
          }
          var place = cursors[stream]
          while precedes(place) {
            let send = region.sends[Int(sends[place])]
            if send.addresses(q), send.message != delivery.message {
              guard let first = region.firstDelivery(of: send.message, row: receiver), first < position else {
                break
              }
            }
            place += 1
          }
          cursors[stream] = place
          if found == nil, precedes(place) {
            found = Gap(missing: Int(sends[place]), send: Int(pair.send), delivery: Int(pair.delivery))
          }
        }
        switch order {
        case .fifo:
          let row = Int(region.sends[Int(pair.send)].row)
          if streamOfRow[row] >= 0 { visit(streamOfRow[row], upTo: rank[Int(pair.send)]) }
        case .causal:
          for stream in streams.indices {
            let limit = happensBefore!.sends(ofRow: Int(streams[stream].row), before: Int(pair.send))
            visit(stream, upTo: limit)
          }
        }
        if hasPredecessor { instance() }
        if let found { gap(found) }
      }
    }
  }

  /// What belongs together: the sends that may have to come first, and the deliveries that ask for them.
  private struct Arena {
    /// By row and rank.
    var sends: [Int32] = []
    /// By row and position.
    var pairs: [(delivery: Int32, send: Int32)] = []
  }

  private func arenas(_ region: Region, _ scene: Scene) -> [Arena] {
    var place = [Int32: Int](uniqueKeysWithValues: region.views.enumerated().map { ($1, $0) })
    place[LayerRecording.none] = nil
    var arenas = [Arena](repeating: Arena(), count: region.views.count)
    let isMember: [Bool] = region.sends.indices.map {
      region.sends[$0].service >= threshold && region.view(ofSend: $0) != LayerRecording.none
    }
    if scene.profile == .evs {
      // By view: the sends whose message somebody delivers there.
      var seen: [Set<Int32>] = Array(repeating: [], count: region.views.count)
      for (index, delivery) in region.deliveries.enumerated() {
        guard let view = place[region.view(ofDelivery: index)] else { continue }
        for send in region.sends(of: delivery.message) where isMember[Int(send)] {
          seen[view].insert(send)
          if region.sends[Int(send)].addresses(region.process(delivery.row)) {
            arenas[view].pairs.append((Int32(index), send))
          }
        }
      }
      for view in arenas.indices { arenas[view].sends = seen[view].sorted() }
      return arenas
    }
    for send in region.sends.indices where isMember[send] {
      arenas[place[region.view(ofSend: send)]!].sends.append(Int32(send))
    }
    for (index, delivery) in region.deliveries.enumerated() {
      for send in region.sends(of: delivery.message)
      where isMember[Int(send)] && region.sends[Int(send)].addresses(region.process(delivery.row)) {
        arenas[place[region.view(ofSend: Int(send))]!].pairs.append((Int32(index), send))
      }
    }
    return arenas
  }
}

extension Precedence {
  /// Judges one property, or part of one, and tells its violations.
  func judge(
    _ property: Property, _ part: Property.Part?, _ region: Region, _ happensBefore: HappensBefore?,
    of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings,
    followsFrom: PropertySelector?
  ) {
    var instances = 0
    var gaps: [Gap] = []
    judge(region, happensBefore, scene) {
      instances += 1
    } gap: {
      gaps.append($0)
    }
    findings.checked(property, instances)
    for gap in gaps {
      let delivery = region.deliveries[gap.delivery]
      let q = region.process(delivery.row)
      guard findings.violated(property, part, at: q, delivery.line, scene) else { continue }
      findings.witness(
        witness(gap, part, region, of: recording, scene, followsFrom: followsFrom))
    }
  }

  private func witness(
    _ gap: Gap, _ part: Property.Part?, _ region: Region, of recording: borrowing LayerRecording,
    _ scene: Scene,
    followsFrom: PropertySelector?
  ) -> Violation {
    let (missing, send) = (region.sends[gap.missing], region.sends[gap.send])
    let q = region.process(region.deliveries[gap.delivery].row)
    let (p, r) = (region.process(missing.row), region.process(send.row))
    let (m, later) = (region.name(missing.message, recording), region.name(send.message, recording))
    let view = recording.title(region.view(ofSend: gap.missing))
    var argument: [Violation.Step] = [
      .init(
        "\(scene.name(p)) sends \(m) (\(missing.service)) in \(view).",
        [region.place(ofSend: gap.missing, scene)])
    ]
    if missing.row == send.row {
      argument.append(
        .init(
          "Then \(scene.name(r)) sends \(later) (\(send.service)).", [region.place(ofSend: gap.send, scene)]))
    } else {
      let path = CausalPath(region, from: .send(gap.missing), to: gap.send)
      argument += (path?.links ?? []).map { $0.step(region, of: recording, scene) }
      if path != nil {
        argument[argument.count - 1].text =
          "Then \(scene.name(r)) sends \(later) (\(send.service)): it depends on \(m)."
      }
    }
    let late = region.firstDelivery(of: missing.message, row: region.deliveries[gap.delivery].row)
    var place = ""
    if scene.profile == .evs {
      // There the order is asked only of a view in which somebody delivers the earlier message.
      let there = region.view(ofDelivery: gap.delivery)
      let other = region.deliveries(of: missing.message).first { region.view(ofDelivery: Int($0)) == there }
      if let other {
        argument.append(
          .init(
            "In \(recording.title(there)), \(scene.name(region.process(region.row(other)))) delivers \(m).",
            [region.place(ofDelivery: Int(other), scene)]))
        place = " there"
      }
    }
    argument.append(
      .init(
        "However, \(scene.name(q)) delivers \(later)\(place) "
          + "\(late == nil ? "and never delivers" : "before") \(m).",
        [region.place(ofDelivery: gap.delivery, scene)]
          + (late.map { [region.place(ofDelivery: Int($0), scene)] } ?? [])))
    var processes: [Name] = []
    for process in [p, r, q] where !processes.contains(scene.names[Int(process)]) {
      processes.append(scene.names[Int(process)])
    }
    return Violation(
      part: part,
      summary: "\(scene.name(q)) delivers \(later) \(late == nil ? "without" : "before") \(m), which "
        + (missing.row == send.row ? "\(scene.name(r)) sent first" : "causally precedes it"),
      argument: argument, processes: processes, messages: [m, later],
      views: recording.identifiers(
        region.view(ofSend: gap.missing), region.view(ofSend: gap.send), region.view(ofDelivery: gap.delivery)
      ),
      followsFrom: followsFrom)
  }
}

/// A shortest chain of messages by which an event happens before a send: for the argument of a violation.
struct CausalPath {
  enum Link {
    case deliver(Int)
    case send(Int)

    /// "Then p delivers m.", or sends it.
    func step(_ region: Region, of recording: borrowing LayerRecording, _ scene: Scene) -> Violation.Step {
      switch self {
      case .deliver(let index):
        let fact = region.deliveries[index]
        return .init(
          "Then \(scene.name(region.process(fact.row))) delivers \(region.name(fact.message, recording)).",
          [region.place(ofDelivery: index, scene)])
      case .send(let index):
        let fact = region.sends[index]
        return .init(
          "Then \(scene.name(region.process(fact.row))) sends \(region.name(fact.message, recording)).",
          [region.place(ofSend: index, scene)])
      }
    }
  }

  /// What comes between the first event and the last, and the last.
  var links: [Link] = []

  /// Breadth first over the sends that know of the first event, in time linear in the region; nil where there is
  /// no path.
  init?(_ region: Region, from: Link, to: Int) {
    // By send: the send before it on the way, -1 for the start, and the delivery between the two, if there is
    // one.
    var cameFrom: [Int: (send: Int, delivery: Int?)] = [:]
    var queue: [Int] = []
    // All sends of a history from here on have been reached.
    var reached = region.rows.map { region.sections[$0.sections.upperBound - 1].sends.upperBound }
    func reach(_ row: Int32, _ first: Int, _ send: Int, _ delivery: Int?) {
      guard first < reached[Int(row)] else { return }
      for next in first..<reached[Int(row)] {
        cameFrom[next] = (send, delivery)
        queue.append(next)
      }
      reached[Int(row)] = first
    }
    func reach(after delivery: Int, from send: Int, _ link: Int?) {
      let fact = region.deliveries[delivery]
      let base = region.sections[region.rows[Int(fact.row)].sections.lowerBound].sends.lowerBound
      reach(fact.row, base + Int(fact.sendsBefore), send, link)
    }
    func reach(by send: Int) {
      for delivery in region.deliveries(of: region.sends[send].message) {
        reach(after: Int(delivery), from: send, Int(delivery))
      }
    }
    switch from {
    case .send(let send):
      reach(region.sends[send].row, send + 1, -1, nil)
      for delivery in region.deliveries(of: region.sends[send].message) {
        reach(after: Int(delivery), from: -1, Int(delivery))
      }
    case .deliver(let delivery): reach(after: delivery, from: -1, nil)
    }
    var next = 0
    while cameFrom[to] == nil, next < queue.count {
      reach(by: queue[next])
      next += 1
    }
    guard cameFrom[to] != nil else { return nil }
    var send = to
    while send >= 0 {
      links.append(.send(send))
      let step = cameFrom[send]!
      if let delivery = step.delivery { links.append(.deliver(delivery)) }
      send = step.send
    }
    links.reverse()
  }
}
