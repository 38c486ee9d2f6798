internal import Traces

/// Self Inclusion (1): whoever installs a view is a member of it. An instance is an installation.
enum SelfInclusion {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    for section in region.sections where section.view != LayerRecording.none {
      let facts = section.facts
      findings.checked(.selfInclusion)
      let members = recording.sets[Int(facts.members)]
      if recording.contains(facts.members, facts.process) { continue }
      if findings.violated(.selfInclusion, at: facts.process, facts.line, scene) {
        let (p, view) = (scene.name(facts.process), recording.title(facts.view))
        findings.witness(
          Violation(
            summary: "\(p) installs \(view) and is no member of it",
            argument: [
              .init("\(p) installs \(view).", [scene.place(facts.process, facts.line)]),
              .init("However, its members are \(scene.title(members)), and \(p) is not among them."),
            ],
            processes: [scene.names[Int(facts.process)]], views: recording.identifiers(facts.view)))
      }
    }
  }
}
