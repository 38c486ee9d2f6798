import Traces

/// A trace of a few lines, written as what each process does: `b: view 1 a,b b; send m safe; deliver m`, where the
/// second set of a view is the transitional one.
func smallRun(_ processes: [String]) -> Trace {
  let events = processes.flatMap { process -> [Event] in
    let parts = process.split(separator: ":", maxSplits: 1)
    return parts[1].split(separator: ";").map { step in
      Event(at: Name(String(parts[0])), action: action(step.split(separator: " ").map(String.init)))
    }
  }
  return Trace(
    header: Header(complete: true), files: ["small"],
    events: events.enumerated().map { LocatedEvent(event: $1, file: 0, line: $0 + 1) })
}

private func action(_ words: [String]) -> Event.Action {
  func set(_ word: String) -> Set<Name> { Set(word.split(separator: ",").map { Name(String($0)) }) }
  switch words[0] {
  case "view":
    return .view(
      ViewIdentifier(Int64(words[1])!), members: set(words[2]), transitional: set(words[3]), key: nil)
  case "send":
    let service = Event.Service.allCases.first { $0.description == words[2] }!
    return .send(message: Name(words[1]), service: service, to: words.count > 3 ? Name(words[3]) : nil)
  case "deliver": return .deliver(message: Name(words[1]))
  case "signal": return .signal
  case "request": return .flushRequest
  case "ok": return .flushOk
  case "crash": return .crash
  case "join": return .join
  default: preconditionFailure("\(words[0]) is no event")
  }
}
