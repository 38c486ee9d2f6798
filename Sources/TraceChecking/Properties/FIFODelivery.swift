internal import Traces

/// FIFO Delivery (9): one history sends m before m' in the same view, both at least fifo; an addressee of both that
/// delivers m' has delivered m before it. An instance is a delivery of m' that has such an m.
enum FIFODelivery {
  static func judge(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene, _ findings: inout Findings
  ) {
    Precedence(order: .fifo, threshold: .fifo).judge(
      .fifoDelivery, nil, region, nil, of: recording, scene, &findings, followsFrom: nil)
  }
}
