internal import Traces

/// The keys of secure views, over all regions of the layer.
///
/// `key-agreement`: whoever installs the same secure view has the same key. An instance is an installation with a
/// key. `key-freshness`: different secure views have different keys. An instance is a view with a key. Views
/// without a key are left out.
struct SecureViews {
  private struct Installation {
    var process: UInt32
    var line: UInt32
    var view: Int32
    var key: Int32
  }

  private var installations: [Installation] = []
  private var seen: Set<[Int32]> = []

  /// Keeps, of the installations of one view that share a key, the first by process and position.
  mutating func add(_ region: Region, _ scene: Scene, _ findings: inout Findings) {
    for index in region.sections.indices.sorted(by: { region.precedes($0, $1, scene) }) {
      let facts = region.sections[index].facts
      guard facts.view != LayerRecording.none, facts.key != LayerRecording.none else { continue }
      findings.checked(.keyAgreement)
      guard seen.insert([facts.view, facts.key]).inserted else { continue }
      installations.append(
        Installation(process: facts.process, line: facts.line, view: facts.view, key: facts.key))
    }
  }

  func judge(of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings) {
    var byView: [Int32: Installation] = [:]
    var byKey: [Int32: Installation] = [:]
    let order = installations.sorted {
      (recording.views[Int($0.view)].identifier, scene.names[Int($0.process)], $0.line)
        < (recording.views[Int($1.view)].identifier, scene.names[Int($1.process)], $1.line)
    }
    for installation in order {
      let view = recording.title(installation.view)
      if let other = byView[installation.view] {
        if other.key != installation.key,
          findings.violated(.keyAgreement, at: installation.process, installation.line, scene)
        {
          findings.witness(
            violation(
              other, installation, of: recording, scene,
              "\(scene.name(other.process)) and \(scene.name(installation.process)) have different keys in \(view)"
            ))
        }
      } else {
        byView[installation.view] = installation
        findings.checked(.keyFreshness)
      }
      if let other = byKey[installation.key] {
        if other.view != installation.view,
          findings.violated(.keyFreshness, at: installation.process, installation.line, scene)
        {
          findings.witness(
            violation(
              other, installation, of: recording, scene,
              "\(recording.title(other.view)) and \(view) have the same key"))
        }
      } else {
        byKey[installation.key] = installation
      }
    }
  }

  private func violation(
    _ first: Installation, _ second: Installation, of recording: borrowing LayerRecording, _ scene: Scene,
    _ summary: String
  ) -> Violation {
    func step(_ word: String, _ one: Installation) -> Violation.Step {
      .init(
        "\(word)\(scene.name(one.process)) installs \(recording.title(one.view)) with the key "
          + "\(recording.keys[Int(one.key)]).",
        [scene.place(one.process, one.line)])
    }
    let names = [scene.names[Int(first.process)], scene.names[Int(second.process)]]
    return Violation(
      summary: summary, argument: [step("", first), step("However, ", second)],
      processes: names,
      views: recording.identifiers(first.view, second.view))
  }
}
