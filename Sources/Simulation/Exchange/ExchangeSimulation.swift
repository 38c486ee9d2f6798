import CyclicGroups
import FaultTolerantExchange
import GroupCommunication
public import Traces

/// Servers on an asynchronous network whose scheduler is the adversary. He orders everything, crashes servers at the
/// worst step, in the middle of what they send, loses what those who crashed sent, and reads the state of others; but
/// between live servers he delivers in the end. The same plan always gives the same run, and the same bytes.
public struct ExchangeSimulation<Server: ExchangeServer>: Sendable {
  private enum Content: Sendable {
    case start(session: Int)
    case letter(ExchangeNetwork<Server>.Letter)
    /// The failure detector speaks; so often it lies before it tells the truth.
    case detector(lies: Int)
  }

  /// When something happens to a server.
  private enum Moment: Sendable {
    case never
    /// When it has handled so many events.
    case event(Int)
    /// When it starts, proposes, decides or finishes, after it has done so as often as this.
    case record(Int)
  }

  /// What is to happen to a server.
  private struct Fate: Sendable {
    /// Events so far.
    var handled = 0
    /// Starts, proposals, decisions and finished sessions so far.
    var records = 0
    var crash = Moment.never
    var breakIn = Moment.never
    /// Whether the adversary loses what it sent, once it has crashed.
    var losesLetters = false
  }

  public let plan: ExchangePlan
  public private(set) var network: ExchangeNetwork<Server>
  private var fates: [Fate]
  private var adversary: ExchangeAdversary<Content>
  private var randomness: Randomness

  public var trace: TraceWriter { network.trace }
  public var summary: ExchangeSummary { network.summary }

  /// - Parameters:
  ///   - servers: by number.
  ///   - note: what the trace's header says of the run.
  public init(_ plan: ExchangePlan, _ servers: [Server], note: String) {
    self.plan = plan
    network = ExchangeNetwork(plan.servers, servers, note: note)
    fates = servers.map { _ in Fate() }
    randomness = .seeded(plan.seed)
    let drawn = Schedule.allCases[Int(randomness.next() % UInt64(Schedule.allCases.count))]
    network.summary.schedule = plan.schedule ?? drawn
    adversary = ExchangeAdversary(network.summary.schedule, servers: servers.count, &randomness)
  }

  /// Runs to the end.
  public mutating func run() { play { _ in } }

  /// Runs to the end, or until `observe`, which is shown each step that was taken, throws.
  public mutating func run<Failure: Error>(
    _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    network.isTold = true
    try play(observe)
  }

  private mutating func play<Failure: Error>(
    _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    prepare()
    // Far beyond what any of the machines takes.
    var left = 4000 * fates.count * fates.count + 10_000
    while let item = adversary.next(&randomness) {
      left -= 1
      if left == 0 {
        network.summary.neverRests = true
        break
      }
      try happen(item, observe)
    }
    for p in network.live {
      if case .never = fates[p.index].breakIn {} else { try breakInto(p, observe) }
      if case .never = fates[p.index].crash {} else { try crash(p, observe) }
    }
    network.summary.live = network.live
  }

  private mutating func prepare() {
    var others = plan.servers.all.map { $0 }
    for count in [plan.crashes, plan.breakIns].enumerated() {
      for _ in 0..<count.element {
        let victim = others.remove(at: draw(others.count)).index
        let moment = draw(3) == 0 ? Moment.record(draw(4)) : .event(draw(1 << draw(9)))
        if count.offset == 0 {
          fates[victim].crash = moment
          fates[victim].losesLetters = draw(2) == 0
        } else {
          fates[victim].breakIn = moment
        }
      }
    }
    for session in 0..<plan.sessions {
      for p in plan.servers.all { add(.start(session: session), from: nil, to: p) }
    }
    if Server.usesFailureDetector {
      for p in plan.servers.all { add(.detector(lies: draw(1 << draw(6))), from: nil, to: p) }
    }
  }

  private mutating func happen<Failure: Error>(
    _ item: ExchangeAdversary<Content>.Item, _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    let p = item.to
    guard network.isUp(p) else { return }
    if let from = item.from, !network.isUp(from), fates[from.index].losesLetters, draw(2) == 0 {
      network.summary.lost += 1
      if case .letter(let letter) = item.content { try observe(.init(.lose(letter.name, to: p))) }
      return
    }
    let event: ExchangeNetwork<Server>.Event
    let step: ExchangeStep
    switch item.content {
    case .start(let session): (event, step) = (.start(session: session), .start(p, session: session))
    case .letter(let letter): (event, step) = (.letter(letter), .deliver(p, letter.name))
    case .detector(let lies):
      let list = lies > 0 ? lie(lies, to: p) : plan.servers.all - network.live
      (event, step) = (.suspect(list), .suspect(list, at: p))
    }
    try take(event, step, p, observe)
  }

  private mutating func lie(_ lies: Int, to p: Process) -> ProcessSet {
    network.summary.lies += 1
    add(.detector(lies: lies - 1), from: nil, to: p)
    return ProcessSet(bits: randomness.next() & randomness.next() & plan.servers.all.bits)
  }

  private mutating func take<Failure: Error>(
    _ event: ExchangeNetwork<Server>.Event, _ step: ExchangeStep, _ p: Process,
    _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    fates[p.index].handled += 1
    var randomness = self.randomness
    let count = UInt64(fates.count)
    let (effects, round) = network.handle(event, at: p) { Int(randomness.next() % count) }
    self.randomness = randomness
    fates[p.index].records += effects.count { if case .record = $0 { true } else { false } }
    let dies = hasCome(fates[p.index].crash, p)
    let done = dies ? draw(effects.count + 1) : effects.count
    for effect in effects.prefix(done) {
      if let letter = network.perform(effect, of: p, round: round) {
        add(.letter(letter), from: p, to: letter.to)
      }
    }
    let isBrokenInto = hasCome(fates[p.index].breakIn, p)
    if network.isTold {
      var turn = network.turn
      turn?.undone = effects.count - done
      try observe(.init(step, turn: turn))
    }
    if isBrokenInto { try breakInto(p, observe) }
    if dies { try crash(p, done: done, of: effects.count, observe) }
  }

  private func hasCome(_ moment: Moment, _ p: Process) -> Bool {
    switch moment {
    case .never: false
    case .event(let number): fates[p.index].handled > number
    case .record(let number): fates[p.index].records > number
    }
  }

  private mutating func crash<Failure: Error>(
    _ p: Process, done: Int = 0, of effects: Int = 0,
    _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    network.crash(p, done: done, of: effects)
    try observe(.init(.crash(p)))
    guard Server.usesFailureDetector else { return }
    for q in network.live { add(.detector(lies: 0), from: nil, to: q) }
  }

  private mutating func breakInto<Failure: Error>(
    _ p: Process, _ observe: (ExchangeHappening) throws(Failure) -> Void
  ) throws(Failure) {
    fates[p.index].breakIn = .never
    network.breakInto(p)
    try observe(.init(.breakIn(p), read: network.isTold ? network.server(p).secrets : nil))
  }

  private mutating func add(_ content: Content, from: Process?, to: Process) {
    adversary.add(ExchangeAdversary.Item(content: content, from: from, to: to))
  }

  /// 0 ..< `count`.
  private mutating func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
}
