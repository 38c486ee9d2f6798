import Foundation
import Synchronization

/// Runs the built `conclave` as a user does.
enum Command {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  enum Input {
    case nothing
    case text(String)
  }

  enum Destination {
    case captured
    /// A file or device.
    case path(String)
    /// A pipe that nobody reads any more.
    case brokenPipe
  }

  /// The executable stands beside the tests' own.
  static let executable: URL = {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent("conclave")
  }()

  /// - Parameter folder: the working directory.
  static func conclave(
    _ arguments: [String], input: Input = .nothing, output: Destination = .captured, folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    try run(
      executable, arguments, input: input, output: output, folder: folder, environment: environment)
  }

  static func run(
    _ executable: URL, _ arguments: [String], input: Input = .nothing, output: Destination = .captured,
    folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var text = ""
    if case .text(let given) = input { text = given }
    // Files instead of pipes: nothing fills up while nobody reads.
    process.standardInput = try FileHandle(forReadingFrom: scratch.write(text, to: "input"))
    let captured = try scratch.write("", to: "output")
    let errors = try scratch.write("", to: "errors")
    process.standardError = try FileHandle(forWritingTo: errors)
    switch output {
    case .captured: process.standardOutput = try FileHandle(forWritingTo: captured)
    case .path(let path): process.standardOutput = FileHandle(forWritingAtPath: path)
    case .brokenPipe:
      let pipe = Pipe()
      try pipe.fileHandleForReading.close()
      process.standardOutput = pipe.fileHandleForWriting
    }
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try String(contentsOf: captured, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// Runs it with a terminal for all three streams; the output is what the terminal gets.
  static func conclaveOnTerminal(_ arguments: [String], environment: [String: String] = [:]) throws -> Result
  {
    let script = """
      import os, pty, sys
      status = pty.spawn(sys.argv[1:])
      sys.exit(os.waitstatus_to_exitcode(status))
      """
    return try run(
      URL(fileURLWithPath: "/usr/bin/env"), ["python3", "-c", script, executable.path] + arguments,
      environment: ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 })
  }
}

/// A folder that is gone with its owner.
final class Scratch {
  let folder: URL

  private static let count = Atomic(0)

  init() throws {
    let number = Self.count.add(1, ordering: .relaxed).newValue
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("conclave-tests-\(ProcessInfo.processInfo.processIdentifier)-\(number)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @discardableResult func write(_ text: String, to name: String) throws -> URL {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url
  }
}
