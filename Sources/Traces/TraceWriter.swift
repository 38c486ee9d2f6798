/// Writes the trace format, version 1, in one canonical form: no spaces, the members in the order of the
/// format's page, sets sorted by the bytes of their names, and no member that says the default. The same
/// header or event always gives the same bytes, and reading them gives it back.
public struct TraceWriter: Sendable {
  /// The lines so far, each with its `\n`. Whoever takes them may remove them.
  public var bytes: [UInt8] = []

  /// - Parameter header: becomes the first line.
  public init(header: Header? = nil) {
    if let header { TraceWriter.append(header, to: &bytes) }
  }

  /// Appends a line.
  public mutating func append(_ event: Event) {
    TraceWriter.append(event, to: &bytes)
  }

  /// The line of a header, without its `\n`.
  public static func line(for header: Header) -> String {
    var bytes: [UInt8] = []
    append(header, to: &bytes)
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// The line of an event, without its `\n`.
  public static func line(for event: Event) -> String {
    var bytes: [UInt8] = []
    append(event, to: &bytes)
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// Appends the line of a header and its `\n`.
  public static func append(_ header: Header, to bytes: inout [UInt8]) {
    bytes += "{\"vstrace\":1,\"complete\":\(header.complete)".utf8
    if header.records != Set(Header.Record.allCases) {
      let words = Header.Record.allCases.filter { header.records.contains($0) }
      member("records", words.map(\.rawValue), &bytes)
    }
    if header.profile != .vs { member("profile", header.profile.rawValue, &bytes) }
    if let processes = header.processes { member("processes", processes.map(\.string), &bytes) }
    if let tolerates = header.tolerates { bytes += ",\"tolerates\":\(tolerates)".utf8 }
    if let group = header.group { member("group", group, &bytes) }
    if let source = header.source { member("source", source, &bytes) }
    if let note = header.note { member("note", note, &bytes) }
    bytes += "}\n".utf8
  }

  /// Appends the line of an event and its `\n`.
  public static func append(_ event: Event, to bytes: inout [UInt8]) {
    bytes += "{\"at\":".utf8
    JSONText.append(event.at.string, to: &bytes)
    let kind = event.action.kind
    if let layer = event.layer, kind.concernsBothLayers || layer != .gcs {
      member("layer", layer.description, &bytes)
    }
    member("event", kind.word.string, &bytes)
    if let time = event.time, time.isFinite {
      let text = "\(time)"
      bytes += ",\"time\":".utf8
      bytes += text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...]
    }
    switch event.action {
    case .join, .leave, .crash, .recover, .breakIn, .signal, .flushRequest, .flushOk: break
    case .view(let view, let members, let transitional, let key):
      bytes += ",\"view\":\(view)".utf8
      member("members", members.sorted().map(\.string), &bytes)
      if let transitional { member("transitional", transitional.sorted().map(\.string), &bytes) }
      if let key { member("key", key.fingerprint, &bytes) }
    case .send(let message, let service, let to):
      member("message", message.string, &bytes)
      member("service", service.description, &bytes)
      if let to { member("to", to.string, &bytes) }
    case .deliver(let message): member("message", message.string, &bytes)
    case .start(let session): member("session", session.string, &bytes)
    case .finish(let session, let key):
      member("session", session.string, &bytes)
      member("key", key.fingerprint, &bytes)
    case .propose(let instance, let value), .decide(let instance, let value):
      member("instance", instance.string, &bytes)
      member("value", value.string, &bytes)
    }
    bytes += "}\n".utf8
  }

  private static func key(_ key: StaticString, _ bytes: inout [UInt8]) {
    bytes += ",\"".utf8
    bytes += UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    bytes += "\":".utf8
  }

  private static func member(_ name: StaticString, _ value: String, _ bytes: inout [UInt8]) {
    key(name, &bytes)
    JSONText.append(value, to: &bytes)
  }

  private static func member(_ name: StaticString, _ values: [String], _ bytes: inout [UInt8]) {
    key(name, &bytes)
    bytes.append(UInt8(ascii: "["))
    for (place, value) in values.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      JSONText.append(value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }
}
