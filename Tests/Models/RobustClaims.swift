import CyclicGroups
import Exploration
import GroupCommunication
import KeyAgreement
import SecureGroup
import Testing
import TraceChecking
import Traces

@testable import Models

extension Claim {
  /// The property of Spec/Properties.md that says the same, with its part.
  fileprivate var property: (String, Character?)? {
    switch self {
    case .selfInclusion: ("self-inclusion", nil)
    case .localMonotonicity: ("local-monotonicity", nil)
    case .sendingViewDelivery: ("sending-view-delivery", nil)
    case .deliveryIntegrity: ("delivery-integrity", nil)
    case .noDuplication: ("no-duplication", nil)
    case .selfDelivery: ("self-delivery", nil)
    case .transitionalSetHasSelf: ("transitional-set", "a")
    case .transitionalSetSamePrevious: ("transitional-set", "b")
    case .transitionalSetSymmetry: ("transitional-set", "c")
    case .virtualSynchrony: ("virtual-synchrony", nil)
    case .fifoDelivery: ("fifo-delivery", nil)
    case .causalDelivery: ("causal-delivery", nil)
    case .agreedDelivery: ("agreed-delivery", nil)
    case .safeDelivery: ("safe-delivery", nil)
    case .transitionalSignal: ("transitional-signal", nil)
    case .keyAgreement: ("key-agreement", nil)
    case .keyFreshness: ("key-freshness", nil)
    case .sendingIsBlocked, .flushBeforeView, .membershipStates, .userMessageStates, .latestView,
      .movingTogether, .immediateDelivery, .secrecy, .possible, .termination:
      nil
    }
  }
}

@Suite struct RobustClaimTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var algorithm: RobustModel.Algorithm
    var messages: [GroupCommunication.Service]
    var budget: Int
    var testDescription: String { "\(algorithm) \(messages) \(budget)" }
  }

  /// The claims are decided twice: as things happen, in the state of the model, and by the checker, from the trace. Of
  /// random runs both must say the same.
  @Test(arguments: [
    Case(algorithm: .basic, messages: [], budget: 2),
    Case(algorithm: .optimized, messages: [.fifo], budget: 1),
    Case(algorithm: .basic, messages: [.safe], budget: 2),
    Case(algorithm: .optimized, messages: [.fifo, .fifo], budget: 1),
  ])
  func `the model and the checker agree on what is broken`(_ given: Case) throws {
    let model = RobustModel(
      given.algorithm, .gdh, .none,
      bounds: .init(processes: 2, budget: given.budget, messages: given.messages.map { [$0] }),
      watchesSecrecy: false)
    var seen: [Claim: Int] = [:]
    for seed in UInt64(1)...250 {
      let (actions, broken) = walk(model, seed)
      let report = try TraceCheck().run([.bytes(model.trace(of: actions), name: "run")])
      for claim in Claim.allCases {
        guard let (property, part) = claim.property else { continue }
        let row = report.properties.first { $0.property.rawValue == property && $0.layer == .secure }
        let verdict =
          part.flatMap { part in row?.parts.first { $0.part.rawValue == "\(part)" }?.verdict }
          ?? row?.verdict
        let isBroken = verdict == .violated
        #expect(
          isBroken == broken.contains(claim),
          """
          \(claim): \(String(describing: verdict)) \(row?.violations.map(\.summary) ?? [])
          \(String(decoding: model.trace(of: actions), as: UTF8.self))
          """)
        if isBroken { seen[claim, default: 0] += 1 }
      }
    }
    #expect(!seen.isEmpty)
  }

  /// A run of at most 60 steps and the claims broken along it; the adversary does something now and then.
  private func walk(_ model: RobustModel, _ seed: UInt64) -> ([RobustAction], Claims) {
    var randomness = Randomness.seeded(seed)
    var state = model.initialStates[0]
    var (actions, broken): ([RobustAction], Claims) = ([], [])
    while actions.count < 60 {
      var possible: [RobustAction] = []
      model.actions(of: state, into: &possible)
      if randomness.next() % 8 > 0, possible.contains(where: { !$0.isCharged }) {
        possible.removeAll { $0.isCharged }
      }
      guard !possible.isEmpty else { break }
      actions.append(possible[Int(randomness.next() % UInt64(possible.count))])
      state = model.next(state, actions.last!)!
      broken.formUnion(state.broken)
    }
    return (actions, broken)
  }
}
