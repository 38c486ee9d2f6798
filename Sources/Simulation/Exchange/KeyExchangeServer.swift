public import CyclicGroups
public import FaultTolerantExchange
public import GroupCommunication
import SecureGroup
import Traces

/// The exchange of keys, and under it an instance of consensus for each session.
public struct KeyExchangeServer<Exchange: KeyExchange, Machine: ConsensusMachine>: ExchangeServer
where Machine.Value == [UInt8] {
  public enum Message: Hashable, Sendable, CustomStringConvertible {
    case exchange(Exchange.Message)
    case consensus(Machine.Message, session: Int)

    public var description: String {
      switch self {
      case .exchange(let message): message.name
      case .consensus(let message, _): message.description
      }
    }
  }

  public static var usesFailureDetector: Bool { Machine.usesFailureDetector }

  public static func isOfConsensus(_ message: Message) -> Bool {
    switch message {
    case .exchange: false
    case .consensus: true
    }
  }

  public static func session(of message: Message) -> Int {
    switch message {
    case .exchange(let content): number(of: content.session)
    case .consensus(_, let session): session
    }
  }

  public private(set) var exchange: Exchange
  /// By session.
  public private(set) var machines: [Machine]
  /// What its user has got: it is no part of the server's state.
  public private(set) var keys: [Session: Exchange.Space.Element] = [:]
  var randomness: Randomness

  public init(
    _ exchange: Exchange, hand: Machine.Hand, sessions: Int, _ randomness: Randomness
  ) {
    self.exchange = exchange
    self.randomness = randomness
    machines = (0..<sessions).map { session in
      Machine(exchange.me, among: exchange.servers, hand: hand, instance: Array("\(session)|cs".utf8))
    }
  }

  public static func session(_ number: Int) -> Session { Session("\(number)") }
  private static func number(of session: Session) -> Int { Int(session.name)! }

  public var sessions: Int { machines.count }

  public func standings(in session: Int) -> [ExchangeTurn.Standing] {
    [
      .init(session: session, part: "exchange", state: exchange.state(of: Self.session(session)).rawValue),
      .init(session: session, part: "consensus", state: machines[session].standing),
    ]
  }

  public func key(of session: Int) -> [UInt8]? {
    keys[Self.session(session)].map { exchange.space.bytes(of: $0) }
  }

  public var secrets: String {
    var (values, privateKeys) = (0, 0)
    for exposure in exchange.exposedState {
      switch exposure {
      case .value: values += 1
      case .privateKey: privateKeys += 1
      // No server keeps one.
      case .ciphertext: break
      }
    }
    return "values: \(values), private keys: \(privateKeys)"
  }

  public mutating func start(session: Int) -> Reaction {
    var reaction = Reaction()
    reaction.outputs.append(.record(.start(session: session)))
    let contribution = exchange.freshContribution(using: &randomness)
    give(.start(Self.session(session), contribution: contribution), &reaction)
    return reaction
  }

  public mutating func receive(_ message: Message, from sender: Process) -> Reaction {
    var reaction = Reaction()
    switch message {
    case .exchange(let content): give(.receive(content, from: sender), &reaction)
    case .consensus(let content, let session):
      consult(session, .receive(content, from: sender), &reaction)
    }
    return reaction
  }

  public mutating func suspect(_ list: ProcessSet) -> Reaction {
    var reaction = Reaction()
    for session in machines.indices { consult(session, .suspect(list), &reaction) }
    return reaction
  }

  private mutating func give(_ event: Exchange.Event, _ reaction: inout Reaction) {
    let own: Exchange.Reaction
    do {
      own = try exchange.handle(event, &randomness)
    } catch {
      reaction.unexpected.append("\(exchange.me): \(error)")
      return
    }
    reaction.lines += own.lines
    for action in own.actions {
      switch action {
      case .send(let content, let to): reaction.outputs.append(.send(.exchange(content), to: to))
      case .propose(let session, let value):
        reaction.outputs.append(.record(.propose(instance: "\(session)|cs", value: value)))
        consult(Self.number(of: session), .propose(value), &reaction)
      case .finish(let session, let key):
        keys[session] = key
        let fingerprint = CipherSuite.aes256GCM.fingerprint(of: exchange.space.bytes(of: key))
        reaction.outputs.append(
          .record(.finish(session: Self.number(of: session), key: Traces.Event.Key(fingerprint)!)))
      }
    }
  }

  private mutating func consult(_ session: Int, _ event: Machine.Event, _ reaction: inout Reaction) {
    let own = machines[session].handle(event, &randomness)
    reaction.lines += own.lines
    for action in own.actions {
      switch action {
      case .send(let content, let to):
        reaction.outputs.append(.send(.consensus(content, session: session), to: to))
      case .broadcast(let content):
        reaction.outputs.append(.broadcast(.consensus(content, session: session)))
      case .decide(let value):
        reaction.outputs.append(.record(.decide(instance: "\(session)|cs", value: value)))
        give(.decided(Self.session(session), value: value), &reaction)
      }
    }
  }
}

extension KeyExchangeServer {
  /// One for each server, with what the dealer deals.
  public static func all(
    _ servers: Servers, sessions: Int, seed: UInt64, exchange: (Process) -> Exchange
  ) -> [Self] {
    var randomness = Randomness.seeded(seed)
    let hands = Machine.deal(to: servers, using: &randomness)
    return zip(servers.all, hands).map { me, hand in
      Self(exchange(me), hand: hand, sessions: sessions, .seeded(randomness.next()))
    }
  }
}
