internal import Traces

/// Judges one layer, region by region, and keeps what regions share.
struct LayerJudge {
  var findings: Findings
  /// What is both wanted and recorded.
  private let asked: Set<Property>
  private var secureViews = SecureViews()
  private var scratch: MessageScratch? = MessageScratch()
  private var regularView = RegularView()

  init(_ findings: Findings, _ scene: Scene) {
    self.findings = findings
    asked = Set(Property.allCases.filter { findings.judges($0) && $0.applicableParts(scene) != nil })
  }

  func free() {
    var regularView = regularView
    regularView.free()
  }

  mutating func judge(
    _ part: Regions.Part, of recording: borrowing LayerRecording, _ scene: Scene
  ) {
    let part = part.ordered(of: recording, scene)
    if !asked.contains(.signalSynchrony),
      let acquittal = regularView.acquit(part, of: recording, scene)
    {
      var noMessages: MessageScratch?
      judgeMembership(
        Region(part.sections, views: part.views, of: recording, scratch: &noMessages), of: recording, scene)
      add(acquittal, scene)
      return
    }
    judge(Region(part.sections, views: part.views, of: recording, scratch: &scratch), of: recording, scene)
  }

  mutating func judge(_ region: Region, of recording: borrowing LayerRecording, _ scene: Scene) {
    judgeMembership(region, of: recording, scene)
    if asked.contains(.sendingViewDelivery) {
      SendingViewDelivery.judge(region, of: recording, scene, &findings)
    }
    if asked.contains(.sameViewDelivery) { SameViewDelivery.judge(region, of: recording, scene, &findings) }
    if asked.contains(.noDuplication) { NoDuplication.judge(region, of: recording, scene, &findings) }
    if asked.contains(.selfDelivery) { SelfDelivery.judge(region, of: recording, scene, &findings) }
    if asked.contains(.virtualSynchrony) { VirtualSynchrony.judge(region, of: recording, scene, &findings) }
    if asked.contains(.signalSynchrony) { SignalSynchrony.judge(region, of: recording, scene, &findings) }
    if asked.contains(.fifoDelivery) { FIFODelivery.judge(region, of: recording, scene, &findings) }
    let causal: [Property] = [.deliveryIntegrity, .causalDelivery, .agreedDelivery, .safeDelivery]
    guard causal.contains(where: asked.contains) else { return }
    let happensBefore = HappensBefore(region)
    if asked.contains(.deliveryIntegrity) {
      DeliveryIntegrity.judge(region, happensBefore, of: recording, scene, &findings)
    }
    if asked.contains(.causalDelivery) {
      CausalDelivery.judge(region, happensBefore, of: recording, scene, &findings)
    }
    if asked.contains(.agreedDelivery) {
      AgreedDelivery.judge(region, happensBefore, of: recording, scene, &findings)
    }
    if asked.contains(.safeDelivery) {
      SafeDelivery.judge(region, happensBefore, of: recording, scene, &findings)
    }
  }

  /// What speaks of installations, signals and flushes, not of deliveries.
  private mutating func judgeMembership(
    _ region: Region, of recording: borrowing LayerRecording, _ scene: Scene
  ) {
    if asked.contains(.selfInclusion) { SelfInclusion.judge(region, of: recording, scene, &findings) }
    if asked.contains(.localMonotonicity) { LocalMonotonicity.judge(region, of: recording, scene, &findings) }
    if asked.contains(.viewIdentity) { ViewIdentity.judge(region, of: recording, scene, &findings) }
    if asked.contains(.transitionalSet) { TransitionalSet.judge(region, of: recording, scene, &findings) }
    if asked.contains(.transitionalSignal) {
      TransitionalSignal.judge(region, of: recording, scene, &findings)
    }
    if asked.contains(.flushAcknowledgment) {
      FlushAcknowledgment.judge(region, of: recording, scene, &findings)
    }
    if asked.contains(.blockedMessages) { BlockedMessages.judge(region, of: recording, scene, &findings) }
    if asked.contains(.keyAgreement) || asked.contains(.keyFreshness) {
      secureViews.add(region, scene, &findings)
    }
  }

  private mutating func add(_ acquittal: RegularView.Acquittal, _ scene: Scene) {
    func add(_ property: Property, _ instances: Int) {
      if asked.contains(property) { findings.checked(property, instances) }
    }
    let recordsGaps = AgreedOrder(threshold: .agreed, scene: scene).isGapRecorded
    add(.sendingViewDelivery, acquittal.deliveries)
    add(.deliveryIntegrity, acquittal.deliveries)
    add(.noDuplication, acquittal.deliveries + acquittal.sends)
    add(.selfDelivery, acquittal.selfDeliveries)
    add(.virtualSynchrony, acquittal.pairs)
    add(.fifoDelivery, acquittal.fifo)
    add(.causalDelivery, acquittal.causal)
    if findings.judges(.agreedDelivery, .a) { add(.agreedDelivery, acquittal.agreed.a) }
    if findings.judges(.agreedDelivery, .b) { add(.agreedDelivery, acquittal.agreed.b) }
    if findings.judges(.agreedDelivery, .c), recordsGaps { add(.agreedDelivery, acquittal.agreed.c) }
    if findings.judges(.safeDelivery, .a) {
      add(.safeDelivery, acquittal.safe.a + (recordsGaps ? acquittal.safe.gaps : 0))
    }
    if findings.judges(.safeDelivery, .b), recordsGaps { add(.safeDelivery, acquittal.safe.b) }
  }

  /// Judges what no region can decide.
  mutating func finish(of recording: borrowing LayerRecording, _ scene: Scene) {
    secureViews.judge(of: recording, scene, &findings)
  }
}
