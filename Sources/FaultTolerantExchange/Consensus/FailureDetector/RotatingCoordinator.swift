public import CyclicGroups
public import GroupCommunication

/// Consensus with a failure detector.
public typealias FailureDetectorConsensus = RotatingCoordinator

/// Algorithm 25: consensus with an eventually strong failure detector (Chandra and Toueg, "Unreliable failure detectors
/// for reliable distributed systems", JACM 43(2), 1996, Section 6.2). In each round one server coordinates: it picks
/// the estimate that was adopted last, and decides it once enough have adopted it. Whatever the detector says, agreement
/// and validity hold; it terminates when some live server is no longer suspected by any.
///
/// They let the coordinator wait for a majority; this one waits for n - t_c, so that nobody decides before as many have
/// proposed, which the exchange with forward secrecy needs.
public struct RotatingCoordinator: ConsensusMachine {
  public typealias Value = [UInt8]
  public typealias Hand = EmptyHand

  public enum State: Hashable, Sendable {
    case waitForOwnProposal, waitForEstimates, waitForChoice, waitForReplies, decided
  }

  public enum Message: Hashable, Sendable {
    /// To the coordinator; `adopted`: in which round, 0 at first.
    case estimate(Value, adopted: Int, round: Int)
    /// Of the coordinator.
    case choice(Value, round: Int)
    /// To the coordinator: whether its choice was adopted.
    case reply(Bool, round: Int)
    case decided(Value)
  }

  struct Estimate: Hashable, Sendable {
    var value: Value
    var adopted: Int
  }

  /// What has come for a round.
  struct Round: Hashable, Sendable {
    /// At its coordinator.
    var estimates: [Estimate] = []
    /// At its coordinator: yes for adopted.
    var replies = Ballots()
    var choice: Value?
  }

  public static var usesFailureDetector: Bool { true }

  let me: Process
  let servers: Servers
  public private(set) var state = State.waitForOwnProposal
  private(set) var estimate: Value = []
  /// The round in which the estimate was adopted.
  private(set) var adopted = 0
  /// From 1.
  public private(set) var round = 0
  private(set) var rounds: [Round] = []
  private(set) var suspected: ProcessSet = []
  /// What another has decided.
  private(set) var heard: Value?
  public private(set) var decision: Value?

  public init(_ me: Process, among servers: Servers, hand: EmptyHand, instance: [UInt8]) {
    self.me = me
    self.servers = servers
  }

  private var coordinator: Process { Process((round - 1) % servers.count) }

  public mutating func handle(_ event: Event, _ randomness: inout Randomness) -> Reaction {
    var out = Reaction()
    guard decision == nil else { return out }
    switch event {
    case .propose(let value):  // 25.1
      precondition(state == .waitForOwnProposal, "it proposes once")
      out.ran(25, 1...3)
      estimate = value  // 25.2
      enterNextRound(&out)  // 25.3
    case .receive(.estimate(let value, let adopted, let round), _):  // 25.4
      out.ran(25, 4...5)
      keep(round) { $0.estimates.append(Estimate(value: value, adopted: adopted)) }  // 25.5
    case .receive(.choice(let value, let round), _):  // 25.6
      out.ran(25, 6...7)
      keep(round) { $0.choice = value }  // 25.7
    case .receive(.reply(let isAdopted, let round), let sender):  // 25.8
      out.ran(25, 8...9)
      keep(round) { $0.replies.insert(isAdopted, from: sender) }  // 25.9
    case .receive(.decided(let value), _):  // 25.10
      out.ran(25, 10...11)
      heard = value  // 25.11
    case .suspect(let list):  // 25.12
      out.ran(25, 12...13)
      suspected = list  // 25.13
    }
    if state != .waitForOwnProposal { proceed(&out) }
    return out
  }

  /// Ends: in a round that it coordinates a server waits for others.
  private mutating func proceed(_ out: inout Reaction) {
    if let heard {  // 25.14
      out.ran(25, 14)
      out.ran(25, 15)
      decide(heard, &out)  // 25.15
      return
    }
    if state == .waitForEstimates, rounds[round].estimates.count >= servers.quorum {  // 25.16
      out.ran(25, 16)
      out.ran(25, 17...19)
      estimate = rounds[round].estimates.max { $0.adopted < $1.adopted }!.value  // 25.17
      out.actions.append(.broadcast(.choice(estimate, round: round)))  // 25.18
      state = .waitForChoice  // 25.19
    }
    if state == .waitForChoice, let choice = rounds[round].choice {  // 25.20
      out.ran(25, 20)
      out.ran(25, 21...23)
      estimate = choice  // 25.21
      adopted = round  // 25.22
      answer(true, &out)  // 25.23
    } else if state == .waitForChoice, suspected.contains(coordinator) {  // 25.24
      out.ran(25, 24...25)
      answer(false, &out)  // 25.25
    }
    if state == .waitForReplies, rounds[round].replies.count >= servers.quorum {  // 25.26
      out.ran(25, 26)
      if rounds[round].replies.yes.count >= servers.quorum {  // 25.27
        out.ran(25, 27)
        out.ran(25, 28)
        decide(estimate, &out)  // 25.28
      } else {  // 25.29
        out.ran(25, 29...30)
        enterNextRound(&out)  // 25.30
        proceed(&out)
      }
    }
  }

  private mutating func answer(_ isAdopted: Bool, _ out: inout Reaction) {  // 25.31
    out.ran(25, 31...32)
    out.actions.append(.send(.reply(isAdopted, round: round), to: coordinator))  // 25.32
    if coordinator == me {  // 25.33
      out.ran(25, 33)
      out.ran(25, 34)
      state = .waitForReplies  // 25.34
    } else {  // 25.35
      out.ran(25, 35...36)
      enterNextRound(&out)  // 25.36
      proceed(&out)
    }
  }

  private mutating func enterNextRound(_ out: inout Reaction) {  // 25.37
    out.ran(25, 37...39)
    round += 1  // 25.38
    out.actions.append(  // 25.39
      .send(.estimate(estimate, adopted: adopted, round: round), to: coordinator))
    keep(round) { _ in }
    if coordinator == me {  // 25.40
      out.ran(25, 40)
      out.ran(25, 41)
      state = .waitForEstimates  // 25.41
    } else {  // 25.42
      out.ran(25, 42...43)
      state = .waitForChoice  // 25.43
    }
  }

  private mutating func decide(_ value: Value, _ out: inout Reaction) {
    decision = value
    out.actions.append(.decide(value))
    out.actions.append(.broadcast(.decided(value)))
    state = .decided
  }

  private mutating func keep(_ round: Int, _ keep: (inout Round) -> Void) {
    while rounds.count <= round { rounds.append(Round()) }
    keep(&rounds[round])
  }
}
