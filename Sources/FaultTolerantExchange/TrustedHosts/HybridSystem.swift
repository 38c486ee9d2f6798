public import CyclicGroups
public import GroupCommunication

/// Servers with the network between them and, instead of a consensus protocol, its trusted host: the hybrid system of
/// Cachin and Strobl, Section 3.2. The adversary and the user give it its inputs, one at a time.
public struct HybridSystem<Machine: KeyExchange>: Sendable {
  public typealias Key = Machine.Space.Element

  /// Sent, and not delivered yet.
  public struct Letter: Hashable, Sendable {
    public let message: Machine.Message
    public let sender: Process
    public let receiver: Process
  }

  public enum Input: Hashable, Sendable {
    /// From the user of a server; the contribution is the server's random choice.
    case start(Session, at: Process, contribution: Machine.Contribution)
    /// From the adversary, as all that follow: the letter at this place of `network`.
    case deliver(Int)
    /// Consensus lets a server decide what another one has proposed.
    case decide(Session, at: Process, proposalOf: Process)
    case crash(Process)
    case breakIn(Process)
  }

  public enum Output: Hashable, Sendable {
    /// To the adversary.
    case sent(Letter)
    case proposed(Session, at: Process, value: [UInt8])
    case crashed(Process)
    case state(Process, Machine)
    /// To the user of the server.
    case finished(Session, at: Process, key: Key)
  }

  public internal(set) var machines: [Machine]
  public private(set) var crashed: ProcessSet = []
  /// In the order of sending.
  public private(set) var network: [Letter]
  public private(set) var consensus: ConsensusHost
  public private(set) var randomness: Randomness

  public init(
    _ machines: [Machine], consensus: ConsensusHost = ConsensusHost(), network: [Letter] = [],
    _ randomness: Randomness
  ) {
    self.machines = machines
    self.consensus = consensus
    self.network = network
    self.randomness = randomness
  }

  /// Takes an input. What is for a server that has crashed disappears.
  public mutating func handle(_ input: Input) throws -> [Output] {
    switch input {
    case .start(let session, let server, let contribution):
      return try give(.start(session, contribution: contribution), to: server)
    case .deliver(let place):
      let letter = network.remove(at: place)
      return try give(.receive(letter.message, from: letter.sender), to: letter.receiver)
    case .decide(let session, let server, let proposer):
      guard let value = consensus.proposal(of: proposer, in: session) else {
        throw NotAllowed("\(proposer) has proposed nothing in \(session)")
      }
      try consensus.decide(value, at: server, in: session)
      return try give(.decided(session, value: value), to: server)
    case .crash(let server):
      crashed.insert(server)
      return [.crashed(server)]
    case .breakIn(let server):
      if crashed.contains(server) { return [] }
      return [.state(server, machines[server.index])]
    }
  }

  private mutating func give(_ event: Machine.Event, to server: Process) throws -> [Output] {
    if crashed.contains(server) { return [] }
    var outputs: [Output] = []
    for action in try machines[server.index].handle(event, &randomness).actions {
      switch action {
      case .send(let message, let receiver):
        let letter = Letter(message: message, sender: server, receiver: receiver)
        network.append(letter)
        outputs.append(.sent(letter))
      case .propose(let session, let value):
        try consensus.propose(value, by: server, in: session)
        outputs.append(.proposed(session, at: server, value: value))
      case .finish(let session, let key): outputs.append(.finished(session, at: server, key: key))
      }
    }
    return outputs
  }

  /// Whatever the adversary can let happen among `group`, but for crashes and break-ins. Where nothing is decided yet,
  /// any proposal can be.
  public func possibilities(among group: ProcessSet) -> [Input] {
    let live = group - crashed
    var inputs: [Input] = []
    for (place, letter) in network.enumerated()
    where live.contains(letter.receiver) && group.contains(letter.sender) { inputs.append(.deliver(place)) }
    for session in consensus.proposals.keys.sorted() {
      let proposals = consensus.proposals[session]!
      if proposals.count < consensus.proposalsNeeded { continue }
      let decision = consensus.decision[session]
      for server in proposals.map(\.server)
      where live.contains(server) && !consensus.decided[session, default: []].contains(server) {
        let candidates =
          decision.map { value in proposals.filter { $0.value == value }.prefix(1) } ?? proposals[...]
        inputs += candidates.map { .decide(session, at: server, proposalOf: $0.server) }
      }
    }
    return inputs
  }

  /// Lets everything happen among `group`, the oldest first, until nothing is left.
  public mutating func settle(among group: ProcessSet) throws -> [Output] {
    var outputs: [Output] = []
    while let input = possibilities(among: group).first { outputs += try handle(input) }
    return outputs
  }
}
