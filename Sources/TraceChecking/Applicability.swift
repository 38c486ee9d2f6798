internal import Traces

extension Property {
  /// The parts that the trace records enough for; nil where it does not even record enough for the property. Of a
  /// property without lettered parts an empty set says that it can be judged.
  func applicableParts(_ scene: Scene) -> Set<Part>? {
    switch self {
    case .selfInclusion, .localMonotonicity, .viewIdentity: scene.records(.view) ? [] : nil
    case .sendingViewDelivery, .deliveryIntegrity, .selfDelivery, .fifoDelivery, .causalDelivery:
      scene.records(.view, .send, .deliver) ? [] : nil
    case .sameViewDelivery, .virtualSynchrony: scene.records(.view, .deliver) ? [] : nil
    case .noDuplication: scene.records(.deliver) ? [] : nil
    case .transitionalSet: scene.records(.view) && scene.recordsTransitional ? [.a, .b, .c] : nil
    case .agreedDelivery:
      scene.records(.view, .send, .deliver) ? (recordsGaps(scene) ? [.a, .b, .c] : [.a, .b]) : nil
    case .safeDelivery: scene.records(.view, .send, .deliver) ? (recordsGaps(scene) ? [.a, .b] : [.a]) : nil
    case .transitionalSignal: scene.records(.view, .signal) ? [] : nil
    case .flushAcknowledgment: scene.records(.view, .flushRequest, .flushOk) ? [.a, .b] : nil
    case .blockedMessages: scene.records(.view, .send, .flushOk) ? [] : nil
    case .signalSynchrony: scene.records(.view, .send, .deliver, .signal) ? [] : nil
    case .keyAgreement, .keyFreshness: scene.records(.view, .key) ? [] : nil
    case .gkeAgreement, .gkeFreshness: scene.records(.finish) ? [] : nil
    case .gkeIntegrity: scene.records(.start, .finish) ? [] : nil
    case .gkeTermination: scene.records(.start, .finish) && scene.header.tolerates != nil ? [] : nil
    case .consensusAgreement: scene.records(.decide) ? [] : nil
    case .consensusValidity, .consensusIntegrity: scene.records(.propose, .decide) ? [] : nil
    case .consensusTermination: scene.records(.propose, .decide) && scene.header.tolerates != nil ? [] : nil
    }
  }

  private func recordsGaps(_ scene: Scene) -> Bool { scene.records(.signal) && scene.recordsTransitional }
}
