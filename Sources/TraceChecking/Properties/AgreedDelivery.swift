internal import Traces

/// Agreed Delivery (11).
///
/// a: causal delivery over pairs that are both at least agreed. b: two histories that both deliver m and m' deliver
/// them in the same order (first deliveries). c: p delivers m, later m' in v; q delivers m' in v and is an addressee
/// of m: before the signal q has delivered m before m'; after it likewise if q goes on to a further view and the
/// sender of m is in the transitional set that q is given with it, but for a q that crashes or has `leave`.
///
/// Instances: of a, as for causal delivery; of b, messages that two histories deliver; of c, deliveries in a view of
/// a message before which somebody delivers another one there.
enum AgreedDelivery {
  static func judge(
    _ region: Region, _ happensBefore: HappensBefore, of recording: borrowing LayerRecording, _ scene: Scene,
    _ findings: inout Findings
  ) {
    let order = AgreedOrder(threshold: .agreed, scene: scene)
    if findings.judges(.agreedDelivery, .a) {
      Precedence(order: .causal, threshold: .agreed).judge(
        .agreedDelivery, .a, region, happensBefore, of: recording, scene, &findings,
        followsFrom: findings.judges(.causalDelivery) ? PropertySelector(.causalDelivery) : nil)
    }
    if findings.judges(.agreedDelivery, .b) {
      order.judgeOrder(.agreedDelivery, .b, region, of: recording, &findings, followsFrom: nil)
    }
    if findings.judges(.agreedDelivery, .c), order.isGapRecorded {
      order.judgeGaps(.agreedDelivery, .c, region, of: recording, &findings, followsFrom: nil)
    }
  }
}
