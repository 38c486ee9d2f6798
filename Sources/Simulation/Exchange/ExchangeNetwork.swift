public import FaultTolerantExchange
public import GroupCommunication
public import Traces

/// Servers on an asynchronous network (Cachin and Strobl, Section 2.1). Whoever holds it decides what happens next: it
/// hands servers their events, and takes what they send.
public struct ExchangeNetwork<Server: ExchangeServer>: Sendable {
  /// A message to one server.
  struct Letter: Sendable {
    /// What is broadcast has one name, whoever receives it.
    var name: PacketName
    var message: Server.Message
    var to: Process
    /// The paper's round number.
    var round: Int
  }

  enum Event: Sendable {
    case start(session: Int)
    case letter(Letter)
    case suspect(ProcessSet)
  }

  /// What a server asks for, letter by letter.
  enum Effect: Sendable {
    case record(ExchangeRecord)
    case send(Server.Message, PacketName, to: Process)
  }

  /// What the trusted host sees of a run, and what the adversary sees.
  public enum Happening: Sendable {
    case started(session: Int, at: Process)
    case finished(session: Int, at: Process)
    case proposed([UInt8])
    case sent(Server.Message)
    case crashed(Process)
    /// With what is read there.
    case brokenInto(Process, Server)
  }

  private struct Host: Sendable {
    var server: Server
    var isUp = true
    /// Messages sent so far; a broadcast is one.
    var sent = 0
    /// The highest round number received; -1 for none.
    var round = -1
  }

  public let all: Servers
  private var hosts: [Host]
  private let note: String
  public private(set) var trace: TraceWriter
  public var summary = ExchangeSummary()
  /// What happened, in its order, without the messages of consensus.
  public private(set) var happenings: [Happening] = []
  /// Whether turns are told; that takes time.
  var isTold = false
  /// The last one.
  private(set) var turn: ExchangeTurn?

  /// - Parameters:
  ///   - servers: by number.
  ///   - note: what the trace's header says of the run.
  public init(_ all: Servers, _ servers: [Server], note: String) {
    precondition(servers.count == all.count)
    self.all = all
    self.note = note
    hosts = servers.map { Host(server: $0) }
    trace = TraceWriter(header: Self.header(all, note: note, isComplete: true))
  }

  private static func header(_ all: Servers, note: String, isComplete: Bool) -> Header {
    Header(
      complete: isComplete, records: [.start, .finish, .propose, .decide, .crash, .breakIn], profile: .gke,
      processes: all.all.map { Name($0.description) }, tolerates: all.crashes, group: "conclave",
      source: "conclave simulate", note: note)
  }

  /// The trace with `"complete":false`: for a run that has not come to rest.
  var incompleteTrace: TraceWriter {
    var writer = TraceWriter(header: Self.header(all, note: note, isComplete: false))
    writer.bytes += trace.bytes[(trace.bytes.firstIndex(of: UInt8(ascii: "\n"))! + 1)...]
    return writer
  }

  /// By number; also of those that crashed.
  public var servers: [Server] { hosts.map(\.server) }
  func server(_ p: Process) -> Server { hosts[p.index].server }
  func isUp(_ p: Process) -> Bool { hosts[p.index].isUp }
  /// Those that have not crashed.
  public var live: ProcessSet { ProcessSet(all.all.filter { isUp($0) }) }

  /// Hands a server an event. What it asks for has not happened yet.
  ///
  /// - Parameter first: draws the server with which a broadcast begins.
  /// - Returns: what it asks for, and the round number of what it sends.
  mutating func handle(
    _ event: Event, at p: Process, first: () -> Int
  ) -> (effects: [Effect], round: Int) {
    summary.steps += 1
    let before = isTold ? standings(of: p, in: event) : []
    let reaction: Server.Reaction
    let cause: Int
    switch event {
    case .start(let session):
      cause = -1
      reaction = hosts[p.index].server.start(session: session)
    case .letter(let letter):
      cause = letter.round
      hosts[p.index].round = max(hosts[p.index].round, cause)
      reaction = hosts[p.index].server.receive(letter.message, from: letter.name.sender)
    case .suspect(let list):
      // What the detector causes follows the last message: it is no input of a user.
      cause = hosts[p.index].round
      reaction = hosts[p.index].server.suspect(list)
    }
    for lines in reaction.lines { summary.lines.insert(lines) }
    summary.unexpected += reaction.unexpected
    if isTold { turn = turn(of: event, at: p, before, reaction) }
    return (effects(of: reaction, p, first), cause + 1)
  }

  private mutating func effects(
    of reaction: Server.Reaction, _ p: Process, _ first: () -> Int
  ) -> [Effect] {
    var effects: [Effect] = []
    for output in reaction.outputs {
      switch output {
      case .record(let record): effects.append(.record(record))
      case .send(let message, let to): effects.append(.send(message, nextName(p), to: to))
      case .broadcast(let message):
        let (name, first) = (nextName(p), first())
        for number in hosts.indices {
          effects.append(.send(message, name, to: Process((first + number) % hosts.count)))
        }
      }
    }
    return effects
  }

  private mutating func nextName(_ p: Process) -> PacketName {
    hosts[p.index].sent += 1
    return PacketName(p, hosts[p.index].sent)
  }

  /// Lets happen what a server asked for.
  ///
  /// - Parameter round: of what is sent.
  /// - Returns: what is under way now.
  mutating func perform(_ effect: Effect, of p: Process, round: Int) -> Letter? {
    switch effect {
    case .record(let record):
      turn?.effects.append(.record(record))
      write(p, .gcs, record.traced)
      switch record {
      case .start(let session): happenings.append(.started(session: session, at: p))
      case .propose(_, let value): happenings.append(.proposed(value))
      case .finish(let session, _):
        happenings.append(.finished(session: session, at: p))
        summary.finished[session, default: []].insert(p)
        noteEnd(round)
      case .decide:
        summary.decisions += 1
        noteEnd(round)
      }
      return nil
    case .send(let message, let name, let to):
      turn?.add(message.description, name, to: to)
      if Server.isOfConsensus(message) {
        summary.consensus.messages += 1
        summary.consensus.highestRound = max(summary.consensus.highestRound, round)
      } else {
        happenings.append(.sent(message))
        summary.exchange.messages += 1
        summary.exchange.highestRound = max(summary.exchange.highestRound, round)
      }
      return Letter(name: name, message: message, to: to, round: round)
    }
  }

  private mutating func noteEnd(_ round: Int) {
    summary.messagesToTheEnd = summary.messages
    summary.roundsToTheEnd = max(summary.roundsToTheEnd, round)
  }

  /// - Parameters:
  ///   - done: how many of the effects of its last event have happened.
  ///   - effects: how many there were.
  mutating func crash(_ p: Process, done: Int = 0, of effects: Int = 0) {
    hosts[p.index].isUp = false
    summary.crashes += 1
    if done > 0 && done < effects { summary.crashesWhileSending += 1 }
    happenings.append(.crashed(p))
    write(p, nil, .crash)
  }

  mutating func breakInto(_ p: Process) {
    summary.breakIns += 1
    happenings.append(.brokenInto(p, server(p)))
    write(p, nil, .breakIn)
  }

  private mutating func write(_ p: Process, _ layer: Traces.Event.Layer?, _ action: Traces.Event.Action) {
    trace.append(Traces.Event(at: Name(p.description), layer: layer, action: action))
  }

  // MARK: Turns

  private func turn(
    of event: Event, at p: Process, _ before: [ExchangeTurn.Standing], _ reaction: Server.Reaction
  ) -> ExchangeTurn {
    var turn = ExchangeTurn(
      process: p, event: "", session: sessions(of: event).count == 1 ? sessions(of: event)[0] : nil,
      isOfConsensus: true, before: before, after: standings(of: p, in: event), lines: reaction.lines,
      unexpected: reaction.unexpected)
    switch event {
    case .start:
      turn.event = "start"
      turn.isOfConsensus = false
    case .letter(let letter):
      turn.event = letter.message.description
      turn.letter = letter.name
      turn.round = letter.round
      turn.isOfConsensus = Server.isOfConsensus(letter.message)
    case .suspect(let list): turn.event = list.isEmpty ? "suspects nobody" : "suspects \(list)"
    }
    return turn
  }

  private func sessions(of event: Event) -> [Int] {
    switch event {
    case .start(let session): [session]
    case .letter(let letter): [Server.session(of: letter.message)]
    case .suspect: Array(0..<hosts[0].server.sessions)
    }
  }

  private func standings(of p: Process, in event: Event) -> [ExchangeTurn.Standing] {
    sessions(of: event).flatMap { server(p).standings(in: $0) }
  }
}
