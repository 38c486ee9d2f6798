internal import Traces

/// View identity (not numbered in the paper, which takes it for granted): the same identifier always comes with
/// the same members. An instance is an installation.
enum ViewIdentity {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    // By process and position, so that the first of the view is the same however the files are ordered.
    var first: [Int32: Int] = [:]
    let order = region.sections.indices.sorted { region.precedes($0, $1, scene) }
    for index in order where region.sections[index].view != LayerRecording.none {
      let facts = region.sections[index].facts
      findings.checked(.viewIdentity)
      guard let witness = first[facts.view] else {
        first[facts.view] = index
        continue
      }
      let other = region.sections[witness].facts
      if other.members == facts.members { continue }
      if findings.violated(.viewIdentity, at: facts.process, facts.line, scene) {
        let (p, q) = (scene.name(other.process), scene.name(facts.process))
        let view = recording.title(facts.view)
        findings.witness(
          Violation(
            summary: "\(p) and \(q) install \(view) with different members",
            argument: [
              .init(
                "\(p) installs \(view) with the members \(scene.title(recording.sets[Int(other.members)])).",
                [region.place(ofInstallation: witness, scene)]),
              .init(
                "However, \(q) installs \(view) with the members "
                  + "\(scene.title(recording.sets[Int(facts.members)])).",
                [region.place(ofInstallation: index, scene)]),
            ],
            processes: [scene.names[Int(other.process)], scene.names[Int(facts.process)]],
            views: recording.identifiers(facts.view)))
      }
    }
  }
}

extension Region {
  /// The order of processes by name, and of their sections: the same however lines and files are ordered.
  func precedes(_ a: Int, _ b: Int, _ scene: Scene) -> Bool {
    let (x, y) = (sections[a].facts, sections[b].facts)
    if x.process != y.process { return scene.names[Int(x.process)] < scene.names[Int(y.process)] }
    return a < b
  }
}
