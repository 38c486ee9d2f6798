import Foundation
import Traces

/// Writes legal runs as trace files, as fast as the disk takes them.
enum LegalTraceFile {
  /// How the lines of the processes follow each other in the file.
  enum Layout: Sendable {
    /// As they happened.
    case interleaved
    /// One process after the other.
    case consecutive
  }

  /// - Throws: `Output.Failed`.
  static func write(
    _ path: String, events: Int, processes: Int, layout: Layout, messagesPerView: Int = 2000,
    seed: UInt64 = 1
  ) throws {
    var run = LegalRun(processes: processes, messagesPerView: messagesPerView, seed: seed)
    let prefixes = (0..<processes).map { Array("{\"at\":\"p\($0 + 1)\",\"event\":\"".utf8) }
    let files = try FileBuffer.create(
      layout == .interleaved ? [path] : (0..<processes).map { "\(path).\($0)" })
    defer { for file in files { file.close() } }
    var failure: (any Error)?
    if layout == .interleaved { files[0].append(TraceWriter.line(for: Header(complete: true)) + "\n") }
    run.run(events: events) { process, happening in
      let file = files[layout == .interleaved ? 0 : process]
      file.append(prefixes[process])
      switch happening {
      case .deliver(let sender, let number):
        file.append("deliver\",\"message\":\"p")
        file.append(sender + 1)
        file.append(":")
        file.append(number)
        file.append("\"}\n")
      case .send(let sender, let number, let service):
        file.append("send\",\"message\":\"p")
        file.append(sender + 1)
        file.append(":")
        file.append(number)
        file.append("\",\"service\":\"\(service)\"}\n")
      case .signal: file.append("signal\"}\n")
      case .flushRequest: file.append("flushRequest\"}\n")
      case .flushOk: file.append("flushOk\"}\n")
      case .view(let number, let members, let transitional):
        func set(_ indices: [Int]) -> String { indices.map { "\"p\($0 + 1)\"" }.joined(separator: ",") }
        file.append("view\",\"view\":\(number),\"members\":[\(set(members))],")
        file.append("\"transitional\":[\(set(transitional))]}\n")
      }
      if file.isFull {
        do { try file.flush() } catch { failure = failure ?? error }
      }
    }
    for file in files { try file.flush() }
    if let failure { throw failure }
    if layout == .consecutive { try join(files.map(\.path), into: path) }
  }

  private static func join(_ parts: [String], into path: String) throws {
    let whole = try FileBuffer.create([path])[0]
    defer { whole.close() }
    whole.append(TraceWriter.line(for: Header(complete: true)) + "\n")
    for part in parts {
      guard let handle = FileHandle(forReadingAtPath: part) else { continue }
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        whole.append(Array(piece))
        try whole.flush()
      }
      try handle.close()
      try FileManager.default.removeItem(atPath: part)
    }
    try whole.flush()
  }
}

/// A file and the bytes that are not yet in it.
private final class FileBuffer {
  let path: String
  private let descriptor: Int32
  private var bytes: [UInt8] = []

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    bytes.reserveCapacity(1 << 18)
  }

  static func create(_ paths: [String]) throws -> [FileBuffer] {
    try paths.map { path in
      let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
      if descriptor < 0 { throw Output.Failed(description: "\(path): \(String(cString: strerror(errno)))") }
      return FileBuffer(path: path, descriptor: descriptor)
    }
  }

  var isFull: Bool { bytes.count > 200_000 }

  func append(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
  func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
  func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  /// Appends a number that is not negative, in decimal digits.
  func append(_ number: Int) {
    if number >= 10 { append(number / 10) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  func flush() throws {
    try Output(descriptor: descriptor, name: path).write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  func close() { _ = Foundation.close(descriptor) }
}
