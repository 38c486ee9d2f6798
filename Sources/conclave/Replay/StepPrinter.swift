import CyclicGroups
import Foundation
import PseudoCode
import SecureGroup
import Simulation
import TraceChecking
import Traces

/// Prints steps as they come: those that were asked for.
struct StepPrinter {
  let numbers: ClosedRange<Int>
  /// nil: all.
  let process: String?
  let isJSON: Bool
  /// Whether Enter brings the next step.
  let waits: Bool
  /// Whether what the executed lines say is told.
  let tellsLines: Bool
  private var code: PseudoCode?
  /// Whether the times of steps mean something.
  private var showsTimes = false
  /// Steps of runs so far.
  private var count = 0

  init(numbers: ClosedRange<Int>, process: String?, isJSON: Bool, waits: Bool, tellsLines: Bool) {
    self.numbers = numbers
    self.process = process
    self.isJSON = isJSON
    self.waits = waits
    self.tellsLines = tellsLines
  }

  /// Steps of this run follow.
  mutating func begin(_ plan: Plan) {
    code = tellsLines ? PseudoCode(isOptimized: plan.algorithm == .optimized) : nil
    showsTimes = plan.latencies != nil
  }

  /// Steps of a run of omega, omega-fs or consensus follow.
  mutating func beginExchange() {
    code = tellsLines ? PseudoCode(isOptimized: false) : nil
    showsTimes = false
  }

  /// - Parameter fingerprint: of a key.
  mutating func show<Group>(
    _ happening: Happening<Group>, _ fingerprint: (Group.Element) -> String
  ) throws(Output.Failed) {
    count += 1
    guard numbers.contains(count), process.map(happening.concerns) ?? true else { return }
    try write(
      isJSON ? [happening.json(count, fingerprint)] : happening.text(fingerprint, code: code), number: count,
      time: showsTimes ? happening.time : nil)
  }

  /// - Parameter sessions: how many the run has.
  mutating func show(_ happening: ExchangeHappening, sessions: Int) throws(Output.Failed) {
    count += 1
    guard numbers.contains(count), process.map(happening.concerns) ?? true else { return }
    try write(
      isJSON ? [happening.json(count)] : happening.text(sessions: sessions, code: code), number: count)
  }

  /// - Parameter number: of the event.
  func show(
    _ event: Event, _ standings: [(layer: Event.Layer, standing: RecordedSteps.Standing)], number: Int
  ) throws(Output.Failed) {
    guard numbers.contains(number), process == nil || process == event.at.string else { return }
    if isJSON {
      let places = standings.map { layer, standing in
        "\(JSONText.quoted(layer.description)):\(JSONText.quoted(standing.description))"
      }
      try write(
        [
          "{\"number\":\(number),\"event\":\(TraceWriter.line(for: event)),"
            + "\"standing\":{\(places.joined(separator: ","))}}"
        ], number: number)
    } else {
      let words = "\(event.at)  \(event.layer?.description ?? "") \(event.words)".printable
      let places = standings.map { layer, standing in "\(layer): \(standing)" }.joined(separator: "; ")
      let gap = String(repeating: " ", count: max(2, 60 - words.count))
      try write([places.isEmpty ? words : words + gap + places.printable], number: number)
    }
  }

  /// - Parameter time: seconds.
  private func write(_ lines: [String], number: Int, time: Double? = nil) throws(Output.Failed) {
    if isJSON {
      try Output.standard.write(lines[0] + "\n")
    } else {
      let label = "\(number)"
      var text = String(repeating: " ", count: max(0, 5 - label.count)) + label
      if let time { text += String(format: "%12.6f", time) }
      let margin = String(repeating: " ", count: time == nil ? 5 : 17)
      for (place, line) in lines.enumerated() { text += (place == 0 ? "" : margin) + "  \(line)\n" }
      try Output.standard.write(text)
    }
    if waits { _ = readLine() }
  }
}
