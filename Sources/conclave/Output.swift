import ArgumentParser
import Foundation

/// Unbuffered writing to a file descriptor, with its errors.
struct Output {
  static let standard = Output(descriptor: 1, name: "standard output")

  var descriptor: Int32
  var name: String

  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  /// - Throws: `Failed`.
  func write(_ text: String) throws(Failed) { try write(Array(text.utf8)) }

  /// - Throws: `Failed`.
  func write(_ bytes: [UInt8]) throws(Failed) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw Failed(description: "\(name): \(String(cString: strerror(errno)))")
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Writes a file, in place of one that is there.
  ///
  /// - Throws: `Failed`.
  static func write(_ bytes: [UInt8], to path: String) throws(Failed) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    if descriptor < 0 { throw Failed(description: "\(path): \(String(cString: strerror(errno)))") }
    try Output(descriptor: descriptor, name: path).write(bytes)
    if close(descriptor) != 0 { throw Failed(description: "\(path): \(String(cString: strerror(errno)))") }
  }

  /// Makes a folder, and those that it stands in, where they are missing.
  ///
  /// - Throws: `Failed`.
  static func makeFolder(_ path: String) throws(Failed) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Failed(description: "\(path): \(error.localizedDescription)")
    }
  }

  /// Says what went wrong; that this may fail, too, is nothing that could be said.
  static func complain(_ message: some CustomStringConvertible) {
    try? Output(descriptor: 2, name: "standard error").write("\(message)\n")
  }
}

/// A terminal at a file descriptor.
enum Terminal {
  static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && variable("TERM") != "dumb"
  }

  /// Colours on a terminal, unless the user asks for none (no-color.org).
  static func wantsColours(_ descriptor: Int32) -> Bool {
    isTerminal(descriptor) && (variable("NO_COLOR") ?? "").isEmpty
  }

  private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
