public import CyclicGroups
public import FaultTolerantExchange
public import GroupCommunication

/// Consensus alone: to start a session is to propose in the instance of its number.
public struct ConsensusServer<Machine: ConsensusMachine>: ExchangeServer where Machine.Value: ConsensusValue {
  public struct Message: Hashable, Sendable, CustomStringConvertible {
    var session: Int
    var content: Machine.Message

    public var description: String { content.description }
  }

  public static var usesFailureDetector: Bool { Machine.usesFailureDetector }
  public static func isOfConsensus(_ message: Message) -> Bool { true }
  public static func session(of message: Message) -> Int { message.session }

  public private(set) var machines: [Machine]
  let proposals: [Machine.Value]
  var randomness: Randomness

  /// - Parameter proposals: by session.
  public init(
    _ me: Process, among servers: Servers, hand: Machine.Hand, proposals: [Machine.Value],
    _ randomness: Randomness
  ) {
    machines = proposals.indices.map { session in
      Machine(me, among: servers, hand: hand, instance: Array("\(session)".utf8))
    }
    self.proposals = proposals
    self.randomness = randomness
  }

  public var sessions: Int { machines.count }

  public func standings(in session: Int) -> [ExchangeTurn.Standing] {
    [.init(session: session, part: "consensus", state: machines[session].standing)]
  }

  public func key(of session: Int) -> [UInt8]? { nil }
  public var secrets: String { "nothing secret" }

  public mutating func start(session: Int) -> Reaction {
    var reaction = Reaction()
    reaction.outputs.append(.record(.propose(instance: "\(session)", value: proposals[session].bytes)))
    give(session, .propose(proposals[session]), &reaction)
    return reaction
  }

  public mutating func receive(_ message: Message, from sender: Process) -> Reaction {
    var reaction = Reaction()
    give(message.session, .receive(message.content, from: sender), &reaction)
    return reaction
  }

  public mutating func suspect(_ list: ProcessSet) -> Reaction {
    var reaction = Reaction()
    for session in machines.indices { give(session, .suspect(list), &reaction) }
    return reaction
  }

  private mutating func give(_ session: Int, _ event: Machine.Event, _ reaction: inout Reaction) {
    let own = machines[session].handle(event, &randomness)
    reaction.lines += own.lines
    for action in own.actions {
      switch action {
      case .send(let content, let to):
        reaction.outputs.append(.send(Message(session: session, content: content), to: to))
      case .broadcast(let content):
        reaction.outputs.append(.broadcast(Message(session: session, content: content)))
      case .decide(let value):
        reaction.outputs.append(.record(.decide(instance: "\(session)", value: value.bytes)))
      }
    }
  }
}

extension ConsensusServer {
  /// One for each server, with what the dealer deals.
  ///
  /// - Parameter propose: a server's proposal in a session.
  public static func all(
    _ servers: Servers, sessions: Int, seed: UInt64, propose: (Process, Int) -> Machine.Value
  ) -> [Self] {
    var randomness = Randomness.seeded(seed)
    let hands = Machine.deal(to: servers, using: &randomness)
    return zip(servers.all, hands).map { me, hand in
      Self(
        me, among: servers, hand: hand, proposals: (0..<sessions).map { propose(me, $0) },
        .seeded(randomness.next()))
    }
  }
}
