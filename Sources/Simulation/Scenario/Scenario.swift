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
public struct Scenario: Hashable, Sendable {
  /// Commands with the transcript that belongs to them.
  struct Block: Hashable, Sendable {
    var commands: [Command]
    var expected: [Substring]
    /// The lines of the transcript in the file, from 0.
    var place: Range<Int>
  }

  public let plan: Plan
  let blocks: [Block]
  private let lines: [Substring]

  /// - Parameter bytes: UTF-8.
  /// - Throws: `ScenarioError`.
  public init(bytes: some Sequence<UInt8>) throws(ScenarioError) {
    guard let text = String(validating: Array(bytes), as: UTF8.self) else {
      throw ScenarioError(line: 1, column: 1, reason: "this is not UTF-8")
    }
    try self.init(text)
  }

  /// - Throws: `ScenarioError`.
  public init(_ text: String) throws(ScenarioError) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var plan: Plan?
    var blocks: [Block] = []
    var commands: [Command] = []
    var number = 0
    while number < lines.count {
      let line = lines[number]
      number += 1
      if line.allSatisfy({ $0 == " " || $0 == "\t" }) || line.first == "#" { continue }
      guard line == Self.separator else {
        let command = try Command.read(line, number: number, plan)
        if case .begin(let begun) = command { plan = begun }
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
        line: lines.count, column: 1, reason: "'\(Self.separator)' is missing after the last command")
    }
    guard let plan else {
      throw ScenarioError(line: 1, column: 1, reason: "there is no command; the first must be 'members'")
    }
    self.plan = plan
    self.blocks = blocks
  }

  private static let separator = "----"

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
}
