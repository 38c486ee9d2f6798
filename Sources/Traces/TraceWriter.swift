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
    var line = "{\"vstrace\":1,\"complete\":\(header.complete)"
    if header.records != Set(Header.Record.allCases) {
      let words = Header.Record.allCases.filter { header.records.contains($0) }
      line += ",\"records\":" + array(words.map { JSONText.quoted($0.rawValue) })
    }
    if header.profile != .vs { member("profile", header.profile.rawValue, &line) }
    if let processes = header.processes {
      line += ",\"processes\":" + array(processes.map { JSONText.quoted($0.string) })
    }
    if let tolerates = header.tolerates { line += ",\"tolerates\":\(tolerates)" }
    if let group = header.group { member("group", group, &line) }
    if let source = header.source { member("source", source, &line) }
    if let note = header.note { member("note", note, &line) }
    return line + "}"
  }

  /// The line of an event, without its `\n`.
  public static func line(for event: Event) -> String {
    var line = "{\"at\":" + JSONText.quoted(event.at.string)
    let kind = event.action.kind
    if let layer = event.layer, kind.concernsBothLayers || layer != .gcs {
      member("layer", layer.description, &line)
    }
    member("event", kind.word.string, &line)
    if let time = event.time, time.isFinite {
      let text = "\(time)"
      line += ",\"time\":" + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }
    switch event.action {
    case .join, .leave, .crash, .recover, .breakIn, .signal, .flushRequest, .flushOk: break
    case .view(let view, let members, let transitional, let key):
      line += ",\"view\":\(view),\"members\":" + set(members)
      if let transitional { line += ",\"transitional\":" + set(transitional) }
      if let key { member("key", key.fingerprint, &line) }
    case .send(let message, let service, let to):
      member("message", message.string, &line)
      member("service", service.description, &line)
      if let to { member("to", to.string, &line) }
    case .deliver(let message): member("message", message.string, &line)
    case .start(let session): member("session", session.string, &line)
    case .finish(let session, let key):
      member("session", session.string, &line)
      member("key", key.fingerprint, &line)
    case .propose(let instance, let value), .decide(let instance, let value):
      member("instance", instance.string, &line)
      member("value", value.string, &line)
    }
    return line + "}"
  }

  /// Appends the line of a header and its `\n`.
  public static func append(_ header: Header, to bytes: inout [UInt8]) {
    bytes += line(for: header).utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Appends the line of an event and its `\n`.
  public static func append(_ event: Event, to bytes: inout [UInt8]) {
    bytes += line(for: event).utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func member(_ key: String, _ value: String, _ line: inout String) {
    line += ",\"\(key)\":" + JSONText.quoted(value)
  }

  private static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

  private static func set(_ names: Set<Name>) -> String {
    array(names.sorted().map { JSONText.quoted($0.string) })
  }
}
