import CyclicGroups
import Foundation
import Testing
import Traces

@testable import Simulation

/// `CONCLAVE_REWRITE=1 swift test --disable-xctest --filter ScenarioTests` writes the transcripts of Scenarios anew; read
/// what changed before you commit it.
@Suite struct ScenarioTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Scenarios")

  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).filter { $0.hasSuffix(".txt") }.sorted()
  }()

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func `there are scenarios, for each entry of the errata both machines`() {
    for name in ["join", "leave", "merge", "partition", "bundled", "cascade", "controller-crash"] {
      #expect(Self.names.contains("\(name).txt"))
    }
    for entry in 1...7 {
      #expect(Self.names.contains { $0.hasPrefix("E\(entry)-") && $0.hasSuffix("as-printed.txt") })
      #expect(Self.names.contains { $0.hasPrefix("E\(entry)-") && $0.hasSuffix("repaired.txt") })
    }
  }

  @Test(arguments: names) func `what happens is what the transcript says`(name: String) throws {
    let run = try ScenarioRun(Scenario(Self.text(name)), name: name)
    if ProcessInfo.processInfo.environment["CONCLAVE_REWRITE"] == "1" {
      try Data(run.outcome.rewritten.utf8).write(to: Self.folder.appendingPathComponent(name))
    } else {
      for mismatch in run.outcome.mismatches {
        Issue.record("\(name):\(mismatch.line)\n\(mismatch.difference)")
      }
    }
    // Whatever the transcript says: as printed something is broken, else nothing.
    let verdict = try RunVerdict(
      run.stack.summary, run.stack.trace.bytes, exposed: run.stack.evidence.exposed)
    #expect(verdict.broken.isEmpty != name.hasSuffix("as-printed.txt"), "\(verdict.broken)")
  }

  @Test(arguments: names) func `rewriting gives the file again, also without its transcripts`(name: String)
    throws
  {
    let text = try Self.text(name)
    #expect(try ScenarioRun(Scenario(text), name: name).outcome.rewritten == text)
    var bare: [Substring] = []
    var isTranscript = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { isTranscript = false }
      if !isTranscript { bare.append(line) }
      if line == "----" { isTranscript = true }
    }
    let run = try ScenarioRun(Scenario(bare.joined(separator: "\n")), name: name)
    #expect(!run.outcome.mismatches.isEmpty)
    #expect(run.outcome.rewritten == text)
  }

  @Test func `a transcript that differs is told with its line`() throws {
    let text = "members 1\n----\n\njoin a\n----\na  leaps\n"
    let run = try ScenarioRun(Scenario(text), name: "test")
    #expect(run.outcome.mismatches == [.init(line: 6, expected: ["a  leaps"], shown: ["a  joins"])])
    #expect(run.outcome.mismatches[0].difference == "-a  leaps\n+a  joins")
    #expect(run.outcome.rewritten == "members 1\n----\n\njoin a\n----\na  joins\n")
  }

  /// `settle` and `view` are steps, too, and `quietly` leaves out only the telling.
  @Test func `quiet commands take the same steps`() throws {
    let loud = "members 3\n----\n\njoin a b c\nsettle\ncrash c\nsettle\n----\n"
    let quiet =
      "members 3\n----\n\nquietly join a b c\nquietly settle\nquietly crash c\nquietly settle\n----\n"
    let (first, second) = try (Scenario<Command>(loud), Scenario<Command>(quiet))
    let run = ScenarioRun(first, name: "test")
    #expect(run.steps == ScenarioRun(second, name: "test").steps)
    #expect(run.stack.trace.bytes == ScenarioRun(second, name: "test").stack.trace.bytes)
    #expect(run.stack.summary.stuck.isEmpty)
    #expect(run.stack.summary.secureViews == 5)
  }

  @Test(arguments: [
    ("", 1, 1, "there is no command"), ("join a\n----\n", 1, 1, "the first command must be 'members'"),
    ("members\n----\n", 1, 8, "a number from 1 to 64 is missing"),
    ("members 0\n----\n", 1, 9, "'0' is not a number"),
    ("members 65\n----\n", 1, 9, "'65' is not a number"),
    ("members 2 fast\n----\n", 1, 11, "'fast' is too much"),
    ("members 2 seed x\n----\n", 1, 16, "'x' is not a number"), ("members 2\n", 2, 1, "'----' is missing"),
    ("----\n", 1, 1, "no command stands before this"),
    ("members 2\n----\n\nmembers 2\n----\n", 4, 1, "it has begun already"),
    ("members 2\n----\n\njoin a\n\tjump b\n----\n", 5, 2, "there is no such command"),
    ("members 2\n----\n\nquietly check\n----\n", 4, 1, "there would be nothing to tell"),
    ("members 2\n----\n\ndeliver\n----\n", 4, 8, "a process from a to b is missing"),
    ("members 2\n----\n\ndeliver a 0\n----\n", 4, 11, "'0' is not a message"),
    ("members 2\n----\n\nsettle down\n----\n", 4, 8, "'down' is too much"),
    ("members 2\n----\n\njoin \u{1b}[2J\n----\n", 4, 6, "'\\u{1b}[2J' is not a process"),
  ])
  func `what is no scenario is refused where it goes wrong`(
    text: String, line: Int, column: Int, reason: String
  ) {
    let error = #expect(throws: ScenarioError.self) { try Scenario<Command>(text) }
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func `bytes that are no text are refused`() {
    let error = #expect(throws: ScenarioError.self) { try Scenario<Command>(bytes: [0x6d, 0xff, 0x0a]) }
    #expect(error?.reason == "this is not UTF-8")
  }

  /// Whatever the file: it is refused, or it runs.
  @Test(arguments: 0..<12) func `no bytes crash the reader or the run`(part: Int) throws {
    var randomness = Randomness.seeded(UInt64(part) + 100)
    func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
    let words = try Self.names.flatMap { try Self.text($0).split { $0 == " " || $0 == "\n" } }.map(
      String.init)
    let files = try Self.names.map { Array(try Self.text($0).utf8) }
    var (read, refused) = (0, 0)
    for _ in 0..<60 {
      var bytes: [UInt8]
      switch draw(3) {
      case 0: bytes = (0..<draw(200)).map { _ in UInt8(draw(256)) }
      case 1:
        bytes = files[draw(files.count)]
        for _ in 0...draw(3) {
          let place = draw(bytes.count)
          switch draw(3) {
          case 0: bytes[place] = UInt8(draw(256))
          case 1: bytes.remove(at: place)
          default:
            bytes.insert(
              contentsOf: " \n|abc19.-"[...].utf8.shuffled(using: &randomness).prefix(2), at: place)
          }
        }
      default:
        // Commands that can be read, in any order.
        let commands = [
          "join", "crash", "recover", "leave", "suspect", "view", "settle", "deliver all", "install",
        ]
        let lines = (0..<draw(30)).map { _ in
          let command = commands[draw(commands.count)]
          let isAlone = command == "settle" || command == "deliver all"
          return isAlone ? command : "\(command) \(["a", "b", "c", words[draw(words.count)]][draw(4)])"
        }
        bytes = Array("members 3\n----\n\n\(lines.joined(separator: "\n"))\n----\n".utf8)
      }
      guard let scenario = try? Scenario<Command>(bytes: bytes) else {
        refused += 1
        continue
      }
      read += 1
      let run = ScenarioRun(scenario, name: "fuzz")
      #expect(try ScenarioRun(Scenario(run.outcome.rewritten), name: "fuzz").outcome.mismatches.isEmpty)
    }
    #expect(read > 0)
    #expect(refused > 0)
  }
}
