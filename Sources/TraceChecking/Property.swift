public import Traces

/// A property by the identifier that the command line and the reports use.
///
/// Numbers in parentheses are those of Amir et al., Section III-A. The order is that of the reports.
public enum Property: String, Hashable, Sendable, CaseIterable {
  case selfInclusion = "self-inclusion"
  case localMonotonicity = "local-monotonicity"
  case sendingViewDelivery = "sending-view-delivery"
  case sameViewDelivery = "same-view-delivery"
  case deliveryIntegrity = "delivery-integrity"
  case noDuplication = "no-duplication"
  case selfDelivery = "self-delivery"
  case transitionalSet = "transitional-set"
  case virtualSynchrony = "virtual-synchrony"
  case fifoDelivery = "fifo-delivery"
  case causalDelivery = "causal-delivery"
  case agreedDelivery = "agreed-delivery"
  case safeDelivery = "safe-delivery"
  case transitionalSignal = "transitional-signal"
  case flushAcknowledgment = "flush-acknowledgment"
  case blockedMessages = "blocked-messages"
  case viewIdentity = "view-identity"
  case signalSynchrony = "signal-synchrony"
  case keyAgreement = "key-agreement"
  case keyFreshness = "key-freshness"
  case gkeAgreement = "gke-agreement"
  case gkeFreshness = "gke-freshness"
  case gkeIntegrity = "gke-integrity"
  case gkeTermination = "gke-termination"
  case consensusAgreement = "consensus-agreement"
  case consensusValidity = "consensus-validity"
  case consensusIntegrity = "consensus-integrity"
  case consensusTermination = "consensus-termination"

  /// A lettered part of a property.
  public enum Part: String, Hashable, Comparable, Sendable, CaseIterable {
    case a, b, c
    public static func < (x: Part, y: Part) -> Bool { x.rawValue < y.rawValue }
  }
}

extension Property {
  /// The properties of one layer under a profile, in the order of the reports. `profile` is the trace's; the
  /// layer `secure` of a trace of the profiles `vs`, `evs`, `secure` is always judged as a secure layer.
  public static func judged(profile: Header.Profile, layer: Event.Layer) -> [Property] {
    switch (profile, layer) {
    case (.gke, _): gke
    case (.evs, .gcs): evs
    case (.vs, .gcs), (.secure, .gcs): vs
    case (_, .secure): vs + [.keyAgreement, .keyFreshness]
    }
  }

  static let vs: [Property] = [
    .selfInclusion, .localMonotonicity, .sendingViewDelivery, .deliveryIntegrity, .noDuplication,
    .selfDelivery,
    .transitionalSet, .virtualSynchrony, .fifoDelivery, .causalDelivery, .agreedDelivery, .safeDelivery,
    .transitionalSignal, .flushAcknowledgment, .blockedMessages, .viewIdentity,
  ]
  static let evs: [Property] = [
    .selfInclusion, .localMonotonicity, .sameViewDelivery, .deliveryIntegrity, .noDuplication, .selfDelivery,
    .transitionalSet, .virtualSynchrony, .fifoDelivery, .causalDelivery, .agreedDelivery, .safeDelivery,
    .transitionalSignal, .viewIdentity,
  ]
  static let gke: [Property] = [
    .gkeAgreement, .gkeFreshness, .gkeIntegrity, .gkeTermination,
    .consensusAgreement, .consensusValidity, .consensusIntegrity, .consensusTermination,
  ]

  /// The lettered parts that are judged under a profile; empty where the property has none.
  public func parts(profile: Header.Profile) -> [Part] {
    switch self {
    case .transitionalSet: [.a, .b, .c]
    case .agreedDelivery: profile == .evs ? [.b, .c] : [.a, .b, .c]
    case .safeDelivery: profile == .evs ? [.b] : [.a, .b]
    case .flushAcknowledgment: [.a, .b]
    default: []
    }
  }
}

/// A property, or one of its parts: what `--property` and `--except` name, as `ID` or `ID.PART`.
public struct PropertySelector: Hashable, Sendable, CustomStringConvertible {
  public var property: Property
  /// nil: the whole property.
  public var part: Property.Part?

  public init(_ property: Property, _ part: Property.Part? = nil) {
    self.property = property
    self.part = part
  }

  /// - Returns: nil where `text` names no property, or a part that the property does not have.
  public init?(_ text: String) {
    let words = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let property = Property(rawValue: String(words[0])) else { return nil }
    self.property = property
    if words.count == 2 {
      guard let part = Property.Part(rawValue: String(words[1])), property.parts(profile: .vs).contains(part)
      else { return nil }
      self.part = part
    }
  }

  public var description: String { part.map { "\(property.rawValue).\($0.rawValue)" } ?? property.rawValue }
}
