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
    var beginning = RobustModel.Beginning.joining
    var hasCrashes = true
    var hasSuspicions = true

    var testDescription: String {
      """
      \(algorithm) \(agreement) \(repairs) \(processes) \(budget) \(messages) \(beginning) \
      \(hasCrashes) \(hasSuspicions)
      """
    }

    func model(isReduced: Bool = false) -> RobustModel {
      RobustModel(
        algorithm, agreement, repairs,
        bounds: .init(
          processes: processes, beginning: beginning, budget: budget, messages: messages.map { [$0] },
          hasCrashes: hasCrashes, hasSuspicions: hasSuspicions),
        isReduced: isReduced)
    }
  }

  /// The steps of a process that is said to be independent are a persistent set. For in each state each step of others, and of
  /// the adversary, leaves them all possible, adds none, and commutes with each of them, to the same state and the same broken
  /// claims; and it leaves the process independent. So by induction, whatever the others do before the process moves, the same
  /// is true. Only a crash of the process itself does not commute with them: but it comes to the same with one of them before it.
  @Test(arguments: [
    Case(), Case(repairs: .none), Case(agreement: .ckd), Case(budget: 2, beginning: .secure),
    Case(processes: 3, beginning: .secure), Case(messages: [.agreed, .safe], beginning: .secure),
    Case(algorithm: .basic, messages: [.safe, .reliable], beginning: .secure, hasCrashes: false),
  ])
  func `steps that are said to be independent are, everywhere`(_ given: Case) {
    var diamonds = Diamonds(given.model())
    diamonds.lookAtAll()
    #expect(diamonds.failures.isEmpty, "\(diamonds.failures.prefix(3))")
    #expect(diamonds.states > 500 && diamonds.diamonds > 500)
  }

  @Test(arguments: [
    Case(messages: [.agreed]),
    Case(algorithm: .basic, repairs: .none, messages: [.safe]),
    Case(messages: [.fifo, .agreed]),
    Case(repairs: .none, messages: [.reliable]),
    Case(agreement: .ckd, messages: [.causal]),
    Case(budget: 2),
    Case(processes: 3),
    Case(algorithm: .basic, processes: 3, budget: 2, messages: [.safe]),
    Case(agreement: .ckd, repairs: .none, processes: 3),
    Case(processes: 3, messages: [.agreed, .safe], beginning: .secure),
    Case(processes: 3, budget: 2, messages: [.agreed, .safe], beginning: .secure),
    Case(algorithm: .basic, processes: 3, budget: 2, messages: [.safe, .safe], beginning: .secure),
    Case(repairs: .none, processes: 3, budget: 2, messages: [.fifo, .reliable], beginning: .secure),
    Case(agreement: .ckd, budget: 3, messages: [.agreed, .causal], beginning: .secure),
    Case(processes: 3, budget: 3, beginning: .secure, hasCrashes: false, hasSuspicions: false),
  ])
  func `steps that are said to be independent are, along random runs`(_ given: Case) {
    var diamonds = Diamonds(given.model())
    diamonds.lookAlongRuns(given.processes == 2 ? 300 : 40)
    #expect(diamonds.failures.isEmpty, "\(diamonds.failures.prefix(3))")
    #expect(diamonds.states > 200 && diamonds.diamonds > 100)
    #expect(given.beginning == .joining || diamonds.flushes > 20)
  }

  /// Fewer states, of which the same are dead ends and ends of complete runs; and the same claims are broken.
  @Test(arguments: [
    Case(messages: [.agreed]),
    Case(algorithm: .basic, repairs: .none, messages: [.safe]),
    Case(algorithm: .basic, agreement: .ckd, repairs: .none, messages: [.fifo]),
    Case(repairs: .none, budget: 2, hasCrashes: false),
    Case(budget: 2, messages: [.agreed], beginning: .secure),
    Case(algorithm: .basic, repairs: .none, processes: 3, beginning: .secure),
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
