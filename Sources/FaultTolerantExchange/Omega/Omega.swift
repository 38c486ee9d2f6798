public import CyclicGroups
public import GroupCommunication

/// Protocol omega (Cachin and Strobl, Section 3.1, Algorithm 1): group key exchange where up to t_c servers crash, of
/// one server. Its lines bear the numbers of Spec/Algorithms/Algorithm11.md.
///
/// The page calculates in F_2^k. Where n - t_c is even, everybody who listens then has the key: see E8 in
/// Spec/Errata.md, and `Servers.keepSecrets(in:)`. `PrimeField.p25519` is safe for any number of servers.
///
/// Whoever breaks into a server can compute the keys of all its sessions, also those long finished
/// (`ForwardSecretOmega`).
public struct Omega<Space: VectorSpace, Encryption: EncryptionScheme>: KeyExchange {
  public typealias Contribution = Space.Element
  public typealias Exposed = Exposure<Space.Element, Encryption>

  public enum Message: KeyExchangeMessage {
    case encryptionKey(Session, Encryption.PublicKey)
    case keyPart(Session, Encryption.Ciphertext)

    public var session: Session {
      switch self {
      case .encryptionKey(let session, _), .keyPart(let session, _): session
      }
    }

    public var name: String {
      switch self {
      case .encryptionKey: "enc_key"
      case .keyPart: "key_part"
      }
    }
  }

  /// A session's variables.
  struct Exchange: Hashable, Sendable {
    var state = KeyExchangeState.notStarted
    /// y_i.
    var contribution: Space.Element?
    /// s_i.
    var privateKey: Encryption.PrivateKey?
    /// y_j, by server.
    var contributions: [Space.Element?]
    /// p_j, by server, of those that came before the start: they wait for it.
    var waitingKeys: [Encryption.PublicKey?]
  }

  public let me: Process
  public let servers: Servers
  public let space: Space
  public let encryption: Encryption
  private(set) var exchanges: [Session: Exchange] = [:]

  public init(_ me: Process, among servers: Servers, space: Space, encryption: Encryption) {
    self.me = me
    self.servers = servers
    self.space = space
    self.encryption = encryption
  }

  public func freshServer(_ process: Process) -> Self {
    Self(process, among: servers, space: space, encryption: encryption)
  }

  public func state(of session: Session) -> KeyExchangeState { exchanges[session]?.state ?? .notStarted }

  public var startedSessions: [Session] { exchanges.keys.sorted().filter { state(of: $0) != .notStarted } }

  public func freshContribution(using randomness: inout Randomness) -> Space.Element {
    space.randomElement(using: &randomness)
  }

  public mutating func handle(
    _ event: Event, _ randomness: inout Randomness
  ) throws(UnexpectedEvent) -> Reaction {
    var out = Reaction()
    switch event {
    case .start(let session, let contribution):
      var exchange = exchange(session, &out)
      try start(session, contribution, &exchange, &randomness, &out)
      exchanges[session] = exchange
    case .receive(.encryptionKey(let session, let key), let sender):
      var exchange = exchange(session, &out)
      if exchange.state == .notStarted {
        exchange.waitingKeys[sender.index] = key
      } else {
        try answer(session, key, sender, exchange, &randomness, &out)
      }
      exchanges[session] = exchange
    case .receive(.keyPart(let session, let ciphertext), let sender):
      var exchange = exchange(session, &out)
      try take(session, ciphertext, sender, &exchange, &out)
      exchanges[session] = exchange
    case .decided(let session, let value):
      var exchange = exchange(session, &out)
      try decide(session, value, &exchange, &out)
      exchanges[session] = exchange
    }
    return out
  }

  private func exchange(_ session: Session, _ out: inout Reaction) -> Exchange {
    if let exchange = exchanges[session] { return exchange }  // 11.1
    out.ran(11, 1...2)
    let unknown = [Space.Element?](repeating: nil, count: servers.count)  // 11.2
    return Exchange(contributions: unknown, waitingKeys: Array(repeating: nil, count: servers.count))
  }

  private func start(
    _ session: Session, _ contribution: Space.Element, _ exchange: inout Exchange,
    _ randomness: inout Randomness, _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    guard exchange.state == .notStarted else { throw UnexpectedEvent("started twice") }  // 11.3
    out.ran(11, 3...6)
    exchange.state = .started
    exchange.contribution = contribution  // 11.4
    let (publicKey, privateKey) = encryption.keyPair(using: &randomness)  // 11.5
    exchange.privateKey = privateKey
    out.actions += servers.all.map { .send(.encryptionKey(session, publicKey), to: $0) }  // 11.6
    for sender in servers.all {
      guard let key = exchange.waitingKeys[sender.index] else { continue }
      exchange.waitingKeys[sender.index] = nil
      try answer(session, key, sender, exchange, &randomness, &out)
    }
  }

  private func answer(
    _ session: Session, _ key: Encryption.PublicKey, _ sender: Process, _ exchange: Exchange,  // 11.7
    _ randomness: inout Randomness, _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    out.ran(11, 7...8)
    let contribution = space.bytes(of: exchange.contribution!)
    guard let ciphertext = try? encryption.encrypt(contribution, to: key, using: &randomness) else {
      throw UnexpectedEvent("enc_key that is no key")
    }
    out.actions.append(.send(.keyPart(session, ciphertext), to: sender))  // 11.8
  }

  private func take(
    _ session: Session, _ ciphertext: Encryption.Ciphertext, _ sender: Process, _ exchange: inout Exchange,
    _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    guard let privateKey = exchange.privateKey, exchange.contributions[sender.index] == nil,  // 11.9
      let plaintext = try? encryption.decrypt(ciphertext, with: privateKey),
      let contribution = try? space.element(from: plaintext)
    else { throw UnexpectedEvent("key_part that nobody waits for, or that holds no contribution") }
    out.ran(11, 9...11)
    exchange.contributions[sender.index] = contribution  // 11.10
    let known = servers.all.filter { exchange.contributions[$0.index] != nil }
    if known.count == servers.quorum {  // 11.11
      out.ran(11, 12...14)
      let contributions = known.map { exchange.contributions[$0.index]! }  // 11.12
      let differences = contributions.indices.map { l in
        space.subtract(contributions[l], contributions[(l + 1) % contributions.count])  // 11.13
      }
      let proposal = Proposal<Space>(contributors: known, differences: differences)
      out.actions.append(.propose(session, value: proposal.bytes(in: space)))  // 11.14
      exchange.state = .proposed
    }
  }

  private func decide(
    _ session: Session, _ value: [UInt8], _ exchange: inout Exchange, _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    guard exchange.state == .proposed,  // 11.15
      let proposal = try? Proposal(bytes: value, in: space, of: servers)
    else { throw UnexpectedEvent("decision before the proposal, or of something else") }
    out.ran(11, 15...18)
    // There is one: both are n - t_c of the servers, more than half.
    let m = proposal.contributors.firstIndex { exchange.contributions[$0.index] != nil }!  // 11.16
    let contribution = exchange.contributions[proposal.contributors[m].index]!
    let key = proposal.sum(from: contribution, of: m, in: space)  // 11.17
    out.actions.append(.finish(session, key: key))  // 11.18
    exchange.state = .finished
  }
}

extension Servers {
  /// Whether the sum of n - t_c contributions is a secret where their differences are none: unless it is a sum of
  /// differences itself, which it is if and only if the characteristic of the field divides n - t_c (E8 in
  /// Spec/Errata.md).
  public func keepSecrets(in field: some FiniteField) -> Bool { !field.characteristicDivides(quorum) }
}
