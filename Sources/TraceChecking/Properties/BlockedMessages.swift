internal import Traces

/// Blocked Messages (Appendix I): a process sends nothing between its flush ok and its next view. An instance is a
/// flush ok.
enum BlockedMessages {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    for section in region.sections {
      let facts = section.facts
      let oks = facts.marks.elements.filter { $0.kind == .flushOk }
      guard let ok = oks.first else { continue }
      findings.checked(.blockedMessages, oks.count)
      for send in facts.sends.elements[Int(ok.sendsBefore)...]
      where findings.violated(.blockedMessages, at: facts.process, send.line, scene) {
        let (p, m) = (scene.name(facts.process), recording.names[send.message])
        findings.witness(
          Violation(
            summary: "\(p) sends \(m) after its flush ok in \(recording.title(facts.view))",
            argument: [
              .init(
                "\(p) gives its flush ok in \(recording.title(facts.view)).",
                [scene.place(facts.process, ok.line)]),
              .init(
                "However, \(p) sends \(m) before its next view.",
                [scene.place(facts.process, send.line)]),
            ],
            processes: [scene.names[Int(facts.process)]], messages: [m],
            views: recording.identifiers(facts.view)))
      }
    }
  }
}
