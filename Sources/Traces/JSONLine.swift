/// The members that the trace format names.
enum Member: Int, CaseIterable {
  case at, event, message, service, time, layer, to, view, members, transitional, key
  case session, instance, value
  case vstrace, complete, records, profile, processes, tolerates, group, source, note

  var word: StaticString {
    switch self {
    case .at: "at"
    case .event: "event"
    case .message: "message"
    case .service: "service"
    case .time: "time"
    case .layer: "layer"
    case .to: "to"
    case .view: "view"
    case .members: "members"
    case .transitional: "transitional"
    case .key: "key"
    case .session: "session"
    case .instance: "instance"
    case .value: "value"
    case .vstrace: "vstrace"
    case .complete: "complete"
    case .records: "records"
    case .profile: "profile"
    case .processes: "processes"
    case .tolerates: "tolerates"
    case .group: "group"
    case .source: "source"
    case .note: "note"
    }
  }
}

extension Member {
  private static let words = allCases.map { (word: $0.word, member: $0) }

  init?(_ key: Text) {
    for (word, member) in Member.words where key == word {
      self = member
      return
    }
    return nil
  }
}

/// A JSON value on a line.
struct JSONValue {
  enum Kind {
    case string, integer, fraction, object, array, yes, no, null
  }
  var kind: Kind
  /// A string's is unescaped and without its quotes; another value's is as it stands.
  var text: Text
  /// Where the value begins, a string's quote included.
  var start: UnsafePointer<UInt8>

  /// What the value is, for messages.
  var description: String {
    switch kind {
    case .string: "the string \(text.quoted)"
    case .integer, .fraction: "the number \(text.string.prefix(40))"
    case .object: "an object"
    case .array: "an array"
    case .yes: "true"
    case .no: "false"
    case .null: "null"
    }
  }
}

/// The strict parser of one line: JSON as RFC 8259 has it, and besides no duplicate keys, no lone surrogates,
/// no nesting deeper than 16. It alone says what is wrong with a line.
struct JSONLine {
  static let deepest = 16

  private var p: UnsafePointer<UInt8>
  private var end: UnsafePointer<UInt8>
  private let arena: Arena
  private var values: [JSONValue]
  private var present: UInt32 = 0
  /// The keys of the objects that are open, but those that `present` counts.
  private var keys: [Text] = []

  /// The closing brace of the line's object.
  private(set) var brace: UnsafePointer<UInt8>
  /// The line's members that the trace format does not name.
  private(set) var unknown: [Text] = []

  /// - Parameter arena: where strings are unescaped.
  init(arena: Arena) {
    self.arena = arena
    let nowhere = UnsafePointer<UInt8>(arena.allocate(1))
    p = nowhere
    end = nowhere
    brace = nowhere
    let nothing = JSONValue(kind: .null, text: Text(start: nowhere, count: 0), start: nowhere)
    values = Array(repeating: nothing, count: Member.allCases.count)
  }

  /// Reads a line that is not blank.
  mutating func parse(from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) throws(Fault) {
    p = start
    self.end = end
    present = 0
    keys.removeAll(keepingCapacity: true)
    unknown.removeAll(keepingCapacity: true)
    if end - p >= 3, p[0] == 0xef, p[1] == 0xbb, p[2] == 0xbf {
      throw Fault(p, "a byte order mark; a trace is UTF-8 without one")
    }
    skipSpace()
    guard p < end, p.pointee == UInt8(ascii: "{") else {
      throw unexpected("a line is a JSON object; \"{\" is expected")
    }
    try object(depth: 1)
    skipSpace()
    guard p == end else { throw unexpected("nothing may follow the line's object") }
  }

  /// Whether the line has the member, be it null.
  func names(_ member: Member) -> Bool { present & 1 << UInt32(member.rawValue) != 0 }

  /// The member's value; nil where it is absent or null.
  func value(_ member: Member) -> JSONValue? {
    guard names(member), values[member.rawValue].kind != .null else { return nil }
    return values[member.rawValue]
  }

  /// Where the member's value stands, or else where it is missed: at the closing brace.
  func place(_ member: Member) -> UnsafePointer<UInt8> {
    names(member) ? values[member.rawValue].start : brace
  }

  /// The elements of an array that has been parsed.
  func elements(_ array: JSONValue) -> [JSONValue] {
    // Only `p` and `end` matter to a copy's parsing of values, and what has been parsed has no fault.
    var copy = self
    copy.p = array.start + 1
    copy.end = array.start + array.text.count
    var elements: [JSONValue] = []
    copy.skipSpace()
    while copy.p < copy.end, copy.p.pointee != UInt8(ascii: "]") {
      guard let element = try? copy.value(depth: 2) else { break }
      elements.append(element)
      copy.skipSpace()
      if copy.p.pointee == UInt8(ascii: ",") { copy.p += 1 }
      copy.skipSpace()
    }
    return elements
  }

  private mutating func skipSpace() {
    while p < end, isJSONSpace(p.pointee) { p += 1 }
  }

  /// - Parameter expected: a whole clause.
  private func unexpected(_ expected: String) -> Fault {
    guard p < end else { return Fault(p, "the line ends too early: \(expected)") }
    let length = lengthOfUTF8(at: p, before: end)
    guard length > 0 else { return Fault(p, "invalid UTF-8") }
    return Fault(p, "unexpected \(Text(start: p, count: length).quoted): \(expected)")
  }

  private mutating func object(depth: Int) throws(Fault) {
    let base = keys.count
    var many: Set<Name>?
    p += 1
    skipSpace()
    if p < end, p.pointee == UInt8(ascii: "}") {
      if depth == 1 { brace = p }
      p += 1
      return
    }
    while true {
      guard p < end, p.pointee == UInt8(ascii: "\"") else { throw unexpected("a key in quotes is expected") }
      let quote = p
      let key = try string()
      let member = depth == 1 ? Member(key) : nil
      if let member {
        guard !names(member) else { throw Fault(quote, "the key \(key.quoted) stands twice") }
      } else {
        try remember(key, at: quote, since: base, &many)
        if depth == 1 { unknown.append(key) }
      }
      skipSpace()
      guard p < end, p.pointee == UInt8(ascii: ":") else {
        throw unexpected("\":\" is expected after a key")
      }
      p += 1
      skipSpace()
      let value = try value(depth: depth)
      if let member {
        values[member.rawValue] = value
        present |= 1 << UInt32(member.rawValue)
      }
      skipSpace()
      guard p < end, p.pointee == UInt8(ascii: ",") || p.pointee == UInt8(ascii: "}") else {
        throw unexpected("\",\" or \"}\" is expected after a member")
      }
      p += 1
      if p[-1] == UInt8(ascii: "}") { break }
      skipSpace()
    }
    if depth == 1 { brace = p - 1 }
    keys.removeLast(keys.count - base)
  }

  /// Notes a key of the object whose keys begin at `base`: by comparison with each as long as they are few.
  private mutating func remember(
    _ key: Text, at place: UnsafePointer<UInt8>, since base: Int, _ many: inout Set<Name>?
  ) throws(Fault) {
    let twice: Bool
    if keys.count - base < 16 {
      twice = keys[base...].contains { $0 == key }
    } else {
      if many == nil { many = Set(keys[base...].map(\.name)) }
      twice = !many!.insert(key.name).inserted
    }
    guard !twice else { throw Fault(place, "the key \(key.quoted) stands twice") }
    keys.append(key)
  }

  private mutating func value(depth: Int) throws(Fault) -> JSONValue {
    let start = p
    func made(_ kind: JSONValue.Kind) -> JSONValue {
      JSONValue(kind: kind, text: Text(start: start, count: p - start), start: start)
    }
    guard p < end else { throw unexpected("a value is expected") }
    switch p.pointee {
    case UInt8(ascii: "\""):
      let text = try string()
      return JSONValue(kind: .string, text: text, start: start)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < JSONLine.deepest else {
        throw Fault(p, "nested deeper than \(JSONLine.deepest)")
      }
      if p.pointee == UInt8(ascii: "{") {
        try object(depth: depth + 1)
        return made(.object)
      }
      try array(depth: depth + 1)
      return made(.array)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return made(try number() ? .integer : .fraction)
    case UInt8(ascii: "t"):
      try literal("true")
      return made(.yes)
    case UInt8(ascii: "f"):
      try literal("false")
      return made(.no)
    case UInt8(ascii: "n"):
      try literal("null")
      return made(.null)
    default: throw unexpected("a value is expected")
    }
  }

  private mutating func literal(_ word: StaticString) throws(Fault) {
    let count = word.utf8CodeUnitCount
    guard end - p >= count, Text(start: p, count: count) == word else {
      throw unexpected("a value is expected")
    }
    p += count
  }

  private mutating func array(depth: Int) throws(Fault) {
    p += 1
    skipSpace()
    if p < end, p.pointee == UInt8(ascii: "]") {
      p += 1
      return
    }
    while true {
      _ = try value(depth: depth)
      skipSpace()
      guard p < end, p.pointee == UInt8(ascii: ",") || p.pointee == UInt8(ascii: "]") else {
        throw unexpected("\",\" or \"]\" is expected after an element")
      }
      p += 1
      if p[-1] == UInt8(ascii: "]") { return }
      skipSpace()
    }
  }

  /// - Returns: whether it has neither fraction nor exponent.
  private mutating func number() throws(Fault) -> Bool {
    func isDigit() -> Bool { p < end && p.pointee >= UInt8(ascii: "0") && p.pointee <= UInt8(ascii: "9") }
    if p.pointee == UInt8(ascii: "-") { p += 1 }
    guard isDigit() else { throw unexpected("a digit is expected") }
    if p.pointee == UInt8(ascii: "0") {
      p += 1
      guard !isDigit() else { throw Fault(p - 1, "a number has no leading zeros") }
    } else {
      while isDigit() { p += 1 }
    }
    var integer = true
    if p < end, p.pointee == UInt8(ascii: ".") {
      integer = false
      p += 1
      guard isDigit() else { throw unexpected("a digit is expected after the decimal point") }
      while isDigit() { p += 1 }
    }
    if p < end, p.pointee | 0x20 == UInt8(ascii: "e") {
      integer = false
      p += 1
      if p < end, p.pointee == UInt8(ascii: "+") || p.pointee == UInt8(ascii: "-") { p += 1 }
      guard isDigit() else { throw unexpected("a digit is expected in the exponent") }
      while isDigit() { p += 1 }
    }
    return integer
  }

  /// Reads the string whose quote stands at `p`.
  private mutating func string() throws(Fault) -> Text {
    p += 1
    let start = p
    var escapes = false
    while true {
      guard p < end else { throw Fault(p, "the line ends inside a string") }
      let byte = p.pointee
      switch byte {
      case UInt8(ascii: "\""):
        let raw = Text(start: start, count: p - start)
        p += 1
        return escapes ? unescaped(raw) : raw
      case UInt8(ascii: "\\"):
        escapes = true
        try escape()
      case 0..<0x20: throw Fault(p, "a control character in a string must be escaped")
      case 0x20..<0x80: p += 1
      default:
        let length = lengthOfUTF8(at: p, before: end)
        guard length > 0 else { throw Fault(p, "invalid UTF-8") }
        p += length
      }
    }
  }

  /// Checks the escape sequence at `p`.
  private mutating func escape() throws(Fault) {
    guard end - p > 1 else { throw Fault(end, "the line ends inside a string") }
    switch p[1] {
    case UInt8(ascii: "u"):
      let place = p
      let first = try codeUnit()
      guard first & 0xf800 == 0xd800 else { return }
      let pair = first < 0xdc00 && end - p > 1 && p[0] == UInt8(ascii: "\\") && p[1] == UInt8(ascii: "u")
      guard pair, try codeUnit() & 0xfc00 == 0xdc00 else {
        throw Fault(place, "a surrogate stands alone")
      }
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      p += 2
    default: throw Fault(p, "no such escape sequence in JSON")
    }
  }

  private mutating func codeUnit() throws(Fault) -> UInt32 {
    guard end - p >= 6 else { throw Fault(p, "\"\\u\" needs four hexadecimal digits") }
    guard let unit = hexadecimal(p + 2) else { throw Fault(p, "\"\\u\" needs four hexadecimal digits") }
    p += 6
    return unit
  }

  private func hexadecimal(_ p: UnsafePointer<UInt8>) -> UInt32? {
    var unit: UInt32 = 0
    for i in 0..<4 {
      let digit: UInt8
      switch p[i] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = p[i] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = p[i] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = p[i] - UInt8(ascii: "A") + 10
      default: return nil
      }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// - Parameter raw: a string that has been checked.
  private func unescaped(_ raw: Text) -> Text {
    let start = arena.allocate(raw.count)
    var out = start
    var p = raw.start
    let end = p + raw.count
    while p < end {
      guard p.pointee == UInt8(ascii: "\\") else {
        out.pointee = p.pointee
        out += 1
        p += 1
        continue
      }
      let letter = p[1]
      guard letter == UInt8(ascii: "u") else {
        switch letter {
        case UInt8(ascii: "b"): out.pointee = 8
        case UInt8(ascii: "f"): out.pointee = 12
        case UInt8(ascii: "n"): out.pointee = 10
        case UInt8(ascii: "r"): out.pointee = 13
        case UInt8(ascii: "t"): out.pointee = 9
        default: out.pointee = letter
        }
        out += 1
        p += 2
        continue
      }
      var scalar = hexadecimal(p + 2) ?? 0
      p += 6
      if scalar & 0xfc00 == 0xd800 {
        scalar = 0x10000 + (scalar & 0x3ff) << 10 + (hexadecimal(p + 2) ?? 0) & 0x3ff
        p += 6
      }
      for byte in UTF8.encode(UnicodeScalar(scalar) ?? "\u{fffd}")! {
        out.pointee = byte
        out += 1
      }
    }
    return Text(start: start, count: out - start)
  }
}

func isJSONSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    || byte == UInt8(ascii: "\n")
}
