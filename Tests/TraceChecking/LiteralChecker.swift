import TraceChecking
import Traces

/// A second checker, by which the first is judged: each property of properties.md, transcribed as directly as
/// possible (for all ..., for all ..., there is ...), whatever the cost.
///
/// It shares nothing with the first but the parsed events and the names of the properties and verdicts.
struct LiteralChecker {
  /// What is said of one property in one layer.
  struct Judgement: Hashable, CustomStringConvertible {
    var layer: Event.Layer
    var property: Property
    var verdict: Verdict
    /// Empty where the property has no lettered parts.
    var parts: [Property.Part: Verdict]
    /// Whether anything was judged.
    var checkedAny: Bool

    var description: String {
      let letters = parts.sorted { $0.key < $1.key }.map { " \($0.key.rawValue): \($0.value.rawValue)" }
      let nothing = checkedAny ? "" : ", nothing to check"
      return "\(layer) \(property.rawValue): \(verdict.rawValue)\(nothing)" + letters.joined()
    }
  }

  /// What has been found out about a property or a part so far.
  struct Finding {
    var applies = true
    var checked = 0
    var broken = false
    var open = false

    static let notApplicable = Finding(applies: false)

    var verdict: Verdict {
      if !applies { return .notApplicable }
      if broken { return .violated }
      return open ? .inconclusive : .holds
    }

    mutating func add(_ other: Finding) {
      checked += other.checked
      broken = broken || other.broken
      open = open || other.open
    }
  }

  /// How an obligation stands.
  enum Obligation {
    case met, void, broken, open
  }

  /// Which definitions a layer is judged by.
  enum Rules {
    case vs, evs, gke
  }

  let header: Header
  let events: [Event]
  let profile: Header.Profile

  init(header: Header, events: [Event], profile: Header.Profile? = nil) {
    self.header = header
    self.events = events
    self.profile = profile ?? header.profile
  }

  /// All properties that the profile promises, layer by layer; `signalSynchrony`: that one alone, which is outside
  /// every profile.
  func judge(signalSynchrony: Bool = false) -> [Judgement] {
    var judgements: [Judgement] = []
    for layer in judgedLayers() {
      let (rules, profileProperties) = promised(layer)
      let properties = signalSynchrony ? [.signalSynchrony] : profileProperties
      let trace = LiteralLayer(header: header, events: events, layer: layer, rules: rules)
      for property in properties {
        let findings = trace.judge(property)
        let lettered = findings.contains { $0.part != nil }
        judgements.append(
          Judgement(
            layer: layer, property: property, verdict: findings.map(\.finding.verdict).max()!,
            parts: lettered
              ? Dictionary(uniqueKeysWithValues: findings.map { ($0.part!, $0.finding.verdict) }) : [:],
            checkedAny: findings.contains { $0.finding.applies && $0.finding.checked > 0 }))
      }
    }
    return judgements
  }

  /// A layer without events of its own (a `crash` without `layer` is nobody's own) is not listed; the layer `gcs`
  /// is, when nothing else would be.
  func judgedLayers() -> [Event.Layer] {
    let both: [Event.Layer] = [.gcs, .secure]
    let layers = both.filter { layer in events.contains { $0.layer == layer } }
    return layers.isEmpty ? [.gcs] : layers
  }

  /// Profile `secure`: the layer `gcs` is judged by `vs`, the layer `secure` by all of `vs` and the two of keys.
  /// A trace of profile `vs` or `evs` whose layer `secure` has events has that layer judged so, too.
  func promised(_ layer: Event.Layer) -> (Rules, [Property]) {
    let vs: [Property] = [
      .selfInclusion, .localMonotonicity, .sendingViewDelivery, .deliveryIntegrity, .noDuplication,
      .selfDelivery, .transitionalSet, .virtualSynchrony, .fifoDelivery, .causalDelivery, .agreedDelivery,
      .safeDelivery, .transitionalSignal, .flushAcknowledgment, .blockedMessages, .viewIdentity,
    ]
    switch (profile, layer) {
    case (.gke, _):
      return (
        .gke,
        [
          .gkeAgreement, .gkeFreshness, .gkeIntegrity, .gkeTermination, .consensusAgreement,
          .consensusValidity, .consensusIntegrity, .consensusTermination,
        ]
      )
    case (_, .secure): return (.vs, vs + [.keyAgreement, .keyFreshness])
    case (.evs, .gcs):
      return (
        .evs,
        [
          .selfInclusion, .localMonotonicity, .sameViewDelivery, .deliveryIntegrity, .noDuplication,
          .selfDelivery, .transitionalSet, .virtualSynchrony, .fifoDelivery, .causalDelivery,
          .agreedDelivery, .safeDelivery, .transitionalSignal, .viewIdentity,
        ]
      )
    case (.vs, .gcs), (.secure, .gcs): return (.vs, vs)
    }
  }
}
