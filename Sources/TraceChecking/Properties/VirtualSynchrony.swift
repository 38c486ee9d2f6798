internal import Traces

/// Virtual Synchrony (8): p and q install v' with q in p's transitional set, both directly from v: of the messages
/// addressed to both, they delivered the same set in v. Where transitional sets are not recorded, the classical
/// form (Chockler, Keidar, Vitenberg): whoever installs v' directly after v.
///
/// A message that only one of them delivered and whose send is not in the trace, though sends are recorded, counts
/// as addressed to all if the trace is complete and makes the instance inconclusive if not; where sends are not
/// recorded every message counts as a broadcast. An instance is a pair of installations that moved together.
enum VirtualSynchrony {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    let countsUnsent = scene.header.complete || !scene.records(.send)
    let sets = DeliveredSets(region) { section, delivery in
      let message = region.deliveries[delivery].message
      let sends = region.sends(of: message)
      if sends.isEmpty { return countsUnsent ? .toAll : .toNobodyKnown }
      if sends.contains(where: { region.sends[Int($0)].to == ScannedEvent.nobody }) { return .toAll }
      return sends.contains { region.sends[Int($0)].to == region.sections[section].facts.process }
        ? .toItself : .toOthers
    }
    for (i, j) in MovedTogether.pairs(region, of: recording, scene) {
      findings.checked(.virtualSynchrony)
      if let (p, q, message) = sets.difference(i, j, region) {
        report(p, q, message, region, of: recording, scene, &findings)
      } else if sets.differInUnsent(i, j) {
        let (p, q) = (region.sections[i].facts.process, region.sections[j].facts.process)
        func line(_ section: Int) -> UInt32 {
          recording.sections[Int(region.sections[section].facts.next)].line
        }
        findings.open(
          .virtualSynchrony, at: p, line(i), scene,
          "\(scene.name(p)) and \(scene.name(q)) move together from \(recording.title(region.sections[i].view)) "
            + "(up to lines \(line(i)) and \(line(j))), and only one of them delivered a message whose send is "
            + "not recorded"
        )
      }
    }
  }

  /// - Parameters: section `p` delivered `message`, section `q` did not.
  private static func report(
    _ p: Int, _ q: Int, _ message: Int32, _ region: Region, of recording: borrowing LayerRecording,
    _ scene: Scene, _ findings: inout Findings
  ) {
    let (pFacts, qFacts) = (region.sections[p].facts, region.sections[q].facts)
    let qNext = recording.sections[Int(qFacts.next)]
    guard findings.violated(.virtualSynchrony, at: qFacts.process, qNext.line, scene) else { return }
    let pNext = recording.sections[Int(pFacts.next)]
    let (pName, qName) = (scene.name(pFacts.process), scene.name(qFacts.process))
    let m = region.name(message, recording)
    let (view, further) = (recording.title(pFacts.view), recording.title(pNext.view))
    let delivery = region.deliveries(of: message).first {
      region.deliveries[Int($0)].section == Int32(p)
    }!
    var together = "\(qName) goes from \(view) directly to \(further), too"
    if scene.recordsTransitional {
      let namesP =
        qNext.transitional != LayerRecording.none
        && recording.contains(qNext.transitional, pFacts.process)
      together +=
        namesP ? ", with \(pName) in its transitional set" : ", and is in \(pName)'s transitional set"
    }
    let late = region.deliveries(of: message).first { region.row($0) == region.sections[q].row }
    let lateView = late.map { recording.title(region.view(ofDelivery: Int($0))) }
    findings.witness(
      Violation(
        summary:
          "\(pName) and \(qName) move together from \(view) to \(further), and only \(pName) delivered \(m) "
          + "before",
        argument: [
          .init(
            "\(pName) goes from \(view) directly to \(further).",
            [region.place(ofInstallation: p, scene), scene.place(pFacts.process, pNext.line)]),
          .init("Between the two it delivers \(m).", [region.place(ofDelivery: Int(delivery), scene)]),
          .init(
            together + ": they move together.",
            [region.place(ofInstallation: q, scene), scene.place(qFacts.process, qNext.line)]),
          .init(
            "However, \(qName) does not deliver \(m) between the two"
              + (lateView.map { ", but in \($0)." } ?? "."),
            late.map { [region.place(ofDelivery: Int($0), scene)] } ?? []),
        ],
        processes: [scene.names[Int(pFacts.process)], scene.names[Int(qFacts.process)]], messages: [m],
        views: recording.identifiers(pFacts.view, pNext.view)))
  }
}

/// Which sections are left for the same view by processes that move together.
enum MovedTogether {
  /// Unordered pairs of sections of one view in two histories, each followed by an installation of the same view;
  /// with transitional sets, one of the processes in the other's set.
  static func pairs(_ region: Region, of recording: borrowing LayerRecording, _ scene: Scene) -> [(Int, Int)]
  {
    struct Move: Hashable {
      var from: Int32
      var to: Int32
    }
    var groups: [Move: [Int]] = [:]
    var order: [Move] = []
    for index in region.sections.indices.sorted(by: { region.precedes($0, $1, scene) }) {
      let facts = region.sections[index].facts
      guard facts.view != LayerRecording.none, facts.hasNextView else { continue }
      let move = Move(from: facts.view, to: recording.sections[Int(facts.next)].view)
      if groups[move] == nil { order.append(move) }
      groups[move, default: []].append(index)
    }
    var pairs: [(Int, Int)] = []
    for move in order {
      let group = groups[move]!
      for (position, i) in group.enumerated() {
        for j in group[(position + 1)...] {
          let (p, q) = (region.sections[i].facts, region.sections[j].facts)
          if p.history == q.history { continue }
          if scene.recordsTransitional {
            func knows(_ p: LayerRecording.Section, _ q: LayerRecording.Section) -> Bool {
              let set = recording.sections[Int(p.next)].transitional
              return set != LayerRecording.none && recording.contains(set, q.process)
            }
            if !knows(p, q), !knows(q, p) { continue }
          }
          pairs.append((i, j))
        }
      }
    }
    return pairs
  }
}

/// The sets of messages that sections delivered, compared at the cost of one comparison of two numbers.
struct DeliveredSets {
  enum Kind {
    /// A broadcast.
    case toAll
    /// Unicasts to the process of the section, or to others; these differ by right between processes.
    case toItself, toOthers
    /// Its send is not recorded.
    case toNobodyKnown
  }

  private var broadcasts: [[Int32]] = []
  private var broadcastClass: [Int] = []
  private var toItself: [[Int32]] = []
  private var unsent: [[Int32]] = []

  /// - Parameter kind: of a section and one of its deliveries; nil: not counted.
  init(_ region: Region, kind: (Int, Int) -> Kind?) {
    var classes: [[Int32]: Int] = [:]
    for (index, section) in region.sections.enumerated() {
      var (all, itself, unknown): ([Int32], [Int32], [Int32]) = ([], [], [])
      for delivery in section.deliveries {
        let message = region.deliveries[delivery].message
        switch kind(index, delivery) {
        case .toAll: all.append(message)
        case .toItself: itself.append(message)
        case .toNobodyKnown: unknown.append(message)
        case .toOthers, nil: break
        }
      }
      let broadcast = Self.set(all)
      let known = classes[broadcast] ?? classes.count
      classes[broadcast] = known
      broadcasts.append(broadcast)
      broadcastClass.append(known)
      toItself.append(Self.set(itself))
      unsent.append(Self.set(unknown))
    }
  }

  private static func set(_ messages: [Int32]) -> [Int32] {
    var set: [Int32] = []
    for message in messages.sorted() where set.last != message { set.append(message) }
    return set
  }

  /// A message that one of two sections delivered and the other did not, of those addressed to both.
  func difference(_ i: Int, _ j: Int, _ region: Region) -> (delivered: Int, missing: Int, message: Int32)? {
    if broadcastClass[i] != broadcastClass[j] {
      return Self.difference(i, j, broadcasts[i], broadcasts[j])
    }
    guard region.sections[i].facts.process == region.sections[j].facts.process else { return nil }
    return Self.difference(i, j, toItself[i], toItself[j])
  }

  func differInUnsent(_ i: Int, _ j: Int) -> Bool { unsent[i] != unsent[j] }

  private static func difference(
    _ i: Int, _ j: Int, _ x: [Int32], _ y: [Int32]
  ) -> (delivered: Int, missing: Int, message: Int32)? {
    let (inX, inY) = (Set(x), Set(y))
    if let message = x.first(where: { !inY.contains($0) }) { return (i, j, message) }
    if let message = y.first(where: { !inX.contains($0) }) { return (j, i, message) }
    return nil
  }
}
