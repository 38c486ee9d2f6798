internal import Traces

/// Safe Delivery (12).
///
/// a: agreed delivery (its parts a, b, c) over pairs that are both safe. b: p delivers a safe m in v. Before the
/// signal: every member of v that is an addressee delivers m in v, unless it crashes or leaves. After the signal:
/// every addressee in the transitional set that p is given with its next view delivers m after its own signal in v.
/// A member that never installed v: broken once it installs a later view without a crash or `leave` before, or the
/// trace is complete and it has neither.
///
/// Instances: of a, as for agreed delivery; of b, deliveries of safe messages in a view.
enum SafeDelivery {
  static func judge(
    _ region: Region, _ happensBefore: HappensBefore, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    if findings.judges(.safeDelivery, .a) {
      func follows(_ part: Property.Part) -> PropertySelector? {
        findings.judges(.agreedDelivery, part) ? PropertySelector(.agreedDelivery, part) : nil
      }
      let (a, b, c) = (follows(.a), follows(.b), follows(.c))
      Precedence(order: .causal, threshold: .safe).judge(
        .safeDelivery, .a, region, happensBefore, of: recording, scene, &findings, followsFrom: a)
      let order = AgreedOrder(threshold: .safe, scene: scene)
      order.judgeOrder(.safeDelivery, .a, region, of: recording, &findings, followsFrom: b)
      if order.isGapRecorded {
        order.judgeGaps(.safeDelivery, .a, region, of: recording, &findings, followsFrom: c)
      }
    }
    if findings.judges(.safeDelivery, .b), scene.records(.signal), scene.recordsTransitional {
      judgeStability(region, of: recording, scene, &findings)
    }
  }

  /// A question that many deliveries of a message in a view ask alike.
  private struct Question: Hashable {
    var view: Int32
    /// The members, or the transitional set.
    var set: Int32
    /// The members of the view in the eyes of the asker: who never installed it may be judged as one.
    var members: Int32
    var isAfter: Bool
    var send: Int32
    /// Who asks, where it installed the view too late: to have delivered in it is to have installed it.
    var exempt: UInt32?
  }

  private static func judgeStability(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    var installations: [Int32: [UInt32: [Int]]] = [:]
    for (index, section) in region.sections.enumerated() where section.view != LayerRecording.none {
      installations[section.view, default: [:]][section.facts.process, default: []].append(index)
    }
    for message in region.messages.indices {
      let sends = region.sends(of: Int32(message)).filter { region.sends[Int($0)].service == .safe }
      if sends.isEmpty { continue }
      let deliveries = region.deliveries(of: Int32(message))
      var asked: Set<Question> = []
      var reported: Set<UInt32> = []
      for delivery in deliveries.sorted(by: {
        region.precedes(
          Int(region.deliveries[Int($0)].section), Int(region.deliveries[Int($1)].section), scene)
          || (region.deliveries[Int($0)].section == region.deliveries[Int($1)].section && $0 < $1)
      }) {
        let section = Int(region.deliveries[Int(delivery)].section)
        let facts = region.sections[section].facts
        if facts.view == LayerRecording.none { continue }
        findings.checked(.safeDelivery)
        let isAfter = region.isAfterSignal(Int(delivery))
        var set = facts.members
        if isAfter {
          if facts.hasLeftOrCrashed { continue }
          guard facts.hasNextView else {
            if !scene.header.complete {
              findings.open(
                .safeDelivery, .b, at: facts.process, region.deliveries[Int(delivery)].line, scene,
                "\(scene.name(facts.process)) delivers the safe \(region.name(Int32(message), recording)) "
                  + "after its signal in \(recording.title(facts.view)) (line "
                  + "\(region.deliveries[Int(delivery)].line)): its next view decides who else must")
            }
            continue
          }
          set = recording.sections[Int(facts.next)].transitional
          if set == LayerRecording.none { continue }
        }
        for send in sends {
          let question = Question(
            view: facts.view, set: set, members: facts.members, isAfter: isAfter, send: send,
            exempt: recording.absence(of: facts.process, from: facts.view) == .movedOn ? facts.process : nil)
          if !asked.insert(question).inserted { continue }
          for process in recording.sets[Int(set)] where region.sends[Int(send)].addresses(process) {
            let states = states(
              of: process, question, installations[facts.view]?[process] ?? [], Int32(message), region,
              of: recording,
              scene)
            for (state, where_) in states {
              if state == .open {
                findings.open(
                  .safeDelivery, .b, at: facts.process, region.deliveries[Int(delivery)].line, scene,
                  "\(scene.name(facts.process)) delivers the safe \(region.name(Int32(message), recording)) "
                    + "in \(recording.title(facts.view)) (line \(region.deliveries[Int(delivery)].line)), and "
                    + "\(scene.name(process)) has not yet")
              }
              if state == .broken, reported.insert(process).inserted {
                report(
                  Int(delivery), Int(send), process, where_, isAfter, region, of: recording, scene, &findings)
              }
            }
          }
        }
      }
    }
  }

  /// What became of the obligation of each history of `process` that installed the view, or of the process where
  /// none did.
  private static func states(
    of process: UInt32, _ question: Question, _ sections: [Int], _ message: Int32, _ region: Region,
    of recording: borrowing LayerRecording, _ scene: Scene
  ) -> [(Obligation, Int?)] {
    if recording.contains(question.members, process) {
      switch recording.absence(of: process, from: question.view) {
      case .movedOn where process != question.exempt: return [(.broken, nil)]
      case .departed where sections.isEmpty: return [(.void, nil)]
      case .waiting where sections.isEmpty: return [(scene.completenessBreaks ? .broken : .open, nil)]
      case .movedOn, .departed, .waiting, nil: break
      }
    }
    let deliveries = region.deliveries(of: message)
    return sections.map { section in
      let isMet = deliveries.contains {
        region.deliveries[Int($0)].section == Int32(section)
          && (!question.isAfter || region.isAfterSignal(Int($0)))
      }
      return (.state(isMet: isMet, in: region.sections[section].facts, scene), section)
    }
  }

  private static func report(
    _ delivery: Int, _ send: Int, _ q: UInt32, _ section: Int?, _ isAfter: Bool, _ region: Region,
    of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    let fact = region.deliveries[delivery]
    let facts = region.sections[Int(fact.section)].facts
    guard findings.violated(.safeDelivery, .b, at: facts.process, fact.line, scene) else { return }
    let m = region.name(fact.message, recording)
    let (p, qName, view) = (scene.name(facts.process), scene.name(q), recording.title(facts.view))
    var argument: [Violation.Step] = [
      .init(
        "\(scene.name(region.process(region.sends[send].row))) sends \(m), which is safe.",
        [region.place(ofSend: send, scene)]),
      .init(
        "\(p) delivers \(m) in \(view) \(isAfter ? "after" : "before") its transitional signal.",
        [region.place(ofDelivery: delivery, scene)]),
    ]
    if isAfter {
      argument.append(
        .init(
          "\(p) then installs its next view with \(qName) in the transitional set: \(qName) must deliver \(m) after "
            + "its own signal.",
          [scene.place(facts.process, recording.sections[Int(facts.next)].line)]))
    } else {
      argument.append(
        .init(
          "\(qName) is a member of \(view): it must deliver \(m), too.",
          [region.place(ofInstallation: Int(fact.section), scene)]))
    }
    if let section {
      let own = region.sections[section].facts
      let early = region.deliveries(of: fact.message).first {
        region.deliveries[Int($0)].section == Int32(section)
      }
      if let early {
        argument.append(
          .init(
            "However, \(qName) delivers \(m) before its own signal.",
            [region.place(ofDelivery: Int(early), scene)]))
      } else if own.hasNextView {
        let next = recording.sections[Int(own.next)]
        argument.append(
          .init(
            "However, \(qName) goes on from \(view) to \(recording.title(next.view)) without having delivered \(m).",
            [scene.place(q, own.line), scene.place(q, next.line)]))
      } else {
        argument.append(
          .init(
            "However, the trace is complete, and \(qName), which installed \(view), has never delivered \(m) there.",
            [scene.place(q, own.line)]))
      }
    } else {
      argument.append(
        .init(
          recording.absence(of: q, from: facts.view) == .movedOn
            ? "However, \(qName) installs a greater view without having installed \(view), crashed or left."
            : "However, the trace is complete, and \(qName) neither installs \(view) nor crashes nor leaves.",
          recording.firstInstallation(by: q, beyond: facts.view).map { [scene.place(q, $0)] } ?? []))
    }
    findings.witness(
      Violation(
        part: .b,
        summary:
          "\(p) delivers the safe \(m) in \(view) \(isAfter ? "after" : "before") the signal, and \(qName) "
          + (isAfter ? "does not deliver it after its own" : "does not deliver it there"),
        argument: argument,
        processes: [scene.names[Int(facts.process)], scene.names[Int(q)]],
        messages: [m], views: recording.identifiers(facts.view)))
  }
}
