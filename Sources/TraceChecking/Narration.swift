internal import Traces

extension Scene {
  func name(_ process: UInt32) -> String { names[Int(process)].string }

  /// Braces around names in order, at most ten.
  func title(_ processes: [UInt32]) -> String {
    let names = processes.map { self.names[Int($0)] }.sorted().map(\.string)
    let shown = names.prefix(10).joined(separator: ", ")
    return names.count > 10 ? "{\(shown) and \(names.count - 10) more}" : "{\(shown)}"
  }
}

extension LayerRecording {
  func identifiers(_ indices: Int32...) -> [ViewIdentifier] {
    var identifiers: [ViewIdentifier] = []
    for index in indices where index != Self.none {
      let identifier = views[Int(index)].identifier
      if !identifiers.contains(identifier) { identifiers.append(identifier) }
    }
    return identifiers
  }

  /// "view 7", or "no view".
  func title(_ view: Int32) -> String {
    view == Self.none ? "no view" : "view \(views[Int(view)].identifier)"
  }

  /// The line where the process first installs a view greater than `view`.
  func firstInstallation(by process: UInt32, beyond view: Int32) -> UInt32? {
    sections.elements.first {
      $0.process == process && $0.view != Self.none
        && views[Int(view)].identifier < views[Int($0.view)].identifier
    }?.line
  }

  /// What to add to "before its first view" in a section in no view: the process may have had earlier histories.
  func sinceWhen(_ facts: Section) -> String {
    let isFirst = !sections.elements.contains { $0.process == facts.process && $0.history < facts.history }
    return isFirst ? "" : " since it came back"
  }
}

extension Region {
  func name(_ message: Int32, _ recording: borrowing LayerRecording) -> Name {
    recording.names[messages[Int(message)]]
  }

  func place(ofSend send: Int, _ scene: Scene) -> Violation.Place {
    scene.place(process(sends[send].row), sends[send].line)
  }

  func place(ofDelivery delivery: Int, _ scene: Scene) -> Violation.Place {
    scene.place(process(deliveries[delivery].row), deliveries[delivery].line)
  }

  func place(ofInstallation section: Int, _ scene: Scene) -> Violation.Place {
    let facts = sections[section].facts
    return scene.place(facts.process, facts.line)
  }
}
