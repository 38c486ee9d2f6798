internal import Traces

/// Same View Delivery (profile `evs`; Chockler, Keidar, Vitenberg): two histories that deliver a message, each in
/// some view, deliver it in the same view. An instance is a delivery in a view of a message that another history
/// delivers in a view, too.
enum SameViewDelivery {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    for message in region.messages.indices {
      let list = region.deliveries(of: Int32(message)).filter {
        region.view(ofDelivery: Int($0)) != LayerRecording.none
      }
      guard let first = list.first, list.contains(where: { region.row($0) != region.row(first) }) else {
        continue
      }
      findings.checked(.sameViewDelivery, list.count)
      // Some two rows differ iff some delivery differs from one of another row.
      for delivery in list {
        let view = region.view(ofDelivery: Int(delivery))
        guard
          let other = list.first(where: {
            region.row($0) != region.row(delivery) && region.view(ofDelivery: Int($0)) != view
          })
        else { continue }
        let (p, q) = (region.process(region.row(delivery)), region.process(region.row(other)))
        guard findings.violated(.sameViewDelivery, at: p, region.deliveries[Int(delivery)].line, scene) else {
          continue
        }
        let m = region.name(Int32(message), recording)
        let otherView = region.view(ofDelivery: Int(other))
        findings.witness(
          Violation(
            summary: "\(scene.name(p)) delivers \(m) in \(recording.title(view)), "
              + "\(p == q ? "in another life" : scene.name(q)) in \(recording.title(otherView))",
            argument: [
              .init(
                "\(scene.name(p)) delivers \(m) in \(recording.title(view)).",
                [region.place(ofDelivery: Int(delivery), scene)]),
              .init(
                "However, \(scene.name(q)) delivers \(m) in \(recording.title(otherView)).",
                [region.place(ofDelivery: Int(other), scene)]),
            ],
            processes: [scene.names[Int(p)], scene.names[Int(q)]], messages: [m],
            views: recording.identifiers(view, otherView)))
      }
    }
  }
}

extension Region {
  func row(_ delivery: Int32) -> Int32 { deliveries[Int(delivery)].row }
}
