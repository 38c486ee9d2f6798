import ArgumentParser
import Foundation

struct BenchCheck: Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Measures 'conclave check' beside what else reads the same lines.",
    discussion: """
      Writes traces of legal runs (messages of all services, changes of views, partitions and merges), \
      checks each in a process of its own with all properties of the profile vs, and prints the time beside \
      that of 'wc -l' on the same file, of Foundation's JSONDecoder and of Python's json on a part of it, \
      with the project's goals. Times are medians of three, in seconds of the processor. It needs a release \
      build, two cores that are not busy, and room for the largest trace, some 55 bytes an event.

      EXIT STATUS
        0   measured; the goals may be met or not
        1   a legal trace did not pass
        64  the command line is wrong, or this is no release build
        74  reading or writing failed
      """)

  @Option(help: ArgumentHelp("How long the long traces are; the short ones have a tenth.", valueName: "n"))
  var events = 10_000_000

  @Option(
    help: ArgumentHelp("How many processes the small groups have; the large ones have ten times as many."))
  var processes = 5

  @Flag(help: "A tenth of the events, each measured once.")
  var quick = false

  @Option(help: ArgumentHelp("Where to write the traces (default: the system's folder for such files)."))
  var folder: String?

  @Flag(help: "Leave the traces where they are.")
  var keep = false

  func validate() throws {
    if events < 1000 { throw ValidationError("--events must be at least 1000.") }
    if processes < 2 { throw ValidationError("--processes must be at least 2.") }
  }

  /// A trace that is measured.
  private struct Trace {
    var name: String
    var events: Int
    var processes: Int
    var layout: LegalTraceFile.Layout
  }

  private struct Row {
    var trace: Trace
    var lines: Int
    var bytes: Int
    var wc: Measurement
    var check: Measurement
    var perEvent: Double { check.processor / Double(lines) * 1e9 }
    var ratio: Double { check.processor / wc.processor }
  }

  func measure() throws {
    let long = quick ? events / 10 : events
    let small = "\(processes) processes"
    let traces = [
      Trace(name: "short, \(small)", events: long / 10, processes: processes, layout: .interleaved),
      Trace(name: "long, \(small)", events: long, processes: processes, layout: .interleaved),
      Trace(
        name: "long, \(processes * 10) processes", events: long, processes: processes * 10,
        layout: .interleaved),
      Trace(
        name: "long, \(small), one after the other", events: long, processes: processes, layout: .consecutive),
    ]
    let directory = folder ?? NSTemporaryDirectory()
    let path = "\(directory)/conclave-bench-\(getpid())"
    var rows: [Row] = []
    var decoder: Double?
    var python: Double?
    for (number, trace) in traces.enumerated() {
      let file = "\(path)-\(number).jsonl"
      defer { if !keep { unlink(file) } }
      Output.complain("\(trace.name): writing \(trace.events) events")
      try LegalTraceFile.write(file, events: trace.events, processes: trace.processes, layout: trace.layout)
      Output.complain("\(trace.name): measuring")
      rows.append(try measure(trace, file))
      if number == 1 {
        let part = try firstLines(of: file, count: 100_000)
        python = try pythonTime(part, path: "\(path)-part.jsonl")
        decoder = try decoderTime(part)
      }
    }
    try Output.standard.write(table(rows, decoder: decoder, python: python))
  }

  private func measure(_ trace: Trace, _ file: String) throws -> Row {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var wc: [Measurement] = []
    var check: [Measurement] = []
    for _ in 0..<(quick ? 1 : 3) {
      wc.append(try Measurement.run(["wc", "-l", file]))
      check.append(try Measurement.run([own, "check", "--strict", "--progress", "never", file]))
      if check.last!.status != 0 {
        Output.complain(
          "\(trace.name): a legal trace did not pass: conclave check --strict gave \(check.last!.status)")
        throw Status.violated
      }
    }
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    var lines = -1  // the header is no event
    var bytes = 0
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      lines += piece.count { $0 == UInt8(ascii: "\n") }
      bytes += piece.count
    }
    return Row(trace: trace, lines: lines, bytes: bytes, wc: .median(wc), check: .median(check))
  }

  private func firstLines(of file: String, count: Int) throws -> [Data] {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    let data = try handle.read(upToCount: count * 100) ?? Data()
    return data.split(separator: UInt8(ascii: "\n"), maxSplits: count).prefix(count).map { Data($0) }
  }

  /// Seconds of the processor an event: decoding alone, line by line, into what the events of the profile
  /// `vs` are made of.
  private func decoderTime(_ lines: [Data]) throws -> Double {
    struct Line: Decodable {
      var at: String?
      var event: String?
      var layer: String?
      var message: String?
      var service: String?
      var to: String?
      var view: Int?
      var members: [String]?
      var transitional: [String]?
    }
    Output.complain("JSONDecoder: measuring")
    let decoder = JSONDecoder()
    let start = Measurement.ownProcessorTime
    for line in lines { _ = try decoder.decode(Line.self, from: line) }
    return (Measurement.ownProcessorTime - start) / Double(lines.count)
  }

  /// Seconds of the processor an event; nil where there is no python3.
  private func pythonTime(_ lines: [Data], path: String) throws -> Double? {
    Output.complain("Python's json: measuring")
    try Data(lines.joined(separator: Data("\n".utf8))).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    func run(_ script: String) -> Measurement? {
      let run = try? Measurement.run(["python3", "-c", script, path])
      return run?.status == 0 ? run : nil
    }
    guard let start = run("import json"),
      let all = run("import json, sys\nfor line in open(sys.argv[1], 'rb'): json.loads(line)")
    else { return nil }
    return (all.processor - start.processor) / Double(lines.count)
  }

  // MARK: The table

  private func table(_ rows: [Row], decoder: Double?, python: Double?) -> String {
    var text = "conclave check, all properties of the profile vs; seconds of the processor"
    text += quick ? "\n\n" : ", medians of three\n\n"
    let head = ["trace", "events", "MB", "wc -l", "check", "(clock)", "x wc -l", "ns/event", "peak MB"]
    let lines = rows.map { row in
      [
        row.trace.name, "\(row.lines)", String(format: "%.0f", Double(row.bytes) / 1e6),
        String(format: "%.3f", row.wc.processor), String(format: "%.3f", row.check.processor),
        String(format: "%.3f", row.check.clock), String(format: "%.1f", row.ratio),
        String(format: "%.1f", row.perEvent), String(format: "%.1f", Double(row.check.peakMemory) / 1e6),
      ]
    }
    text += Table.text([head] + lines)

    let short = rows[0]
    let long = rows[1]
    let large = rows[2]
    let consecutive = rows[3]
    text += "\n"
    text += Table.goal("time beside wc -l", long.ratio, atMost: 8)
    if let decoder {
      text += Table.goal(
        "JSONDecoder's time for decoding beside ours", decoder * 1e9 / long.perEvent, atLeast: 50)
    }
    if let python {
      text += Table.goal("Python's json beside ours", python * 1e9 / long.perEvent)
    } else {
      text += "  Python's json was not measured: there is no python3\n"
    }
    text += Table.goal("peak memory, MB", Double(long.check.peakMemory) / 1e6, atMost: 150)
    text += Table.goal(
      "peak memory, long beside short", Double(long.check.peakMemory) / Double(short.check.peakMemory))
    text += Table.goal(
      "peak memory, one process after the other, bytes an event",
      Double(consecutive.check.peakMemory) / Double(consecutive.lines), atMost: 60)
    text += Table.goal("time an event, long beside short", long.perEvent / short.perEvent, atMost: 1.2)
    text += Table.goal("time an event, large group beside small", large.perEvent / long.perEvent, atMost: 2)
    return text
  }
}
