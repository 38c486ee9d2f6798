import ArgumentParser
import Foundation

@main
struct Conclave: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conclave",
    abstract: "Checks what group communication systems did against what they promise.",
    discussion: """
      A trace is a file of JSON Lines: views, transitional signals, messages sent and delivered, as each process \
      saw them. Begin with 'conclave check trace.jsonl'; 'conclave help check' explains the rest.
      """,
    subcommands: [Check.self, Shrink.self, Bench.self])

  static func main() {
    // A reader of our output that goes away is an error of writing, not a silent death.
    signal(SIGPIPE, SIG_IGN)
    main(nil)
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
