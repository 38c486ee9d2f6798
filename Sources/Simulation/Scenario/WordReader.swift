import GroupCommunication
import TraceChecking

/// A text that is no scenario, or no step.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Both count from 1; the column in bytes.
  public var line: Int
  public var column: Int
  public var reason: String

  public var description: String { "\(line):\(column): \(reason)" }
}

/// Reads one line word by word.
public struct WordReader: Sendable {
  private let text: Substring
  let line: Int
  private var rest: Substring

  init(_ text: Substring, line: Int) {
    self.text = text
    self.line = line
    rest = text
    skipSpaces()
  }

  var isAtEnd: Bool { rest.isEmpty }

  private mutating func skipSpaces() { rest = rest.drop { $0 == " " || $0 == "\t" } }

  func error(_ reason: String) -> ScenarioError {
    ScenarioError(
      line: line, column: text.utf8.distance(from: text.startIndex, to: rest.startIndex) + 1, reason: reason)
  }

  /// The next word, not taken; empty at the end.
  var peek: Substring { rest.prefix { $0 != " " && $0 != "\t" } }

  mutating func skip() {
    rest = rest[peek.endIndex...]
    skipSpaces()
  }

  /// Takes the next word if it is this one.
  mutating func takes(_ word: String) -> Bool {
    guard peek == word else { return false }
    skip()
    return true
  }

  /// Takes a word that `parse` understands.
  mutating func take<Value>(
    _ expected: String, _ parse: (Substring) -> Value?
  ) throws(ScenarioError) -> Value {
    guard let value = parse(peek), !isAtEnd else {
      throw error(isAtEnd ? "\(expected) is missing" : "'\(shown)' is not \(expected)")
    }
    skip()
    return value
  }

  /// The next word, short enough for an error.
  private var shown: String { String(peek.prefix(30)).printable }

  func end() throws(ScenarioError) {
    if !isAtEnd { throw error("'\(shown)' is too much") }
  }

  /// - Parameter count: how many processes there are.
  mutating func process(of count: Int) throws(ScenarioError) -> Process {
    try take("a process from \(Process(0)) to \(Process(count - 1))") { word in
      Process(word).flatMap { $0.index < count ? $0 : nil }
    }
  }

  /// One or more, up to the end, or to a word that is none.
  mutating func processes(of count: Int, upTo end: Set<String> = []) throws(ScenarioError) -> ProcessSet {
    var processes: ProcessSet = []
    repeat {
      let again = self
      let p = try process(of: count)
      if processes.contains(p) { throw again.error("\(p) stands here twice") }
      processes.insert(p)
    } while !isAtEnd && !end.contains(String(peek))
    return processes
  }

  /// `a b | c`.
  mutating func partition(of count: Int) throws(ScenarioError) -> [ProcessSet] {
    var parts: [ProcessSet] = []
    repeat {
      let again = self
      let part = try processes(of: count, upTo: ["|", "with"])
      if parts.contains(where: { !($0 & part).isEmpty }) {
        throw again.error("a process stands in two parts")
      }
      parts.append(part)
    } while takes("|")
    return parts
  }

  mutating func packet(of count: Int) throws(ScenarioError) -> PacketName {
    try take("a message, as a.1") { word in
      PacketName(word).flatMap { $0.sender.index < count ? $0 : nil }
    }
  }

  /// One or more, up to the end.
  mutating func packets(of count: Int) throws(ScenarioError) -> [PacketName] {
    var packets: [PacketName] = []
    repeat { packets.append(try packet(of: count)) } while !isAtEnd
    return packets
  }

  /// What to deliver.
  enum Delivery {
    /// Everything to everybody.
    case all
    /// Up to so many to a process; nil: all.
    case next(Process, count: Int?)
    case named(Process, [PacketName])
  }

  /// `deliver all`, `deliver b`, `deliver b 2`, `deliver b all`, `deliver b a.1 c.2`.
  mutating func delivery(of count: Int) throws(ScenarioError) -> Delivery {
    skip()
    if takes("all") {
      try end()
      return .all
    }
    let p = try process(of: count)
    if isAtEnd { return .next(p, count: 1) }
    let limit = Int(peek)
    guard peek == "all" || limit ?? 0 > 0 else { return .named(p, try packets(of: count)) }
    skip()
    try end()
    return .next(p, count: limit)
  }

  /// Takes the only word of a command.
  mutating func alone<Value>(_ command: Value) throws(ScenarioError) -> Value {
    skip()
    try end()
    return command
  }
}
