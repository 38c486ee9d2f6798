import GroupCommunication

/// Algorithm 23: get-core (Attiya and Welch, Section 14.3; Canetti and Rabin). Each server contributes a ballot and is
/// given ballots of at least n - t_c servers, and there is a core, more than half of all, whose ballots everybody gets.
/// Nobody knows the core, and the adversary cannot choose it once the first server has its result.
public struct GetCore: Hashable, Sendable {
  public enum State: Hashable, Sendable { case waitForBallot, first, second, third, done }

  public enum Message: Hashable, Sendable {
    case first(Bool)
    case second(Ballots)
    case third(Ballots)
  }

  public private(set) var state = State.waitForBallot
  private(set) var ballots = Ballots()
  /// Who has been heard in each of the three exchanges.
  private(set) var firsts: ProcessSet = []
  private(set) var seconds: ProcessSet = []
  private(set) var thirds: ProcessSet = []
  /// nil until it is done; what comes later changes it no more.
  public private(set) var result: Ballots?

  public init() {}

  /// - Returns: what to broadcast.
  mutating func start(  // 23.1
    _ ballot: Bool, _ out: inout MachineReaction<some Hashable & Sendable>
  ) -> Message {
    out.ran(23, 1...3)
    state = .first  // 23.2
    return .first(ballot)  // 23.3
  }

  mutating func receive(
    _ message: Message, from sender: Process, _ out: inout MachineReaction<some Hashable & Sendable>
  ) {
    switch message {
    case .first(let ballot):  // 23.4
      out.ran(23, 4...6)
      ballots.insert(ballot, from: sender)  // 23.5
      firsts.insert(sender)  // 23.6
    case .second(let others):  // 23.7
      out.ran(23, 7...9)
      ballots.formUnion(others)  // 23.8
      seconds.insert(sender)  // 23.9
    case .third(let others):  // 23.10
      out.ran(23, 10...12)
      ballots.formUnion(others)  // 23.11
      thirds.insert(sender)  // 23.12
    }
  }

  /// - Returns: what to broadcast.
  mutating func proceed(_ servers: Servers, _ out: inout MachineReaction<some Hashable & Sendable>)
    -> [Message]
  {
    var messages: [Message] = []
    if state == .first, firsts.count >= servers.quorum {  // 23.13
      out.ran(23, 13)
      out.ran(23, 14...15)
      messages.append(.second(ballots))  // 23.14
      state = .second  // 23.15
    }
    if state == .second, seconds.count >= servers.quorum {  // 23.16
      out.ran(23, 16)
      out.ran(23, 17...18)
      messages.append(.third(ballots))  // 23.17
      state = .third  // 23.18
    }
    if state == .third, thirds.count >= servers.quorum {  // 23.19
      out.ran(23, 19)
      out.ran(23, 20...21)
      result = ballots  // 23.20
      state = .done  // 23.21
    }
    return messages
  }
}
