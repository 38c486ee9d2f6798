import ArgumentParser
import CyclicGroups
import Foundation
import KeyAgreement
import SecureGroup
import Simulation
import Traces

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Steps a run through the state machines and shows the lines of pseudo-code of each step.",
    usage: """
      conclave replay [--seed <n>] [<options of the run>]
      conclave replay --scenario <file>
      conclave replay <trace> ...
      """,
    discussion: """
      For each event of a member: its number, the member, the event as Table I of the paper names it with the message \
      that brought it, the state before and after, and the lines of pseudo-code that were executed, as Spec/Algorithms \
      numbers them (--lines shows what they say); below it the variables that changed, and what was sent and told (→). \
      With --latencies the virtual seconds stand after the number.
      Of omega, omega-fs and consensus: the number, the server, the paper's round number of the message that brought \
      the event (r1), the event and the message, where the server stands before and after, and the lines; '#0' is an \
      agreement on yes and no.

      A run is given by a seed and the options of 'conclave simulate', by a scenario file, or by a trace that \
      'conclave simulate' wrote: its header says how, and the run is derived again. Of any other trace the events are \
      shown as they were recorded, with the view of the process and how far its flush is; the number is then the line \
      of the file (of several files: a count).

        conclave replay --seed 7 --members 3 --events 2 --at b --lines
        conclave simulate --seed 7 > run.jsonl; conclave replay run.jsonl --from 20 --to 40
        conclave replay --protocol omega --servers 5 --crashes 2 --seed 3 --at b
        conclave replay --scenario Tests/Simulation/Scenarios/exchange/omega-coin.txt

      JSON
        --json prints an object for each step, on a line of its own, with the members 'number', 'time' (virtual \
      seconds), 'step' (as a scenario file has it), 'turns'; where a view was agreed on, 'view' and 'together', who \
      moves together. A turn: 'at'; 'event', as Table I names it, and 'message', which brought it; 'before' and \
      'after', the states; 'lines'; 'changed', the variables; 'actions', each with 'to' (a member, all, service, \
      application), 'what', and what goes with it; where they apply 'dropped' (why a message was not let in), \
      'notPossible', 'flushOkUncalled' (nobody had asked for it). Of omega, omega-fs and consensus 'number', 'round', \
      'step', 'turn', and of a break-in 'read'. Such a turn: 'at', 'event', 'message', 'session', 'before', 'after' \
      (each an array with 'session', 'part', 'state'), 'lines', 'actions', each with 'what' and, of a message, 'to', \
      or else 'of' (user or consensus), and what goes with it; where they apply 'undone' (it crashed before it did so \
      many more), 'notPossible'. Of a recorded event: 'number', 'event' (the line of \
      the trace), 'standing', where the process stands in each layer.

      EXIT STATUS
        0   done
        1   the trace is not the run that its header names; or a scenario's transcript is not what is expected
        64  the command line is wrong
        65  the input is malformed
        66  there is no such file
        74  reading or writing failed
      """)

  @Argument(help: "A trace; several files are one trace; '-' is standard input.") var files: [String] = []
  @Option(help: ArgumentHelp("Steps a scenario.", valueName: "file")) var scenario: String?
  @OptionGroup var options: RunOptions
  @Option(help: ArgumentHelp("Begins at this number.", valueName: "n")) var from = 1
  @Option(help: ArgumentHelp("Ends at this number.", valueName: "n")) var to = Int.max
  @Option(help: ArgumentHelp("Shows only what concerns this process.", valueName: "process")) var at: String?
  @Flag(help: "Shows below the numbers of lines what the lines say.") var lines = false
  @Flag(help: "For tools: JSON Lines.") var json = false
  @Flag(help: "Waits for Enter after each step.") var step = false

  func validate() throws {
    try requireStandardInputOnce(files)
    if scenario != nil && !files.isEmpty {
      throw ValidationError("A scenario and a trace exclude each other.")
    }
    if scenario != nil || !files.isEmpty, let option = options.given.first {
      throw ValidationError("\(option) is for a run that neither a scenario nor a trace gives.")
    }
    if options.robust.adversary {
      throw ValidationError("What an adversary tries changes nothing, and is not shown: leave it out.")
    }
    if from > to { throw ValidationError("--from must not be greater than --to.") }
    if lines && json { throw ValidationError("--lines and --json exclude each other.") }
    if step && Foundation.isatty(0) == 0 { throw ValidationError("--step needs a terminal to read from.") }
  }

  func run() throws {
    do {
      var printer = StepPrinter(
        numbers: max(from, 0)...to, process: at, isJSON: json, waits: step, tellsLines: lines)
      if let scenario {
        try ScenarioFile(scenario).replay(by: &printer)
      } else if files.isEmpty {
        try DerivedRun(options).show(by: &printer)
      } else {
        try replay(try Trace.read(TraceSource.resolve(files)), &printer)
      }
    } catch let error as Output.Failed {
      Output.complain(error)
      throw Status.inputOutput
    } catch let error as TraceError {
      Output.complain(error)
      throw error.status
    }
  }

  private func replay(_ trace: Trace, _ printer: inout StepPrinter) throws {
    guard let run = DerivedRun(of: trace.header) else { return try show(trace, &printer) }
    let derived = try Trace.read([.bytes(run.trace, name: "the run")])
    let difference = zip(trace.events, derived.events).first { $0.event != $1.event }
    if derived.header != trace.header || difference != nil || trace.events.count != derived.events.count {
      let place = difference?.0 ?? trace.events.last
      let line = place.map { ":\($0.line)" } ?? ""
      Output.complain(
        "\(trace.files[place?.file ?? 0])\(line): this is not the run that the header names; the trace is shown"
      )
      try show(trace, &printer)
      throw Status.violated
    }
    try run.show(by: &printer)
  }

  private func show(_ trace: Trace, _ printer: inout StepPrinter) throws {
    var steps = RecordedSteps()
    for (count, event) in trace.events.enumerated() {
      let standings = steps.take(event.event)
      try printer.show(event.event, standings, number: trace.files.count == 1 ? event.line : count + 1)
    }
  }
}
