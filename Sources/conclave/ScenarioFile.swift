import ArgumentParser
import CyclicGroups
import Foundation
import Simulation
import Traces

/// A scenario in a file.
struct ScenarioFile {
  let path: String
  let scenario: Scenario

  /// - Throws: `Status.noInput`, `Status.malformed`, after telling why.
  init(_ path: String) throws {
    self.path = path
    do {
      scenario = try Scenario(bytes: try Data(contentsOf: URL(fileURLWithPath: path)))
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
    let run = ScenarioRun(scenario, name: name)
    try Output.standard.write(run.stack.trace.bytes)
    if !quiet {
      Output.complain("scenario \(name): \(run.steps) steps\n\(run.stack.summary.text)")
    }
    try compare(run)
  }

  /// - Parameter observe: is shown each step, with how keys are written.
  func run<Failure: Error>(
    _ observe: (Happening<SymbolicGroup>, (SymbolicGroup.Element) -> String) throws(Failure) -> Void
  ) throws(Failure) -> ScenarioRun {
    try ScenarioRun(scenario, name: name, observe: observe)
  }

  /// Tells where the transcript is not as expected; with `CONCLAVE_REWRITE=1` writes the file anew instead.
  /// - Throws: `Status.violated`, `Status.inputOutput`.
  func compare(_ run: ScenarioRun) throws {
    if run.mismatches.isEmpty { return }
    if ProcessInfo.processInfo.environment["CONCLAVE_REWRITE"] == "1" {
      do {
        try Data(run.rewritten.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        Output.complain("\(path): \(error.localizedDescription)")
        throw Status.inputOutput
      }
      return
    }
    for mismatch in run.mismatches {
      Output.complain("\(path):\(mismatch.line): it happens otherwise (- expected, + shown)")
      Output.complain(mismatch.difference)
    }
    throw Status.violated
  }
}
