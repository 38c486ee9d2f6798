/// A line of a scenario.
public protocol ScenarioCommand: Sendable {
  /// What the first command, and no other, says of what runs.
  associatedtype Plan: Sendable

  /// The first word of the first command.
  static var first: String { get }
  /// - Parameter plan: as the scenario began; nil: it has not.
  static func read(_ words: inout WordReader, _ plan: Plan?) throws(ScenarioError) -> Self
  /// nil: it is not the first command.
  var plan: Plan? { get }
}

/// A scenario: commands, and what they are expected to show, in the style of the interaction tests of etcd's raft.
///
///     # What follows a number sign is for readers.
///     members 2 optimized gdh
///     ----
///
///     join a b
///     settle
///     ----
///     everything that happens, up to an empty line
public struct Scenario<Command: ScenarioCommand>: Sendable {
  /// Commands with the transcript that belongs to them.
  struct Block: Sendable {
    var commands: [Command]
    var expected: [Substring]
    /// The lines of the transcript in the file, from 0.
    var place: Range<Int>
  }

  /// What the first command says of what runs.
  public let plan: Command.Plan
  let blocks: [Block]
  private let lines: [Substring]

  /// - Parameter bytes: UTF-8.
  /// - Throws: `ScenarioError`.
  public init(bytes: some Sequence<UInt8>) throws(ScenarioError) {
    try self.init(scenarioText(bytes))
  }

  /// - Throws: `ScenarioError`.
  public init(_ text: String) throws(ScenarioError) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var plan: Command.Plan?
    var blocks: [Block] = []
    var commands: [Command] = []
    var number = 0
    while number < lines.count {
      let line = lines[number]
      number += 1
      if line.isNoCommand { continue }
      guard line == separator else {
        let command = try Self.read(line, number: number, plan)
        if let begun = command.plan { plan = begun }
        commands.append(command)
        continue
      }
      if commands.isEmpty {
        throw ScenarioError(line: number, column: 1, reason: "no command stands before this")
      }
      let end = lines[number...].firstIndex(of: "") ?? lines.count
      blocks.append(Block(commands: commands, expected: Array(lines[number..<end]), place: number..<end))
      commands = []
      number = end
    }
    if !commands.isEmpty {
      throw ScenarioError(
        line: lines.count, column: 1, reason: "'\(separator)' is missing after the last command")
    }
    guard let plan else {
      throw ScenarioError(
        line: 1, column: 1, reason: "there is no command; the first must be '\(Command.first)'")
    }
    self.plan = plan
    self.blocks = blocks
  }

  /// The text with other transcripts.
  ///
  /// - Parameter transcripts: one for each block.
  func text(with transcripts: [[String]]) -> String {
    var text: [Substring] = []
    var number = 0
    for (block, transcript) in zip(blocks, transcripts) {
      text += lines[number..<block.place.lowerBound]
      text += transcript.map { $0[...] }
      number = block.place.upperBound
    }
    // The last transcript may have had no line end.
    return (text + lines[number...]).joined(separator: "\n") + (number == lines.count ? "\n" : "")
  }

  private static func read(
    _ line: Substring, number: Int, _ plan: Command.Plan?
  ) throws(ScenarioError) -> Command {
    var words = WordReader(line, line: number)
    if (words.peek == Command.first) != (plan == nil) {
      throw words.error(
        plan == nil ? "the first command must be '\(Command.first)'" : "it has begun already")
    }
    return try Command.read(&words, plan)
  }

  /// Has the commands carried out.
  ///
  /// - Parameter carryOut: carries out a command and returns what it shows.
  func play<Failure: Error>(
    _ carryOut: (Command) throws(Failure) -> [String]
  ) throws(Failure) -> ScenarioOutcome {
    var transcripts: [[String]] = []
    var mismatches: [ScenarioOutcome.Mismatch] = []
    for block in blocks {
      var transcript: [String] = []
      for command in block.commands { transcript += try carryOut(command) }
      if !transcript.elementsEqual(block.expected, by: ==) {
        mismatches.append(
          .init(
            line: block.place.lowerBound + 1, expected: block.expected.map(String.init), shown: transcript))
      }
      transcripts.append(transcript)
    }
    return ScenarioOutcome(mismatches: mismatches, rewritten: text(with: transcripts))
  }
}

/// Between commands and their transcript.
private let separator = "----"

extension Substring {
  /// Whether a line is blank, or a comment.
  fileprivate var isNoCommand: Bool { allSatisfy { $0 == " " || $0 == "\t" } || first == "#" }
}

private func scenarioText(_ bytes: some Sequence<UInt8>) throws(ScenarioError) -> String {
  guard let text = String(validating: Array(bytes), as: UTF8.self) else {
    throw ScenarioError(line: 1, column: 1, reason: "this is not UTF-8")
  }
  return text
}

/// A scenario of either paper: its first command says of which.
public enum AnyScenario: Sendable {
  case robust(Scenario<Command>)
  case exchange(Scenario<ExchangeCommand>)

  /// - Parameter bytes: UTF-8.
  /// - Throws: `ScenarioError`.
  public init(bytes: some Sequence<UInt8>) throws(ScenarioError) {
    let text = try scenarioText(bytes)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let number = lines.firstIndex { !$0.isNoCommand } ?? 0
    let first = WordReader(lines[number], line: number + 1)
    switch first.peek {
    case ExchangeCommand.first: self = .exchange(try Scenario(text))
    case Command.first, "": self = .robust(try Scenario(text))
    default:
      throw first.error(
        "the first command must be '\(Command.first)', or '\(ExchangeCommand.first)' of an exchange")
    }
  }
}
