public import CyclicGroups
public import GroupCommunication

/// Consensus with a dealer's common coin.
public typealias CoinConsensus = MultivaluedConsensus<CoinAgreement>

/// Algorithm 22: consensus on yes and no with a common coin, after Cachin, Kursawe and Shoup, "Random oracles in
/// Constantinople" (PODC 2000), reduced to crashes: nobody lies, so no vote needs a justification, a quorum is n - t_c
/// with t_c < n/2, and a share of the coin needs no proof.
public struct CoinAgreement: ConsensusMachine {
  public typealias Value = Bool
  public typealias Hand = DealtHand

  public enum State: Hashable, Sendable {
    case waitForProposal, waitForPreVotes, waitForMainVotes, waitForCoin, decided
  }

  public enum Message: Hashable, Sendable {
    case preVote(Bool, phase: Int)
    /// nil: abstains.
    case mainVote(Bool?, phase: Int)
    case coinShare(CoinShare, phase: Int)
    case decided(Bool)
  }

  /// What has come for a phase.
  struct Phase: Hashable, Sendable {
    var preVotes = Ballots()
    var mainVotes = Ballots()
    var abstaining: ProcessSet = []
    var coinShares: [CoinShare] = []
  }

  public static var usesFailureDetector: Bool { false }

  public static func deal(to servers: Servers, using randomness: inout Randomness) -> [DealtHand] {
    DealtHand.deal(to: servers, using: &randomness)
  }

  let me: Process
  let servers: Servers
  let hand: DealtHand
  let instance: [UInt8]
  public private(set) var state = State.waitForProposal
  public private(set) var preference = false
  /// What a main vote of this phase was for: the coin will not change it.
  private(set) var firm: Bool?
  /// From 0.
  public private(set) var phase = 0
  private(set) var phases: [Phase] = []
  /// What another has decided.
  private(set) var heard: Bool?
  public private(set) var decision: Bool?

  public init(_ me: Process, among servers: Servers, hand: DealtHand, instance: [UInt8]) {
    self.me = me
    self.servers = servers
    self.hand = hand
    self.instance = instance
  }

  public mutating func handle(_ event: Event, _ randomness: inout Randomness) -> Reaction {
    var out = Reaction()
    guard decision == nil else { return out }
    switch event {
    case .propose(let vote):  // 22.1
      precondition(state == .waitForProposal, "it proposes once")
      out.ran(22, 1...4)
      preference = vote  // 22.2
      out.actions.append(.broadcast(.preVote(vote, phase: phase)))  // 22.3
      state = .waitForPreVotes  // 22.4
    case .receive(.preVote(let vote, let phase), let sender):  // 22.5
      out.ran(22, 5...6)
      keep(phase) { $0.preVotes.insert(vote, from: sender) }  // 22.6
    case .receive(.mainVote(let vote, let phase), let sender):  // 22.7
      out.ran(22, 7...8)
      keep(phase) { $0.insertMainVote(vote, from: sender) }  // 22.8
    case .receive(.coinShare(let share, let phase), _):  // 22.9
      out.ran(22, 9...10)
      keep(phase) { $0.coinShares.append(share) }  // 22.10
    case .receive(.decided(let value), _):  // 22.11
      out.ran(22, 11...12)
      heard = value  // 22.12
    case .suspect: break
    }
    if state == .waitForProposal { return out }
    if phases.count <= phase { keep(phase) { _ in } }
    proceed(&out)
    return out
  }

  private mutating func proceed(_ out: inout Reaction) {
    if let heard {  // 22.13
      out.ran(22, 13)
      out.ran(22, 14)
      decide(heard, &out)  // 22.14
      return
    }
    if state == .waitForPreVotes, phases[phase].preVotes.count >= servers.quorum {  // 22.15
      out.ran(22, 15)
      out.ran(22, 16...17)
      let vote = phases[phase].preVotes.unanimous
      out.actions.append(.broadcast(.mainVote(vote, phase: phase)))  // 22.16
      state = .waitForMainVotes  // 22.17
    }
    if state == .waitForMainVotes, phases[phase].mainVoters >= servers.quorum {  // 22.18
      out.ran(22, 18)
      let vote = phases[phase].mainVotes.unanimous
      if let vote, phases[phase].abstaining.isEmpty {  // 22.19
        out.ran(22, 19)
        out.ran(22, 20)
        decide(vote, &out)  // 22.20
      } else {  // 22.21
        out.ran(22, 21...24)
        firm = vote  // 22.22
        out.actions.append(.broadcast(.coinShare(hand.share(of: coin), phase: phase)))  // 22.23
        state = .waitForCoin  // 22.24
      }
    }
    if state == .waitForCoin, phases[phase].coinShares.count > servers.crashes {  // 22.25
      out.ran(22, 25)
      if let firm {  // 22.26
        out.ran(22, 26)
        out.ran(22, 27)
        preference = firm  // 22.27
      } else {  // 22.28
        out.ran(22, 28...29)
        preference = CoinShare.toss(phases[phase].coinShares.prefix(servers.crashes + 1))  // 22.29
      }
      out.ran(22, 30...32)
      phase += 1  // 22.30
      out.actions.append(.broadcast(.preVote(preference, phase: phase)))  // 22.31
      state = .waitForPreVotes  // 22.32
      keep(phase) { _ in }
      proceed(&out)
    }
  }

  private mutating func decide(_ value: Bool, _ out: inout Reaction) {
    decision = value
    out.actions.append(.decide(value))
    out.actions.append(.broadcast(.decided(value)))
    state = .decided
  }

  /// The name of the coin of this phase.
  private var coin: [UInt8] { DealtHand.name(of: instance, phase: phase) }

  private mutating func keep(_ phase: Int, _ keep: (inout Phase) -> Void) {
    while phases.count <= phase { phases.append(Phase()) }
    keep(&phases[phase])
  }
}

extension CoinAgreement.Phase {
  var mainVoters: Int { mainVotes.count + abstaining.count }

  mutating func insertMainVote(_ vote: Bool?, from sender: Process) {
    if let vote { mainVotes.insert(vote, from: sender) } else { abstaining.insert(sender) }
  }
}
