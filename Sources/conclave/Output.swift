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
