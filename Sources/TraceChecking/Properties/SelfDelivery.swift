internal import Traces

/// Self Delivery (6): p sends m in v and is an addressee: p delivers m in v, unless it crashes or leaves. Under the
/// profile `evs` a delivery anywhere later in the history will do, a crash or `leave` anywhere excuses, and only
/// completeness breaks. An instance is a send that nothing excuses.
enum SelfDelivery {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    for send in region.sends {
      let section = region.sections[Int(send.section)]
      let p = region.process(send.row)
      guard section.view != LayerRecording.none, send.addresses(p) else { continue }
      let own = region.deliveries(of: send.message).lazy.filter { region.row($0) == send.row }
      let state: Obligation
      if scene.profile == .evs {
        let sections = region.rows[Int(send.row)].sections
        let first = region.sections[sections.lowerBound].deliveries.lowerBound
        if own.contains(where: { Int($0) >= first + Int(send.deliveriesBefore) }) {
          state = .met
        } else if sections.contains(where: { region.sections[$0].facts.hasLeftOrCrashed }) {
          state = .void
        } else {
          state = scene.completenessBreaks ? .broken : .open
        }
      } else {
        state = .state(
          isMet: own.contains { region.deliveries[Int($0)].section == send.section }, in: section.facts, scene
        )
      }
      if state == .void { continue }
      findings.checked(.selfDelivery)
      let m = region.name(send.message, recording)
      if state == .open {
        findings.open(
          .selfDelivery, at: p, send.line, scene,
          "\(scene.name(p)) sends \(m) (line \(send.line)) and has not delivered it yet")
      }
      guard state == .broken, findings.violated(.selfDelivery, at: p, send.line, scene) else { continue }
      let view = recording.title(section.view)
      var argument: [Violation.Step] = [
        .init("\(scene.name(p)) sends \(m) in \(view).", [scene.place(p, send.line)])
      ]
      var next = LayerRecording.none
      if scene.profile != .evs, section.facts.hasNextView {
        let further = recording.sections[Int(section.facts.next)]
        next = further.view
        argument.append(
          .init(
            "However, \(scene.name(p)) installs \(recording.title(next)) without having delivered it.",
            [scene.place(p, further.line)]))
      } else {
        argument.append(
          .init(
            "However, the trace is complete, and \(scene.name(p)) neither delivers it "
              + "\(scene.profile == .evs ? "afterwards" : "there") nor crashes nor leaves."))
      }
      findings.witness(
        Violation(
          summary: "\(scene.name(p)) sends \(m) in \(view) and "
            + (scene.profile == .evs ? "never delivers it" : "does not deliver it there"), argument: argument,
          processes: [scene.names[Int(p)]], messages: [m],
          views: recording.identifiers(section.view, next)))
    }
  }
}
