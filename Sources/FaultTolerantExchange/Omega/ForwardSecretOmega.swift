public import CyclicGroups
public import GroupCommunication

/// Protocol omega with forward secrecy (Cachin and Strobl, Section 4.3), of one server: up to t_b < n - 2 t_c servers
/// may be broken into once they have finished. Its lines bear the numbers of Spec/Algorithms/Algorithm12.md.
///
/// A contribution is a vector, and so is the sum: the coefficients of a polynomial of degree t_b whose value at zero is
/// the session key. Who finishes keeps nothing of the session but his share of it, one value of the polynomial, and what
/// it takes to send that to a server that is late.
///
/// Consensus must not decide before n - t_c servers have proposed (E9 in Spec/Errata.md).
public struct ForwardSecretOmega<Space: VectorSpace, Encryption: EncryptionScheme>: KeyExchange {
  public typealias Contribution = [Space.Element]
  public typealias Exposed = Exposure<Space.Element, Encryption>

  public enum Message: KeyExchangeMessage {
    case encryptionKey(Session, Encryption.PublicKey)
    case pad(Session, Encryption.Ciphertext)
    /// A contribution vector, padded.
    case keyPart(Session, [Space.Element])
    case share(Session, Space.Element)
    case shareRequest(Session)

    public var session: Session {
      switch self {
      case .encryptionKey(let session, _), .pad(let session, _), .keyPart(let session, _),
        .share(let session, _), .shareRequest(let session):
        session
      }
    }

    public var name: String {
      switch self {
      case .encryptionKey: "enc_key"
      case .pad: "pad"
      case .keyPart: "key_part"
      case .share: "share"
      case .shareRequest: "share_request"
      }
    }
  }

  /// A session's variables; those with an index are by server. Erased is what is nil again.
  struct Exchange: Hashable, Sendable {
    var state = KeyExchangeState.notStarted
    /// y_i.
    var contribution: [Space.Element]?
    /// s_ij, until the pad of server j has come.
    var privateKeys: [Encryption.PrivateKey?]
    /// p_ji, of those that came before the start: they wait for it.
    var waitingKeys: [Encryption.PublicKey?]
    /// r_ji, drawn here: what server j sends here is padded with it.
    var ownPads: [[Space.Element]?]
    /// The last component of r_ij, drawn by server j: what pads the share for it.
    var sharePads: [Space.Element?]
    /// y_j.
    var contributions: [[Space.Element]?]
    /// f(j), of the servers that have finished.
    var shares: [Space.Element?]
    /// Who has asked for the share before there was one.
    var requests: ProcessSet = []
    /// s_i = f(i).
    var share: Space.Element?

    init(servers: Int) {
      privateKeys = Array(repeating: nil, count: servers)
      waitingKeys = Array(repeating: nil, count: servers)
      ownPads = Array(repeating: nil, count: servers)
      sharePads = Array(repeating: nil, count: servers)
      contributions = Array(repeating: nil, count: servers)
      shares = Array(repeating: nil, count: servers)
    }
  }

  public let me: Process
  public let servers: Servers
  /// t_b.
  public let breakIns: Int
  public let space: Space
  public let encryption: Encryption
  /// Set elsewhere only by who plays all servers (`HybridSystem.shift`).
  var exchanges: [Session: Exchange] = [:]

  /// - Parameter breakIns: t_b, the degree of the polynomial. Below n - 2 t_c the exchange ends for everybody; from
  ///   there on a late server may wait forever.
  public init(
    _ me: Process, among servers: Servers, breakIns: Int, space: Space, encryption: Encryption
  ) {
    precondition(breakIns >= 0 && space.scalars.hasElements(servers.count + 1), "no place for every server")
    self.me = me
    self.servers = servers
    self.breakIns = breakIns
    self.space = space
    self.encryption = encryption
  }

  var vectors: Vectors<Space> { Vectors(breakIns + 1, of: space) }
  /// A contribution's, and one for the share.
  var padSpace: Vectors<Space> { Vectors(breakIns + 2, of: space) }
  private var sharing: SecretSharing<Space> { SecretSharing(space: space) }

  public func freshServer(_ process: Process) -> Self {
    Self(process, among: servers, breakIns: breakIns, space: space, encryption: encryption)
  }

  public func state(of session: Session) -> KeyExchangeState { exchanges[session]?.state ?? .notStarted }

  public var startedSessions: [Session] { exchanges.keys.sorted().filter { state(of: $0) != .notStarted } }

  public func freshContribution(using randomness: inout Randomness) -> [Space.Element] {
    vectors.randomElement(using: &randomness)
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
    case .receive(let message, let sender):
      var exchange = exchange(message.session, &out)
      try receive(message, sender, &exchange, &randomness, &out)
      exchanges[message.session] = exchange
    case .decided(let session, let value):
      var exchange = exchange(session, &out)
      try decide(session, value, &exchange, &out)
      exchanges[session] = exchange
    }
    return out
  }

  private func receive(
    _ message: Message, _ sender: Process, _ exchange: inout Exchange, _ randomness: inout Randomness,
    _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    switch message {
    case .encryptionKey(let session, let key):
      switch exchange.state {
      case .notStarted: exchange.waitingKeys[sender.index] = key
      case .started, .proposed: try sendPad(session, key, sender, &exchange, &randomness, &out)
      case .finished: break
      }
    case .pad(let session, let ciphertext): try answer(session, ciphertext, sender, &exchange, &out)
    case .keyPart(let session, let padded): try take(session, padded, sender, &exchange, &out)
    case .share(let session, let padded): try takeShare(session, padded, sender, &exchange, &out)
    case .shareRequest(let session): serve(session, sender, &exchange, &out)
    }
  }

  private func exchange(_ session: Session, _ out: inout Reaction) -> Exchange {
    if let exchange = exchanges[session] { return exchange }  // 12.1
    out.ran(12, 1...2)
    return Exchange(servers: servers.count)  // 12.2
  }

  private func start(
    _ session: Session, _ contribution: [Space.Element], _ exchange: inout Exchange,
    _ randomness: inout Randomness, _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    guard exchange.state == .notStarted else { throw UnexpectedEvent("started twice") }  // 12.3
    out.ran(12, 3...6)
    exchange.state = .started
    exchange.contribution = contribution  // 12.4
    let pairs = servers.all.map { _ in encryption.keyPair(using: &randomness) }  // 12.5
    exchange.privateKeys = pairs.map(\.privateKey)
    let keys = pairs.map(\.publicKey)
    out.actions += servers.all.map { .send(.encryptionKey(session, keys[$0.index]), to: $0) }  // 12.6
    for sender in servers.all {
      guard let key = exchange.waitingKeys[sender.index] else { continue }
      exchange.waitingKeys[sender.index] = nil
      try sendPad(session, key, sender, &exchange, &randomness, &out)
    }
  }

  private func sendPad(
    _ session: Session, _ key: Encryption.PublicKey, _ sender: Process, _ exchange: inout Exchange,  // 12.7
    _ randomness: inout Randomness, _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    out.ran(12, 7...9)
    let pad = padSpace.randomElement(using: &randomness)  // 12.8
    exchange.ownPads[sender.index] = pad
    guard
      let ciphertext = try? encryption.encrypt(padSpace.bytes(of: pad), to: key, using: &randomness)
    else { throw UnexpectedEvent("enc_key that is no key") }
    out.actions.append(.send(.pad(session, ciphertext), to: sender))  // 12.9
  }

  private func answer(
    _ session: Session, _ ciphertext: Encryption.Ciphertext, _ sender: Process, _ exchange: inout Exchange,
    _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    guard let privateKey = exchange.privateKeys[sender.index],  // 12.10
      let plaintext = try? encryption.decrypt(ciphertext, with: privateKey),
      let pad = try? padSpace.element(from: plaintext)
    else { throw UnexpectedEvent("pad that nobody waits for, or that is none") }
    out.ran(12, 10...12)
    exchange.privateKeys[sender.index] = nil  // 12.11
    if let contribution = exchange.contribution {  // 12.12
      out.ran(12, 13...14)
      let padded = vectors.add(contribution, Array(pad.prefix(breakIns + 1)))
      out.actions.append(.send(.keyPart(session, padded), to: sender))  // 12.13
      exchange.sharePads[sender.index] = pad[breakIns + 1]  // 12.14
    } else {  // 12.15
      out.ran(12, 15...16)
      let padded = space.add(exchange.share!, pad[breakIns + 1])
      out.actions.append(.send(.share(session, padded), to: sender))  // 12.16
    }
  }

  private func take(
    _ session: Session, _ padded: [Space.Element], _ sender: Process, _ exchange: inout Exchange,
    _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    if exchange.state == .finished { return }
    guard let pad = exchange.ownPads[sender.index], exchange.contributions[sender.index] == nil,  // 12.17
      padded.count == breakIns + 1
    else { throw UnexpectedEvent("key_part that nobody waits for") }
    out.ran(12, 17...19)
    exchange.contributions[sender.index] = vectors.subtract(padded, Array(pad.prefix(breakIns + 1)))  // 12.18
    let known = servers.all.filter { exchange.contributions[$0.index] != nil }
    if known.count == servers.quorum {  // 12.19
      out.ran(12, 20...22)
      let contributions = known.map { exchange.contributions[$0.index]! }  // 12.20
      let differences = contributions.indices.map { l in
        vectors.subtract(contributions[l], contributions[(l + 1) % contributions.count])  // 12.21
      }
      let proposal = Proposal<Vectors<Space>>(contributors: known, differences: differences)
      out.actions.append(.propose(session, value: proposal.bytes(in: vectors)))  // 12.22
      exchange.state = .proposed
    }
  }

  private func decide(
    _ session: Session, _ value: [UInt8], _ exchange: inout Exchange, _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    if exchange.state == .finished { return }
    guard exchange.state == .proposed,  // 12.23
      let proposal = try? Proposal(bytes: value, in: vectors, of: servers)
    else { throw UnexpectedEvent("decision before the proposal, or of something else") }
    out.ran(12, 23...26)
    let m = proposal.contributors.firstIndex { exchange.contributions[$0.index] != nil }!  // 12.24
    let contribution = exchange.contributions[proposal.contributors[m].index]!
    let coefficients = proposal.sum(from: contribution, of: m, in: vectors)  // 12.25
    let share = sharing.share(of: me, coefficients)  // 12.26
    finish(session, key: coefficients[0], share: share, &exchange, &out)
  }

  /// From here on, a decision and the last share needed do the same.
  private func finish(
    _ session: Session, key: Space.Element, share: Space.Element, _ exchange: inout Exchange,
    _ out: inout Reaction
  ) {
    out.ran(12, 27...29)
    out.actions.append(.finish(session, key: key))  // 12.27
    erase(&exchange, keeping: share)  // 12.28
    for server in exchange.requests { serve(session, server, &exchange, &out) }  // 12.29
    exchange.requests = []
  }

  private func erase(_ exchange: inout Exchange, keeping share: Space.Element) {
    var rest = Exchange(servers: servers.count)
    rest.state = .finished
    rest.share = share
    rest.privateKeys = exchange.privateKeys
    rest.sharePads = exchange.sharePads
    rest.requests = exchange.requests
    exchange = rest
  }

  private func takeShare(
    _ session: Session, _ padded: Space.Element, _ sender: Process, _ exchange: inout Exchange,
    _ out: inout Reaction
  ) throws(UnexpectedEvent) {
    if exchange.state == .finished { return }
    guard let pad = exchange.ownPads[sender.index], exchange.shares[sender.index] == nil  // 12.30
    else { throw UnexpectedEvent("share that nobody waits for") }
    out.ran(12, 30...32)
    exchange.shares[sender.index] = space.subtract(padded, pad[breakIns + 1])  // 12.31
    let known = servers.all.filter { exchange.shares[$0.index] != nil }
    if known.count == 1 {  // 12.32
      out.ran(12, 33)
      out.actions += servers.all.map { .send(.shareRequest(session), to: $0) }  // 12.33
    }
    out.ran(12, 34)
    if known.count == breakIns + 1 {  // 12.34
      out.ran(12, 35...36)
      let shares = known.map { (owner: $0, share: exchange.shares[$0.index]!) }
      let (key, share) = (sharing.secret(from: shares), sharing.share(of: me, from: shares))  // 12.35
      finish(session, key: key, share: share, &exchange, &out)  // 12.36
    }
  }

  private func serve(
    _ session: Session, _ sender: Process, _ exchange: inout Exchange, _ out: inout Reaction
  ) {
    exchange.requests.insert(sender)  // 12.37
    out.ran(12, 37...38)
    if let share = exchange.share, let pad = exchange.sharePads[sender.index] {  // 12.38
      out.ran(12, 39...40)
      out.actions.append(.send(.share(session, space.add(share, pad)), to: sender))  // 12.39
      exchange.sharePads[sender.index] = nil  // 12.40
    }
  }
}
