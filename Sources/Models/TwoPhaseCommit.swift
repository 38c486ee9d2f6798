public import Exploration

/// Two-phase commit: a transaction manager asks resource managers whether they are prepared, and commits when all
/// are; everybody may also abort. After Gray and Lamport, *Consensus on Transaction Commit*, section 3; the same
/// as `Spec/TLA/TwoPhaseCommit.tla`.
///
/// Messages are never lost from the set of those that were sent, and whoever receives one leaves it there.
public struct TwoPhaseCommit: Model {
  /// Sets of resource managers are bit sets.
  public struct State: Hashable, BitwiseCopyable, Sendable {
    /// Two bits for each resource manager: see `Manager`.
    var managers: UInt32 = 0
    /// Those of which the transaction manager knows that they are prepared.
    var known: UInt16 = 0
    /// Those that have sent that they are prepared.
    var sent: UInt16 = 0
    /// What the transaction manager has decided and, at the same time, told all.
    var decision = Decision.none
  }

  public enum Manager: UInt32, BitwiseCopyable, Sendable { case working, prepared, committed, aborted }
  public enum Decision: UInt8, BitwiseCopyable, Sendable { case none, commit, abort }

  public enum Action: Hashable, Sendable {
    case commit, abort
    /// The transaction manager receives that a resource manager is prepared.
    case receivePrepared(Int)
    case prepare(Int)
    case chooseToAbort(Int)
    case receiveCommit(Int)
    case receiveAbort(Int)
  }

  public typealias Storage = InlineStorage<State>

  /// 1 to 16.
  public let resourceManagers: Int

  public init(resourceManagers: Int) {
    precondition((1...16).contains(resourceManagers), "there are 1 to 16 resource managers")
    self.resourceManagers = resourceManagers
  }

  public var initialStates: [State] { [State()] }

  public func actions(of state: State, into actions: inout [Action]) {
    if state.decision == .none {
      if state.known == 1 << resourceManagers - 1 { actions.append(.commit) }
      actions.append(.abort)
    }
    for manager in 0..<resourceManagers {
      if state.decision == .none && state.sent >> manager & 1 != 0 {
        actions.append(.receivePrepared(manager))
      }
      if state[manager] == .working {
        actions.append(.prepare(manager))
        actions.append(.chooseToAbort(manager))
      }
      switch state.decision {
      case .none: break
      case .commit: actions.append(.receiveCommit(manager))
      case .abort: actions.append(.receiveAbort(manager))
      }
    }
  }

  public func next(_ state: State, _ action: Action) -> State? {
    var next = state
    switch action {
    case .commit: next.decision = .commit
    case .abort: next.decision = .abort
    case .receivePrepared(let manager): next.known |= 1 << manager
    case .prepare(let manager):
      next[manager] = .prepared
      next.sent |= 1 << manager
    case .chooseToAbort(let manager), .receiveAbort(let manager): next[manager] = .aborted
    case .receiveCommit(let manager): next[manager] = .committed
    }
    return next
  }

  public var properties: [Property<State>] {
    let managers = 0..<resourceManagers
    return [
      .always("consistency", title: "nobody commits where somebody aborts") { state in
        !(managers.contains { state[$0] == .committed } && managers.contains { state[$0] == .aborted })
      },
      .sometimes("all commit") { state in managers.allSatisfy { state[$0] == .committed } },
      .sometimes("all abort") { state in managers.allSatisfy { state[$0] == .aborted } },
      .alwaysReachable("all decide", title: "can be reached from everywhere") { state in
        managers.allSatisfy { state[$0] == .committed } || managers.allSatisfy { state[$0] == .aborted }
      },
    ]
  }
}

extension TwoPhaseCommit {
  /// Sorts the resource managers by all that is known of them.
  public var symmetry: (@Sendable (State) -> State)? {
    { [resourceManagers] state in
      var result = state
      (result.managers, result.known, result.sent) = (0, 0, 0)
      var counts = InlineArray<16, Int>(repeating: 0)
      for manager in 0..<resourceManagers {
        let isKnown = Int(state.known >> manager & 1)
        let hasSent = Int(state.sent >> manager & 1)
        counts[Int(state[manager].rawValue) << 2 | isKnown << 1 | hasSent] += 1
      }
      var manager = 0
      for code in counts.indices {
        for _ in 0..<counts[code] {
          result.managers |= UInt32(code >> 2) << (2 * manager)
          result.known |= UInt16(code >> 1 & 1) << manager
          result.sent |= UInt16(code & 1) << manager
          manager += 1
        }
      }
      return result
    }
  }
}

extension TwoPhaseCommit {
  /// `decision: none; 0 prepared, sent; 1 working`: of what a resource manager has sent, whether it is known, too.
  public func label(state: State) -> String {
    let managers = (0..<resourceManagers).map { manager in
      let isKnown = state.known >> manager & 1 != 0
      let hasSent = state.sent >> manager & 1 != 0
      return "\(manager) \(state[manager])" + (isKnown ? ", known" : hasSent ? ", sent" : "")
    }
    return (["decision: \(state.decision)"] + managers).joined(separator: "; ")
  }
}

extension TwoPhaseCommit.State {
  @inline(__always)
  subscript(manager: Int) -> TwoPhaseCommit.Manager {
    get { TwoPhaseCommit.Manager(rawValue: managers >> (2 * manager) & 3)! }
    set { managers = managers & ~(3 << (2 * manager)) | newValue.rawValue << (2 * manager) }
  }
}
