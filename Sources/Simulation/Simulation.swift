public import CyclicGroups
import GroupCommunication
public import SecureGroup
public import Traces

/// A run whose steps a seed chooses: the same plan always gives the same run, and the same bytes.
public struct Simulation<Group: CyclicGroup, Scheme: SignatureScheme>: Sendable {
  public internal(set) var stack: Stack<Group, Scheme>
  /// What happens, and when.
  var schedule: Randomness
  /// What applications ask for wrongly is drawn apart: it changes nothing, and so no run.
  var mischief: Randomness

  public var plan: Plan { stack.plan }
  public var trace: TraceWriter { stack.trace }
  public var evidence: Evidence<Group> { stack.evidence }
  public internal(set) var summary = Summary()

  public init(_ plan: Plan, _ group: Group, _ scheme: Scheme, suite: CipherSuite?) {
    let option = group.name == SymbolicGroup().name ? "" : " --group \(group.name)"
    self.init(Stack(plan, group, scheme, suite: suite, note: plan.description + option))
  }

  private init(_ stack: Stack<Group, Scheme>) {
    self.stack = stack
    var seeds = Randomness.seeded(~stack.plan.seed)
    schedule = .seeded(seeds.next())
    mischief = .seeded(seeds.next())
  }

  /// Runs to the end.
  public mutating func run() { run { _ in } }

  /// Runs to the end, or until `observe`, which is shown each step that was taken, throws.
  public mutating func run<Failure: Error>(
    _ observe: (Happening<Group>) throws(Failure) -> Void
  ) throws(Failure) {
    if let links = plan.links { return try run(on: links, observe) }
    for p in stack.processes { try observe(take(.join(p))) }
    for _ in 0..<plan.events {
      // Some events come in the middle of an agreement, some when nothing is under way any more.
      let pause = [5, 40, 200, 1000][draw(4)] * plan.members / 5
      for _ in 0..<draw(pause + 1) { try act(mayStart: true, observe) }
      if let step = fate() { try observe(take(step)) }
    }
    if let step = reunion() { try observe(take(step)) }
    // Now nothing new happens.
    var left = stepsAtTheEnd
    while left > 0 && stack.isBusy {
      left -= 1
      try act(mayStart: false, observe)
    }
    summary = stack.summary
  }

  mutating func take(_ step: Step) -> Happening<Group> {
    do {
      return try stack.take(step)
    } catch {
      preconditionFailure("\(step): \(error)")
    }
  }

  /// Far beyond what any agreement of so few members takes: who is still busy then never ends.
  var stepsAtTheEnd: Int { 20_000 + 2_000 * plan.members }

  /// Perhaps the network is whole in the end.
  mutating func reunion() -> Step? {
    draw(2) == 0 ? .connect([ProcessSet(stack.processes)]) : nil
  }

  mutating func fate() -> Step? {
    let p = Process(draw(plan.members))
    let comeBack: Step = stack.isCrashed(p) ? .recover(p) : .join(p)
    switch draw(10) {
    case 0, 1, 2, 3:
      var parts = Array(repeating: ProcessSet(), count: 1 + draw(min(3, plan.members)))
      for number in 0..<plan.members { parts[draw(parts.count)].insert(Process(number)) }
      return .connect(parts.filter { !$0.isEmpty })
    case 4, 5: return .connect([ProcessSet(stack.processes)])
    case 6: return .suspect(p)
    case 7, 8: return stack.isUp(p) ? .crash(p) : comeBack
    default: return stack.isUp(p) ? .leave(p) : comeBack
    }
  }

  /// Some process does something, or nothing; then perhaps somebody attacks it.
  ///
  /// - Parameter mayStart: whether applications send.
  private mutating func act<Failure: Error>(
    mayStart: Bool, _ observe: (Happening<Group>) throws(Failure) -> Void
  ) throws(Failure) {
    let p = Process(draw(plan.members))
    guard stack.isUp(p) else { return }
    stack.time += Double(1 + draw(20)) / 1000
    if let step = step(of: p, mayStart) { try observe(take(step)) }
    stack.attack(p)
  }

  private mutating func step(of p: Process, _ mayStart: Bool) -> Step? {
    switch draw(8) {
    case 0 where stack.canSignal(p) && draw(2) == 0: return .signal(p)
    case 1 where stack.canRequestFlush(p) && draw(2) == 0: return .flushRequest(p)
    case 2 where stack.owesFlushOk(p) && draw(2) == 0: return .flushOk(p)
    case 3 where stack.canInstall(p): return .install(p)
    case 4 where stack.canAgree(stack.component(of: p)): return agree(stack.component(of: p))
    case 5 where mayStart && stack.maySend(p) && draw(3) == 0: return send(p)
    case 5 where mayStart && mischief.next() % 40 == 0: return misbehave(p)
    case 6, 7:
      let messages = stack.deliverable(p)
      if messages.isEmpty { return nil }
      return .deliver(p, messages[draw(3) == 0 ? draw(messages.count) : 0])
    default: return nil
    }
  }

  mutating func send(_ p: Process) -> Step {
    .send(p, GroupCommunication.Service(rawValue: UInt8(draw(5)))!)
  }

  mutating func agree(_ component: ProcessSet) -> Step {
    var classes = [component]
    if draw(4) == 0 {
      classes = [[], []]
      for p in component { classes[draw(2)].insert(p) }
    }
    let undelivered = draw(2) == 0 ? [] : component.flatMap { stack.undelivered($0) }
    return .agree(classes.filter { !$0.isEmpty }, extra: undelivered.filter { _ in draw(2) == 0 })
  }

  /// The application asks for what it may not have now.
  mutating func misbehave(_ p: Process) -> Step? {
    if mischief.next() % 2 == 0 { return stack.maySend(p) ? nil : .send(p, .agreed) }
    return stack.owesFlushOk(p) ? nil : .flushOk(p)
  }

  /// 0 ..< `count`.
  mutating func draw(_ count: Int) -> Int { Int(schedule.next() % UInt64(count)) }
}

extension Simulation<SymbolicGroup, SymbolicSignatures> {
  public init(symbolic plan: Plan) { self.init(Stack(symbolic: plan, note: plan.description)) }
}
