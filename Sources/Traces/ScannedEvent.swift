/// One line of a trace as the reader hands it on: fixed in size, names interned or left where they stand.
///
/// It is the hot path's form of `Event`; `TraceReader` makes either.
public struct ScannedEvent: BitwiseCopyable {
  /// The layer or layers that an event happens to.
  public enum Layers: UInt8, BitwiseCopyable, Sendable {
    case gcs, secure, both
  }

  public static let nobody = UInt32.max

  /// The name of the message of a `send` or `deliver`, unescaped: `messageLength` bytes of UTF-8, valid as long
  /// as the batch is. Undefined for other kinds.
  public var message: UnsafeRawPointer
  public var messageLength: UInt32
  /// The process, as an index into `TraceReader.processes`.
  public var process: UInt32
  /// For `send`: the process in `to`, or `nobody`.
  public var to: UInt32
  /// The line, counted from 1; saturates.
  public var line: UInt32
  /// An index into the batch's `details` for `view`, `start`, `finish`, `propose`, `decide`; else undefined.
  public var detail: UInt32
  public var kind: Event.Kind
  public var layers: Layers
  /// For `send`; else undefined.
  public var service: Event.Service

  @inlinable
  public init(
    message: UnsafeRawPointer, messageLength: UInt32, process: UInt32, to: UInt32, line: UInt32,
    detail: UInt32, kind: Event.Kind, layers: Layers, service: Event.Service
  ) {
    self.message = message
    self.messageLength = messageLength
    self.process = process
    self.to = to
    self.line = line
    self.detail = detail
    self.kind = kind
    self.layers = layers
    self.service = service
  }
}

/// What the rarer events carry.
public enum ScannedDetail: Sendable {
  /// `members` and `transitional`: indices into `TraceReader.processes`, ascending, without repetitions.
  case view(ViewIdentifier, members: [UInt32], transitional: [UInt32]?, key: Event.Key?)
  case start(session: Name)
  case finish(session: Name, key: Event.Key)
  case propose(instance: Name, value: Name)
  case decide(instance: Name, value: Name)
}

/// Some consecutive events of one file. It borrows the reader's memory: it is valid until the reader's next batch.
public struct EventBatch {
  /// The file, as an index into `TraceReader.files`.
  public let file: Int
  public let events: UnsafeBufferPointer<ScannedEvent>
  public let details: [ScannedDetail]

  public init(file: Int, events: UnsafeBufferPointer<ScannedEvent>, details: [ScannedDetail]) {
    self.file = file
    self.events = events
    self.details = details
  }
}
