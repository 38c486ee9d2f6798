public import CyclicGroups
public import GroupCommunication

/// Why a protocol message is not let in.
public enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes are no message.
  case malformed(String)
  /// It is for another process, or of another group.
  case misdirected
  /// It is of another view or another run, or its time stamp is too far from the receiver's clock.
  case stale
  /// Its source is not in the view, or nobody knows that one's public key.
  case stranger
  /// Its source did not sign this; of one's own messages: did not send it.
  case altered
  /// Its source's sequence numbers have got this far already.
  case replayed

  /// One word.
  public var kind: String {
    switch self {
    case .malformed: "malformed"
    case .misdirected: "misdirected"
    case .stale: "stale"
    case .stranger: "stranger"
    case .altered: "altered"
    case .replayed: "replayed"
    }
  }

  public var description: String {
    let reason =
      switch self {
      case .malformed(let reason): reason
      case .misdirected: "for another process or group"
      case .stale: "of another view, another run or another time"
      case .stranger: "no member of the view with a known key"
      case .altered: "its source did not sign this"
      case .replayed: "not after what its source sent already"
      }
    return "\(kind): \(reason)"
  }
}

/// One member's signing and checking of protocol messages (Amir et al., II and IV-B).
public struct Authentication<Scheme: SignatureScheme>: Sendable {
  /// The signatures made, and the ones verified, valid or not.
  public var counts = OperationCounts()

  private let me: Process
  private let group: String
  private let scheme: Scheme
  private let privateKey: Scheme.PrivateKey
  private let publicKeys: [Process: Scheme.PublicKey]
  private let window: Int64
  private var run: Run?

  /// - Parameters:
  ///   - publicKeys: of the others; whom it leaves out is a stranger.
  ///   - window: how far a time stamp may be from the receiver's clock, in milliseconds, before or after.
  public init(
    me: Process, group: String, scheme: Scheme, privateKey: Scheme.PrivateKey,
    publicKeys: [Process: Scheme.PublicKey], window: Int64 = 60_000
  ) {
    precondition(window >= 0, "a window is no less than nothing")
    self.me = me
    self.group = group
    self.scheme = scheme
    self.privateKey = privateKey
    self.publicKeys = publicKeys
    self.window = window
  }

  /// Starts a run: from now on messages of every other one are stale, and sequence numbers begin anew.
  ///
  /// - Parameters:
  ///   - view: after every view entered before, as Local Monotonicity promises. In a view entered twice, the sequence
  ///     numbers would not tell a message from its replay.
  ///   - agreement: the name of the key agreement that is run.
  public mutating func enter(view: ViewIdentifier, members: ProcessSet, agreement: String) {
    if let run { precondition(run.view < view, "views grow") }
    run = Run(group: group, view: view, members: members, agreement: agreement)
  }

  /// - Parameters:
  ///   - destination: nil for everybody.
  ///   - now: milliseconds on this member's clock.
  /// - Precondition: a run has been entered.
  public mutating func sign(
    type: MessageType, body: [UInt8], to destination: Process?, now: Int64
  ) -> SignedMessage {
    let message = signed(type, body, destination, now)
    counts.signatures += 1
    run?.sent.append(message)
    return message
  }

  private func signed(
    _ type: MessageType, _ body: [UInt8], _ destination: Process?, _ now: Int64
  ) -> SignedMessage {
    guard let run else { preconditionFailure("no view has been entered") }
    let header = ProtocolHeader(
      type: type, source: me, destination: destination, group: group, view: run.view, run: run.identifier,
      sequence: UInt32(run.sent.count + 1), time: now)
    let content = run.inputs + SignedMessage.content(header, body, reserving: 0)
    return SignedMessage(header: header, body: body, signature: scheme.sign(content, with: privateKey))
  }

  /// The message, if it is one of this run, for this member, from whom it says, and for the first time.
  ///
  /// A refused message leaves nothing behind but a higher count. One's own messages come back too, to be let in once
  /// each; they are compared to what was sent instead of verified. Since sequence numbers only grow, a source's message
  /// that comes after a later one of its messages is refused as a replay.
  ///
  /// - Parameter now: milliseconds on this member's clock.
  public mutating func check(_ bytes: [UInt8], now: Int64) throws(Refusal) -> SignedMessage {
    let message: SignedMessage
    do { message = try SignedMessage(bytes) } catch { throw .malformed(error.reason) }
    try examine(message, bytes, now)
    run?.seen[Int(message.header.source.number)] = message.header.sequence
    return message
  }

  private mutating func examine(
    _ message: SignedMessage, _ bytes: [UInt8], _ now: Int64
  ) throws(Refusal) {
    let header = message.header

    // Equal strings can be different bytes, as with an accent that is a character of its own.
    guard header.group.utf8.elementsEqual(group.utf8) else { throw .misdirected }
    guard header.destination == nil || header.destination == me else { throw .misdirected }

    guard let run, header.view == run.view, header.run == run.identifier else { throw .stale }

    guard run.members.contains(header.source) else { throw .stranger }
    if header.source == me {
      guard header.sequence <= run.sent.count, run.sent[Int(header.sequence) - 1] == message else {
        throw .altered
      }
    } else {
      guard let publicKey = publicKeys[header.source] else { throw .stranger }
      counts.verifications += 1
      let content = run.inputs + bytes.prefix(message.contentCount(of: bytes.count))
      guard scheme.isValid(message.signature, of: content, by: publicKey) else { throw .altered }
    }

    // The source may have written any time stamp: the difference may not fit.
    let (age, overflow) = now.subtractingReportingOverflow(header.time)
    guard !overflow, age.magnitude <= window else { throw .stale }

    guard header.sequence > run.seen[Int(header.source.number)] else { throw .replayed }
  }

  private struct Run {
    let view: ViewIdentifier
    let members: ProcessSet
    let identifier: RunIdentifier
    /// What every signed text of this run begins with.
    let inputs: [UInt8]
    /// What this member has sent, by sequence number.
    var sent: [SignedMessage] = []
    /// The last sequence number let in, by source.
    var seen = [UInt32](repeating: 0, count: 64)

    init(group: String, view: ViewIdentifier, members: ProcessSet, agreement: String) {
      self.view = view
      self.members = members
      inputs = RunIdentifier.inputs(group: group, view: view, members: members, agreement: agreement)
      identifier = RunIdentifier(inputs: inputs)
    }
  }
}
