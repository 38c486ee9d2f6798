internal import Traces

/// Flush Acknowledgment (Appendix I).
///
/// a: between two consecutive installations of a history there is a flush request, and a flush ok after the last
/// of them (neither is asked for where a `leave` stands between the two); each flush ok answers one or more
/// requests since the flush ok before. b: neither stands before a history's first view.
///
/// Instances: of a, pairs of consecutive installations and flush oks; of b, histories that have either.
enum FlushAcknowledgment {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    for (index, section) in region.sections.enumerated() {
      let facts = section.facts
      if findings.judges(.flushAcknowledgment, .a) {
        judgeAnswers(facts, of: recording, scene, &findings)
        if facts.view != LayerRecording.none, facts.hasNextView {
          judgeTransition(region, index, of: recording, scene, &findings)
        }
      }
      if findings.judges(.flushAcknowledgment, .b) { judgeFirst(facts, of: recording, scene, &findings) }
    }
  }

  private static func judgeAnswers(
    _ facts: LayerRecording.Section, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    var pending = facts.pendingRequest
    for mark in facts.marks.elements {
      if mark.kind == .flushRequest { pending = true }
      guard mark.kind == .flushOk else { continue }
      findings.checked(.flushAcknowledgment)
      if !pending, findings.violated(.flushAcknowledgment, .a, at: facts.process, mark.line, scene) {
        let p = scene.name(facts.process)
        findings.witness(
          Violation(
            part: .a, summary: "\(p) gives a flush ok that nobody asked for",
            argument: [
              .init(
                "\(p) gives a flush ok in \(recording.title(facts.view)).",
                [scene.place(facts.process, mark.line)]),
              .init("However, there was no flush request since \(p)'s last flush ok."),
            ],
            processes: [scene.names[Int(facts.process)]], views: recording.identifiers(facts.view)))
      }
      pending = false
    }
  }

  private static func judgeTransition(
    _ region: Region, _ index: Int, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    let facts = region.sections[index].facts
    findings.checked(.flushAcknowledgment)
    if facts.left { return }
    var request: LayerRecording.Mark?
    var isAnswered = false
    for mark in facts.marks.elements {
      if mark.kind == .flushRequest {
        request = mark
        isAnswered = false
      }
      if mark.kind == .flushOk, request != nil { isAnswered = true }
    }
    if isAnswered { return }
    let next = recording.sections[Int(facts.next)]
    guard findings.violated(.flushAcknowledgment, .a, at: facts.process, next.line, scene) else { return }
    let p = scene.name(facts.process)
    let (view, further) = (recording.title(facts.view), recording.title(next.view))
    let installation = scene.place(facts.process, next.line)
    findings.witness(
      Violation(
        part: .a,
        summary: "\(p) goes from \(view) to \(further) without "
          + (request == nil ? "having been asked to flush" : "having given its flush ok"),
        argument: [
          .init("\(p) installs \(view).", [scene.place(facts.process, facts.line)]),
          request.map { .init("Then it is asked to flush.", [scene.place(facts.process, $0.line)]) }
            ?? .init("Then no flush request comes."),
          .init(
            "However, \(p) installs \(further)"
              + (request == nil ? " all the same." : " though no flush ok answers the last request."),
            [installation]),
        ],
        processes: [scene.names[Int(facts.process)]], views: recording.identifiers(facts.view, next.view)))
  }

  private static func judgeFirst(
    _ facts: LayerRecording.Section, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    if facts.view != LayerRecording.none {
      if facts.previousView == LayerRecording.none { findings.checked(.flushAcknowledgment) }
      return
    }
    let marks = facts.marks.elements.filter { $0.kind == .flushRequest || $0.kind == .flushOk }
    if !facts.hasNextView, !marks.isEmpty { findings.checked(.flushAcknowledgment) }
    for mark in marks where findings.violated(.flushAcknowledgment, .b, at: facts.process, mark.line, scene) {
      let p = scene.name(facts.process)
      let what = mark.kind == .flushOk ? "gives a flush ok" : "is asked to flush"
      findings.witness(
        Violation(
          part: .b, summary: "\(p) \(what) before its first view\(recording.sinceWhen(facts))",
          argument: [
            .init("\(p) \(what).", [scene.place(facts.process, mark.line)]),
            .init(
              "However, it has installed no view\(recording.sinceWhen(facts)): there is nothing to flush."),
          ],
          processes: [scene.names[Int(facts.process)]]))
    }
  }
}
