import CyclicGroups
public import FaultTolerantExchange
import GroupCommunication

/// The common coin of a phase.
public struct CoinName: Hashable, Sendable {
  public var instance: [UInt8]
  public var phase: Int
}

/// A consensus machine that can be explored.
public protocol ExploredConsensus: ConsensusMachine {
  /// What a server may propose.
  static func proposals(of server: Int) -> [Value]
  /// Whether a round in which all begin with the same value is the last one, whoever crashes.
  static var unanimityDecides: Bool { get }
  /// Whether it is random what a machine does.
  static var drawsCoins: Bool { get }
  /// The common coins that what happens in so many rounds depends on.
  static func coins(of instance: [UInt8], rounds: Int) -> [CoinName]
  /// Dealings, in which these coins fall in all ways.
  static func dealings(to servers: Servers, coins: [CoinName]) -> [[Hand]]

  /// Whether nothing that it will ever do depends on whether this message comes.
  func ignores(_ message: Message) -> Bool
  /// How many rounds it has left behind.
  var roundsDone: Int { get }
  /// The round that a message belongs to, from 0; nil: it is of all rounds.
  static func round(of message: Message) -> Int?
  /// Of all messages that a server may send to another, each of which has its number.
  static func order(of message: Message) -> UInt64
  static func bytes(of value: Value) -> [UInt8]
}

extension ExploredConsensus where Hand == EmptyHand {
  public static func coins(of instance: [UInt8], rounds: Int) -> [CoinName] { [] }

  public static func dealings(to servers: Servers, coins: [CoinName]) -> [[EmptyHand]] {
    [servers.all.map { _ in EmptyHand() }]
  }
}

extension ExploredConsensus where Value == Bool {
  public static func proposals(of server: Int) -> [Bool] { [false, true] }
  public static func bytes(of value: Bool) -> [UInt8] { [value ? 1 : 0] }
}

extension ExploredConsensus where Value == [UInt8] {
  public static func proposals(of server: Int) -> [[UInt8]] { [[UInt8(server)]] }
  public static func bytes(of value: [UInt8]) -> [UInt8] { value }
}

extension CoinAgreement: ExploredConsensus {
  public static var unanimityDecides: Bool { true }
  public static var drawsCoins: Bool { false }

  public func ignores(_ message: Message) -> Bool {
    switch message {
    case .preVote(_, let phase):
      self.phase > phase || self.phase == phase && (state == .waitForMainVotes || state == .waitForCoin)
    case .mainVote(_, let phase): self.phase > phase || self.phase == phase && state == .waitForCoin
    case .coinShare(_, let phase): self.phase > phase
    case .decided: false
    }
  }

  /// The coin of the last round has no consequences there.
  public static func coins(of instance: [UInt8], rounds: Int) -> [CoinName] {
    (0..<rounds - 1).map { CoinName(instance: instance, phase: $0) }
  }

  public static func dealings(to servers: Servers, coins: [CoinName]) -> [[DealtHand]] {
    var dealings = [[DealtHand]?](repeating: nil, count: 1 << coins.count)
    var seed: UInt64 = 0
    while dealings.contains(where: { $0 == nil }) {
      var randomness = Randomness.seeded(seed)
      let hands = DealtHand.deal(to: servers, using: &randomness)
      let outcomes = coins.map { hands[0].outcome(of: $0.instance, phase: $0.phase) }
      let number = outcomes.reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
      if dealings[number] == nil { dealings[number] = hands }
      seed += 1
    }
    return dealings.compactMap(\.self)
  }

  public var roundsDone: Int { phase }

  public static func round(of message: Message) -> Int? {
    switch message {
    case .preVote(_, let phase), .mainVote(_, let phase), .coinShare(_, let phase): phase
    case .decided: nil
    }
  }

  public static func order(of message: Message) -> UInt64 {
    switch message {
    case .preVote(_, let phase): UInt64(phase) << 2
    case .mainVote(_, let phase): UInt64(phase) << 2 | 1
    case .coinShare(_, let phase): UInt64(phase) << 2 | 2
    case .decided: 3
    }
  }
}

extension CoreAgreement: ExploredConsensus {
  public static var unanimityDecides: Bool { true }
  public static var drawsCoins: Bool { true }

  public func ignores(_ message: Message) -> Bool {
    guard case .core(_, let subject, let phase) = message else { return false }
    if self.phase != phase { return self.phase > phase }
    return switch subject {
    case .votes: state == .collectOutcomes || state == .collectFlips
    case .outcomes: state == .collectFlips
    case .flips: false
    }
  }

  public var roundsDone: Int { phase }

  public static func round(of message: Message) -> Int? {
    switch message {
    case .core(_, _, let phase): phase
    case .decided: nil
    }
  }

  public static func order(of message: Message) -> UInt64 {
    guard case .core(let message, let subject, let phase) = message else { return 15 }
    let place: UInt64 =
      switch message {
      case .first: 0
      case .second: 1
      case .third: 2
      }
    let core: UInt64 =
      switch subject {
      case .votes: 0
      case .outcomes: 1
      case .flips: 2
      }
    return UInt64(phase) << 4 | core << 2 | place
  }
}

extension RotatingCoordinator: ExploredConsensus {
  public static var unanimityDecides: Bool { false }
  public static var drawsCoins: Bool { false }

  public func ignores(_ message: Message) -> Bool {
    switch message {
    case .estimate(_, _, let round):
      self.round > round || self.round == round && (state == .waitForChoice || state == .waitForReplies)
    case .choice(_, let round): self.round > round || self.round == round && state == .waitForReplies
    case .reply(_, let round): self.round > round
    case .decided: false
    }
  }

  public var roundsDone: Int { max(round - 1, 0) }

  public static func round(of message: Message) -> Int? {
    switch message {
    case .estimate(_, _, let round), .choice(_, let round), .reply(_, let round): round - 1
    case .decided: nil
    }
  }

  public static func order(of message: Message) -> UInt64 {
    switch message {
    case .estimate(_, _, let round): UInt64(round) << 2
    case .choice(_, let round): UInt64(round) << 2 | 1
    case .reply(_, let round): UInt64(round) << 2 | 2
    case .decided: 3
    }
  }
}

extension MultivaluedConsensus: ExploredConsensus where Binary: ExploredConsensus {
  public static var unanimityDecides: Bool { false }
  public static var drawsCoins: Bool { Binary.drawsCoins }

  public static func coins(of instance: [UInt8], rounds: Int) -> [CoinName] {
    (0..<rounds).flatMap { Binary.coins(of: tag(of: $0, in: instance), rounds: rounds - $0) }
  }

  public static func dealings(to servers: Servers, coins: [CoinName]) -> [[Binary.Hand]] {
    Binary.dealings(to: servers, coins: coins)
  }

  /// Each may bring a proposal.
  public func ignores(_ message: Message) -> Bool { false }

  public var roundsDone: Int { number ?? 0 }

  public static func round(of message: Message) -> Int? {
    switch message {
    case .proposal: nil
    case .agreement(let message, let number, _): number + (Binary.round(of: message) ?? 0)
    }
  }

  public static func order(of message: Message) -> UInt64 {
    switch message {
    case .proposal: 0
    case .agreement(let message, let number, _): UInt64(number + 1) << 32 | Binary.order(of: message)
    }
  }
}
