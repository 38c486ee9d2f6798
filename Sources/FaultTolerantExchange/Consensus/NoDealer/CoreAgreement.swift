public import CyclicGroups
public import GroupCommunication

/// Consensus without a dealer.
public typealias NoDealerConsensus = MultivaluedConsensus<CoreAgreement>

/// Algorithm 24: consensus on yes and no without a dealer, after Canetti and Rabin, reduced to crashes as in Attiya and
/// Welch, "Distributed Computing" (2nd edition, 2004), Section 14.3. A phase is three get-cores: of votes, of outcomes,
/// and of flips, which make a common coin.
///
/// The coin is common with probability 1/4 at least, for each side, as long as the adversary orders messages without
/// looking into them; where it reads them, as the network of Cachin and Strobl lets it, links have to be encrypted, or
/// it may keep consensus from ending. Agreement and validity hold in any case.
public struct CoreAgreement: ConsensusMachine {
  public typealias Value = Bool
  public typealias Hand = EmptyHand

  public enum State: Hashable, Sendable {
    case waitForProposal, collectVotes, collectOutcomes, collectFlips, decided
  }

  /// The subject of a get-core.
  public enum Subject: Hashable, Sendable { case votes, outcomes, flips }

  public enum Message: Hashable, Sendable {
    case core(GetCore.Message, of: Subject, phase: Int)
    case decided(Bool)
  }

  struct Phase: Hashable, Sendable {
    var votes = GetCore()
    var outcomes = GetCore()
    var flips = GetCore()
  }

  public static var usesFailureDetector: Bool { false }

  let servers: Servers
  public private(set) var state = State.waitForProposal
  public private(set) var preference = false
  /// From 0.
  public private(set) var phase = 0
  private(set) var phases: [Phase] = []
  /// What another has decided.
  private(set) var heard: Bool?
  public private(set) var decision: Bool?

  public init(_ me: Process, among servers: Servers, hand: EmptyHand, instance: [UInt8]) {
    self.servers = servers
  }

  public mutating func handle(_ event: Event, _ randomness: inout Randomness) -> Reaction {
    var out = Reaction()
    guard decision == nil else { return out }
    switch event {
    case .propose(let vote):  // 24.1
      precondition(state == .waitForProposal, "it proposes once")
      out.ran(24, 1...4)
      preference = vote  // 24.2
      start(\.votes, .votes, vote, &out)  // 24.3
      state = .collectVotes  // 24.4
    case .receive(.core(let message, let subject, let phase), let sender):  // 24.5
      out.ran(24, 5...6)
      keep(phase)
      phases[phase][keyPath: Self.core(subject)].receive(message, from: sender, &out)  // 24.6
    case .receive(.decided(let value), _):  // 24.7
      out.ran(24, 7...8)
      heard = value  // 24.8
    case .suspect: break
    }
    if state != .waitForProposal { proceed(&randomness, &out) }
    return out
  }

  private mutating func proceed(_ randomness: inout Randomness, _ out: inout Reaction) {
    if let heard {  // 24.9
      out.ran(24, 9)
      out.ran(24, 10)
      decide(heard, &out)  // 24.10
      return
    }
    advance(\.votes, .votes, &out)
    if state == .collectVotes, let votes = phases[phase].votes.result {  // 24.11
      out.ran(24, 11)
      if let vote = votes.unanimous {  // 24.12
        out.ran(24, 12)
        out.ran(24, 13)
        decide(vote, &out)  // 24.13
        return
      }
      out.ran(24, 14...15)
      start(\.outcomes, .outcomes, votes.majority, &out)  // 24.14
      state = .collectOutcomes  // 24.15
    }
    advance(\.outcomes, .outcomes, &out)
    if state == .collectOutcomes, phases[phase].outcomes.result != nil {  // 24.16
      out.ran(24, 16)
      out.ran(24, 17...18)
      start(\.flips, .flips, randomness.next() % UInt64(servers.count) != 0, &out)  // 24.17
      state = .collectFlips  // 24.18
    }
    advance(\.flips, .flips, &out)
    if state == .collectFlips, let flips = phases[phase].flips.result {  // 24.19
      out.ran(24, 19)
      if let outcome = phases[phase].outcomes.result!.unanimous {  // 24.20
        out.ran(24, 20)
        out.ran(24, 21)
        preference = outcome  // 24.21
      } else {  // 24.22
        out.ran(24, 22...23)
        preference = flips.no.isEmpty  // 24.23
      }
      out.ran(24, 24...26)
      phase += 1  // 24.24
      start(\.votes, .votes, preference, &out)  // 24.25
      state = .collectVotes  // 24.26
      proceed(&randomness, &out)
    }
  }

  private mutating func decide(_ value: Bool, _ out: inout Reaction) {
    decision = value
    out.actions.append(.decide(value))
    out.actions.append(.broadcast(.decided(value)))
    state = .decided
  }

  private static func core(_ subject: Subject) -> WritableKeyPath<Phase, GetCore> {
    switch subject {
    case .votes: \.votes
    case .outcomes: \.outcomes
    case .flips: \.flips
    }
  }

  private mutating func start(
    _ core: WritableKeyPath<Phase, GetCore>, _ subject: Subject, _ ballot: Bool, _ out: inout Reaction
  ) {
    keep(phase)
    let message = phases[phase][keyPath: core].start(ballot, &out)
    out.actions.append(.broadcast(.core(message, of: subject, phase: phase)))
  }

  private mutating func advance(
    _ core: WritableKeyPath<Phase, GetCore>, _ subject: Subject, _ out: inout Reaction
  ) {
    for message in phases[phase][keyPath: core].proceed(servers, &out) {
      out.actions.append(.broadcast(.core(message, of: subject, phase: phase)))
    }
  }

  private mutating func keep(_ phase: Int) {
    while phases.count <= phase { phases.append(Phase()) }
  }
}
