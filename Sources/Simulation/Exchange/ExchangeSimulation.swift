import CyclicGroups
import FaultTolerantExchange
public import GroupCommunication
public import Traces

/// Servers on an asynchronous network whose scheduler is the adversary. He orders everything, crashes servers at the
/// worst step, in the middle of what they send, loses what those who crashed sent, and reads the state of others; but
/// between live servers he delivers in the end. The same plan always gives the same run, and the same bytes.
public struct ExchangeSimulation<Server: ExchangeServer>: Sendable {
  private enum Content: Sendable {
    case start(session: Int)
    case message(Server.Message)
    /// The failure detector speaks; so often it lies before it tells the truth.
    case detector(lies: Int)
  }

  /// When something happens to a server.
  private enum Moment: Sendable {
    case never
    /// When it has handled so many events.
    case event(Int)
    /// When it proposes, decides or finishes, after it has done so as often as this.
    case record(Int)
  }

  private struct Host: Sendable {
    var server: Server
    var isUp = true
    var handled = 0
    var records = 0
    var crash = Moment.never
    var breakIn = Moment.never
    /// Whether the adversary loses what it sent, once it has crashed.
    var losesLetters = false
    /// The highest round number received; -1 for none.
    var round = -1
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

  public let plan: ExchangePlan
  private var hosts: [Host]
  private var adversary: ExchangeAdversary<Content>
  private var randomness: Randomness
  public private(set) var trace: TraceWriter
  public private(set) var summary = ExchangeSummary()
  /// What happened, in its order, without the messages of consensus.
  public private(set) var happenings: [Happening] = []

  /// By number; also of those that crashed.
  public var servers: [Server] { hosts.map(\.server) }
  /// Those that have not crashed.
  public var live: ProcessSet { ProcessSet(plan.servers.all.filter { hosts[$0.index].isUp }) }

  /// - Parameters:
  ///   - servers: by number.
  ///   - note: what the trace's header says of the run.
  public init(_ plan: ExchangePlan, _ servers: [Server], note: String) {
    precondition(servers.count == plan.servers.count)
    self.plan = plan
    hosts = servers.map { Host(server: $0) }
    randomness = .seeded(plan.seed)
    let drawn = Schedule.allCases[Int(randomness.next() % UInt64(Schedule.allCases.count))]
    summary.schedule = plan.schedule ?? drawn
    adversary = ExchangeAdversary(summary.schedule, servers: servers.count, &randomness)
    trace = TraceWriter(
      header: Header(
        complete: true, records: [.start, .finish, .propose, .decide, .crash, .breakIn], profile: .gke,
        processes: plan.servers.all.map { Name($0.description) }, tolerates: plan.servers.crashes,
        group: "conclave", source: "conclave simulate", note: note))
  }

  /// Runs to the end.
  public mutating func run() {
    prepare()
    // Far beyond what any of the machines takes.
    var left = 4000 * hosts.count * hosts.count + 10_000
    while let item = adversary.next(&randomness) {
      left -= 1
      if left == 0 {
        summary.neverRests = true
        break
      }
      happen(item)
    }
    for p in live {
      if case .never = hosts[p.index].breakIn {} else { breakInto(p) }
      if case .never = hosts[p.index].crash {} else { crash(p) }
    }
    summary.live = live
  }

  private mutating func prepare() {
    var others = plan.servers.all.map { $0 }
    for count in [plan.crashes, plan.breakIns].enumerated() {
      for _ in 0..<count.element {
        let victim = others.remove(at: draw(others.count)).index
        let moment = draw(3) == 0 ? Moment.record(draw(4)) : .event(draw(1 << draw(9)))
        if count.offset == 0 {
          hosts[victim].crash = moment
          hosts[victim].losesLetters = draw(2) == 0
        } else {
          hosts[victim].breakIn = moment
        }
      }
    }
    for session in 0..<plan.sessions {
      for p in plan.servers.all { add(.start(session: session), from: nil, to: p, round: -1) }
    }
    if Server.usesFailureDetector {
      for p in plan.servers.all { add(.detector(lies: draw(1 << draw(6))), from: nil, to: p, round: -1) }
    }
  }

  private mutating func happen(_ item: ExchangeAdversary<Content>.Item) {
    let p = item.to
    guard hosts[p.index].isUp else { return }
    if let from = item.from, !hosts[from.index].isUp, hosts[from.index].losesLetters, draw(2) == 0 {
      summary.lost += 1
      return
    }
    summary.steps += 1
    hosts[p.index].handled += 1
    hosts[p.index].round = max(hosts[p.index].round, item.round)
    let reaction: Server.Reaction
    switch item.content {
    case .start(let session): reaction = hosts[p.index].server.start(session: session)
    case .message(let message): reaction = hosts[p.index].server.receive(message, from: item.from!)
    case .detector(let lies):
      let list = plan.servers.all - live
      if lies > 0 {
        summary.lies += 1
        add(.detector(lies: lies - 1), from: nil, to: p, round: -1)
      }
      let told =
        lies > 0 ? ProcessSet(bits: randomness.next() & randomness.next() & plan.servers.all.bits) : list
      reaction = hosts[p.index].server.suspect(told)
    }
    // What the detector causes follows the last message: it is no input of a user.
    let cause = if case .detector = item.content { hosts[p.index].round } else { item.round }
    take(reaction, p, round: cause + 1)
  }

  /// - Parameter round: of what is sent.
  private mutating func take(_ reaction: Server.Reaction, _ p: Process, round: Int) {
    for lines in reaction.lines { summary.lines.insert(lines) }
    summary.unexpected += reaction.unexpected
    var steps: [Step] = []
    for output in reaction.outputs {
      switch output {
      case .record(let one):
        hosts[p.index].records += 1
        steps.append(.record(one))
      case .send(let message, let to): steps.append(.send(message, to))
      case .broadcast(let message):
        let first = draw(hosts.count)
        for number in hosts.indices {
          steps.append(.send(message, Process((first + number) % hosts.count)))
        }
      }
    }
    let dies = hasCome(hosts[p.index].crash, p)
    let left = dies ? draw(steps.count + 1) : steps.count
    for step in steps.prefix(left) { take(step, p, round: round) }
    if hasCome(hosts[p.index].breakIn, p) { breakInto(p) }
    if dies {
      if left > 0 && left < steps.count { summary.crashesWhileSending += 1 }
      crash(p)
    }
  }

  private enum Step {
    case record(ExchangeRecord)
    case send(Server.Message, Process)
  }

  private mutating func take(_ step: Step, _ p: Process, round: Int) {
    switch step {
    case .record(let one):
      record(p, .gcs, one.traced)
      switch one {
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
    case .send(let message, let to):
      if Server.isOfConsensus(message) {
        summary.consensus.messages += 1
        summary.consensus.highestRound = max(summary.consensus.highestRound, round)
      } else {
        happenings.append(.sent(message))
        summary.exchange.messages += 1
        summary.exchange.highestRound = max(summary.exchange.highestRound, round)
      }
      add(.message(message), from: p, to: to, round: round)
    }
  }

  private mutating func noteEnd(_ round: Int) {
    summary.messagesToTheEnd = summary.messages
    summary.roundsToTheEnd = max(summary.roundsToTheEnd, round)
  }

  private func hasCome(_ moment: Moment, _ p: Process) -> Bool {
    switch moment {
    case .never: false
    case .event(let number): hosts[p.index].handled > number
    case .record(let number): hosts[p.index].records > number
    }
  }

  private mutating func crash(_ p: Process) {
    hosts[p.index].isUp = false
    summary.crashes += 1
    happenings.append(.crashed(p))
    record(p, nil, .crash)
    guard Server.usesFailureDetector else { return }
    for q in live {
      add(.detector(lies: 0), from: nil, to: q, round: -1)
    }
  }

  private mutating func breakInto(_ p: Process) {
    hosts[p.index].breakIn = .never
    summary.breakIns += 1
    happenings.append(.brokenInto(p, hosts[p.index].server))
    record(p, nil, .breakIn)
  }

  private mutating func add(_ content: Content, from: Process?, to: Process, round: Int) {
    adversary.add(ExchangeAdversary.Item(content: content, from: from, to: to, round: round))
  }

  private mutating func record(
    _ p: Process, _ layer: Traces.Event.Layer?, _ action: Traces.Event.Action
  ) {
    trace.append(Traces.Event(at: Name(p.description), layer: layer, action: action))
  }

  /// 0 ..< `count`.
  private mutating func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
}
