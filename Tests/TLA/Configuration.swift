import Exploration
import FaultTolerantExchange
import GroupCommunication
import Models
import SecureGroup
import Testing

/// A configuration of TLC under Spec/TLA: `Module` or `Module-what`.
struct Configuration: Sendable, CustomTestStringConvertible {
  struct Explored {
    var verdict: Verdict
    var states: Int
  }

  var name: String
  /// The invariant that TLC is to find violated; nil: all that is claimed holds.
  var violated: String?
  var takesMinutes = false
  /// Explores the model that says the same.
  var explore: (@Sendable () -> Explored)?

  var testDescription: String { name }

  private static func same(_ name: String, _ model: some Model, takesMinutes: Bool = false) -> Self {
    Self(name: name, takesMinutes: takesMinutes) {
      let outcome = model.explore(SearchOptions(workers: 2))
      return Explored(verdict: outcome.verdict, states: outcome.statistics.states)
    }
  }

  private static func holds(_ name: String) -> Self { Self(name: name) }

  private static func breaks(_ name: String, _ invariant: String) -> Self {
    Self(name: name, violated: invariant)
  }

  static let all =
    [same("TwoPhaseCommit", TwoPhaseCommit(resourceManagers: 5))] + service + gdh + secureGroup + omega

  private static let service: [Self] = [
    same("ServiceModel-repartitions", ServiceModel(processes: 2, budget: 2)),
    same("ServiceModel-three", ServiceModel(processes: 3, budget: 1)),
    same("ServiceModel-joins", ServiceModel(processes: 3, founders: [Process(0)], budget: 2)),
    same("ServiceModel-message", ServiceModel(processes: 2, budget: 1, messages: 1)),
    same(
      "ServiceModel-agreed", ServiceModel(processes: 2, budget: 1, messages: 2, services: [.agreed]),
      takesMinutes: true),
    same(
      "ServiceModel-safe", ServiceModel(processes: 2, budget: 1, messages: 2, services: [.safe]),
      takesMinutes: true),
    same(
      "ServiceModel-order", ServiceModel(processes: 2, budget: 1, messages: 2, services: [.agreed, .safe]),
      takesMinutes: true),
  ]

  private static let gdh: [Self] = [
    same("GDHModel-three", GDHModel(processes: 3, changes: 3)),
    same("GDHModel-four", GDHModel(processes: 4, changes: 2)),
  ]

  private static let secureGroup: [Self] =
    [RobustModel.Algorithm.basic, .optimized].flatMap { algorithm -> [Self] in
      let name = "SecureGroup-\(algorithm.rawValue)"
      return [
        holds("\(name)-claims"),
        same("\(name)-repaired", robust(algorithm, .all)),
        same("\(name)-printed", robust(algorithm, .none)),
        same("\(name)-message", robust(algorithm, .all, hasCrashes: false, messages: [[.agreed]])),
        same("\(name)-two", robust(algorithm, .all, budget: 2), takesMinutes: true),
      ]
    } + [
      breaks("SecureGroup-E1", "NothingImpossible"),
      breaks("SecureGroup-E2", "Theorem1_15"),
      breaks("SecureGroup-E2-lemma", "Lemma1_2"),
      breaks("SecureGroup-E3", "NoDeadEnd"),
      breaks("SecureGroup-E4", "NoDeadEnd"),
      breaks("SecureGroup-E5", "Theorem1_3"),
      breaks("SecureGroup-E6", "NothingImpossible"),
      breaks("SecureGroup-E7", "Theorem1_8"),
      breaks("SecureGroup-E7-deadend", "NoDeadEnd"),
    ]

  /// Two processes.
  private static func robust(
    _ algorithm: RobustModel.Algorithm, _ repairs: Repairs, budget: Int = 1,
    hasCrashes: Bool = true,
    messages: [[Service]] = []
  ) -> RobustCore {
    RobustCore(
      algorithm, repairs,
      bounds: .init(processes: 2, budget: budget, messages: messages, hasCrashes: hasCrashes))
  }

  private static let omega: [Self] = [
    same("Omega-safety", OmegaModel(Servers(3, crashes: 1), proposalsNeeded: 1)),
    same("Omega-quorum", OmegaModel(Servers(3, crashes: 1), proposalsNeeded: 2)),
    holds("Omega-termination"),
    breaks("Omega-E8", "KeyNotProposed"),
  ]
}
