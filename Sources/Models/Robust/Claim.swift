public import SecureGroup

/// What the paper claims of the robust algorithms (Amir et al., Appendix I for the basic, II for the optimized one), and
/// what it takes for granted. Appendix II proves Lemmas 2.1 and 2.2 and Theorem 2.1 in place of 1.3, 1.4 and 1.10, and
/// says of the rest that it holds likewise.
public enum Claim: UInt8, Hashable, Sendable, CaseIterable {
  case sendingIsBlocked, flushBeforeView, membershipStates, userMessageStates, latestView, movingTogether,
    immediateDelivery
  case selfInclusion, localMonotonicity, sendingViewDelivery, deliveryIntegrity, noDuplication, selfDelivery
  case transitionalSetHasSelf, transitionalSetSamePrevious, transitionalSetSymmetry, virtualSynchrony
  case fifoDelivery, causalDelivery, agreedDelivery, safeDelivery, transitionalSignal
  case keyAgreement, keyFreshness, secrecy, possible, termination

  /// Its number in the paper; a word where it has none.
  public func name(in algorithm: RobustModel.Algorithm) -> String {
    let isBasic = algorithm == .basic
    return switch self {
    case .sendingIsBlocked: "Lemma 1.1"
    case .flushBeforeView: "Lemma 1.2"
    case .membershipStates: isBasic ? "Lemma 1.3" : "Lemma 2.1"
    case .userMessageStates: isBasic ? "Lemma 1.4" : "Lemma 2.2"
    case .latestView: "Lemma 1.5"
    case .movingTogether: "Lemma 1.6"
    case .immediateDelivery: "Lemma 1.7"
    case .selfInclusion: "Theorem 1.1"
    case .localMonotonicity: "Theorem 1.2"
    case .sendingViewDelivery: "Theorem 1.3"
    case .deliveryIntegrity: "Theorem 1.4"
    case .noDuplication: "Theorem 1.5"
    case .selfDelivery: "Theorem 1.6"
    case .transitionalSetHasSelf: "Theorem 1.7"
    case .transitionalSetSamePrevious: "Theorem 1.8"
    case .transitionalSetSymmetry: "Theorem 1.9"
    case .virtualSynchrony: isBasic ? "Theorem 1.10" : "Theorem 2.1"
    case .fifoDelivery: "Theorem 1.11"
    case .causalDelivery: "Theorem 1.12"
    case .agreedDelivery: "Theorem 1.13"
    case .safeDelivery: "Theorem 1.14"
    case .transitionalSignal: "Theorem 1.15"
    case .keyAgreement: "key agreement"
    case .keyFreshness: "key freshness"
    case .secrecy: "secrecy"
    case .possible: "possible"
    case .termination: "termination"
    }
  }

  /// What it says, in a few words.
  public var title: String {
    switch self {
    case .sendingIsBlocked: "nothing is sent between flush ok and secure view"
    case .flushBeforeView: "first a view; before each other, flush request and ok"
    case .membershipStates: "a membership comes only in the states made for it"
    case .userMessageStates: "user messages come only in the states made for them"
    case .latestView: "a secure view is the latest VS view"
    case .movingTogether: "who moves with a member of a view has installed it, too"
    case .immediateDelivery: "what the service delivers the application gets at once"
    case .selfInclusion: "self inclusion"
    case .localMonotonicity: "local monotonicity"
    case .sendingViewDelivery: "sending view delivery"
    case .deliveryIntegrity: "delivery integrity"
    case .noDuplication: "no duplication"
    case .selfDelivery: "self delivery"
    case .transitionalSetHasSelf: "transitional set: has oneself"
    case .transitionalSetSamePrevious: "transitional set: same previous view"
    case .transitionalSetSymmetry: "transitional set: symmetry"
    case .virtualSynchrony: "virtual synchrony"
    case .fifoDelivery: "FIFO delivery"
    case .causalDelivery: "causal delivery"
    case .agreedDelivery: "agreed delivery"
    case .safeDelivery: "safe delivery"
    case .transitionalSignal: "transitional signal"
    case .keyAgreement: "one view, one key"
    case .keyFreshness: "another view, another key"
    case .secrecy: "the key is known to its view only"
    case .possible: "nothing happens that is \u{201c}not possible\u{201d}"
    case .termination: "whoever is alive comes to SECURE"
    }
  }
}

/// A set of claims.
public struct Claims: OptionSet, Hashable, Sendable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(_ claim: Claim) { rawValue = 1 << UInt32(claim.rawValue) }

  public mutating func insert(_ claim: Claim) { rawValue |= Claims(claim).rawValue }
  public func contains(_ claim: Claim) -> Bool { rawValue & Claims(claim).rawValue != 0 }
}
