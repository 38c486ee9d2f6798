internal import Traces

/// Causal Delivery (10): the send of m happens before the send of m', both in the same view and at least causal; an
/// addressee of both that delivers m' has delivered m before it. An instance is a delivery of m' that has such an m.
enum CausalDelivery {
  static func judge(
    _ region: Region, _ happensBefore: HappensBefore, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    Precedence(order: .causal, threshold: .causal).judge(
      .causalDelivery, nil, region, happensBefore, of: recording, scene, &findings, followsFrom: nil)
  }
}
