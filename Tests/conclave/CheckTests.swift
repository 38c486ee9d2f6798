import Foundation
import Testing
import TraceChecking
import Traces

@Suite struct CheckTests {
  let scratch: Scratch
  let holds: String
  let violated: String
  let inconclusive: String
  let malformed: String
  let disagreed: String
  let missing: String

  init() throws {
    let scratch = try Scratch()
    self.scratch = scratch
    func path(_ name: String, _ text: String) throws -> String {
      try scratch.write(text, to: name)
      return scratch.path(name)
    }
    holds = try path("holds.jsonl", SmallTraces.holds)
    violated = try path("violated.jsonl", SmallTraces.violated)
    inconclusive = try path("inconclusive.jsonl", SmallTraces.inconclusive)
    malformed = try path("malformed.jsonl", SmallTraces.malformed)
    disagreed = try path("disagreed.jsonl", SmallTraces.disagreed)
    missing = scratch.path("missing.jsonl")
  }

  // MARK: Exit statuses

  @Test func `0 where nothing is violated`() throws {
    #expect(try Command.conclave(["check", holds]).status == 0)
    #expect(try Command.conclave(["check", inconclusive]).status == 0)
  }

  @Test func `1 where something is violated`() throws {
    for arguments in [[], ["--quiet"], ["--strict"], ["--format", "json"], ["--format", "junit"]] {
      #expect(try Command.conclave(["check", violated] + arguments).status == 1)
    }
  }

  @Test func `2 with --strict where something is undecided`() throws {
    #expect(try Command.conclave(["check", "--strict", inconclusive]).status == 2)
    #expect(
      try Command.conclave(["check", "--strict", "--property", "self-inclusion", inconclusive]).status == 0)
    #expect(
      try Command.conclave(["check", "--strict", "--property", "self-delivery", inconclusive]).status == 2)
    let silent = scratch.path("silent.jsonl")
    try scratch.write(#"{"vstrace":1,"complete":true,"records":["view"]}"#, to: "silent.jsonl")
    #expect(try Command.conclave(["check", silent]).status == 0)
    #expect(try Command.conclave(["check", "--strict", silent]).status == 2)
  }

  @Test func `2 with --require-coverage where there was nothing to check`() throws {
    #expect(try Command.conclave(["check", "--require-coverage", holds]).status == 2)
    let covered = [
      "check", "--require-coverage", "--property", "self-inclusion", "--property", "self-delivery",
    ]
    #expect(try Command.conclave(covered + [holds]).status == 0)
    #expect(try Command.conclave(["check", "--require-coverage", violated]).status == 1)
  }

  @Test(arguments: [
    ["check"], ["check", "--bogus", "TRACE"], ["check", "--property", "no-such", "TRACE"],
    ["check", "--property", "agreed-delivery.d", "TRACE"],
    ["check", "--property", "self-inclusion.a", "TRACE"],
    ["check", "--property", "agreed-delivery.", "TRACE"], ["check", "--except", "no-such", "TRACE"],
    ["check", "--property", "gke-agreement", "TRACE"], ["check", "--except", "key-freshness", "TRACE"],
    ["check", "--profile", "evs", "--property", "sending-view-delivery", "TRACE"],
    ["check", "--profile", "evs", "--property", "agreed-delivery.a", "TRACE"],
    ["check", "--profile", "gke", "--property", "self-inclusion", "TRACE"],
    ["check", "--profile", "vss", "TRACE"], ["check", "--format", "xml", "TRACE"],
    ["check", "--progress", "always", "TRACE"], ["check", "--witnesses=-1", "TRACE"],
    ["check", "--witnesses", "x", "TRACE"], ["no-such-verb"], ["shrink"],
    ["shrink", "--property", "no-such", "TRACE"], ["shrink", "--property", "gke-agreement", "TRACE"],
    ["check", "-", "-"], ["check", "--each", "-", "TRACE", "-"], ["shrink", "-", "-"],
    ["bench", "check", "--events", "0"],
  ])
  func `64 for a wrong command line, with nothing on standard output`(arguments: [String]) throws {
    let result = try Command.conclave(arguments.map { $0 == "TRACE" ? holds : $0 })
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(!result.errors.isEmpty)
  }

  @Test(arguments: ["check", "shrink"]) func `a wrong command line is answered with the usage of its verb`(
    verb: String
  ) throws {
    for wrong in [["--property", "gke-agreement", holds], ["--property", "no-such", holds], ["-", "-"]] {
      let result = try Command.conclave([verb] + wrong)
      #expect(result.status == 64)
      #expect(result.errors.hasPrefix("Error: "))
      let lines = result.errors.split(separator: "\n")
      #expect(
        lines.suffix(2) == [
          "Usage: conclave \(verb) [<options>] <file> ...",
          "  See 'conclave \(verb) --help' for more information.",
        ])
    }
  }

  @Test(arguments: ["text", "json", "junit"]) func `65 for malformed input, with its place`(format: String)
    throws
  {
    let result = try Command.conclave(["check", "--format", format, malformed])
    #expect(result.status == 65)
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("\(malformed):2:"))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test(arguments: ["text", "json", "junit"]) func `66 for input that is not there`(format: String) throws {
    let empty = scratch.folder.appendingPathComponent("empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    for path in [missing, empty.path] {
      let result = try Command.conclave(["check", "--format", format, path, holds])
      #expect(result.status == 66)
      #expect(result.output.isEmpty)
      #expect(result.errors.hasPrefix("\(path):"))
    }
  }

  @Test(arguments: ["text", "json", "junit"]) func `74 where the output cannot be written`(format: String)
    throws
  {
    for destination in [Command.Destination.path("/dev/full"), .brokenPipe] {
      for path in [holds, violated] {
        let result = try Command.conclave(["check", "--format", format, path], output: destination)
        #expect(result.status == 74)
        #expect(result.errors.hasPrefix("standard output:"))
      }
    }
    #expect(try Command.conclave(["check", "--quiet", violated], output: .path("/dev/full")).status == 1)
    #expect(try Command.conclave(["check", "--help"], output: .path("/dev/full")).status == 74)
  }

  @Test func `the worst of several traces counts`() throws {
    func status(_ paths: [String], _ options: [String] = ["--strict"]) throws -> Int32 {
      try Command.conclave(["check", "--each"] + options + paths).status
    }
    let promised = ["--property", "self-inclusion", "--property", "self-delivery", "--strict"]
    #expect(try status([holds, holds], promised) == 0)
    #expect(try status([holds, inconclusive], promised) == 2)
    #expect(try status([inconclusive, violated, holds], promised) == 1)
    #expect(try status([violated, malformed, holds]) == 65)
    #expect(try status([violated, missing, malformed, holds]) == 66)
    let result = try Command.conclave(
      ["check", "--each", missing, malformed, violated], output: .path("/dev/full"))
    #expect(result.status == 74)
  }

  // MARK: What is read

  @Test func `--each judges the others where one cannot be read`() throws {
    let result = try Command.conclave([
      "check", "--each", "--format", "json", missing, holds, malformed, violated,
    ])
    #expect(result.status == 66)
    let errors = result.errors.split(separator: "\n")
    #expect(errors.count == 2)
    #expect(errors[0].hasPrefix(missing) && errors[1].hasPrefix(malformed))
    #expect(try verdicts(result) == ["holds", "violated"])
  }

  @Test func `the files of one call are one trace`() throws {
    let lines = SmallTraces.disagreed.split(separator: "\n")
    let header = lines[0] + "\n"
    for process in ["a", "b"] {
      let own = lines.filter { $0.hasPrefix("{\"at\":\"\(process)\"") }.joined(separator: "\n") + "\n"
      try scratch.write(header + own, to: "each/\(process).jsonl")
    }
    try scratch.write("not a trace", to: "each/readme.txt")
    let folder = scratch.path("each")
    let whole = try Command.conclave(["check", "--format", "json", folder])
    #expect(whole.status == 1)
    let object = try #require(try objects(whole).first)
    #expect(object["trace"] as? [String] == ["\(folder)/a.jsonl", "\(folder)/b.jsonl"])
    #expect(object["processes"] as? Int == 2)
    #expect(object["events"] as? Int == 8)
    let each = try Command.conclave(["check", "--each", "--format", "json", folder])
    #expect(
      try objects(each).map { $0["trace"] as? [String] } == [["\(folder)/a.jsonl"], ["\(folder)/b.jsonl"]])
  }

  @Test func `standard input and packed files are read`() throws {
    let piped = try Command.conclave(["check", "--format", "json", "-"], input: .text(SmallTraces.violated))
    #expect(piped.status == 1)
    #expect(try objects(piped).first?["trace"] as? [String] == ["-"])
    let gzip = try Command.run(URL(fileURLWithPath: "/usr/bin/env"), ["gzip", "-k", violated])
    #expect(gzip.status == 0)
    let packed = try Command.conclave(["check", "--format", "json", violated + ".gz"])
    #expect(packed.status == 1)
    #expect(try objects(packed).first?["trace"] as? [String] == [violated + ".gz"])
  }

  // MARK: What is judged

  @Test func `--property and --except choose`() throws {
    func ids(_ arguments: [String]) throws -> [String] {
      let result = try Command.conclave(["check", "--format", "json", disagreed] + arguments)
      let properties = try #require(try objects(result).first?["properties"] as? [[String: Any]])
      return properties.compactMap { property in
        let parts = (property["parts"] as? [String: String])?.keys.sorted().joined() ?? ""
        return (property["id"] as? String).map { parts.isEmpty ? $0 : "\($0).\(parts)" }
      }
    }
    #expect(try ids(["--property", "agreed-delivery.b"]) == ["agreed-delivery.b"])
    #expect(
      try ids(["--property", "view-identity", "--property", "self-inclusion"])
        == ["self-inclusion", "view-identity"])
    #expect(try ids(["--property", "signal-synchrony"]) == ["signal-synchrony"])
    let all = try ids([])
    #expect(all.count == 16)
    #expect(try ids(["--except", "self-inclusion"]) == Array(all.dropFirst()))
    #expect(try ids(["--except", "agreed-delivery.b"]).contains("agreed-delivery.ac"))
    #expect(try Command.conclave(["check", "--property", "agreed-delivery.b", disagreed]).status == 1)
    #expect(try Command.conclave(["check", "--property", "agreed-delivery.a", disagreed]).status == 0)
  }

  @Test(arguments: [0, 1, 3]) func `--witnesses bounds what is told, not what is counted`(bound: Int) throws {
    let lines = (1...4).map { #"{"at":"a","event":"view","view":\#($0),"members":["b"]}"# }
    let path = try scratch.write(lines.joined(separator: "\n"), to: "many.jsonl").path
    let arguments = ["--property", "self-inclusion", "--witnesses", "\(bound)"]
    let result = try Command.conclave(["check", "--format", "json", path] + arguments)
    #expect(result.status == 1)
    let property = try #require((try objects(result).first?["properties"] as? [[String: Any]])?.first)
    #expect(property["violationCount"] as? Int == 4)
    let violations = try #require(property["violations"] as? [[String: Any]])
    #expect(violations.count == bound)
    for (number, violation) in violations.enumerated() {
      let events = try #require(violation["events"] as? [[String: Any]])
      #expect(events.contains { $0["line"] as? Int == number + 1 && $0["file"] as? String == path })
      #expect(violation["processes"] as? [String] == ["a"])
    }
    let text = try Command.conclave(["check", path] + arguments).output
    #expect(text.contains("\(path):1") == (bound > 0))
  }

  // MARK: How it is told

  @Test func `JSON has one line per trace and no more members than documented`() throws {
    let result = try Command.conclave(["check", "--each", "--format", "json", holds, disagreed])
    #expect(result.output.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
    let all = try objects(result)
    let keys: Set = ["trace", "verdict", "complete", "processes", "events", "properties"]
    #expect(all.allSatisfy { Set($0.keys) == keys })
    for property in all.flatMap({ $0["properties"] as? [[String: Any]] ?? [] }) {
      let own: Set = ["id", "layer", "verdict", "checked", "violationCount", "violations"]
      #expect(Set(property.keys).subtracting(["parts"]) == own)
      let id = try #require((property["id"] as? String).flatMap { Property(rawValue: $0) })
      let parts = (property["parts"] as? [String: String])?.keys.sorted() ?? []
      #expect(parts == id.parts(profile: .vs).map(\.rawValue))
    }
    #expect(try verdicts(result) == ["holds", "violated"])
  }

  @Test func `--quiet prints no report`() throws {
    for format in ["text", "json", "junit"] {
      let result = try Command.conclave([
        "check", "--quiet", "--format", format, "--each", holds, violated, malformed,
      ])
      #expect(result.output.isEmpty)
      #expect(result.errors.hasPrefix(malformed))
      #expect(result.status == 65)
    }
  }

  @Test(arguments: ["", #"{"vstrace":1,"complete":true}"#], ["text", "json", "junit"])
  func `a trace without events is warned of`(trace: String, format: String) throws {
    let path = try scratch.write(trace, to: "empty.jsonl").path
    let arguments = ["check", "--format", format, path]
    let result = try Command.conclave(arguments)
    #expect(result.status == 0)
    #expect(!result.output.isEmpty)
    #expect(result.errors == "warning: no events in \(path)\n")
    #expect(try Command.conclave(arguments + ["--quiet"]).errors.isEmpty)
    #expect(try Command.conclave(arguments + [holds]).errors.isEmpty)
    #expect(try Command.conclave(arguments + [holds, "--each"]).errors == result.errors)
  }

  @Test func `nothing is drawn or coloured where there is no terminal`() throws {
    let result = try Command.conclave(["check", disagreed])
    #expect(!result.output.contains("\u{1b}"))
    #expect(result.errors.isEmpty)
  }

  @Test func `colours stand on a terminal unless NO_COLOR asks for none`() throws {
    let coloured = try Command.conclaveOnTerminal(["check", "--progress", "never", disagreed])
    #expect(coloured.output.contains("\u{1b}[31m✗\u{1b}[0m"))
    #expect(coloured.status == 1)
    let plain = try Command.conclaveOnTerminal(
      ["check", "--progress", "never", disagreed], environment: ["NO_COLOR": "1"])
    #expect(!plain.output.contains("\u{1b}"))
  }

  @Test func `JUnit is one document`() throws {
    let result = try Command.conclave(["check", "--each", "--format", "junit", holds, violated, malformed])
    #expect(result.status == 65)
    #expect(result.output.hasPrefix("<?xml"))
    #expect(result.output.split(separator: "<testsuites").count == 2)
    #expect(result.output.split(separator: "<testsuite ").count == 4)
    #expect(result.output.contains("<error message=\"\(malformed):2:"))
  }

  @Test func `the text names the command that shrinks`() throws {
    let result = try Command.conclave(["check", disagreed])
    #expect(
      result.output.contains("conclave shrink --same-manner --property agreed-delivery.b \(disagreed)\n"))
  }

  @Test func `help teaches every option and property`() throws {
    let help = try Command.conclave(["check", "--help"])
    #expect(help.status == 0)
    for property in Property.allCases { #expect(help.output.contains(property.rawValue)) }
    for option in [
      "profile", "property", "except", "strict", "require-coverage", "format", "quiet", "progress", "each",
      "witnesses",
    ] {
      #expect(help.output.contains("--\(option)"))
    }
  }

  private func objects(_ result: Command.Result) throws -> [[String: Any]] {
    try result.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func verdicts(_ result: Command.Result) throws -> [String] {
    try objects(result).compactMap { $0["verdict"] as? String }
  }
}
