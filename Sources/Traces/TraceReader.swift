/// Reads a trace of format version 1, strictly, in one pass and in bounded memory.
///
/// All sources are opened and their headers read first; then come the events, file by file. Memory does not
/// grow with the trace but only with its longest line and the number of processes.
///
/// ```swift
/// var reader = try TraceReader([.file("trace.jsonl")])
/// while let batch = try reader.nextBatch() {
///   for event in batch.events { ... }
/// }
/// ```
///
/// What is malformed is told with the line and column (both from 1, the column in bytes) of the offending key
/// or value; of a missing member, with the column of the brace that closes the line's object.
public struct TraceReader: ~Copyable {
  /// How to read; the defaults but in tests.
  struct Options {
    /// How many bytes are read at once.
    var chunk = 1 << 18
    /// Leaves every line to the strict parser.
    var strictOnly = false
    /// Keeps `times`; this, too, leaves every line to the strict parser.
    var keepsTimes = false
  }

  static let batchCapacity = 4096

  /// The names of the sources for people, one for each (`-` for standard input).
  public let files: [String]
  /// The processes met so far, those included that only `to`, `members` or `transitional` name.
  public var processes: [Name] { table.names }
  /// How many processes have had an event so far.
  public private(set) var processesWithEvents = 0
  /// How many events have been read so far.
  public private(set) var events = 0
  /// How many bytes have been taken so far from the input as it is stored (packed, if it is).
  public var bytesRead: Int { bytesOfFinishedFiles + (stream?.stored ?? 0) }
  /// The size of the input as it is stored; nil if it is not known, as of a pipe.
  public let totalBytes: Int?
  /// Whether a second reader of the same sources would read the same; false for a pipe.
  public let isRepeatable: Bool

  /// The times of the last batch's events, where the options ask for them.
  private(set) var times: [Double?] = []

  private let sources: [TraceSource]
  private let options: Options
  /// The header of the whole: what the files' headers say together.
  public let header: Header
  private let recorded: RecordedKinds
  /// Whether `transitional` and `key` of views are read.
  private let transitionals: Bool
  private let keys: Bool
  private let table = ProcessTable()
  private let arena: Arena
  private let storage = EventStorage(capacity: TraceReader.batchCapacity)
  private var json: JSONLine
  private var details: [ScannedDetail] = []

  private var file = 0
  private var stream: ByteStream?
  /// Streams that cannot be opened twice or need not be, by file.
  private var kept: [Int: ByteStream] = [:]
  /// No line of the current file but blank ones has been read.
  private var isFirst = true
  private var bytesOfFinishedFiles = 0
  private var error: TraceError?
  /// The lines of the last crashes, by process.
  private var crashes: [UInt32: Int] = [:]

  /// Opens all sources and reads their headers.
  ///
  /// - Throws: `noInput` for a source that cannot be opened, `malformed` for a wrong first line or headers
  ///   that disagree, `inputOutput`.
  public init(_ sources: [TraceSource]) throws(TraceError) {
    try self.init(sources, Options())
  }

  init(_ sources: [TraceSource], _ options: Options) throws(TraceError) {
    self.sources = sources
    self.options = options
    files = sources.map(\.name)
    arena = Arena()
    json = JSONLine(arena: arena)
    var total: Int? = 0
    var isRepeatable = true
    var merge = HeaderMerge()
    var kept: [Int: ByteStream] = [:]
    var json = json
    for (index, source) in sources.enumerated() {
      if source == .standardInput, sources[..<index].contains(.standardInput) {
        throw .noInput(file: source.name, reason: "standard input is named twice")
      }
      let stream = try ByteStream(source, chunk: options.chunk)
      if let size = stream.size, let sum = total { total = sum + size } else { total = nil }
      isRepeatable = isRepeatable && stream.isRepeatable
      if let first = try TraceReader.firstLine(of: stream, source.name) {
        let start = UnsafePointer(stream.base + first.lowerBound)
        do throws(Fault) {
          try json.parse(from: start, to: start + first.count)
          if json.names(.vstrace) { try merge.add(json, file: source.name, line: stream.line + 1) }
        } catch {
          throw TraceReader.malformed(source.name, stream.line + 1, error.at - start, error.reason)
        }
      }
      arena.reset()
      if !stream.isRepeatable || sources.count == 1 { kept[index] = stream }
    }
    self.kept = kept
    totalBytes = total
    self.isRepeatable = isRepeatable
    header = merge.merged
    recorded = RecordedKinds(header.records)
    transitionals = header.records.contains(.transitional)
    keys = header.records.contains(.key)
  }

  /// The next events.
  ///
  /// - Returns: at least one event and at most some thousand, all of one file, valid until the next call; nil
  ///   at the end of the last file.
  /// - Throws: `malformed`, `noInput`, `inputOutput`; the same again at every further call.
  public mutating func nextBatch() throws(TraceError) -> EventBatch? {
    if let error { throw error }
    do throws(TraceError) {
      return try scanBatch()
    } catch {
      self.error = error
      throw error
    }
  }

  private mutating func scanBatch() throws(TraceError) -> EventBatch? {
    arena.reset()
    details.removeAll()
    times.removeAll(keepingCapacity: true)
    while true {
      if stream == nil {
        guard file < sources.count else { return nil }
        if let opened = kept.removeValue(forKey: file) {
          stream = opened
        } else {
          stream = try ByteStream(sources[file], chunk: options.chunk)
        }
        isFirst = true
      }
      guard let stream else { return nil }
      if stream.position == stream.limit {
        guard try TraceReader.fill(stream, files[file]) else {
          bytesOfFinishedFiles += stream.stored
          self.stream = nil
          file += 1
          continue
        }
      }
      let count = try scanLines(stream)
      guard count > 0 else { continue }
      events += count
      let scanned = UnsafeBufferPointer(start: storage.events, count: count)
      return EventBatch(file: file, events: scanned, details: details)
    }
  }

  private static func fill(_ stream: ByteStream, _ name: String) throws(TraceError) -> Bool {
    do throws(ByteStream.Failure) {
      return try stream.fill()
    } catch {
      switch error {
      case .damaged(let reason): throw malformed(name, stream.line + 1, stream.pending, reason)
      case .system(let code): throw TraceError.reading(name, code)
      }
    }
  }

  private static func malformed(
    _ file: String, _ line: Int, _ offset: Int, _ reason: String
  ) -> TraceError {
    .malformed(file: file, line: line, column: offset + 1, reason: reason)
  }

  /// Passes over the blank lines of a new stream.
  ///
  /// - Returns: where its first line stands that is not blank, which is still to be read; nil if there is
  ///   none.
  private static func firstLine(of stream: ByteStream, _ name: String) throws(TraceError) -> Range<Int>? {
    while try fill(stream, name) {
      while stream.position < stream.limit {
        var end = stream.position
        var isBlank = true
        while stream.base[end] != UInt8(ascii: "\n") {
          isBlank = isBlank && isJSONSpace(stream.base[end])
          end += 1
        }
        if !isBlank { return stream.position..<end }
        stream.position = end + 1
        stream.line += 1
      }
    }
    return nil
  }

  /// Reads lines at hand until they or the room for events are used up.
  ///
  /// - Returns: how many events there are in `storage` now.
  private mutating func scanLines(_ stream: ByteStream) throws(TraceError) -> Int {
    var p = UnsafePointer(stream.base + stream.position)
    let limit = UnsafePointer(stream.base + stream.limit)
    var line = stream.line
    var out = storage.events
    let full = out + TraceReader.batchCapacity
    defer {
      stream.position = p - UnsafePointer(stream.base)
      stream.line = line
    }
    let isFast = !options.strictOnly && !options.keepsTimes
    var fast = FastScanner(table, here: UInt64(file) << 2, recorded)
    while p < limit && out < full {
      if isFast && !isFirst {
        let number = UInt32(clamping: line + 1)
        let next =
          fast.canonical(UnsafeRawPointer(p), line: number, into: out)
          ?? fast.anyOrder(UnsafeRawPointer(p), line: number, into: out)
        if let next {
          p = next.assumingMemoryBound(to: UInt8.self)
          line += 1
          out += 1
          continue
        }
      }
      var end = p
      var isBlank = true
      while end.pointee != UInt8(ascii: "\n") {
        isBlank = isBlank && isJSONSpace(end.pointee)
        end += 1
      }
      line += 1
      if !isBlank {
        do throws(Fault) {
          if let event = try parse(from: p, to: end, line: line) {
            out.initialize(to: event)
            out += 1
          }
        } catch {
          throw TraceReader.malformed(files[file], line, error.at - p, error.reason)
        }
        fast = FastScanner(table, here: UInt64(file) << 2, recorded)
      }
      p = end + 1
    }
    return out - storage.events
  }
}

/// Room for the events of a batch.
private final class EventStorage {
  let events: UnsafeMutablePointer<ScannedEvent>
  init(capacity: Int) { events = .allocate(capacity: capacity) }
  deinit { events.deallocate() }
}

// MARK: - What a line means

extension TraceReader {
  /// Reads one line that is not blank with the strict parser.
  ///
  /// - Returns: nil for a header.
  private mutating func parse(
    from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, line: Int
  ) throws(Fault) -> ScannedEvent? {
    try json.parse(from: start, to: end)
    let wasFirst = isFirst
    isFirst = false
    if json.names(.vstrace) {
      // The header has been read when all files were opened.
      if wasFirst { return nil }
      throw Fault(json.place(.vstrace), "a header stands on the first line of a file or nowhere")
    }
    let at = try json.nonEmptyString(.at)
    let kind = try json.word(.event, "event", among: JSONLine.kinds)
    let layer = try json.optionalWord(.layer, among: JSONLine.layers)
    let time = try json.time()
    if !recorded.contains(kind) {
      throw Fault(
        json.place(.event), "an event \"\(kind.word)\", which the header's \"records\" leaves out")
    }
    let layers: ScannedEvent.Layers =
      switch layer {
      case .gcs: .gcs
      case .secure: .secure
      case nil: kind.concernsBothLayers ? .both : .gcs
      }
    let process = table.intern(at)
    let state = try state(after: kind, layers, process, line: line)
    var event = ScannedEvent(
      message: UnsafeRawPointer(start), messageLength: 0, process: process, to: ScannedEvent.nobody,
      line: UInt32(clamping: line), detail: .max, kind: kind, layers: layers, service: .reliable)
    switch kind {
    case .join, .leave, .crash, .recover, .breakIn, .signal, .flushRequest, .flushOk: break
    case .deliver:
      let message = try json.nonEmptyString(.message)
      event.message = UnsafeRawPointer(message.start)
      event.messageLength = try UInt32(length: message.count, json.place(.message))
    case .send:
      let message = try json.nonEmptyString(.message)
      event.message = UnsafeRawPointer(message.start)
      event.messageLength = try UInt32(length: message.count, json.place(.message))
      event.service = try json.word(
        .service, "service", among: JSONLine.services)
      if json.value(.to) != nil { event.to = table.intern(try json.nonEmptyString(.to)) }
    case .view:
      let view = try json.viewIdentifier()
      let members = try processes(.members)
      let transitional =
        transitionals && json.value(.transitional) != nil
        ? try processes(.transitional) : nil
      let key = keys && json.value(.key) != nil ? try json.fingerprint() : nil
      add(.view(view, members: members, transitional: transitional, key: key), to: &event)
    case .start:
      add(.start(session: try json.nonEmptyString(.session).name), to: &event)
    case .finish:
      let session = try json.nonEmptyString(.session).name
      add(.finish(session: session, key: try json.fingerprint()), to: &event)
    case .propose:
      let instance = try json.nonEmptyString(.instance).name
      add(.propose(instance: instance, value: try json.string(.value).name), to: &event)
    case .decide:
      let instance = try json.nonEmptyString(.instance).name
      add(.decide(instance: instance, value: try json.string(.value).name), to: &event)
    }
    if table.states[Int(process)] == ProcessTable.unmet { processesWithEvents += 1 }
    table.states[Int(process)] = state
    if kind == .crash { crashes[process] = line }
    if options.keepsTimes { times.append(time) }
    return event
  }

  private mutating func add(_ detail: ScannedDetail, to event: inout ScannedEvent) {
    event.detail = UInt32(details.count)
    details.append(detail)
  }

  /// The state of a process after an event.
  ///
  /// - Throws: where the process has events in another file, or is down.
  private func state(
    after kind: Event.Kind, _ layers: ScannedEvent.Layers, _ process: UInt32, line: Int
  ) throws(Fault) -> UInt64 {
    let concerned: UInt64 =
      switch layers {
      case .gcs: ProcessTable.downInGCS
      case .secure: ProcessTable.downInSecure
      case .both: ProcessTable.downInGCS | ProcessTable.downInSecure
      }
    let here = UInt64(file) << 2
    let before = table.states[Int(process)]
    guard before != ProcessTable.unmet else { return kind == .crash ? here | concerned : here }
    guard before & ~3 == here else {
      let name = Text.quoted(table.names[Int(process)].string)
      throw Fault(
        json.place(.at),
        "the process \(name) has events in \(files[Int(before >> 2)]), too: all of a process stand in one file"
      )
    }
    switch kind {
    case .recover: return before & ~concerned
    default:
      guard before & concerned == 0 else {
        let crash = crashes[process].map { " on line \($0)" } ?? ""
        throw Fault(
          json.place(.event),
          "\(Text.quoted(table.names[Int(process)].string)) crashed\(crash); only \"recover\" may follow")
      }
      return kind == .crash ? before | concerned : before
    }
  }

  /// A set of processes: ascending numbers, without repetitions.
  private func processes(_ member: Member) throws(Fault) -> [UInt32] {
    let elements = try json.processNames(member)
    var indices = elements.map { table.intern($0) }
    indices.sort()
    var last: UInt32?
    indices.removeAll { index in
      defer { last = index }
      return index == last
    }
    return indices
  }
}

extension UInt32 {
  fileprivate init(length: Int, _ place: UnsafePointer<UInt8>) throws(Fault) {
    guard let value = UInt32(exactly: length) else { throw Fault(place, "longer than 4 GiB") }
    self = value
  }
}
