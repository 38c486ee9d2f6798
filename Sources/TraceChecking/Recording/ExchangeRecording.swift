internal import Traces

/// The events of group key exchange and consensus in one layer, by history.
struct ExchangeRecording {
  struct Entry {
    enum Kind { case start, finish, propose, decide }
    var kind: Kind
    /// Of the session or the instance, and of the key or the value: indices into `names`; -1 for none.
    var subject: Int32
    var value: Int32
    var process: UInt32
    var history: Int32
    var line: UInt32
  }

  /// In the order of reading; those of one process in its order.
  private(set) var entries: [Entry] = []
  private(set) var names: [Name] = []
  private var nameIndex: [Name: Int32] = [:]
  private var history: [UInt32: Int32] = [:]
  private var left: Set<UInt32> = []
  private var histories: Int32 = 0
  /// Processes that crashed, or recovered and so had crashed.
  private(set) var crashed: Set<UInt32> = []

  private mutating func index(_ name: Name) -> Int32 {
    if let index = nameIndex[name] { return index }
    nameIndex[name] = Int32(names.count)
    names.append(name)
    return Int32(names.count - 1)
  }

  mutating func add(_ event: ScannedEvent, _ detail: ScannedDetail) {
    let (kind, subject, value): (Entry.Kind, Name, Name?)
    switch detail {
    case .start(let session): (kind, subject, value) = (.start, session, nil)
    case .finish(let session, let key): (kind, subject, value) = (.finish, session, Name(key.fingerprint))
    case .propose(let instance, let proposed): (kind, subject, value) = (.propose, instance, proposed)
    case .decide(let instance, let decided): (kind, subject, value) = (.decide, instance, decided)
    case .view: return
    }
    entries.append(
      Entry(
        kind: kind, subject: index(subject), value: value.map { index($0) } ?? -1, process: event.process,
        history: currentHistory(event.process), line: event.line))
  }

  mutating func note(_ kind: Event.Kind, _ process: UInt32) {
    switch kind {
    case .leave: left.insert(process)
    case .crash: crashed.insert(process)
    case .recover:
      crashed.insert(process)
      startHistory(process)
    case .join: if left.contains(process) { startHistory(process) }
    default: break
    }
  }

  private mutating func currentHistory(_ process: UInt32) -> Int32 {
    if let current = history[process] { return current }
    startHistory(process)
    return histories
  }

  private mutating func startHistory(_ process: UInt32) {
    histories += 1
    history[process] = histories
    left.remove(process)
  }
}
