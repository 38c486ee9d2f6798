import Foundation
import Testing
import TraceChecking
import Traces

@testable import conclave

@Suite struct ShrinkTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// A legal run of some thousand events in which one process has swapped two agreed deliveries.
  private func disagreed() throws -> String {
    let path = scratch.path("disagreed.jsonl")
    try LegalTraceFile.write(path, events: 5000, processes: 4, layout: .interleaved, seed: 7)
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let agreed = Set(
      lines.filter { $0.contains("\"send\"") && $0.contains("\"agreed\"") }.compactMap { line in
        line.split(separator: "\"message\":\"").last?.prefix { $0 != "\"" }
      })
    func message(_ line: Substring) -> Substring? {
      guard line.hasPrefix(#"{"at":"p2","event":"deliver""#) else { return nil }
      return line.split(separator: "\"message\":\"").last?.prefix { $0 != "\"" }
    }
    let deliveries = lines.indices.filter { message(lines[$0]).map(agreed.contains) ?? false }
    let first = deliveries[deliveries.count / 2]
    let second = deliveries[deliveries.count / 2 + 1]
    lines.swapAt(first, second)
    try scratch.write(lines.joined(separator: "\n") + "\n", to: "disagreed.jsonl")
    return path
  }

  @Test func `the result is small, well-formed, and violates the same part`() throws {
    let path = try disagreed()
    let small = scratch.path("small.jsonl")
    let result = try Command.conclave(["shrink", "--property", "agreed-delivery.b", "-o", small, path])
    #expect(result.status == 0)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("agreed-delivery.b"))
    #expect(result.errors.contains("\(small):"))
    let trace = try Trace.read([.file(small)])
    #expect(trace.header.complete)
    #expect(trace.header.note?.contains("shrunk from 50") == true)
    // Two sends and four deliveries, and at the most the views in which they stand.
    #expect((6...8).contains(trace.events.count))
    #expect(try Command.conclave(["check", "--property", "agreed-delivery.b", small]).status == 1)

    // No line of it can go.
    let lines = try String(contentsOfFile: small, encoding: .utf8).split(separator: "\n")
    for index in lines.indices.dropFirst() {
      var fewer = lines
      fewer.remove(at: index)
      let text = fewer.joined(separator: "\n") + "\n"
      let check = try Command.conclave(
        ["check", "--quiet", "--property", "agreed-delivery.b", "-"], input: .text(text))
      #expect(check.status != 1, "without line \(index + 1)")
    }
  }

  @Test func `the result goes to standard output, its reason to standard error`() throws {
    let result = try Command.conclave(["shrink", "-"], input: .text(SmallTraces.disagreed))
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("{\"vstrace\":1,\"complete\":true"))
    #expect(result.errors.contains("stdout:"))
    #expect(!result.errors.contains("\u{1b}"))
    let check = try Command.conclave(["check", "-"], input: .text(result.output))
    #expect(check.status == 1)
  }

  @Test func `any violation of the property will do, unless the manner is to be kept`() throws {
    let trace = """
      {"at":"a","event":"view","view":1,"members":["a","b"],"transitional":["a"]}
      {"at":"a","event":"send","message":"a1","service":"fifo"}
      {"at":"b","event":"view","view":1,"members":["a","b"],"transitional":["b"]}
      {"at":"b","event":"view","view":2,"members":["a","b"],"transitional":["b"]}
      {"at":"b","event":"deliver","message":"a1"}

      """
    let arguments = ["shrink", "-", "--property", "sending-view-delivery"]
    let kept = try Command.conclave(arguments + ["--same-manner"], input: .text(trace))
    #expect(kept.status == 0)
    #expect(kept.output.split(separator: "\n").count == 5)
    let any = try Command.conclave(arguments, input: .text(trace))
    #expect(any.status == 0)
    #expect(any.output.split(separator: "\n").count == 2)
  }

  @Test func `1 where there is nothing to shrink`() throws {
    for arguments in [[], ["--property", "self-inclusion"]] {
      let result = try Command.conclave(["shrink", "-"] + arguments, input: .text(SmallTraces.holds))
      #expect(result.status == 1)
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("nothing to shrink"))
    }
  }

  @Test func `errors of input and output have the statuses of check`() throws {
    #expect(try Command.conclave(["shrink", scratch.path("missing")]).status == 66)
    #expect(try Command.conclave(["shrink", "-"], input: .text(SmallTraces.malformed)).status == 65)
    let full = try Command.conclave(
      ["shrink", "-"], input: .text(SmallTraces.violated), output: .path("/dev/full"))
    #expect(full.status == 74)
    let folder = try Command.conclave(
      ["shrink", "-", "-o", scratch.folder.path], input: .text(SmallTraces.violated))
    #expect(folder.status == 74)
  }
}
