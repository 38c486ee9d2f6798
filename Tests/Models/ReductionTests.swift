import Exploration
import GroupCommunication
import KeyAgreement
import SecureGroup
import Testing

@testable import Models

/// That a reduced search finds what the full one does.
@Suite struct ReductionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var algorithm = RobustModel.Algorithm.optimized
    var agreement = KeyAgreementProtocol.gdh
    var repairs = Repairs.all
    var processes = 2
    var budget = 1
    var messages: [GroupCommunication.Service] = []
    var hasCrashes = true
    /// Which of the states are looked at: one in so many.
    var stride = 1

    var testDescription: String {
      "\(algorithm) \(agreement) \(repairs) \(processes) \(budget) \(messages) \(hasCrashes)"
    }

    func model(isReduced: Bool = false) -> RobustModel {
      RobustModel(
        algorithm, agreement, repairs,
        bounds: .init(
          processes: processes, budget: budget, messages: messages.map { [$0] }, hasCrashes: hasCrashes),
        isReduced: isReduced)
    }
  }

  /// The steps of a process that is said to be independent are a persistent set. For in each state each step of others leaves
  /// them all possible, adds none, and commutes with each of them, to the same state and the same broken claims; and it leaves
  /// the process independent. So by induction, whatever the others do before the process moves, the same is true.
  @Test(arguments: [
    Case(messages: [.agreed]),
    Case(algorithm: .basic, repairs: .none, messages: [.safe]),
    Case(messages: [.fifo, .agreed]),
    Case(repairs: .none, messages: [.reliable]),
    Case(agreement: .ckd, messages: [.causal]),
    Case(budget: 2, stride: 7),
    Case(algorithm: .basic, repairs: .none, budget: 2, hasCrashes: false, stride: 3),
    Case(processes: 3, hasCrashes: false, stride: 97),
    Case(agreement: .ckd, repairs: .none, processes: 3, hasCrashes: false, stride: 97),
  ])
  func `steps that are said to be independent are`(_ given: Case) {
    var diamonds = Diamonds(given.model())
    diamonds.lookAtAll(stride: given.stride)
    #expect(diamonds.failures.isEmpty, "\(diamonds.failures.prefix(3))")
    #expect(diamonds.states > 500 && diamonds.diamonds > 500)
  }

  /// Fewer states, of which the same are dead ends and ends of complete runs; and the same claims are broken.
  @Test(arguments: [
    Case(messages: [.agreed]),
    Case(algorithm: .basic, repairs: .none, messages: [.safe]),
    Case(algorithm: .basic, agreement: .ckd, repairs: .none, messages: [.fifo]),
    Case(repairs: .none, budget: 2),
    Case(budget: 2, hasCrashes: false),
    Case(repairs: .none, budget: 2, messages: [.agreed], hasCrashes: false),
  ])
  func `a reduced search ends where the full one does, and breaks the same claims`(_ given: Case) {
    let (full, reduced) = (ends(of: given.model()), ends(of: given.model(isReduced: true)))
    #expect(reduced.states < full.states)
    #expect(reduced.ends == full.ends)
    #expect(reduced.broken == full.broken)
    #expect(!full.ends.isEmpty)
    #expect(full.broken.isEmpty == (given.repairs == .all))
  }

  private struct Ends {
    var states = 0
    /// What is known of each, as the numbers of parts are those of one model.
    var ends: Set<String> = []
    var broken: Claims = []
  }

  private func ends(of model: RobustModel) -> Ends {
    var result = Ends()
    var known = Set(model.initialStates)
    var queue = Array(known)
    while result.states < queue.count {
      let state = queue[result.states]
      result.states += 1
      result.broken.formUnion(state.broken)
      var actions: [RobustAction] = []
      model.actions(of: state, into: &actions)
      if actions.isEmpty { result.ends.insert(model.whole(state)) }
      for action in actions {
        let next = model.next(state, action)!
        if known.insert(next).inserted { queue.append(next) }
      }
    }
    return result
  }
}

extension RobustModel {
  /// Everything in a state but for what its last step broke.
  fileprivate func whole(_ state: RobustState) -> String {
    """
    \(parts.services[state.service]) \(state.members.map { parts.members[$0] }) \(parts.histories[state.histories]) \
    \(parts.overheard[state.overheard]) \(state.budget) \(state.sends)
    """
  }
}
