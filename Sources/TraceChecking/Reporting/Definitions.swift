public import Traces

/// What the reports say of a property itself; `Spec` and each property's own file say it in full.
extension Property {
  /// The property's name in words.
  public var title: String {
    switch self {
    case .selfInclusion: "Self Inclusion"
    case .localMonotonicity: "Local Monotonicity"
    case .sendingViewDelivery: "Sending View Delivery"
    case .sameViewDelivery: "Same View Delivery"
    case .deliveryIntegrity: "Delivery Integrity"
    case .noDuplication: "No Duplication"
    case .selfDelivery: "Self Delivery"
    case .transitionalSet: "Transitional Set"
    case .virtualSynchrony: "Virtual Synchrony"
    case .fifoDelivery: "FIFO Delivery"
    case .causalDelivery: "Causal Delivery"
    case .agreedDelivery: "Agreed Delivery"
    case .safeDelivery: "Safe Delivery"
    case .transitionalSignal: "Transitional Signal"
    case .flushAcknowledgment: "Flush Acknowledgment"
    case .blockedMessages: "Blocked Messages"
    case .viewIdentity: "View Identity"
    case .signalSynchrony: "Signal Synchrony"
    case .keyAgreement: "Key Agreement"
    case .keyFreshness: "Key Freshness"
    case .gkeAgreement: "Agreement of the Group Key Exchange"
    case .gkeFreshness: "Freshness of the Group Key Exchange"
    case .gkeIntegrity: "Integrity of the Group Key Exchange"
    case .gkeTermination: "Termination of the Group Key Exchange"
    case .consensusAgreement: "Agreement of Consensus"
    case .consensusValidity: "Validity of Consensus"
    case .consensusIntegrity: "Integrity of Consensus"
    case .consensusTermination: "Termination of Consensus"
    }
  }

  /// The whole property in one sentence, as a layer judged by `profile` promises it.
  public func definition(in profile: Header.Profile) -> String {
    switch self {
    case .deliveryIntegrity where profile == .evs:
      "A delivered message was sent before, and to the process that delivers it."
    case .fifoDelivery where profile == .evs:
      "Who delivers a message in some view has delivered before it what the same sender sent earlier, where "
        + "anybody delivers that in the same view."
    case .causalDelivery where profile == .evs:
      "Who delivers a message in some view has delivered before it every message whose sending happened "
        + "before, where anybody delivers that in the same view."
    case .selfInclusion: "A process that installs a view is a member of it."
    case .localMonotonicity: "The identifiers of the views that one process installs grow strictly."
    case .sendingViewDelivery: "A message is delivered in the view in which it was sent."
    case .sameViewDelivery: "All who deliver a message in some view deliver it in the same view."
    case .deliveryIntegrity:
      "A delivered message was sent before, in the same view, and to the process that delivers it."
    case .noDuplication: "A message is sent once, and no process delivers it twice."
    case .selfDelivery: "A process delivers its own message, unless it crashes or leaves."
    case .transitionalSet:
      "A transitional set contains its process, names only those who come from the same view, and is the "
        + "same for all whom it names."
    case .virtualSynchrony:
      "Processes that move together from one view to the next deliver the same messages in the former."
    case .fifoDelivery:
      "Who delivers a message has delivered before it what the same sender sent earlier in the same view."
    case .causalDelivery:
      "Who delivers a message has delivered before it every message of the view whose sending happened "
        + "before."
    case .agreedDelivery:
      "Agreed messages come in one order that respects causality, and within a view nobody leaves out an "
        + "earlier one whose sender is still with it."
    case .safeDelivery:
      "What one process delivers as safe, every other member of the view delivers, too, unless it crashes or "
        + "leaves; and safe messages keep the order of agreed ones."
    case .transitionalSignal: "Between two views a process gets the transitional signal exactly once."
    case .flushAcknowledgment:
      "Before a further view a process is asked for its permission and gives it; nobody is asked before its "
        + "first view."
    case .blockedMessages: "A process that has permitted the next view sends nothing until it installs it."
    case .viewIdentity: "A view's identifier always comes with the same members."
    case .signalSynchrony:
      "Processes that move together deliver the same agreed messages before their transitional signals."
    case .keyAgreement: "All who install the same secure view have the same group key."
    case .keyFreshness: "Different secure views have different group keys."
    case .gkeAgreement: "All who finish a session have the same group key."
    case .gkeFreshness: "Different sessions have different group keys."
    case .gkeIntegrity: "A process finishes a session at most once, and only one that it has started."
    case .gkeTermination:
      "If no more crash than are tolerated, a session that all the others start, all the others finish."
    case .consensusAgreement: "All who decide an instance decide the same value."
    case .consensusValidity: "A decided value was proposed by some process in that instance."
    case .consensusIntegrity: "A process decides an instance at most once, after its own proposal."
    case .consensusTermination:
      "If no more crash than are tolerated, an instance to which all the others propose, all the others "
        + "decide."
    }
  }

  /// Where the property comes from.
  public var paper: String {
    switch self {
    case .selfInclusion: "Amir et al., III-A, property 1"
    case .localMonotonicity: "Amir et al., III-A, property 2"
    case .sendingViewDelivery: "Amir et al., III-A, property 3"
    case .deliveryIntegrity: "Amir et al., III-A, property 4"
    case .noDuplication: "Amir et al., III-A, property 5"
    case .selfDelivery: "Amir et al., III-A, property 6"
    case .transitionalSet: "Amir et al., III-A, property 7"
    case .virtualSynchrony: "Amir et al., III-A, property 8"
    case .fifoDelivery: "Amir et al., III-A, property 9"
    case .causalDelivery: "Amir et al., III-A, property 10"
    case .agreedDelivery: "Amir et al., III-A, property 11"
    case .safeDelivery: "Amir et al., III-A, property 12"
    case .transitionalSignal: "Amir et al., III-A, property 13"
    case .flushAcknowledgment, .blockedMessages: "Amir et al., Appendix I"
    case .viewIdentity: "taken for granted by Amir et al., III-A"
    case .signalSynchrony: "taken for granted by Amir et al., Lemma 1.6"
    case .sameViewDelivery: "Moser et al., Extended Virtual Synchrony"
    case .keyAgreement, .keyFreshness: "Amir et al., the secure group"
    case .gkeAgreement, .gkeFreshness, .gkeIntegrity, .gkeTermination:
      "Cachin and Strobl, group key exchange"
    case .consensusAgreement, .consensusValidity, .consensusIntegrity, .consensusTermination:
      "Cachin and Strobl, consensus"
    }
  }
}

extension PropertySelector {
  /// What the part says, in one sentence; the whole property's definition where no part is named.
  public func definition(in profile: Header.Profile) -> String {
    switch (property, part) {
    case (.transitionalSet, .a): "A process is in its own transitional set."
    case (.transitionalSet, .b):
      "A transitional set names only processes that come from the same previous view."
    case (.transitionalSet, .c):
      "All whom a transitional set names have the same transitional set with that view."
    case (.agreedDelivery, .a):
      "Who delivers an agreed message has delivered before it every agreed message of the view whose sending "
        + "happened before."
    case (.agreedDelivery, .b): "All who deliver two agreed messages deliver them in the same order."
    case (.agreedDelivery, .c):
      "What somebody in the view delivers before an agreed message, all have delivered who deliver that "
        + "message: before their signals without exception, after it where the sender is in their transitional set."
    case (.safeDelivery, .a): "Safe messages keep the order of agreed ones."
    case (.safeDelivery, .b):
      "What one process delivers as safe before the signal, every member of the view delivers; what it "
        + "delivers after the signal, every process in its transitional set delivers after its own signal; "
        + "unless it crashes or leaves."
    case (.flushAcknowledgment, .a):
      "Between two views a process is asked for its permission and then gives it; it gives none unasked."
    case (.flushAcknowledgment, .b): "Nobody is asked for, or gives, its permission before its first view."
    default: property.definition(in: profile)
    }
  }
}
