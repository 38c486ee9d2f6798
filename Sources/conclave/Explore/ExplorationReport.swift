import Exploration
import Foundation
import Traces

/// What an exploration found, as text and as JSON.
struct ExplorationReport<M: Model> {
  var name: String
  var settings: [(name: String, value: String)]
  var model: M
  var outcome: Outcome<M>
  /// For each property the files with the traces of its runs.
  var files: [[String]]

  // MARK: Text

  /// The table, then each counterexample.
  var text: String {
    var text = ([name] + settings.map { "\($0.name) \($0.value)" }).joined(separator: ", ") + "\n\n"
    let rows = Self.rows(outcome.findings.map(\.property))
    let width = rows.map(\.count).max() ?? 0
    for (finding, row) in zip(outcome.findings, rows) {
      text += "  \(mark(finding.verdict)) \(row.padded(to: width))  \(judgement(finding))\n"
    }
    text += "\n\(end)\n\(outcome.statistics)\n"
    for (finding, files) in zip(outcome.findings, files) where finding.verdict == .violated {
      for (number, run) in finding.runs.enumerated() {
        text += "\n✗ \(Self.rows([finding.property])[0])\n"
        if files.indices.contains(number) { text += "  trace: \(files[number])\n" }
        text += steps(run)
      }
    }
    return text
  }

  /// Names, and titles beside them, in a column of their own.
  private static func rows(_ properties: [Property<M.State>]) -> [String] {
    let width = properties.map { $0.title.isEmpty ? 0 : $0.name.count }.max() ?? 0
    return properties.map { property in
      property.title.isEmpty ? property.name : "\(property.name.padded(to: width))  \(property.title)"
    }
  }

  private func mark(_ verdict: Verdict) -> String {
    switch verdict {
    case .holds: "✓"
    case .violated: "✗"
    case .undecided: "?"
    }
  }

  private func judgement(_ finding: Finding<M>) -> String {
    let verdict =
      switch (finding.property.kind, finding.verdict) {
      case (.sometimes, .holds): "met"
      case (.sometimes, .violated): "never met"
      case (.sometimes, .undecided), (.always, _), (.alwaysReachable, _): finding.verdict.rawValue
      }
    guard let run = finding.runs.first else { return verdict }
    return verdict.padded(to: 9) + (run.steps.count == 1 ? " 1 step" : " \(run.steps.count) steps")
      + (finding.runs.count > 1 ? ", \(finding.runs.count - 1) more" : "")
  }

  private func steps(_ run: Run<M>) -> String {
    var text = ""
    let width = "\(run.steps.count)".count
    for (number, step) in run.steps.enumerated() {
      let label = "\(number + 1)"
      text += "  \(String(repeating: " ", count: width - label.count))\(label). "
      text += model.label(action: step.action) + "\n"
    }
    return text + "  \(String(repeating: " ", count: width))  \(model.label(state: run.last))\n"
  }

  /// How the search ended, in words.
  private var end: String {
    let statistics = outcome.statistics
    switch outcome.end {
    case .exhausted: return "every reachable state was visited"
    case .limit(let limit):
      return "limit of \(limit.rawValue) reached at depth \(statistics.depth), \(statistics.states) states: "
        + (outcome.verdict == .violated ? "violated" : "no violation so far")
    case .interrupted:
      return "interrupted at depth \(statistics.depth), \(statistics.states) states: "
        + (outcome.verdict == .violated ? "violated" : "no violation so far")
    case .violation: return "ended at the first violation"
    case .walked:
      return "the walks are done: " + (outcome.verdict == .violated ? "violated" : "no violation so far")
    }
  }

  // MARK: JSON

  /// One object on one line, without a line end.
  var json: String {
    let end =
      switch outcome.end {
      case .exhausted: "exhausted"
      case .limit(let limit): "limit-\(limit.rawValue)"
      case .interrupted: "interrupted"
      case .violation: "violation"
      case .walked: "walked"
      }
    let statistics = outcome.statistics
    let settings = settings.map { #"\#(JSONText.quoted($0.name)):\#(JSONText.quoted($0.value))"# }
    let properties = zip(outcome.findings, files).map(json(of:files:))
    return #"{"model":\#(JSONText.quoted(name)),"settings":{\#(settings.joined(separator: ","))},"#
      + #""verdict":"\#(outcome.verdict.rawValue)","end":"\#(end)","states":\#(statistics.states),"#
      + #""transitions":\#(statistics.transitions),"depth":\#(statistics.depth),"#
      + #""seconds":\#(String(format: "%.3f", statistics.seconds)),"memory":\#(statistics.memory),"#
      + #""oddsOfMissedState":\#(statistics.oddsOfMissedState),"properties":[\#(properties.joined(separator: ","))]}"#
  }

  private func json(of finding: Finding<M>, files: [String]) -> String {
    let runs = finding.runs.enumerated().map { number, run in
      let steps = run.steps.map { JSONText.quoted(model.label(action: $0.action)) }
      let trace = files.indices.contains(number) ? #","trace":\#(JSONText.quoted(files[number]))"# : ""
      return #"{"steps":[\#(steps.joined(separator: ","))],"#
        + #""state":\#(JSONText.quoted(model.label(state: run.last)))\#(trace)}"#
    }
    return #"{"name":\#(JSONText.quoted(finding.property.name)),"#
      + #""title":\#(JSONText.quoted(finding.property.title)),"kind":"\#(finding.property.kind.rawValue)","#
      + #""verdict":"\#(finding.verdict.rawValue)","runs":[\#(runs.joined(separator: ","))]}"#
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
