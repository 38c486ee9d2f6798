internal import Traces

/// No Duplication (5): a message is sent once, and each history delivers it at most once. Instances: deliveries,
/// and sends where they are recorded.
enum NoDuplication {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    findings.checked(.noDuplication, region.deliveries.count + region.sends.count)
    for message in region.messages.indices {
      judgeSends(region.sends(of: Int32(message)), region, of: recording, scene, &findings)
      var previous: Int32?
      for later in region.deliveries(of: Int32(message)) {
        defer { previous = later }
        guard let earlier = previous, region.row(earlier) == region.row(later) else { continue }
        let p = region.process(region.row(later))
        guard findings.violated(.noDuplication, at: p, region.deliveries[Int(later)].line, scene) else {
          continue
        }
        let m = region.name(Int32(message), recording)
        findings.witness(
          Violation(
            summary: "\(scene.name(p)) delivers \(m) twice",
            argument: [
              .init("\(scene.name(p)) delivers \(m).", [region.place(ofDelivery: Int(earlier), scene)]),
              .init("However, it delivers \(m) again.", [region.place(ofDelivery: Int(later), scene)]),
            ],
            processes: [scene.names[Int(p)]], messages: [m],
            views: recording.identifiers(
              region.view(ofDelivery: Int(earlier)), region.view(ofDelivery: Int(later)))))
      }
    }
  }

  private static func judgeSends(
    _ list: ArraySlice<Int32>, _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    guard list.count > 1 else { return }
    let message = region.sends[Int(list.first!)].message
    let sends = list.map(Int.init)
      .sorted { region.precedes(Int(region.sends[$0].section), Int(region.sends[$1].section), scene) }
    for again in sends.dropFirst() {
      let (p, q) = (region.process(region.sends[sends[0]].row), region.process(region.sends[again].row))
      guard findings.violated(.noDuplication, at: q, region.sends[again].line, scene) else { continue }
      let m = region.name(message, recording)
      findings.witness(
        Violation(
          summary: p == q
            ? "\(scene.name(p)) sends \(m) twice" : "\(scene.name(p)) and \(scene.name(q)) both send \(m)",
          argument: [
            .init("\(scene.name(p)) sends \(m).", [region.place(ofSend: sends[0], scene)]),
            .init(
              "However, \(scene.name(q)) sends \(m)\(p == q ? " again" : ", too").",
              [region.place(ofSend: again, scene)]),
          ],
          processes: [scene.names[Int(p)], scene.names[Int(q)]],
          messages: [m],
          views: recording.identifiers(region.view(ofSend: sends[0]), region.view(ofSend: again))))
    }
  }
}
