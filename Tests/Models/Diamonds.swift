import CyclicGroups
import Exploration
import GroupCommunication

@testable import Models

/// Looks whether steps that are said to be independent are (see `RobustModel.independent(in:)` and `flush(in:)`): whether
/// each of them and each step of others, or of the adversary, make a diamond.
struct Diamonds {
  let model: RobustModel
  /// How many states with an independent process were looked at, how many with an independent flush, and how many diamonds.
  private(set) var states = 0
  private(set) var flushes = 0
  private(set) var diamonds = 0
  /// How many crashes of such processes.
  private(set) var crashes = 0
  private(set) var failures: [String] = []

  init(_ model: RobustModel) { self.model = model }

  mutating func lookAtAll() {
    var known = Set(model.initialStates)
    var queue = Array(known)
    var next = 0
    while next < queue.count {
      let state = queue[next]
      look(at: state)
      next += 1
      for action in actions(of: state) where known.insert(model.next(state, action)!).inserted {
        queue.append(model.next(state, action)!)
      }
    }
  }

  mutating func lookAlongRuns(_ count: Int) {
    var randomness = Randomness.seeded(1)
    for _ in 0..<count {
      var state = model.initialStates[0]
      while true {
        look(at: state)
        let actions = actions(of: state)
        guard !actions.isEmpty else { break }
        state = model.next(state, actions[Int(randomness.next() % UInt64(actions.count))])!
      }
    }
  }

  private func actions(of state: RobustState) -> [RobustAction] {
    var actions: [RobustAction] = []
    model.actions(of: state, into: &actions)
    return actions
  }

  private mutating func look(at state: RobustState) {
    let model = model
    let actions = actions(of: state)
    for p in model.parts.services[outlook: state.service].joined {
      if model.isIndependent(p, state) {
        states += 1
        var own: [RobustAction] = []
        model.appendOwnSteps(of: p, state, into: &own)
        if own.isEmpty || own != actions.filter({ $0.process == p }) {
          fail("\(own) are not its steps", p, state)
        }
        look(at: state, p, own, actions) { later, laterActions in
          model.isIndependent(p, later) && laterActions.filter { $0.process == p } == own
        }
      }
      if let step = model.flush(of: p, state) {
        flushes += 1
        if !actions.contains(step) { fail("\(step) is not possible", p, state) }
        look(at: state, p, [step], actions) { later, _ in model.flush(of: p, later) == step }
      }
    }
  }

  /// - Parameter remains: whether the same is said of the same steps in a later state, where that can be done.
  private mutating func look(
    at state: RobustState, _ p: GroupCommunication.Process, _ own: [RobustAction], _ actions: [RobustAction],
    _ remains: (RobustState, [RobustAction]) -> Bool
  ) {
    for other in actions where !own.contains(other) {
      if other == .crash(p) {
        lookAtCrash(of: p, state, own)
      } else {
        let later = model.next(state, other)!
        if !remains(later, self.actions(of: later)) { fail("\(other) makes \(own) dependent", p, state) }
        look(at: state, p, own, other, later)
      }
    }
  }

  /// One of the steps makes no difference once the process has crashed.
  private mutating func lookAtCrash(
    of p: GroupCommunication.Process, _ state: RobustState, _ own: [RobustAction]
  ) {
    crashes += 1
    let crashed = model.next(state, .crash(p))!
    let forgotten = own.filter { action in
      let sooner = model.next(state, action)!
      return actions(of: sooner).contains(.crash(p)) && model.next(sooner, .crash(p)) == crashed
    }
    if forgotten.isEmpty { fail("a crash forgets none of \(own)", p, state) }
    for action in own where action.leavesNoTrace && !forgotten.contains(action) {
      fail("a crash does not forget \(action)", p, state)
    }
  }

  private mutating func look(
    at state: RobustState, _ p: GroupCommunication.Process, _ own: [RobustAction], _ other: RobustAction,
    _ later: RobustState
  ) {
    let possible = actions(of: later)
    for action in own {
      diamonds += 1
      let sooner = model.next(state, action)!
      guard actions(of: sooner).contains(other), possible.contains(action) else {
        fail("one of \(action) and \(other) prevents the other", p, state)
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
