import ArgumentParser
import Foundation

@main
struct Conclave: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conclave",
    abstract: "Checks what group communication systems did against what they promise.",
    discussion: """
      A trace is a file of JSON Lines: views, transitional signals, messages sent and delivered, as each \
      process saw them. Begin with 'conclave check trace.jsonl'; 'conclave help check' explains the rest.
      """,
    subcommands: [Check.self, Simulate.self, Explore.self, Replay.self, Shrink.self, Bench.self])

  static func main() {
    // A reader of our output that goes away is an error of writing, not a silent death.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Foundation.exit(answer(error).rawValue)
    }
  }

  /// Tells what ended the command: help on standard output, an error on standard error.
  private static func answer(_ end: any Error) -> ExitCode {
    let status = exitCode(for: end)
    let message = fullMessage(for: end)
    if message.isEmpty { return status }
    guard status == .success else {
      Output.complain(message)
      return status
    }
    do {
      try Output.standard.write(message + "\n")
      return status
    } catch {
      Output.complain(error)
      return Status.inputOutput
    }
  }
}

/// Exit statuses, after BSD's sysexits(3).
enum Status {
  static let violated = ExitCode(1)
  static let undecided = ExitCode(2)
  static let usage = ExitCode(64)
  static let malformed = ExitCode(65)
  static let noInput = ExitCode(66)
  static let inputOutput = ExitCode(74)
}
