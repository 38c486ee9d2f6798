public import CyclicGroups
public import GroupCommunication
public import KeyAgreement

/// A message of the application.
public struct UserMessage: Hashable, Sendable {
  public var sender: Process
  /// Counted by its sender.
  public var number: Int
  public var service: Service
  public var content: [UInt8]

  public init(sender: Process, number: Int, service: Service, content: [UInt8] = []) {
    self.sender = sender
    self.number = number
    self.service = service
    self.content = content
  }
}

/// A secure view: what the application is told of a membership (the paper's `New_memb_msg`).
public struct SecureView<Element: Hashable & Sendable>: Hashable, Sendable {
  public var identifier: ViewIdentifier
  public var members: ProcessSet
  public var transitional: ProcessSet
  public var key: Element

  public init(
    identifier: ViewIdentifier, members: ProcessSet, transitional: ProcessSet, key: Element
  ) {
    self.identifier = identifier
    self.members = members
    self.transitional = transitional
    self.key = key
  }
}

extension RobustAgreement {
  /// The events of Table I.
  public enum Event: Hashable, Sendable {
    case partialToken(Token<Group.Element>)
    case finalToken(Token<Group.Element>)
    case factOut(FactOut<Group.Element>)
    case keyList(KeyList<Group.Element>)
    /// The application sends.
    case userMessage(UserMessage)
    /// The group communication system delivers.
    case dataMessage(UserMessage)
    case transitionalSignal
    case membership(View)
    case flushRequest
    case secureFlushOk

    public init(_ message: KeyAgreementMessage<Group.Element>) {
      switch message {
      case .partialToken(let token): self = .partialToken(token)
      case .finalToken(let token): self = .finalToken(token)
      case .factOut(let factOut): self = .factOut(factOut)
      case .keyList(let list): self = .keyList(list)
      }
    }

    /// Its name in Table I.
    public var name: String {
      switch self {
      case .partialToken: "Partial Token"
      case .finalToken: "Final Token"
      case .factOut: "Fact Out"
      case .keyList: "Key List"
      case .userMessage: "User Message"
      case .dataMessage: "Data Message"
      case .transitionalSignal: "Transitional Signal"
      case .membership: "Membership"
      case .flushRequest: "Flush Request"
      case .secureFlushOk: "Secure Flush Ok"
      }
    }
  }

  /// What the machine asks for, in the order of the paper's lines.
  public enum Action: Hashable, Sendable {
    /// To the application.
    case deliverView(SecureView<Group.Element>)
    case deliverSignal
    /// `answerAtOnce`: the application must give its flush ok before anything else happens here (repair E5).
    case deliverFlushRequest(answerAtOnce: Bool)
    case deliverData(UserMessage)
    /// "illegal, return an error to the user": nothing has changed.
    case refuse(String)
    /// To the group communication system.
    case unicast(KeyAgreementMessage<Group.Element>, to: Process)
    case broadcast(KeyAgreementMessage<Group.Element>, Service)
    case broadcastData(UserMessage, Service)
    case sendFlushOk
  }

  /// What came of an event.
  public struct Reaction: Hashable, Sendable {
    public internal(set) var actions: [Action] = []
    /// The lines of pseudo-code that were executed, in order.
    public internal(set) var lines: [LineRange] = []

    mutating func ran(_ algorithm: UInt8, _ line: UInt8) {
      lines.append(LineRange(algorithm, line...line))
    }
    mutating func ran(_ algorithm: UInt8, _ range: ClosedRange<UInt8>) {
      lines.append(LineRange(algorithm, range))
    }
  }
}

/// An event of which the paper says "not possible". Nothing has changed.
public struct NotPossible: Error, Hashable, Sendable, CustomStringConvertible {
  public var event: String
  public var state: State
  public var algorithm: UInt8

  public var description: String { "\(event) in state \(state): not possible (Algorithm \(algorithm))" }
}
