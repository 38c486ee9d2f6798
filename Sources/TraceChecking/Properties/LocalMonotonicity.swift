internal import Traces

/// Local Monotonicity (2): the identifiers of the views that one process installs grow strictly, from one of its
/// histories to the next, too. An instance is an installation by a process that has installed a view before.
enum LocalMonotonicity {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    for section in region.sections where section.view != LayerRecording.none {
      let facts = section.facts
      if facts.greatestBefore == LayerRecording.none { continue }
      findings.checked(.localMonotonicity)
      let greatest = recording.views[Int(facts.greatestBefore)].identifier
      if greatest < recording.views[Int(facts.view)].identifier { continue }
      if findings.violated(.localMonotonicity, at: facts.process, facts.line, scene) {
        let (p, view) = (scene.name(facts.process), recording.title(facts.view))
        let repeated = facts.greatestBefore == facts.view
        findings.witness(
          Violation(
            summary: "\(p) installs \(view) \(repeated ? "again" : "after view \(greatest)")",
            argument: [
              .init("\(p) installs view \(greatest).", [scene.place(facts.process, facts.greatestLine)]),
              .init(
                "Later \(p) installs \(view)\(repeated ? " again" : "").",
                [scene.place(facts.process, facts.line)]),
              .init(
                "However, each view of a process must have a greater identifier than all before, and "
                  + (repeated
                    ? "an identifier is not greater than itself."
                    : "\(recording.views[Int(facts.view)].identifier) is less than \(greatest).")),
            ],
            processes: [scene.names[Int(facts.process)]],
            views: recording.identifiers(facts.greatestBefore, facts.view)))
      }
    }
  }
}
