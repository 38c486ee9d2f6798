public import CyclicGroups
public import GroupCommunication

/// The token that collects contributions (GDH IKA.2; Amir et al., III-B), or CKD's first round.
public struct Token<Element: Hashable & Sendable>: Hashable, Sendable {
  /// GDH: everybody of the new group, in the order of their contributions; the last is the new controller. CKD: the
  /// controller alone.
  public var members: [Process]
  public var value: Element

  public init(members: [Process], value: Element) {
    self.members = members
    self.value = value
  }
}

/// A member's answer to the final token: GDH: the token without its contribution. CKD: its public value.
public struct FactOut<Element: Hashable & Sendable>: Hashable, Sendable {
  public var from: Process
  public var value: Element

  public init(from: Process, value: Element) {
    self.from = from
    self.value = value
  }
}

/// GDH: the partial keys, one a member. CKD: the group's secret, encrypted for each member but the controller.
public struct KeyList<Element: Hashable & Sendable>: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public var member: Process
    public var value: Element
    public init(_ member: Process, _ value: Element) {
      self.member = member
      self.value = value
    }
  }
  /// In the order of the group's list.
  public var entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }
}

/// What members send each other to agree on a key (Amir et al., IV-A).
public enum KeyAgreementMessage<Element: Hashable & Sendable>: Hashable, Sendable {
  case partialToken(Token<Element>)
  case finalToken(Token<Element>)
  case factOut(FactOut<Element>)
  case keyList(KeyList<Element>)

  /// All group elements in it: what an eavesdropper learns.
  public var elements: [Element] {
    switch self {
    case .partialToken(let token), .finalToken(let token): [token.value]
    case .factOut(let factOut): [factOut.value]
    case .keyList(let list): list.entries.map(\.value)
    }
  }
}

/// Bytes that are no message of the key agreement.
public struct NotAMessage: Error, Hashable, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

extension KeyAgreementMessage {
  /// The canonical bytes: processes are one byte each, elements are preceded by their length in two.
  public func bytes<Group: CyclicGroup>(in group: Group) -> [UInt8] where Group.Element == Element {
    var bytes: [UInt8] = []
    func append(_ element: Element, to bytes: inout [UInt8]) {
      let encoded = group.bytes(of: element)
      bytes.append(UInt8(encoded.count >> 8))
      bytes.append(UInt8(encoded.count & 0xff))
      bytes += encoded
    }
    switch self {
    case .partialToken(let token), .finalToken(let token):
      bytes.append(UInt8(token.members.count))
      bytes += token.members.map(\.number)
      append(token.value, to: &bytes)
    case .factOut(let factOut):
      bytes.append(factOut.from.number)
      append(factOut.value, to: &bytes)
    case .keyList(let list):
      bytes.append(UInt8(list.entries.count))
      for entry in list.entries {
        bytes.append(entry.member.number)
        append(entry.value, to: &bytes)
      }
    }
    return bytes
  }

  /// Which of the four it is; signed, not part of `bytes`.
  public enum Kind: Hashable, Sendable { case partialToken, finalToken, factOut, keyList }

  public var kind: Kind {
    switch self {
    case .partialToken: .partialToken
    case .finalToken: .finalToken
    case .factOut: .factOut
    case .keyList: .keyList
    }
  }

  /// Reads `bytes(in:)`. Elements are checked for membership, members of a list stand in it once.
  public init<Group: CyclicGroup>(
    _ kind: Kind, _ bytes: [UInt8], in group: Group
  ) throws(NotAMessage) where Group.Element == Element {
    var reader = MessageReader(bytes: bytes)
    switch kind {
    case .partialToken, .finalToken:
      var members: [Process] = []
      for _ in 0..<(try reader.byte()) { members.append(try reader.process()) }
      if ProcessSet(members).count != members.count {
        throw NotAMessage("a member stands twice in the token")
      }
      let token = Token(members: members, value: try reader.element(in: group))
      self = kind == .partialToken ? .partialToken(token) : .finalToken(token)
    case .factOut:
      self = .factOut(FactOut(from: try reader.process(), value: try reader.element(in: group)))
    case .keyList:
      var list = KeyList<Element>([])
      for _ in 0..<(try reader.byte()) {
        list.entries.append(KeyList.Entry(try reader.process(), try reader.element(in: group)))
      }
      if ProcessSet(list.entries.map(\.member)).count != list.entries.count {
        throw NotAMessage("a member stands twice in the key list")
      }
      self = .keyList(list)
    }
    if !reader.isAtEnd { throw NotAMessage("something follows the message") }
  }
}

private struct MessageReader {
  let bytes: [UInt8]
  var position = 0

  var isAtEnd: Bool { position == bytes.count }

  mutating func byte() throws(NotAMessage) -> UInt8 {
    guard position < bytes.count else { throw NotAMessage("the message is cut") }
    position += 1
    return bytes[position - 1]
  }

  mutating func process() throws(NotAMessage) -> Process {
    let number = try byte()
    guard number < 64 else { throw NotAMessage("there is no process \(number)") }
    return Process(Int(number))
  }

  mutating func element<Group: CyclicGroup>(in group: Group) throws(NotAMessage) -> Group.Element {
    let count = Int(try byte()) << 8 | Int(try byte())
    guard count <= bytes.count - position else { throw NotAMessage("the message is cut") }
    position += count
    do {
      return try group.element(from: bytes[position - count..<position])
    } catch {
      throw NotAMessage(error.reason)
    }
  }
}
