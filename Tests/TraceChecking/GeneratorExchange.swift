import TraceChecking
import Traces

/// Group key exchanges and consensus as profile `gke` promises them.
struct GeneratorExchange {
  var random: SplitMix64

  mutating func run() -> GeneratedTrace {
    let count = 2 + random.below(4)
    let names = GeneratorSimulation.names(count, &random)
    let tolerates = random.below(3)
    let crashed = (0..<count).map { _ in random.chance(20) }
    // Only if no more crash than are tolerated must everything come to its end.
    let mustEnd = crashed.filter { $0 }.count <= tolerates
    let layer: Event.Layer = random.chance(15) ? .secure : .gcs
    let subjectCount = 1 + random.below(3)
    var processes = [[Event]](repeating: [], count: count)
    func record(_ process: Int, _ action: Event.Action, in layer: Event.Layer?) {
      processes[process].append(Event(at: names[process], layer: layer, action: action))
    }

    for subject in 0..<subjectCount {
      let session = Name("s\(subject)")
      let instance = Name("i\(subject)")
      let key = Event.Key("0\(subject)ab")!
      let values = names.indices.map { _ in Name("v\(random.below(2))") }
      let exchanges = random.chance(80)
      let agrees = random.chance(80)
      let starting = names.indices.filter { _ in random.chance(88) }
      let allStart = names.indices.allSatisfy { crashed[$0] || starting.contains($0) }
      let decided = random.pick(starting).map { values[$0] }
      for process in starting {
        let ends = mustEnd && allStart && !crashed[process] || random.chance(60)
        if exchanges { record(process, .start(session: session), in: layer) }
        if agrees { record(process, .propose(instance: instance, value: values[process]), in: layer) }
        if random.chance(8) { record(process, .breakIn, in: nil) }
        if ends, exchanges { record(process, .finish(session: session, key: key), in: layer) }
        if ends, agrees, let decided {
          record(process, .decide(instance: instance, value: decided), in: layer)
        }
      }
    }
    for process in names.indices where crashed[process] {
      // A crash somewhere; what came later did not happen, or happened before: the process has done it all.
      let place = random.below(processes[process].count + 1)
      let isLast = random.chance(50)
      if isLast {
        record(process, .crash, in: nil)
      } else {
        // What is proposed may be decided by others: it stays, and what must follow it in one history goes.
        let rest = processes[process][place...].filter {
          switch $0.action {
          case .propose, .start, .breakIn: true
          default: false
          }
        }
        processes[process].removeSubrange(place...)
        if random.chance(60) { record(process, .crash, in: nil) }
        record(process, .recover, in: nil)
        processes[process] += rest
      }
    }

    var header = Header(profile: .gke)
    header.complete = true
    if random.chance(75) { header.tolerates = tolerates }
    var words: [Header.Record] = []
    if random.chance(25) {
      let all: [Header.Record] = [.start, .finish, .propose, .decide, .crash, .leave, .breakIn]
      for word in all where random.chance(15) { words.append(word) }
      for word in words { header.records.remove(word) }
      processes = processes.map { TraceGenerator.without(words, in: $0) }
    }
    if random.chance(50) || processes.contains(where: \.isEmpty) { header.processes = names }
    var trace = GeneratedTrace(
      header: header, processes: processes, interleaving: 0, isLegal: true, description: "legal")
    if random.chance(40) { trace = TraceGenerator.cut(trace, random: &random) }
    return trace
  }
}
