import Foundation
import Testing

@testable import Traces

/// Bytes packed by gzip, in members of at most `member` bytes each.
func packed(_ bytes: [UInt8], member: Int = .max) throws -> [UInt8] {
  var packed: [UInt8] = []
  var rest = bytes[...]
  repeat {
    let part = rest.prefix(member)
    rest = rest.dropFirst(part.count)
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-nc"]
    let (input, output) = (Pipe(), Pipe())
    gzip.standardInput = input
    gzip.standardOutput = output
    try gzip.run()
    try input.fileHandleForWriting.write(contentsOf: Data(part))
    try input.fileHandleForWriting.close()
    packed += try output.fileHandleForReading.readToEnd() ?? Data()
    gzip.waitUntilExit()
  } while !rest.isEmpty
  return packed
}

/// A folder that is gone after the test.
final class Folder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "traces-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }
}

let lecture = """
  {"vstrace":1,"complete":true,"group":"lecture"}
  {"at":"a","event":"view","view":1,"members":["a","b"],"transitional":["a"]}

  {"at":"b","event":"view","view":1,"members":["a","b"],"transitional":["b"]}
  {"at":"a","event":"send","message":"a1 \\u00e9\u{e9}","service":"agreed"}\r
  {"at":"a","event":"deliver","message":"a1 \u{e9}\\u00e9"}
  {"at":"b", "event":"deliver","time":3.5,"message":"a1 \u{e9}\u{e9}","service":"agreed"}
  """

@Suite struct Files {
  let plain = Array(lecture.utf8)

  func outcome(_ bytes: [UInt8], _ options: TraceReader.Options = .init()) -> Outcome {
    Outcome([.bytes(bytes, name: "t")], options)
  }

  @Test func areReadInChunksOfEverySize() throws {
    let whole = outcome(plain)
    guard case .trace(let trace) = whole else {
      Issue.record("\(whole)")
      return
    }
    #expect(trace.events.map(\.line) == [2, 4, 5, 6, 7])
    let zipped = try packed(plain)
    for chunk in 1...plain.count + 1 {
      for strictOnly in [false, true] {
        let options = TraceReader.Options(chunk: chunk, strictOnly: strictOnly)
        #expect(outcome(plain, options) == whole)
        #expect(outcome(plain + [0x0a], options) == whole)
        #expect(outcome(zipped, options) == whole)
      }
    }
  }

  /// Cut off anywhere, a trace is either shorter by whole lines or malformed on the line where it is cut.
  @Test func areCutAnywhere() throws {
    let full = try #require(try? Trace.read([.bytes(plain, name: "t")]))
    for count in 0..<plain.count {
      let part = Array(plain[..<count])
      let line = 1 + part.count { $0 == 0x0a }
      switch outcome(part) {
      case .trace(let trace):
        #expect(trace.events.map(\.line) == full.events.prefix(trace.events.count).map(\.line))
      case .failure(.malformed(_, let at, let column, _)):
        #expect(at == line)
        // A word, an escape or a character that is cut off is told from its beginning.
        let end = 1 + part.count - (part.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0)
        #expect(column <= end && column > end - 6)
      case .failure(let error): Issue.record("\(error)")
      }
    }
  }

  @Test func areUnpacked() throws {
    #expect(outcome(try packed(plain, member: 50)) == outcome(plain))
    #expect(outcome(try packed([])) == outcome([]))
    #expect(outcome(try packed(plain) + packed([])) == outcome(plain))
  }

  @Test func areNotCutWherePacked() throws {
    let zipped = try packed(plain)
    for count in 2..<zipped.count {
      guard case .failure(.malformed("t", let line, _, let reason)) = outcome(Array(zipped[..<count])) else {
        Issue.record("cut after \(count) bytes and read")
        continue
      }
      #expect(line <= 7)
      #expect(reason == "the gzip data end too early")
    }
  }

  @Test func areNotDamagedWherePacked() throws {
    var zipped = try packed(plain)
    zipped[zipped.count - 5] ^= 1
    #expect(
      outcome(zipped)
        == .failure(
          .malformed(
            file: "t", line: 7, column: 1 + plain.count - plain.lastIndex(of: 0x0a)! - 1,
            reason: "the gzip data are damaged (incorrect data check)")))
    #expect(
      outcome(try packed(Array("{\"at\":\"a\",\"event\":\"signal\"}\n".utf8)) + Array("garbage".utf8))
        == .failure(
          .malformed(
            file: "t", line: 2, column: 1, reason: "the gzip data are damaged (incorrect header check)")))
  }

  @Test func mayBeEmptyOrBlank() {
    #expect(outcome([]) == .trace(Trace(files: ["t"])))
    #expect(outcome(Array("\n \t\r\n\r".utf8)) == .trace(Trace(files: ["t"])))
  }

  @Test func mayHaveLongLines() throws {
    let members = (0..<20_000).map { "process-\($0)" }
    let list = members.map { "\"\($0)\"" }.joined(separator: ",")
    let text = "{\"at\":\"a\",\"event\":\"view\",\"view\":1,\"members\":[\(list)]}\n"
    let message = String(repeating: "m", count: 300_000)
    let rest = "{\"at\":\"a\",\"event\":\"deliver\",\"message\":\"\(message)\"}"
    let trace = try Trace.read([source(text + rest)])
    #expect(trace.events.count == 2)
    #expect(trace.events[1].event.action == .deliver(message: Name(message)))
    guard case .view(_, let set, _, _) = trace.events[0].event.action else {
      Issue.record("no view")
      return
    }
    #expect(set == Set(members.map { Name($0) }))
  }

  @Test func standInFolders() throws {
    let folder = try Folder()
    for name in ["b.jsonl", "a.jsonl.gz", "B.jsonl", "c.json", "d.jsonl.bak", "é.jsonl"] {
      try folder.write(name, Array("{\"at\":\"\(name)\",\"event\":\"signal\"}".utf8))
    }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/e.jsonl", withIntermediateDirectories: true)
    let expected = ["B.jsonl", "a.jsonl.gz", "b.jsonl", "é.jsonl"].map { folder.path + "/" + $0 }
    #expect(try TraceSource.resolve([folder.path]) == expected.map { .file($0) })
    #expect(try TraceSource.resolve([folder.path + "/", "-"]).map(\.name) == expected + ["-"])
    #expect(try Trace.read(TraceSource.resolve([folder.path])).events.map(\.file) == [0, 1, 2, 3])
    #expect(try TraceSource.resolve([folder.path + "/c.json"]) == [.file(folder.path + "/c.json")])
  }

  @Test func mustExist() throws {
    let folder = try Folder()
    let missing = folder.path + "/none"
    let error = TraceError.noInput(file: missing, reason: "No such file or directory")
    #expect(throws: error) { try TraceSource.resolve([missing]) }
    #expect(throws: error) { try Trace.read([.file(missing)]) }
    #expect(throws: TraceError.noInput(file: folder.path, reason: "is a folder")) {
      try Trace.read([.file(folder.path)])
    }
    #expect(
      throws: TraceError.noInput(
        file: folder.path, reason: "has no files whose names end in .jsonl or .jsonl.gz")
    ) { try TraceSource.resolve([folder.path]) }
    #expect(throws: TraceError.noInput(file: "-", reason: "standard input is named twice")) {
      try Trace.read([.standardInput, .standardInput])
    }
  }

  /// A pipe cannot be opened twice: its header is read and the rest waits for its turn.
  @Test func mayBePipes() throws {
    let folder = try Folder()
    let path = folder.path + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    try folder.write("b.jsonl", Array(#"{"at":"z","event":"signal"}"#.utf8))
    let text = lecture
    let writer = Thread {
      if let file = FileHandle(forWritingAtPath: path) {
        try? file.write(contentsOf: Data(text.utf8))
        try? file.close()
      }
    }
    writer.start()
    var reader = try TraceReader([.file(folder.path + "/b.jsonl"), .file(path)])
    let totalBytes1 = reader.totalBytes
    #expect(totalBytes1 == nil)
    let isRepeatable2 = reader.isRepeatable
    #expect(!isRepeatable2)
    let header3 = reader.header
    #expect(header3 == Header(complete: true, group: "lecture"))
    while try reader.nextBatch() != nil {}
    let events4 = reader.events
    #expect(events4 == 6)
    let bytesRead5 = reader.bytesRead
    #expect(bytesRead5 == 27 + plain.count)
  }

  @Test func areCounted() throws {
    let folder = try Folder()
    try folder.write("a.jsonl", plain)
    let zipped = try packed(Array(#"{"at":"z","event":"send","message":"m","service":"safe","to":"y"}"#.utf8))
    try folder.write("b.jsonl.gz", zipped)
    var reader = try TraceReader(TraceSource.resolve([folder.path]))
    let isRepeatable6 = reader.isRepeatable
    #expect(isRepeatable6)
    let totalBytes7 = reader.totalBytes
    #expect(totalBytes7 == plain.count + zipped.count)
    let bytesRead8 = reader.bytesRead
    #expect(bytesRead8 == 0)
    let files9 = reader.files
    #expect(files9 == [folder.path + "/a.jsonl", folder.path + "/b.jsonl.gz"])
    var files: [Int] = []
    while let batch = try reader.nextBatch() { files += batch.events.map { _ in batch.file } }
    #expect(files == [0, 0, 0, 0, 0, 1])
    let bytesRead10 = reader.bytesRead
    #expect(bytesRead10 == plain.count + zipped.count)
    let events11 = reader.events
    #expect(events11 == 6)
    let processes12 = reader.processes
    #expect(processes12 == ["a", "b", "z", "y"])
    let processesWithEvents13 = reader.processesWithEvents
    #expect(processesWithEvents13 == 3)
    let isAtEnd = try reader.nextBatch() == nil
    #expect(isAtEnd)
  }

  @Test func failForEver() throws {
    var reader = try TraceReader([source(#"{"at":"a","event":"signal"}"# + "\n?")])
    let isRead = try reader.nextBatch() != nil
    #expect(isRead)
    for _ in 0..<3 {
      var error: TraceError?
      do throws(TraceError) { _ = try reader.nextBatch() } catch let thrown { error = thrown }
      #expect(
        error
          == .malformed(
            file: "t", line: 2, column: 1,
            reason: #"unexpected "?": a line is a JSON object; "{" is expected"#))
    }
  }

  /// More events than a batch or a chunk holds, of more processes than a small table.
  @Test func mayBeLong() throws {
    var writer = TraceWriter(header: Header(complete: true))
    for i in 0..<30_000 {
      let name = Name("p\(i % 1000)")
      writer.append(Event(at: name, action: .deliver(message: Name("m\(i)"))))
    }
    var reader = try TraceReader([.bytes(writer.bytes, name: "t")])
    var next = 0
    while let batch = try reader.nextBatch() {
      #expect(batch.events.count <= TraceReader.batchCapacity)
      let names = reader.processes
      for scanned in batch.events {
        let expected = Event(at: Name("p\(next % 1000)"), action: .deliver(message: Name("m\(next)")))
        guard scanned.event(time: nil, names, batch.details) == expected, scanned.line == next + 2 else {
          Issue.record("event \(next)")
          return
        }
        next += 1
      }
    }
    #expect(next == 30_000)
    let processesWithEvents14 = reader.processesWithEvents
    #expect(processesWithEvents14 == 1000)
  }
}
