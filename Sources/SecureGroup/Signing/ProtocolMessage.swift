public import GroupCommunication

/// The messages of a key agreement (Amir et al., IV-A).
public enum MessageType: UInt8, Hashable, Sendable, CaseIterable {
  case partialToken = 1
  case finalToken, factOut, keyList
}

/// What Amir et al., II and IV-B, put into every protocol message against impersonation and old messages: its type,
/// its source and destination, its run, a sequence number and a time stamp.
public struct ProtocolHeader: Hashable, Sendable {
  public var type: MessageType
  public var source: Process
  /// nil: everybody.
  public var destination: Process?
  public var group: String
  public var view: ViewIdentifier
  public var run: RunIdentifier
  /// 1, 2, ... per source and view.
  public var sequence: UInt32
  /// Milliseconds on the sender's clock.
  public var time: Int64

  public init(
    type: MessageType, source: Process, destination: Process?, group: String, view: ViewIdentifier,
    run: RunIdentifier, sequence: UInt32, time: Int64
  ) {
    self.type = type
    self.source = source
    self.destination = destination
    self.group = group
    self.view = view
    self.run = run
    self.sequence = sequence
    self.time = time
  }
}

/// A protocol message with its signature.
///
/// Numbers are big-endian. In this order: version 1 (1 byte), type (1), source (1), destination (1, 255 for everybody),
/// length of the group's name (2), the name in UTF-8, view (8), run (8), sequence number (4), time (8), length of the
/// body (4), body, length of the signature (2), signature.
public struct SignedMessage: Hashable, Sendable {
  public var header: ProtocolHeader
  public var body: [UInt8]
  public var signature: [UInt8]

  public init(header: ProtocolHeader, body: [UInt8], signature: [UInt8]) {
    self.header = header
    self.body = body
    self.signature = signature
  }

  /// The one encoding of this message.
  public var bytes: [UInt8] {
    var bytes = Self.content(header, body, reserving: 2 + signature.count)
    bytes.append(bigEndian: UInt16(signature.count))
    bytes.append(contentsOf: signature)
    return bytes
  }

  /// Takes exactly what `bytes` gives: `SignedMessage(x).bytes == x` for every `x` that is taken.
  public init(_ bytes: [UInt8]) throws(MalformedMessage) {
    var reader = ByteReader(bytes)
    func required<T>(_ field: T?) throws(MalformedMessage) -> T {
      guard let field else { throw MalformedMessage("it ends early") }
      return field
    }
    func process(_ number: UInt8) throws(MalformedMessage) -> Process {
      guard number < 64 else { throw MalformedMessage("there is no process \(number)") }
      return Process(Int(number))
    }

    let version = try required(reader.number(UInt8.self))
    guard version == Self.version else { throw MalformedMessage("version \(version)") }
    let typeNumber = try required(reader.number(UInt8.self))
    guard let type = MessageType(rawValue: typeNumber) else {
      throw MalformedMessage("there is no message type \(typeNumber)")
    }
    let source = try process(required(reader.number()))
    let destination = try required(reader.number(UInt8.self))
    let groupLength = try required(reader.number(UInt16.self))
    guard let group = String(validating: try required(reader.take(Int(groupLength))), as: UTF8.self) else {
      throw MalformedMessage("the group's name is not UTF-8")
    }
    header = ProtocolHeader(
      type: type, source: source,
      destination: destination == Self.everybody ? nil : try process(destination), group: group,
      view: ViewIdentifier(try required(reader.number())),
      run: RunIdentifier(try required(reader.number())), sequence: try required(reader.number()),
      time: try required(reader.number()))
    guard header.sequence > 0 else { throw MalformedMessage("sequence numbers begin with 1") }
    let bodyLength = try required(reader.number(UInt32.self))
    body = Array(try required(reader.take(Int(bodyLength))))
    let signatureLength = try required(reader.number(UInt16.self))
    signature = Array(try required(reader.take(Int(signatureLength))))
    guard reader.isAtEnd else { throw MalformedMessage("there is something behind its end") }
  }

  /// Everything before the signature, with room for so many bytes more.
  static func content(_ header: ProtocolHeader, _ body: [UInt8], reserving more: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(38 + header.group.utf8.count + body.count + more)
    bytes.append(version)
    bytes.append(header.type.rawValue)
    bytes.append(header.source.number)
    bytes.append(header.destination?.number ?? everybody)
    bytes.append(prefixed: header.group)
    bytes.append(bigEndian: header.view.number)
    bytes.append(bigEndian: header.run.number)
    bytes.append(bigEndian: header.sequence)
    bytes.append(bigEndian: header.time)
    bytes.append(bigEndian: UInt32(body.count))
    bytes.append(contentsOf: body)
    return bytes
  }

  /// How many of this message's bytes stand before its signature, of which there are `count` in all.
  func contentCount(of count: Int) -> Int { count - signature.count - 2 }

  private static let version: UInt8 = 1
  private static let everybody: UInt8 = 255
}

/// Bytes that are no signed message.
public struct MalformedMessage: Error, Hashable, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}
