import Exploration
import GroupCommunication
import KeyAgreement
import SecureGroup
import Testing
import TraceChecking

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
    var messages: [Service]
    var budget: Int
    /// Only every so many-th run is looked at.
    var stride: Int
    var testDescription: String { "\(algorithm) \(messages) \(budget)" }
  }

  /// The claims are decided twice: as things happen, in the state of the model, and by the checker, from the trace. Along
  /// the shortest run to each state both must say the same.
  @Test(arguments: [
    Case(algorithm: .basic, messages: [], budget: 2, stride: 61),
    Case(algorithm: .optimized, messages: [.fifo], budget: 1, stride: 7),
    Case(algorithm: .basic, messages: [.safe], budget: 2, stride: 171),
    Case(algorithm: .optimized, messages: [.fifo, .fifo], budget: 1, stride: 41),
  ])
  func `the model and the checker agree on what is broken`(_ given: Case) throws {
    let model = RobustModel(
      given.algorithm, .gdh, .asPrinted,
      bounds: .init(processes: 2, budget: given.budget, messages: given.messages.map { [$0] }),
      watchesSecrecy: false)
    var seen: [Claim: Int] = [:]
    var number = 0
    try forEachRun(of: model, atMost: 20_000) { actions, broken in
      number += 1
      guard number % given.stride == 0 || !broken.isEmpty && number % 5 == 0 else { return }
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

  /// Breadth-first: hands over the shortest run to each state and the claims broken along it.
  private func forEachRun(
    of model: RobustModel, atMost limit: Int, _ look: ([RobustAction], Claims) throws -> Void
  ) throws {
    var visited: Set<RobustState> = Set(model.initialStates)
    var level: [(RobustState, [RobustAction], Claims)] = model.initialStates.map { ($0, [], []) }
    while !level.isEmpty, visited.count < limit {
      var next: [(RobustState, [RobustAction], Claims)] = []
      for (state, actions, broken) in level {
        var possible: [RobustAction] = []
        model.actions(of: state, into: &possible)
        for action in possible {
          let after = model.next(state, action)!
          guard visited.insert(after).inserted else { continue }
          let run = (after, actions + [action], broken.union(after.broken))
          try look(run.1, run.2)
          next.append(run)
        }
      }
      level = next
    }
  }
}
