public import CyclicGroups
public import GroupCommunication
import KeyAgreement

/// One member of a secure group, as Fig. 4 stacks it: between the application and the group communication system, the
/// robust key agreement, whose messages are signed, and the sealing of the application's messages.
public struct SecureMember<Group: CyclicGroup, Scheme: SignatureScheme>: Sendable {
  public typealias Agreement = RobustAgreement<Group>

  public private(set) var agreement: Agreement
  public var arithmetic: Arithmetic<Group>
  public private(set) var authentication: Authentication<Scheme>
  /// nil: the application's messages go as they are.
  public let suite: CipherSuite?
  public let group: String
  private var sealing: Sealing?

  public init(
    _ agreement: Agreement, _ arithmetic: Arithmetic<Group>, _ authentication: Authentication<Scheme>,
    group: String, suite: CipherSuite?
  ) {
    self.agreement = agreement
    self.arithmetic = arithmetic
    self.authentication = authentication
    self.group = group
    self.suite = suite
  }

  /// What comes to a member.
  public enum Input: Hashable, Sendable {
    case view(View)
    case signal, flushRequest
    /// A message of the group communication system, and whom it names as the sender.
    case packet([UInt8], from: Process)
    case userMessage(UserMessage)
    case secureFlushOk
  }

  /// What it asks for.
  public enum Output: Hashable, Sendable {
    case deliverView(SecureView<Group.Element>)
    case deliverSignal
    case deliverFlushRequest(answerAtOnce: Bool)
    case deliverData(UserMessage)
    /// The application asked for what it may not do now.
    case refuse(String)
    /// A message did not pass the door.
    case drop(DoorRefusal)
    case unicast([UInt8], to: Process)
    case broadcast([UInt8], Service)
    case sendFlushOk
  }

  /// What came of an input.
  public struct Reaction: Sendable {
    public var outputs: [Output] = []
    public var step: Agreement.Reaction?
    public var event: Agreement.Event?
  }

  /// Operations so far: exponentiations, signatures, verifications.
  public var counts: OperationCounts { arithmetic.counts + authentication.counts }

  /// - Parameter now: milliseconds on this member's clock.
  /// - Throws: `NotPossible`; the machine has not changed.
  public mutating func handle(_ input: Input, now: Int64) throws(NotPossible) -> Reaction {
    var reaction = Reaction()
    switch input {
    case .view(let view):
      // Messages of applications stay in the VS view in which they are sent.
      sealing = nil
      authentication.enter(
        view: view.identifier, members: view.members, agreement: agreement.agreement.rawValue)
      reaction.event = .membership(view)
    case .signal: reaction.event = .transitionalSignal
    case .flushRequest: reaction.event = .flushRequest
    case .userMessage(let message): reaction.event = .userMessage(message)
    case .secureFlushOk: reaction.event = .secureFlushOk
    case .packet(let bytes, let sender):
      do {
        reaction.event = try event(bytes, from: sender, now)
      } catch {
        reaction.outputs.append(.drop(error))
        return reaction
      }
    }
    let step = try agreement.handle(reaction.event!, &arithmetic)
    reaction.step = step
    for action in step.actions { reaction.outputs.append(output(action, now)) }
    return reaction
  }

  private static var protocolByte: UInt8 { 0 }
  private static var dataByte: UInt8 { 1 }

  /// The door: what is altered, replayed, misdirected, stale or a stranger's stays out (Sections II, IV-B).
  private mutating func event(
    _ bytes: [UInt8], from sender: Process, _ now: Int64
  ) throws(DoorRefusal) -> Agreement.Event {
    switch bytes.first {
    case Self.protocolByte: Agreement.Event(try protocolMessage(Array(bytes.dropFirst()), now))
    case Self.dataByte: .dataMessage(try userMessage(Array(bytes.dropFirst()), from: sender))
    default: throw .unknown
    }
  }

  private mutating func protocolMessage(
    _ bytes: [UInt8], _ now: Int64
  ) throws(DoorRefusal) -> KeyAgreementMessage<Group.Element> {
    let signed: SignedMessage
    do { signed = try authentication.check(bytes, now: now) } catch { throw .unauthenticated(error) }
    let message: KeyAgreementMessage<Group.Element>
    do {
      message = try KeyAgreementMessage(signed.header.type.kind(), signed.body, in: arithmetic.group)
    } catch { throw .unreadable(error.reason) }
    if case .factOut(let factOut) = message, factOut.from != signed.header.source {
      throw .unreadable("a factor-out token in another member's name")
    }
    return message
  }

  private mutating func userMessage(
    _ bytes: [UInt8], from sender: Process
  ) throws(DoorRefusal) -> UserMessage {
    var content = bytes
    if suite != nil {
      if sealing == nil { throw .noKey }
      do { content = try sealing!.open(content, from: sender) } catch { throw .unopened(error) }
    }
    guard content.count >= 9, let service = Service(rawValue: content[8]) else {
      throw .unreadable("no message of an application")
    }
    let number = content.prefix(8).reduce(0) { $0 << 8 | Int($1) }
    return UserMessage(
      sender: sender, number: number, service: service, content: Array(content.dropFirst(9)))
  }

  private mutating func output(_ action: Agreement.Action, _ now: Int64) -> Output {
    switch action {
    case .deliverView(let view):
      sealing = suite.map {
        Sealing(
          suite: $0, groupKey: arithmetic.group.bytes(of: view.key), group: group, view: view.identifier,
          me: agreement.me)
      }
      return .deliverView(view)
    case .deliverSignal: return .deliverSignal
    case .deliverFlushRequest(let answerAtOnce): return .deliverFlushRequest(answerAtOnce: answerAtOnce)
    case .deliverData(let message): return .deliverData(message)
    case .refuse(let event): return .refuse(event)
    case .sendFlushOk: return .sendFlushOk
    case .unicast(let message, let to): return .unicast(signed(message, to: to, now), to: to)
    case .broadcast(let message, let service): return .broadcast(signed(message, to: nil, now), service)
    case .broadcastData(let message, let service):
      var content: [UInt8] = []
      for shift in stride(from: 56, through: 0, by: -8) {
        content.append(UInt8(message.number >> shift & 0xff))
      }
      content.append(message.service.rawValue)
      content += message.content
      if sealing != nil {
        // 2^32 messages in one view: there is no going on without reusing a nonce.
        guard let sealed = try? sealing!.seal(content) else { return .refuse("User Message") }
        content = sealed
      }
      return .broadcast([Self.dataByte] + content, service)
    }
  }

  private mutating func signed(
    _ message: KeyAgreementMessage<Group.Element>, to: Process?, _ now: Int64
  ) -> [UInt8] {
    let body = message.bytes(in: arithmetic.group)
    let signed = authentication.sign(type: MessageType(message.kind), body: body, to: to, now: now)
    return [Self.protocolByte] + signed.bytes
  }
}

extension MessageType {
  fileprivate init<Element>(_ kind: KeyAgreementMessage<Element>.Kind) {
    switch kind {
    case .partialToken: self = .partialToken
    case .finalToken: self = .finalToken
    case .factOut: self = .factOut
    case .keyList: self = .keyList
    }
  }

  fileprivate func kind<Element>() -> KeyAgreementMessage<Element>.Kind {
    switch self {
    case .partialToken: .partialToken
    case .finalToken: .finalToken
    case .factOut: .factOut
    case .keyList: .keyList
    }
  }
}
