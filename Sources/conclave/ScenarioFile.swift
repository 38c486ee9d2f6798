import ArgumentParser
import Foundation
import GroupCommunication
import Simulation
import Traces

/// A scenario in a file.
struct ScenarioFile {
  let path: String
  let scenario: AnyScenario

  /// - Throws: `Status.noInput`, `Status.malformed`, after telling why.
  init(_ path: String) throws {
    self.path = path
    do {
      scenario = try AnyScenario(bytes: try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as ScenarioError {
      Output.complain("\(path):\(error)")
      throw Status.malformed
    } catch {
      Output.complain("\(path): \(error.localizedDescription)")
      throw Status.noInput
    }
  }

  private var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

  /// `conclave simulate --scenario`: the trace to standard output, a summary to standard error.
  func simulate(quiet: Bool) throws {
    let outcome: ScenarioOutcome
    let words: String
    switch scenario {
    case .robust(let scenario):
      let run = ScenarioRun(scenario, name: name)
      try Output.standard.write(run.stack.trace.bytes)
      words = "\(run.steps) steps\n\(run.stack.summary.text)"
      outcome = run.outcome
    case .exchange(let scenario):
      let run = ExchangeScenarioRun(scenario, name: name)
      try Output.standard.write(run.trace)
      let summary = run.summary
      words = """
        \(summary.steps) events of servers, \(summary.messages) messages, \(summary.decisions) decisions, \
        \(summary.sessionsEverywhere) sessions finished by all \(summary.live.count) live servers
        """
      outcome = run.outcome
    }
    if !quiet { Output.complain("scenario \(name): \(words)") }
    try compare(outcome)
  }

  /// `conclave replay --scenario`.
  func replay(by printer: inout StepPrinter) throws {
    switch scenario {
    case .robust(let scenario):
      printer.begin(scenario.plan)
      let run = try ScenarioRun(scenario, name: name) { happening, fingerprint in
        try printer.show(happening, fingerprint)
      }
      try compare(run.outcome)
    case .exchange(let scenario):
      printer.beginExchange()
      let run = try ExchangeScenarioRun(scenario, name: name) { happening in
        try printer.show(happening, sessions: scenario.plan.sessions)
      }
      try compare(run.outcome)
    }
  }

  /// Tells where the transcript is not as expected; with `CONCLAVE_REWRITE=1` writes the file anew instead.
  /// - Throws: `Status.violated`, `Status.inputOutput`.
  private func compare(_ outcome: ScenarioOutcome) throws {
    if outcome.mismatches.isEmpty { return }
    if ProcessInfo.processInfo.environment["CONCLAVE_REWRITE"] == "1" {
      do {
        try Data(outcome.rewritten.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        Output.complain("\(path): \(error.localizedDescription)")
        throw Status.inputOutput
      }
      return
    }
    for mismatch in outcome.mismatches {
      Output.complain("\(path):\(mismatch.line): it happens otherwise (- expected, + shown)")
      Output.complain(mismatch.difference)
    }
    throw Status.violated
  }
}
