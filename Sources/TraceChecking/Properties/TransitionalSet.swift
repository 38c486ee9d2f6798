internal import Traces

/// Transitional Set (7).
///
/// a: p is in the transitional set that it is given. b: p and q install v, q is in p's transitional set and is not
/// p: both were in a view before, and in the same one. c: then p and q are given the same transitional set.
/// A view event without the set, in a trace that records it elsewhere, is asked nothing.
///
/// Instances: of a, installations with a set; of b and c, ordered pairs of installations.
enum TransitionalSet {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    var installations: [Int32: [UInt32: [Int]]] = [:]
    for (index, section) in region.sections.enumerated() where section.view != LayerRecording.none {
      installations[section.view, default: [:]][section.facts.process, default: []].append(index)
    }
    for (index, section) in region.sections.enumerated()
    where section.facts.transitional != LayerRecording.none {
      let facts = section.facts
      let set = recording.sets[Int(facts.transitional)]
      if findings.judges(.transitionalSet, .a) {
        findings.checked(.transitionalSet)
        if !recording.contains(facts.transitional, facts.process),
          findings.violated(.transitionalSet, .a, at: facts.process, facts.line, scene)
        {
          let (p, view) = (scene.name(facts.process), recording.title(facts.view))
          findings.witness(
            Violation(
              part: .a, summary: "\(p) is not in its own transitional set for \(view)",
              argument: [
                .init(
                  "\(p) installs \(view) with the transitional set \(scene.title(set)).",
                  [region.place(ofInstallation: index, scene)]),
                .init("However, a process always moves together with itself: \(p) must be in it."),
              ],
              processes: [scene.names[Int(facts.process)]], views: recording.identifiers(facts.view)))
        }
      }
      for process in set {
        for other in installations[facts.view]?[process] ?? [] where other != index {
          judge(pair: index, other, region, of: recording, scene, &findings)
        }
      }
    }
  }

  private static func judge(
    pair index: Int, _ other: Int, _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    let (p, q) = (region.sections[index].facts, region.sections[other].facts)
    let (pName, qName) = (scene.name(p.process), scene.name(q.process))
    let view = recording.title(p.view)
    let together = Violation.Step(
      "\(pName) installs \(view) with \(qName) in its transitional set.",
      [region.place(ofInstallation: index, scene)])
    if p.history != q.history, findings.judges(.transitionalSet, .b) {
      findings.checked(.transitionalSet)
      if p.previousView == LayerRecording.none || p.previousView != q.previousView,
        findings.violated(.transitionalSet, .b, at: p.process, p.line, scene)
      {
        let (pView, qView) = (recording.title(p.previousView), recording.title(q.previousView))
        func before(_ facts: LayerRecording.Section, _ title: String) -> Violation.Step {
          facts.previousView == LayerRecording.none
            ? .init("\(scene.name(facts.process)) was in no view before.")
            : .init(
              "\(scene.name(facts.process)) was in \(title) before.",
              [scene.place(facts.process, facts.previousLine)])
        }
        findings.witness(
          Violation(
            part: .b,
            summary: "\(qName) is in \(pName)'s transitional set for \(view), but "
              + (p.previousView == q.previousView
                ? "neither comes from a view" : "\(pName) comes from \(pView) and \(qName) from \(qView)"),
            argument: [
              together,
              .init("\(qName) installs \(view), too.", [region.place(ofInstallation: other, scene)]),
              before(p, pView), before(q, qView),
              .init("However, only processes that come from the same view move together."),
            ],
            processes: [scene.names[Int(p.process)], scene.names[Int(q.process)]],
            views: recording.identifiers(p.previousView, q.previousView, p.view)))
      }
    }
    guard q.transitional != LayerRecording.none, findings.judges(.transitionalSet, .c) else { return }
    findings.checked(.transitionalSet)
    if p.transitional != q.transitional,
      findings.violated(.transitionalSet, .c, at: p.process, p.line, scene)
    {
      findings.witness(
        Violation(
          part: .c, summary: "\(pName) and \(qName) have different transitional sets for \(view)",
          argument: [
            .init(
              "\(pName) installs \(view) with the transitional set "
                + "\(scene.title(recording.sets[Int(p.transitional)])): \(qName) is in it.",
              [region.place(ofInstallation: index, scene)]),
            .init(
              "However, \(qName) installs \(view) with the transitional set "
                + "\(scene.title(recording.sets[Int(q.transitional)])).",
              [region.place(ofInstallation: other, scene)]),
          ],
          processes: [scene.names[Int(p.process)], scene.names[Int(q.process)]],
          views: recording.identifiers(p.view)))
    }
  }
}
