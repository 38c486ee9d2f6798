internal import Crypto
public import GroupCommunication

/// Why a sealed message is not opened.
public enum SealingRefusal: String, Error, Hashable, Sendable, CustomStringConvertible {
  /// Too short to be one.
  case malformed
  /// That sender did not seal it under this view's key.
  case altered
  /// It has been opened already.
  case replayed

  /// One word.
  public var kind: String { rawValue }

  public var description: String {
    switch self {
    case .malformed: "malformed: too short"
    case .altered: "altered: not sealed by its sender under this view's key"
    case .replayed: "replayed: opened already"
    }
  }
}

/// All 2^32 messages that a sender may seal under one key are sealed.
public struct CountersExhausted: Error, Hashable, Sendable {
  public init() {}
}

/// One member's sealing of user messages under one secure view's key.
///
/// Each sender has a key of its own, made of the group key, the group and the view by HKDF-SHA256; nonces are its
/// message counter. A sealed message is the counter (4 bytes, big-endian) and what the suite makes of the plaintext;
/// group, view, sender and counter are authenticated with it.
///
/// Every member can make every sender's key: against outsiders a message is from its sender, among members the sender
/// is taken at its word, as Amir et al., II, do ("insider attacks are not relevant").
///
/// Of all copies of a value, and of all values for the same member and view, only one may seal: two would use the same
/// nonces for different messages.
public struct Sealing: Sendable {
  public let suite: CipherSuite
  private let groupKey: SymmetricKey
  /// Group and view, as a salt and as the beginning of the associated data.
  private let context: [UInt8]
  private let me: Process
  private let cipher: Cipher
  /// The counter of the next message. It only grows.
  var next: UInt64 = 0
  /// By sender, from its first message on.
  private var channels: [Process: Channel] = [:]

  public init(suite: CipherSuite, groupKey: [UInt8], group: String, view: ViewIdentifier, me: Process) {
    var context: [UInt8] = []
    context.append(prefixed: group)
    context.append(bigEndian: view.number)
    self.suite = suite
    self.groupKey = SymmetricKey(data: groupKey)
    self.context = context
    self.me = me
    cipher = Cipher(suite, groupKey: self.groupKey, context: context, sender: me)
  }

  /// - Throws: `CountersExhausted`; or what swift-crypto says, as of a plaintext too long for the suite.
  public mutating func seal(_ plaintext: [UInt8]) throws -> [UInt8] {
    guard let counter = UInt32(exactly: next) else { throw CountersExhausted() }
    next += 1
    var sealed: [UInt8] = []
    sealed.reserveCapacity(4 + plaintext.count + cipher.overhead)
    sealed.append(bigEndian: counter)
    try cipher.seal(plaintext, counter: counter, authenticating: associated(me, counter), into: &sealed)
    return sealed
  }

  /// The plaintext. A sender's messages may come in any order, each of them once; one's own can be opened too.
  public mutating func open(_ sealed: [UInt8], from sender: Process) throws(SealingRefusal) -> [UInt8] {
    var reader = ByteReader(sealed)
    guard let counter = reader.number(UInt32.self), sealed.count - reader.offset >= cipher.overhead else {
      throw .malformed
    }
    let associated = associated(sender, counter)
    return try channels[
      sender,
      default: Channel(cipher: Cipher(suite, groupKey: groupKey, context: context, sender: sender))
    ].open(sealed[reader.offset...], counter, associated)
  }

  private func associated(_ sender: Process, _ counter: UInt32) -> [UInt8] {
    var associated: [UInt8] = []
    associated.reserveCapacity(context.count + 5)
    associated += context
    associated.append(sender.number)
    associated.append(bigEndian: counter)
    return associated
  }

  /// What comes from one sender.
  private struct Channel {
    let cipher: Cipher
    var opened = OpenedCounters()

    mutating func open(
      _ sealed: ArraySlice<UInt8>, _ counter: UInt32, _ associated: [UInt8]
    ) throws(SealingRefusal) -> [UInt8] {
      guard !opened.contains(counter) else { throw .replayed }
      guard let plaintext = cipher.open(sealed, counter: counter, authenticating: associated) else {
        throw .altered
      }
      opened.insert(counter)
      return plaintext
    }
  }
}

/// The counters of one sender's opened messages: exactly these, however far out of order, and no more space than that
/// order needs.
struct OpenedCounters {
  /// All below are opened.
  private var floor: UInt64 = 0
  private(set) var above: Set<UInt64> = []

  func contains(_ counter: UInt32) -> Bool { counter < floor || above.contains(UInt64(counter)) }

  mutating func insert(_ counter: UInt32) {
    guard counter == floor else {
      above.insert(UInt64(counter))
      return
    }
    floor += 1
    while !above.isEmpty, above.remove(floor) != nil { floor += 1 }
  }
}
