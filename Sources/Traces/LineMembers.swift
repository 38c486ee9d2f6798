extension Event.Kind {
  var word: StaticString {
    switch self {
    case .deliver: "deliver"
    case .send: "send"
    case .view: "view"
    case .signal: "signal"
    case .flushRequest: "flushRequest"
    case .flushOk: "flushOk"
    case .join: "join"
    case .leave: "leave"
    case .crash: "crash"
    case .recover: "recover"
    case .breakIn: "breakIn"
    case .start: "start"
    case .finish: "finish"
    case .propose: "propose"
    case .decide: "decide"
    }
  }

  /// The word that `records` must have for such events; nil for `join` and `recover`, which may always stand.
  var record: Header.Record? {
    switch self {
    case .deliver: .deliver
    case .send: .send
    case .view: .view
    case .signal: .signal
    case .flushRequest: .flushRequest
    case .flushOk: .flushOk
    case .join, .recover: nil
    case .leave: .leave
    case .crash: .crash
    case .breakIn: .breakIn
    case .start: .start
    case .finish: .finish
    case .propose: .propose
    case .decide: .decide
    }
  }

  /// Whether it happens to both layers where the line names none.
  var concernsBothLayers: Bool {
    switch self {
    case .join, .leave, .crash, .recover, .breakIn: true
    case .deliver, .send, .view, .signal, .flushRequest, .flushOk, .start, .finish, .propose, .decide: false
    }
  }
}

/// The kinds of events that `records` admits.
struct RecordedKinds {
  private var bits: UInt32 = 0

  init(_ records: Set<Header.Record>) {
    for kind in Event.Kind.allCases where kind.record.map(records.contains) ?? true {
      bits |= 1 << UInt32(kind.rawValue)
    }
  }

  func contains(_ kind: Event.Kind) -> Bool { bits & 1 << UInt32(kind.rawValue) != 0 }
}

extension Event.Layer {
  var word: StaticString { self == .gcs ? "gcs" : "secure" }
}

extension Event.Service {
  var word: StaticString {
    switch self {
    case .reliable: "reliable"
    case .fifo: "fifo"
    case .causal: "causal"
    case .agreed: "agreed"
    case .safe: "safe"
    }
  }
}

extension StaticString {
  var string: String { withUTF8Buffer { String(decoding: $0, as: UTF8.self) } }
}

/// The members of a line by their types.
extension JSONLine {
  static let kinds = Event.Kind.allCases.map { (word: $0.word, meaning: $0) }
  static let layers = Event.Layer.allCases.map { (word: $0.word, meaning: $0) }
  static let services = Event.Service.allCases.map { (word: $0.word, meaning: $0) }

  func required(_ member: Member) throws(Fault) -> JSONValue {
    if let value = value(member) { return value }
    let word = Text.quoted(member.word.string)
    if names(member) { throw Fault(place(member), "\(word) must not be null here") }
    let near = Spelling.nearest(member.word.string, among: unknown.map(\.string))
    let hint = near.map { "; \(Text.quoted($0)) may be meant to be it" } ?? ""
    throw Fault(place(member), "the member \(word) is missing\(hint)")
  }

  func string(_ member: Member) throws(Fault) -> Text {
    let value = try required(member)
    guard value.kind == .string else {
      throw Fault(value.start, "\"\(member.word)\" must be a string, not \(value.description)")
    }
    return value.text
  }

  func nonEmptyString(_ member: Member) throws(Fault) -> Text {
    let text = try string(member)
    guard text.count > 0 else { throw Fault(place(member), "\"\(member.word)\" must not be empty") }
    return text
  }

  func optionalString(_ member: Member) throws(Fault) -> String? {
    value(member) == nil ? nil : try string(member).string
  }

  /// One of a set of words.
  func word<Meaning>(
    _ member: Member, _ what: String, among words: [(word: StaticString, meaning: Meaning)]
  ) throws(Fault) -> Meaning {
    let text = try string(member)
    if let found = words.first(where: { text == $0.word }) { return found.meaning }
    throw Fault(place(member), JSONLine.noSuchWord(text, what, among: words.map(\.word.string)))
  }

  func optionalWord<Meaning>(
    _ member: Member, among words: [(word: StaticString, meaning: Meaning)]
  ) throws(Fault) -> Meaning? {
    value(member) == nil ? nil : try word(member, member.word.string, among: words)
  }

  static func noSuchWord(_ text: Text, _ what: String, among words: [String]) -> String {
    let hint = Spelling.hint(text.string, among: words)
    let list = words.joined(separator: ", ")
    return "unknown \(what) \(text.quoted)\(hint.isEmpty ? "; it" : "\(hint) It") must be one of \(list)"
  }

  /// Seconds. What no `Double` can hold becomes the greatest or least that one can.
  func time() throws(Fault) -> Double? {
    guard let value = value(.time) else { return nil }
    guard value.kind == .integer || value.kind == .fraction, let seconds = Double(value.text.string) else {
      throw Fault(value.start, "\"time\" must be a number, not \(value.description)")
    }
    return min(max(seconds, -Double.greatestFiniteMagnitude), Double.greatestFiniteMagnitude)
  }

  func array(_ member: Member, of what: String) throws(Fault) -> [JSONValue] {
    let value = try required(member)
    guard value.kind == .array else {
      throw Fault(value.start, "\"\(member.word)\" must be an array of \(what), not \(value.description)")
    }
    return elements(value)
  }

  func processNames(_ member: Member) throws(Fault) -> [Text] {
    var names: [Text] = []
    for element in try array(member, of: "process names") {
      guard element.kind == .string else {
        throw Fault(
          element.start, "\"\(member.word)\" must hold process names, not \(element.description)")
      }
      guard element.text.count > 0 else {
        throw Fault(element.start, "a process name in \"\(member.word)\" must not be empty")
      }
      names.append(element.text)
    }
    return names
  }

  func viewIdentifier() throws(Fault) -> ViewIdentifier {
    let value = try required(.view)
    if value.kind == .integer { return ViewIdentifier(try JSONLine.viewInteger(value)) }
    guard value.kind == .array else {
      throw Fault(
        value.start,
        "\"view\" must be an integer or an array of integers and strings, not \(value.description)")
    }
    var components: [ViewIdentifier.Component] = []
    for element in elements(value) {
      switch element.kind {
      case .string: components.append(.string(element.text.name))
      case .integer: components.append(.integer(try JSONLine.viewInteger(element)))
      case .fraction, .object, .array, .yes, .no, .null:
        throw Fault(
          element.start, "\"view\" must hold integers and strings, not \(element.description)")
      }
    }
    guard let view = ViewIdentifier(components) else {
      throw Fault(value.start, "\"view\" must not be an empty array")
    }
    return view
  }

  private static func viewInteger(_ value: JSONValue) throws(Fault) -> Int64 {
    guard let integer = Int64(value.text.string) else {
      throw Fault(value.start, "\(value.description) does not fit into 64 bits")
    }
    return integer
  }

  func fingerprint() throws(Fault) -> Event.Key {
    let text = try nonEmptyString(.key)
    guard let key = Event.Key(text.string) else {
      throw Fault(place(.key), "\"key\" must be hexadecimal digits, not \(text.quoted)")
    }
    return key
  }
}
