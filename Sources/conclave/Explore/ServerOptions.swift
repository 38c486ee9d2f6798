import ArgumentParser
import FaultTolerantExchange

/// The servers of a model of Cachin and Strobl.
struct ServerOptions: ParsableArguments {
  @Option(name: .customLong("servers"), help: ArgumentHelp("How many servers, n, 1 to 8.", valueName: "n"))
  var count = 3
  @Option(
    help: ArgumentHelp("How many may crash, t_c. (default: the greatest below n/2)", valueName: "n"))
  var tolerates: Int?
  @Option(help: ArgumentHelp("How many crash, at most t_c. (default: t_c)", valueName: "n"))
  var crashes: Int?

  var servers: Servers { Servers(count, crashes: tolerated) }
  var crashing: Int { crashes ?? tolerated }
  private var tolerated: Int { tolerates ?? (count - 1) / 2 }

  var settings: [(name: String, value: String)] {
    [("servers", "\(count)"), ("tolerates", "\(tolerated)"), ("crashes", "\(crashing)")]
  }

  func validate() throws {
    if !(1...8 ~= count) { throw ValidationError("--servers must be from 1 to 8.") }
    if !(0...(count - 1) / 2 ~= tolerated) {
      throw ValidationError("--tolerates must be from 0 to \((count - 1) / 2), for \(count) servers.")
    }
    if !(0...tolerated ~= crashing) {
      throw ValidationError("--crashes must be from 0 to \(tolerated), as many as may crash.")
    }
  }
}
