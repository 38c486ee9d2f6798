internal import Traces

/// Sending View Delivery (3): a message is delivered in the view that it was sent in. A send or a delivery in no
/// view violates it by itself.
///
/// Instances: deliveries of messages that are sent in the trace; deliveries and sends in no view.
enum SendingViewDelivery {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    let none = LayerRecording.none
    for (index, send) in region.sends.enumerated() where region.view(ofSend: index) == none {
      let p = region.process(send.row)
      findings.checked(.sendingViewDelivery)
      if findings.violated(.sendingViewDelivery, at: p, send.line, scene) {
        let m = region.name(send.message, recording)
        findings.witness(
          Violation(
            summary: "\(scene.name(p)) sends \(m) in no view",
            argument: [
              .init("\(scene.name(p)) sends \(m).", [scene.place(p, send.line)]),
              .init(
                "However, it has installed no view"
                  + "\(recording.sinceWhen(region.sections[Int(send.section)].facts)): there is nobody to send to."
              ),
            ],
            processes: [scene.names[Int(p)]], messages: [m]))
      }
    }
    for (index, delivery) in region.deliveries.enumerated() {
      let view = region.view(ofDelivery: index)
      let sends = region.sends(of: delivery.message)
      if sends.isEmpty, view != none { continue }
      findings.checked(.sendingViewDelivery)
      let other = sends.first { region.view(ofSend: Int($0)) != view }
      if view != none, other == nil { continue }
      let p = region.process(delivery.row)
      guard findings.violated(.sendingViewDelivery, at: p, delivery.line, scene) else { continue }
      let m = region.name(delivery.message, recording)
      var argument: [Violation.Step] = []
      var processes = [scene.names[Int(p)]]
      if let send = (other ?? sends.first).map(Int.init) {
        let sender = region.process(region.sends[send].row)
        if sender != p { processes.append(scene.names[Int(sender)]) }
        argument.append(
          .init(
            "\(scene.name(sender)) sends \(m) in \(recording.title(region.view(ofSend: send))).",
            [region.place(ofSend: send, scene)]))
      }
      let place = region.place(ofDelivery: index, scene)
      if view != none {
        argument.append(
          .init(
            "\(scene.name(p)) installs \(recording.title(view)).",
            [region.place(ofInstallation: Int(delivery.section), scene)]))
        argument.append(.init("However, it is there that \(scene.name(p)) delivers \(m).", [place]))
      } else {
        argument.append(.init("\(scene.name(p)) delivers \(m).", [place]))
        let since = recording.sinceWhen(region.sections[Int(delivery.section)].facts)
        argument.append(.init("However, \(scene.name(p)) has installed no view\(since) then."))
      }
      findings.witness(
        Violation(
          summary: "\(scene.name(p)) delivers \(m) in \(recording.title(view))"
            + (other.map { ", but it was sent in \(recording.title(region.view(ofSend: Int($0))))" } ?? ""),
          argument: argument, processes: processes, messages: [m],
          views: recording.identifiers(other.map { region.view(ofSend: Int($0)) } ?? none, view)))
    }
  }
}
