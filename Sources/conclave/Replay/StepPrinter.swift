import CyclicGroups
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
  /// Steps of runs so far.
  private var count = 0

  init(numbers: ClosedRange<Int>, process: String?, isJSON: Bool, waits: Bool) {
    self.numbers = numbers
    self.process = process
    self.isJSON = isJSON
    self.waits = waits
  }

  /// - Parameter fingerprint: of a key.
  mutating func show<Group>(
    _ happening: Happening<Group>, _ fingerprint: (Group.Element) -> String
  ) throws(Output.Failed) {
    count += 1
    guard numbers.contains(count), process.map(happening.concerns) ?? true else { return }
    try write(
      isJSON ? [happening.json(count, fingerprint)] : happening.text(fingerprint), number: count)
  }

  /// - Parameter sessions: how many the run has.
  mutating func show(_ happening: ExchangeHappening, sessions: Int) throws(Output.Failed) {
    count += 1
    guard numbers.contains(count), process.map(happening.concerns) ?? true else { return }
    try write(isJSON ? [happening.json(count)] : happening.text(sessions: sessions), number: count)
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

  private func write(_ lines: [String], number: Int) throws(Output.Failed) {
    if isJSON {
      try Output.standard.write(lines[0] + "\n")
    } else {
      let label = "\(number)"
      let margin = String(repeating: " ", count: 5)
      var text = String(repeating: " ", count: max(0, 5 - label.count)) + label
      for (place, line) in lines.enumerated() { text += (place == 0 ? "" : margin) + "  \(line)\n" }
      try Output.standard.write(text)
    }
    if waits { _ = readLine() }
  }
}
