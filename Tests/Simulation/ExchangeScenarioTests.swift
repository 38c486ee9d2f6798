import CyclicGroups
import FaultTolerantExchange
import Foundation
import GroupCommunication
import Testing

@testable import Simulation

/// `CONCLAVE_REWRITE=1 swift test --disable-xctest --filter ExchangeScenarioTests` writes the transcripts of
/// Scenarios/exchange anew; read what changed before you commit it.
@Suite struct ExchangeScenarioTests {
  static let folder = ScenarioTests.folder.appendingPathComponent("exchange")

  static let names: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (names ?? []).filter { $0.hasSuffix(".txt") }.sorted()
  }()

  /// What is broken, whatever the transcript says; in all other scenarios nothing is.
  static let broken = [
    "E8-as-printed.txt": ["secrecy"], "bound-beyond.txt": ["gcs/gke-termination"],
  ]

  static func scenario(_ name: String) throws -> (text: String, scenario: Scenario<ExchangeCommand>) {
    let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    return (text, try Scenario(text))
  }

  @Test func `there are scenarios of each protocol on each consensus`() throws {
    var kinds: Set<String> = []
    for name in Self.names {
      let system = try Self.scenario(name).scenario.plan
      kinds.insert("\(system.simulated.rawValue) on \(system.consensus.rawValue)")
    }
    for consensus in ConsensusKind.allCases {
      #expect(kinds.contains("omega on \(consensus.rawValue)"))
      #expect(kinds.contains("consensus on \(consensus.rawValue)"))
    }
    #expect(kinds.contains("omega-fs on coin"))
    #expect(Self.broken.keys.allSatisfy(Self.names.contains))
  }

  @Test(arguments: names) func `what happens is what the transcript says`(name: String) throws {
    let (text, scenario) = try Self.scenario(name)
    let run = ExchangeScenarioRun(scenario, name: name)
    if ProcessInfo.processInfo.environment["CONCLAVE_REWRITE"] == "1" {
      try Data(run.outcome.rewritten.utf8).write(to: Self.folder.appendingPathComponent(name))
    } else {
      #expect(run.outcome.rewritten == text)
      for mismatch in run.outcome.mismatches {
        Issue.record("\(name):\(mismatch.line)\n\(mismatch.difference)")
      }
    }
    #expect(try RunVerdict(run.summary, run.trace, run.check).broken == Self.broken[name] ?? [])
  }

  /// A seed and a file drive the same network: whoever takes the steps of a run again gets the same trace.
  @Test(arguments: [ExchangeProtocol.omega, .omegaFS], ConsensusKind.allCases)
  func `a run is its steps`(simulated: ExchangeProtocol, consensus: ConsensusKind) throws {
    var (crashes, lies, breakIns) = (0, 0, 0)
    for seed in UInt64(1)...12 {
      let plan = ExchangePlan(
        seed: seed, servers: Servers(4, crashes: 1), crashes: Int(seed % 2), breakIns: Int(seed % 3 / 2))
      var steps: [String] = []
      var isCutOff = false
      let outcome = ExchangeOutcome(plan, simulated, consensus, .symbols(PrimeField.p25519)) { happening in
        guard let turn = happening.turn, turn.undone > 0 else { return steps.append("\(happening.step)") }
        // It crashed in the middle of the event. Which letters got out is drawn; a file takes them in order.
        if !turn.effects.isEmpty { isCutOff = true }
        steps += ["crash \(turn.process) after 0", "\(happening.step)"]
      }
      if isCutOff { continue }
      // A crash that has come already.
      for (place, step) in steps.enumerated().reversed() where step.hasSuffix("after 0") {
        let crash = step.dropLast(" after 0".count)
        steps.remove(at: try #require(steps[place...].firstIndex { $0 == crash }))
      }
      let system = "tolerates 1 protocol \(simulated.rawValue) consensus \(consensus.rawValue) seed \(~seed)"
      let text = "servers 4 \(system)\n----\n\n\(steps.joined(separator: "\n"))\n----\n"
      let run = ExchangeScenarioRun(try Scenario(text), name: "test")
      #expect(!run.outcome.rewritten.contains("not now"), "seed \(seed)")
      #expect(run.trace.drop { $0 != UInt8(ascii: "\n") } == outcome.trace.drop { $0 != UInt8(ascii: "\n") })
      crashes += outcome.summary.crashes
      lies += outcome.summary.lies
      breakIns += outcome.summary.breakIns
    }
    #expect(crashes > 0)
    #expect(breakIns > 0)
    #expect((lies > 0) == (consensus == .failureDetector))
  }

  @Test(arguments: [
    ("start a\n----\n", 1, 1, "the first command must be 'servers'"),
    ("servers\n----\n", 1, 8, "a number from 1 to 64 is missing"),
    ("servers 3 tolerates 2\n----\n", 1, 21, "'2' is not a number from 0 to 1"),
    (
      "servers 3 protocol robust\n----\n", 1, 20,
      "'robust' is not one of consensus, binary-consensus, omega, omega-fs"
    ),
    ("servers 3 field 6\n----\n", 1, 17, "'6' is not a field"),
    ("servers 3 protocol omega-fs field 3\n----\n", 1, 36, "the field has no share for each server"),
    ("servers 3 fast\n----\n", 1, 11, "there is no option 'fast'"),
    ("servers 2 proposals 1\n----\n", 1, 21, "'1' is not a byte in hexadecimal"),
    ("servers 2\n----\n\nservers 2\n----\n", 4, 1, "it has begun already"),
    ("servers 2\n----\n\nstart a session 1\n----\n", 4, 17, "'1' is not a number from 0 to 0"),
    ("servers 2\n----\n\nstart c\n----\n", 4, 7, "'c' is not a process from a to b"),
    ("servers 2\n----\n\njoin a\n----\n", 4, 1, "there is no such command"),
    ("servers 2\n----\n\nlose a.1 b\n----\n", 4, 10, "'to' is missing"),
    ("servers 2\n----\n\nquietly status\n----\n", 4, 1, "there would be nothing to tell"),
    ("servers 2\n----\n\nsuspect a\n----\n", 4, 10, "'at' is missing"),
  ])
  func `what is no scenario is refused where it goes wrong`(
    text: String, line: Int, column: Int, reason: String
  ) {
    let error = #expect(throws: ScenarioError.self) { try Scenario<ExchangeCommand>(text) }
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  /// What the network of Section 2.1 cannot do is refused, and changes nothing.
  @Test(arguments: [
    ("start a\nstart a", "a has started already"), ("deliver a", "nothing can be delivered to a now"),
    ("start a\ndeliver b a.1", "a.1 is not under way to b"), ("crash a\nstart a", "a has crashed"),
    ("start a\nlose a.1", "a has not crashed: what it sent must be delivered"),
    ("crash a\nlose a", "nothing like that is under way from a"),
    ("suspect a at b", "this consensus has no failure detector"),
  ])
  func `what cannot happen is told`(commands: String, reason: String) throws {
    let run = ExchangeScenarioRun(try Scenario("servers 3\n----\n\n\(commands)\n----\n"), name: "test")
    #expect(run.outcome.rewritten.hasSuffix("\nnot now: \(reason)\n"))
  }

  /// Whatever the file: it is refused, or it runs.
  @Test(arguments: 0..<6) func `no bytes crash the reader or the run`(part: Int) throws {
    var randomness = Randomness.seeded(UInt64(part) + 100)
    func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
    let texts = try Self.names.map { try Self.scenario($0).text }
    let words = texts.flatMap { $0.split { $0 == " " || $0 == "\n" } }.map(String.init)
    let verbs = ["start", "crash", "break-in", "deliver", "starve", "lose", "suspect nobody at", "feed"]
    var (read, refused) = (0, 0)
    for _ in 0..<20 {
      var bytes = Array(texts[draw(texts.count)].utf8)
      if draw(2) == 0 {
        for _ in 0...draw(3) { bytes[draw(bytes.count)] = UInt8(draw(128)) }
      } else {
        let lines = (0..<draw(30)).map { _ in
          "\(verbs[draw(verbs.count)]) \(["a", "b", "c", "a.1", words[draw(words.count)]][draw(5)])"
        }
        let consensus = ConsensusKind.allCases[draw(3)].rawValue
        bytes = Array(
          "servers 3 consensus \(consensus)\n----\n\n\(lines.joined(separator: "\n"))\n----\n".utf8)
      }
      guard let scenario = try? Scenario<ExchangeCommand>(bytes: bytes) else {
        refused += 1
        continue
      }
      read += 1
      let rewritten = ExchangeScenarioRun(scenario, name: "fuzz").outcome.rewritten
      let again = ExchangeScenarioRun(try Scenario(rewritten), name: "fuzz")
      #expect(again.outcome.mismatches.isEmpty)
    }
    #expect(read > 0)
    #expect(refused > 0)
  }
}
