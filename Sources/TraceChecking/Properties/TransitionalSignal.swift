internal import Traces

/// Transitional Signal (13): between two consecutive installations of a history there is exactly one transitional
/// signal, after the last at most one, before the first none. Where a `leave` stands between two installations
/// none is asked for. An instance is an installation, or a signal in no view.
enum TransitionalSignal {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    for section in region.sections {
      let facts = section.facts
      let signals = facts.marks.elements.filter { $0.kind == .signal }
      let p = scene.name(facts.process)
      if facts.view == LayerRecording.none {
        findings.checked(.transitionalSignal, signals.count)
        for signal in signals
        where findings.violated(.transitionalSignal, at: facts.process, signal.line, scene) {
          findings.witness(
            Violation(
              summary:
                "\(p) is given a transitional signal before its first view\(recording.sinceWhen(facts))",
              argument: [
                .init("\(p) is given a transitional signal.", [scene.place(facts.process, signal.line)]),
                .init(
                  "However, it has installed no view\(recording.sinceWhen(facts)), and a signal announces the "
                    + "end of one."),
              ],
              processes: [scene.names[Int(facts.process)]]))
        }
        continue
      }
      findings.checked(.transitionalSignal)
      let view = recording.title(facts.view)
      let installation = scene.place(facts.process, facts.line)
      if signals.count > 1, findings.violated(.transitionalSignal, at: facts.process, signals[1].line, scene)
      {
        findings.witness(
          Violation(
            summary: "\(p) is given \(signals.count) transitional signals in \(view)",
            argument: [
              .init("\(p) installs \(view).", [installation]),
              .init(
                "Then \(p) is given \(signals.count) transitional signals before it installs another view.",
                signals.prefix(5).map { scene.place(facts.process, $0.line) }),
              .init("However, the end of a view is announced only once."),
            ],
            processes: [scene.names[Int(facts.process)]], views: recording.identifiers(facts.view)))
      }
      if signals.isEmpty, facts.hasNextView, !facts.left {
        let next = recording.sections[Int(facts.next)]
        if findings.violated(.transitionalSignal, at: facts.process, next.line, scene) {
          findings.witness(
            Violation(
              summary:
                "\(p) goes from \(view) to \(recording.title(next.view)) without a transitional signal",
              argument: [
                .init("\(p) installs \(view).", [installation]),
                .init(
                  "Then \(p) installs \(recording.title(next.view)).", [scene.place(facts.process, next.line)]
                ),
                .init("However, no transitional signal stands between the two."),
              ],
              processes: [scene.names[Int(facts.process)]],
              views: recording.identifiers(facts.view, next.view)))
        }
      }
    }
  }
}
