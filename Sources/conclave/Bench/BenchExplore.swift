import ArgumentParser
import Exploration
import Foundation
import Models

struct BenchExplore: Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Measures the explorer beside TLC and Spin on two-phase commit.",
    discussion: """
      All visit the same states (of Spec/TLA/TwoPhaseCommit.tla and Spec/Promela/two-phase-commit.pml) and look \
      whether what is decided is consistent; that they find as many states is checked. Our times are medians of \
      three. Rates are by seconds of the processor; two workers are compared by the clock, which needs two cores \
      that are not busy.

      TLC needs java and the file tla2tools.jar, which Tests/run fetches; Spin needs spin and gcc. What is missing \
      is not measured.

      EXIT STATUS
        0   measured; the goals may be met or not
        1   somebody found another number of states
        64  the command line is wrong, or this is no release build
        74  reading or writing failed
      """)

  @Option(help: ArgumentHelp("How many resource managers.", valueName: "n")) var processes = 8
  @Option(help: ArgumentHelp("The folder of the specifications.", valueName: "folder")) var spec = "Spec"
  @Option(help: ArgumentHelp("TLC.", valueName: "file")) var tlc = ".build/tla2tools.jar"
  @Flag(help: "Measure once, not three times.") var quick = false

  func validate() throws {
    if !(2...16).contains(processes) { throw ValidationError("--processes must be from 2 to 16.") }
  }

  /// Two-phase commit with no other claim than the others check, kept in one way or another.
  private struct Consistency<Storage: StateStorage<TwoPhaseCommit.State>>: Model {
    var base: TwoPhaseCommit

    var initialStates: [TwoPhaseCommit.State] { base.initialStates }
    func actions(of state: TwoPhaseCommit.State, into actions: inout [TwoPhaseCommit.Action]) {
      base.actions(of: state, into: &actions)
    }
    func next(_ state: TwoPhaseCommit.State, _ action: TwoPhaseCommit.Action) -> TwoPhaseCommit.State? {
      base.next(state, action)
    }
    var properties: [Exploration.Property<TwoPhaseCommit.State>] {
      base.properties.filter { $0.kind == .always }
    }
  }

  private struct Row {
    var name: String
    var states: Int
    var transitions: Int?
    var processor: Double
    var clock: Double
    /// Bytes of visited states.
    var memory: Int?
    var rate: Double { Double(states) / processor }
  }

  // MARK: Measuring

  func measure() throws {
    let base = TwoPhaseCommit(resourceManagers: processes)
    let inline = Consistency<InlineStorage<TwoPhaseCommit.State>>(base: base)
    var rows = [[Row]](repeating: [], count: 4)
    for _ in 0..<(quick ? 1 : 3) {
      rows[0].append(ours("one worker", inline, SearchOptions()))
      rows[1].append(ours("two workers", inline, SearchOptions(workers: 2)))
      rows[2].append(ours("one worker, fingerprints", inline, SearchOptions(usesFingerprints: true)))
      rows[3].append(
        ours(
          "one worker, states kept as Swift values",
          Consistency<ValueStorage<TwoPhaseCommit.State>>(base: base), SearchOptions()))
    }
    var table = rows.map { $0.sorted { $0.processor < $1.processor }[$0.count / 2] }
    let speedup = median(zip(rows[0], rows[1]).map { $0.clock / $1.clock })
    let effort = median(zip(rows[0], rows[1]).map { $1.processor / $0.processor })
    let folder = NSTemporaryDirectory() + "/conclave-bench-\(getpid())"
    try Output.makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let tlc = try tlcRow(folder)
    let spin = try spinRow(folder)
    table += [tlc, spin].compactMap(\.self)
    try Output.standard.write(text(table, speedup: speedup, effort: effort, tlc: tlc, spin: spin))
    if table.contains(where: { $0.states != table[0].states }) { throw Status.violated }
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private func ours(_ name: String, _ model: some Model, _ options: SearchOptions) -> Row {
    Output.complain("\(name): measuring")
    let before = Measurement.ownProcessorTime
    let statistics = model.explore(options).statistics
    return Row(
      name: name, states: statistics.states, transitions: statistics.transitions,
      processor: Measurement.ownProcessorTime - before, clock: statistics.seconds, memory: statistics.memory)
  }

  /// The last number in the text that stands before these words.
  private func number(before words: String, in text: String) -> Int? {
    guard let end = text.range(of: words, options: .backwards)?.lowerBound else { return nil }
    let digits = text[..<end].reversed().drop { $0 == " " }.prefix { $0.isNumber || $0 == "," }
    return Int(String(digits.reversed()).replacing(",", with: ""))
  }

  private func tlcRow(_ folder: String) throws -> Row? {
    let module = "\(spec)/TLA/TwoPhaseCommit.tla"
    guard FileManager.default.fileExists(atPath: tlc), FileManager.default.fileExists(atPath: module),
      (try? Measurement.run(["java", "-version"]))?.status == 0
    else { return nil }
    Output.complain("TLC: measuring")
    let managers = (1...processes).map { "m\($0)" }.joined(separator: ", ")
    let configuration = """
      CONSTANT Managers = {\(managers)}
      SPECIFICATION Spec
      INVARIANT Consistent

      """
    // TLC looks for the configuration beside the module.
    try Output.write(Array(configuration.utf8), to: "\(folder)/bench.cfg")
    try? FileManager.default.copyItem(atPath: module, toPath: "\(folder)/TwoPhaseCommit.tla")
    let output = "\(folder)/tlc.txt"
    let run = try Measurement.run(
      [
        "java", "-XX:+UseParallelGC", "-cp", tlc, "tlc2.TLC", "-deadlock", "-workers", "1", "-metadir",
        folder, "-config", "bench.cfg", "\(folder)/TwoPhaseCommit.tla",
      ], output: output)
    let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    guard run.status == 0, let states = number(before: " distinct states found", in: text) else {
      throw Output.Failed(description: "TLC failed:\n\(text.suffix(1000))")
    }
    return Row(
      name: "TLC, one worker", states: states, transitions: nil, processor: run.processor, clock: run.clock)
  }

  private func spinRow(_ folder: String) throws -> Row? {
    let model = URL(fileURLWithPath: "\(spec)/Promela/two-phase-commit.pml").path
    guard FileManager.default.fileExists(atPath: model),
      (try? Measurement.run(["spin", "-V"]))?.status == 0,
      (try? Measurement.run(["gcc", "--version"]))?.status == 0
    else { return nil }
    Output.complain("Spin: measuring")
    let build = try Measurement.run([
      "sh", "-c",
      """
      cd "$0" && spin "-DN=$1" -a "$2" &&
        gcc -w -O2 -DSAFETY -DNOREDUCE -DMEMLIM=8192 -o pan pan.c
      """, folder, "\(processes)", model,
    ])
    let output = "\(folder)/spin.txt"
    let run = try Measurement.run(["\(folder)/pan", "-m1000000", "-w24"], output: output)
    let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    guard build.status == 0, run.status == 0, text.contains("errors: 0"),
      let states = number(before: " states, stored", in: text)
    else { throw Output.Failed(description: "Spin failed:\n\(text.suffix(1000))") }
    return Row(
      name: "Spin, no reduction", states: states,
      transitions: number(before: " transitions", in: text).map { $0 - 1 }, processor: run.processor,
      clock: run.clock)
  }

  // MARK: The table

  private func text(_ rows: [Row], speedup: Double, effort: Double, tlc: Row?, spin: Row?) -> String {
    let head = [
      "two-phase commit, \(processes) resource managers", "states", "transitions", "processor s", "clock s",
      "states/s", "B/state",
    ]
    let lines = rows.map { row in
      [
        row.name, "\(row.states)", row.transitions.map { "\($0)" } ?? "",
        String(format: "%.2f", row.processor),
        String(format: "%.2f", row.clock), String(format: "%.0f", row.rate),
        row.memory.map { String(format: "%.1f", Double($0) / Double(row.states)) } ?? "",
      ]
    }
    let own = MemoryLayout<TwoPhaseCommit.State>.size
    let above = Double(rows[0].memory ?? 0) / Double(rows[0].states) - Double(own)
    var text = Table.text([head] + lines) + "\n"
    text += Table.goal("two workers beside one, by the clock", speedup, atLeast: 1.7)
    text += Table.goal("two workers beside one, processor time", effort)
    text += Table.goal("bytes a state above its own \(own)", above, atMost: 120)
    if let tlc {
      text += Table.goal("states a second beside TLC", rows[0].rate / tlc.rate, atLeast: 15)
    } else {
      text += "  TLC was not measured: java, \(self.tlc) or \(spec)/TLA is missing\n"
    }
    if let spin {
      text += Table.goal("states a second beside Spin", rows[0].rate / spin.rate, atLeast: 2)
    } else {
      text += "  Spin was not measured: spin, gcc or \(spec)/Promela is missing\n"
    }
    return text
  }
}
