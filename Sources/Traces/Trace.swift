/// An event and where it stands.
public struct LocatedEvent: Hashable, Sendable {
  public var event: Event
  /// An index into the trace's files.
  public var file: Int
  /// Counted from 1.
  public var line: Int

  public init(event: Event, file: Int, line: Int) {
    self.event = event
    self.file = file
    self.line = line
  }
}

/// A whole trace in memory; `TraceReader` reads one piece by piece.
public struct Trace: Hashable, Sendable {
  public var header: Header
  /// The names of the sources.
  public var files: [String]
  /// Of each process in its order.
  public var events: [LocatedEvent]

  public init(header: Header = Header(), files: [String] = [], events: [LocatedEvent] = []) {
    self.header = header
    self.files = files
    self.events = events
  }

  /// Reads all `sources` to their ends: they are one trace.
  public static func read(_ sources: [TraceSource]) throws(TraceError) -> Trace {
    var options = TraceReader.Options()
    options.keepsTimes = true
    var reader = try TraceReader(sources, options)
    var events: [LocatedEvent] = []
    while let batch = try reader.nextBatch() {
      let names = reader.processes
      for (scanned, time) in zip(batch.events, reader.times) {
        let event = scanned.event(time: time, names, batch.details)
        events.append(LocatedEvent(event: event, file: batch.file, line: Int(scanned.line)))
      }
    }
    return Trace(header: reader.header, files: reader.files, events: events)
  }
}

extension ScannedEvent {
  /// The whole event.
  ///
  /// - Parameters:
  ///   - processes: the reader's.
  ///   - details: the batch's.
  func event(time: Double?, _ processes: [Name], _ details: [ScannedDetail]) -> Event {
    let layer: Event.Layer? =
      switch layers {
      case .gcs: .gcs
      case .secure: .secure
      case .both: nil
      }
    return Event(at: processes[Int(process)], layer: layer, time: time, action: action(processes, details))
  }

  private func action(_ processes: [Name], _ details: [ScannedDetail]) -> Event.Action {
    var messageName: Name {
      let bytes = UnsafeRawBufferPointer(start: message, count: Int(messageLength))
      return Name(String(decoding: bytes, as: UTF8.self))
    }
    switch kind {
    case .join: return .join
    case .leave: return .leave
    case .crash: return .crash
    case .recover: return .recover
    case .breakIn: return .breakIn
    case .signal: return .signal
    case .flushRequest: return .flushRequest
    case .flushOk: return .flushOk
    case .deliver: return .deliver(message: messageName)
    case .send:
      let addressee = to == ScannedEvent.nobody ? nil : processes[Int(to)]
      return .send(message: messageName, service: service, to: addressee)
    case .view, .start, .finish, .propose, .decide:
      switch details[Int(detail)] {
      case .view(let view, let members, let transitional, let key):
        func set(_ indices: [UInt32]) -> Set<Name> { Set(indices.map { processes[Int($0)] }) }
        return .view(view, members: set(members), transitional: transitional.map(set), key: key)
      case .start(let session): return .start(session: session)
      case .finish(let session, let key): return .finish(session: session, key: key)
      case .propose(let instance, let value): return .propose(instance: instance, value: value)
      case .decide(let instance, let value): return .decide(instance: instance, value: value)
      }
    }
  }
}
