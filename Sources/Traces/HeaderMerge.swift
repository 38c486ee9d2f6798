/// The headers of a trace's files put together.
struct HeaderMerge {
  private(set) var merged = Header()
  /// The file and line that named each member first.
  private var places: [Member: String] = [:]

  /// Reads the header on a line.
  ///
  /// - Throws: where it is none of version 1, or disagrees with an earlier one.
  mutating func add(_ json: JSONLine, file: String, line: Int) throws(Fault) {
    let version = try json.required(.vstrace)
    guard version.kind == .integer, version.text == "1" else {
      throw Fault(
        version.start, "\"vstrace\" must be 1, the only version there is, not \(version.description)")
    }
    let place = "\(file):\(line)"
    if let value = json.value(.complete) {
      guard value.kind == .yes || value.kind == .no else {
        throw Fault(value.start, "\"complete\" must be true or false, not \(value.description)")
      }
      try agree(json, .complete, value.kind == .yes, \.complete, place) { $0 == $1 }
    }
    if json.value(.records) != nil {
      try agree(json, .records, try records(json), \.records, place) { $0 == $1 }
    }
    if let value = json.value(.profile) {
      let text = try json.string(.profile)
      guard let profile = Header.Profile(rawValue: text.string) else {
        let words = Header.Profile.allCases.map(\.rawValue)
        throw Fault(value.start, JSONLine.noSuchWord(text, "profile", among: words))
      }
      try agree(json, .profile, profile, \.profile, place) { $0 == $1 }
    }
    if json.value(.processes) != nil {
      var met: Set<Name> = []
      let names = try json.processNames(.processes).map(\.name).filter { met.insert($0).inserted }
      try agree(json, .processes, names, \.processes, place) { Set($0 ?? []) == Set($1 ?? []) }
    }
    if let value = json.value(.tolerates) {
      guard value.kind == .integer, let number = Int(value.text.string), number >= 0 else {
        throw Fault(value.start, "\"tolerates\" must be a non-negative integer, not \(value.description)")
      }
      try agree(json, .tolerates, number, \.tolerates, place) { $0 == $1 }
    }
    for (member, path) in [(Member.group, \Header.group), (.source, \.source), (.note, \.note)] {
      guard let text = try json.optionalString(member) else { continue }
      if merged[keyPath: path] == nil { merged[keyPath: path] = text }
    }
  }

  private func records(_ json: JSONLine) throws(Fault) -> Set<Header.Record> {
    var records: Set<Header.Record> = []
    for element in try json.array(.records, of: "words") {
      guard element.kind == .string else {
        throw Fault(element.start, "\"records\" must hold words, not \(element.description)")
      }
      let word = element.text.string
      if word == "join" || word == "recover" {
        throw Fault(element.start, "\"records\" must not name \"\(word)\", which may always stand")
      }
      guard let record = Header.Record(rawValue: word) else {
        let words = Header.Record.allCases.map(\.rawValue)
        throw Fault(element.start, JSONLine.noSuchWord(element.text, "word in \"records\"", among: words))
      }
      records.insert(record)
    }
    return records
  }

  /// Takes a member's value, or compares it with that of an earlier header.
  private mutating func agree<Value>(
    _ json: JSONLine, _ member: Member, _ value: Value, _ path: WritableKeyPath<Header, Value>,
    _ place: String, _ areEqual: (Value, Value) -> Bool
  ) throws(Fault) {
    if let earlier = places[member] {
      guard areEqual(merged[keyPath: path], value) else {
        throw Fault(json.place(member), "\"\(member.word)\" is not what the header at \(earlier) says")
      }
      return
    }
    places[member] = place
    merged[keyPath: path] = value
  }
}
