import Exploration
import GroupCommunication

@testable import Models

/// Looks whether the steps of processes that are said to be independent are (see `RobustModel.independent(in:)`): whether
/// each of them and each step of others make a diamond.
struct Diamonds {
  let model: RobustModel
  /// How many states with an independent process were looked at, and how many diamonds.
  private(set) var states = 0
  private(set) var diamonds = 0
  private(set) var failures: [String] = []

  init(_ model: RobustModel) { self.model = model }

  /// Of all reachable states, one in `stride`.
  mutating func lookAtAll(stride: Int = 1) {
    var known = Set(model.initialStates)
    var queue = Array(known)
    var next = 0
    while next < queue.count {
      let state = queue[next]
      if next % stride == 0 { look(at: state) }
      next += 1
      for action in actions(of: state) where known.insert(model.next(state, action)!).inserted {
        queue.append(model.next(state, action)!)
      }
    }
  }

  private func actions(of state: RobustState) -> [RobustAction] {
    var actions: [RobustAction] = []
    model.actions(of: state, into: &actions)
    return actions
  }

  private mutating func look(at state: RobustState) {
    guard state.budget == 0 else { return }
    let actions = actions(of: state)
    for p in model.parts.services[outlook: state.service].joined where model.isIndependent(p, state) {
      states += 1
      let own = actions.filter { $0.process == p }
      var set: [RobustAction] = []
      model.appendOwnSteps(of: p, state, into: &set)
      if own.isEmpty || own != set { fail("\(set) are not the steps \(own)", p, state) }
      for other in actions where other.process != p { look(at: state, p, own, other) }
    }
  }

  private mutating func look(
    at state: RobustState, _ p: GroupCommunication.Process, _ own: [RobustAction], _ other: RobustAction
  ) {
    let later = model.next(state, other)!
    if self.actions(of: later).filter({ $0.process == p }) != own {
      fail("\(other) changes what can happen", p, state)
      return
    }
    if !model.isIndependent(p, later) { fail("\(other) makes it dependent", p, state) }
    for action in own {
      diamonds += 1
      let sooner = model.next(state, action)!
      guard actions(of: sooner).contains(other) else {
        fail("\(action) prevents \(other)", p, state)
        continue
      }
      let (one, two) = (model.next(sooner, other)!, model.next(later, action)!)
      if one.withoutVerdict != two.withoutVerdict { fail("\(action) and \(other) do not commute", p, state) }
      if sooner.broken.union(one.broken) != later.broken.union(two.broken) {
        fail("which claims are broken depends on the order of \(action) and \(other)", p, state)
      }
    }
  }

  private mutating func fail(_ reason: String, _ p: GroupCommunication.Process, _ state: RobustState) {
    failures.append("\(p): \(reason) in \(model.label(state: state))")
  }
}

extension RobustAction {
  /// Where it happens; nil: the adversary's choices and agreements.
  fileprivate var process: GroupCommunication.Process? {
    switch self {
    case .connect, .glitch, .crash, .recover, .service(.agree): nil
    case .service(.flushRequest(let p)), .service(.signal(let p)), .service(.deliver(let p, _)),
      .service(.install(let p)), .send(let p, _), .flushOk(let p):
      p
    }
  }
}

extension RobustState {
  /// But for what the last step broke.
  fileprivate var withoutVerdict: Self {
    var state = self
    (state.broken, state.notPossible) = ([], nil)
    return state
  }
}
