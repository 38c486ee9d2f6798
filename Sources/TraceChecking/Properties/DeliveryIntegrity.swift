internal import Traces

/// Delivery Integrity (4): p delivers m in v: m was sent in v (not asked of a delivery in no view, nor under the
/// profile `evs`), p is an addressee, and the delivery does not happen before the send. A message that nobody
/// sends: violated if the trace is complete, else inconclusive. An instance is a delivery.
enum DeliveryIntegrity {
  static func judge(
    _ region: Region, _ happensBefore: HappensBefore, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    for (index, delivery) in region.deliveries.enumerated() {
      findings.checked(.deliveryIntegrity)
      let p = region.process(delivery.row)
      let sends = region.sends(of: delivery.message)
      let view = region.view(ofDelivery: index)
      if sends.isEmpty && !scene.header.complete {
        findings.open(
          .deliveryIntegrity, at: p, delivery.line, scene,
          "\(scene.name(p)) delivers \(region.name(delivery.message, recording)) (line \(delivery.line)), and "
            + "no send of it is recorded")
        continue
      }
      var reason: String?
      var culprit: Int?
      var isCausal = false
      if sends.isEmpty { reason = "the trace is complete, and nobody sends it" }
      for send in sends where reason == nil {
        let fact = region.sends[Int(send)]
        let sender = scene.name(region.process(fact.row))
        let sendView = region.view(ofSend: Int(send))
        culprit = Int(send)
        if scene.profile != .evs, view != LayerRecording.none, sendView != view {
          reason = "\(sender) sends it in \(recording.title(sendView))"
        } else if !fact.addresses(p) {
          reason = "\(sender) sends it to \(scene.name(fact.to)) alone"
        } else if happensBefore.precedesItsSend[index] {
          reason = "\(sender) sends it causally after that"
          isCausal = true
        }
      }
      guard let reason, findings.violated(.deliveryIntegrity, at: p, delivery.line, scene) else { continue }
      let m = region.name(delivery.message, recording)
      var processes = [scene.names[Int(p)]]
      if let culprit {
        let sender = region.process(region.sends[culprit].row)
        if sender != p { processes.append(scene.names[Int(sender)]) }
      }
      var argument = [
        Violation.Step(
          "\(scene.name(p)) delivers \(m) in \(recording.title(view)).",
          [region.place(ofDelivery: index, scene)])
      ]
      if let culprit, isCausal, let path = CausalPath(region, from: .deliver(index), to: culprit) {
        argument += path.links.dropLast().map { $0.step(region, of: recording, scene) }
        let sender = scene.name(region.process(region.sends[culprit].row))
        argument.append(
          .init("However, only then \(sender) sends \(m).", [region.place(ofSend: culprit, scene)]))
      } else {
        argument.append(.init("However, \(reason).", culprit.map { [region.place(ofSend: $0, scene)] } ?? []))
      }
      findings.witness(
        Violation(
          summary: "\(scene.name(p)) delivers \(m) in \(recording.title(view)), but \(reason)",
          argument: argument,
          processes: processes, messages: [m],
          views: recording.identifiers(view, culprit.map { region.view(ofSend: $0) } ?? LayerRecording.none)))
    }
  }
}
