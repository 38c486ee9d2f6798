import Foundation

/// TLA+'s model checker: needs Java, and the file that `Tests/run` fetches.
enum TLC {
  struct Result {
    var distinctStates: Int?
    /// Whether it has visited all states, and all that is claimed holds.
    var isClean: Bool
    /// The invariant that it found violated.
    var violated: String?
    var output: String
  }

  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let specifications = repository.appendingPathComponent("Spec/TLA")
  private static let jar = repository.appendingPathComponent(".build/tla2tools.jar")

  /// Under CI=true nothing is skipped: what is missing is a failure.
  static let isWanted = isInstalled || ProcessInfo.processInfo.environment["CI"] == "true"

  private static let isInstalled =
    FileManager.default.fileExists(atPath: jar.path)
    && (try? run(["java", "-version"], output: .nullDevice)) == 0

  /// Checks a configuration of the module whose name it begins with, up to a hyphen.
  static func check(_ configuration: String) throws -> Result {
    let module = configuration.prefix { $0 != "-" }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("conclave-tlc-\(ProcessInfo.processInfo.processIdentifier)-\(configuration)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appendingPathComponent("output")
    try Data().write(to: output)
    let status = try run(
      [
        "java", "-XX:+UseParallelGC", "-Xmx2g", "-Djava.io.tmpdir=\(folder.path)", "-cp", jar.path,
        "tlc2.TLC",
        "-deadlock", "-workers", "1",
        "-metadir", folder.path, "-config", "\(configuration).cfg", "\(module).tla",
      ], output: FileHandle(forWritingTo: output))
    let text = try String(contentsOf: output, encoding: .utf8)
    return Result(
      distinctStates: text.matches(of: /(\d+) distinct states found/).last.flatMap { Int($0.1) },
      isClean: status == 0 && text.contains("No error has been found"),
      violated: (text.firstMatch(of: /Error: Invariant (\w+) is violated/)?.1).map(String.init), output: text)
  }

  private static func run(_ command: [String], output: FileHandle) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = specifications
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
