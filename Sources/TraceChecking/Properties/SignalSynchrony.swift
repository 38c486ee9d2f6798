internal import Traces

/// Signal synchrony (Lemma 1.6 takes it for granted; none of the thirteen says it): p and q move together as in
/// `VirtualSynchrony`: they delivered the same set of messages that are at least agreed and addressed to both
/// before their signals in v. An instance is a pair of installations that moved together.
enum SignalSynchrony {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    let sets = DeliveredSets(region) { section, delivery in
      if region.isAfterSignal(delivery) { return nil }
      let sends = region.sends(of: region.deliveries[delivery].message).lazy.map { region.sends[Int($0)] }
        .filter { $0.service >= .agreed }
      if sends.contains(where: { $0.to == ScannedEvent.nobody }) { return .toAll }
      return sends.contains { $0.to == region.sections[section].facts.process } ? .toItself : nil
    }
    for (i, j) in MovedTogether.pairs(region, of: recording, scene) {
      findings.checked(.signalSynchrony)
      guard let (p, q, message) = sets.difference(i, j, region) else { continue }
      let (pFacts, qFacts) = (region.sections[p].facts, region.sections[q].facts)
      let qNext = recording.sections[Int(qFacts.next)]
      guard findings.violated(.signalSynchrony, at: qFacts.process, qNext.line, scene) else { continue }
      let (pName, qName) = (scene.name(pFacts.process), scene.name(qFacts.process))
      let m = region.name(message, recording)
      let delivery = region.deliveries(of: message).first {
        region.deliveries[Int($0)].section == Int32(p)
      }!
      func signal(_ facts: LayerRecording.Section) -> LayerRecording.Mark? {
        facts.marks.elements.first { $0.kind == .signal }
      }
      let (pSignal, qSignal) = (signal(pFacts), signal(qFacts))
      findings.witness(
        Violation(
          summary:
            "\(pName) delivers \(m) before its signal in \(recording.title(pFacts.view)), and \(qName) does "
            + "not",
          argument: [
            .init(
              "\(pName) and \(qName) move together from \(recording.title(pFacts.view)) to "
                + "\(recording.title(qNext.view)).",
              [
                scene.place(pFacts.process, recording.sections[Int(pFacts.next)].line),
                scene.place(qFacts.process, qNext.line),
              ]),
            .init(
              pSignal == nil
                ? "\(pName) delivers \(m), and no signal comes before."
                : "\(pName) delivers \(m) before its signal.",
              [region.place(ofDelivery: Int(delivery), scene)]
                + (pSignal.map { [scene.place(pFacts.process, $0.line)] } ?? [])),
            .init(
              "However, \(qName) has not delivered \(m) when its "
                + (qSignal == nil ? "next view comes." : "signal comes."),
              [scene.place(qFacts.process, qSignal?.line ?? qNext.line)]),
          ],
          processes: [scene.names[Int(pFacts.process)], scene.names[Int(qFacts.process)]], messages: [m],
          views: recording.identifiers(pFacts.view, qNext.view)))
    }
  }
}
