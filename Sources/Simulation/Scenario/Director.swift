public import CyclicGroups
import GroupCommunication
public import SecureGroup

/// Carries out the commands of a scenario on a stack.
public struct Director: Sendable {
  public private(set) var stack: Stack<SymbolicGroup, SymbolicSignatures>
  /// How many steps were taken.
  public private(set) var steps = 0

  init(_ plan: Plan, note: String) {
    // As printed, messages of one view reach another: sealing would hide it.
    stack = Stack(
      plan, SymbolicGroup(), SymbolicSignatures(), suite: plan.variant == .asPrinted ? nil : CipherSuite.none,
      note: note)
  }

  /// Takes the steps that a command means.
  /// - Parameter observe: is shown each of them.
  /// - Throws: `NotNow`: a step cannot be taken; those before it have been.
  mutating func execute(
    _ command: Command, _ observe: (Happening<SymbolicGroup>) -> Void
  ) throws(NotNow) {
    switch command {
    case .begin, .status, .check: break
    case .steps(let steps): for step in steps { try take(step, observe) }
    case .deliver(let p, let count): try deliver(p, count, observe)
    case .deliverAll: try deliverAll(observe)
    case .view(let members): try view(members, observe)
    case .settle: try settle(observe)
    case .quietly(let command): try execute(command, observe)
    }
  }

  private mutating func take(
    _ step: Step, _ observe: (Happening<SymbolicGroup>) -> Void
  ) throws(NotNow) {
    // A millisecond a step.
    stack.time = Double(steps + 1) / 1000
    observe(try stack.take(step))
    steps += 1
  }

  private mutating func deliver(
    _ p: Process, _ count: Int?, _ observe: (Happening<SymbolicGroup>) -> Void
  ) throws(NotNow) {
    var delivered = 0
    while delivered < count ?? .max, let packet = stack.deliverable(p).first {
      try take(.deliver(p, packet), observe)
      delivered += 1
    }
    if let count, delivered < count { throw NotNow("nothing can be delivered to \(p) now") }
  }

  private mutating func deliverAll(_ observe: (Happening<SymbolicGroup>) -> Void) throws(NotNow) {
    while stack.processes.contains(where: { !stack.deliverable($0).isEmpty }) {
      for p in stack.processes { try deliver(p, nil, observe) }
    }
  }

  private mutating func view(
    _ members: ProcessSet, _ observe: (Happening<SymbolicGroup>) -> Void
  ) throws(NotNow) {
    for p in members { try leaveView(p, observe) }
    try take(.agree([members], extra: []), observe)
    for p in members { try enterView(p, observe) }
  }

  private mutating func leaveView(
    _ p: Process, _ observe: (Happening<SymbolicGroup>) -> Void
  ) throws(NotNow) {
    if stack.canRequestFlush(p) { try take(.flushRequest(p), observe) }
    if stack.canSignal(p) { try take(.signal(p), observe) }
    if stack.owesFlushOk(p) { try take(.flushOk(p), observe) }
  }

  private mutating func enterView(
    _ p: Process, _ observe: (Happening<SymbolicGroup>) -> Void
  ) throws(NotNow) {
    while !stack.canInstall(p) {
      let due = stack.mustDeliver(p)
      guard let packet = stack.deliverable(p).first(where: due.contains) ?? stack.deliverable(p).first else {
        break
      }
      try take(.deliver(p, packet), observe)
    }
    try take(.install(p), observe)
  }

  /// First all messages; then, where another view is to come, the flush, the agreement and the installation.
  private mutating func settle(_ observe: (Happening<SymbolicGroup>) -> Void) throws(NotNow) {
    let limit = steps + 10_000
    while stack.isBusy {
      try deliverAll(observe)
      for p in stack.processes where stack.isUp(p) { try leaveView(p, observe) }
      for p in stack.processes where stack.canAgree(stack.component(of: p)) {
        try take(.agree([stack.component(of: p)], extra: []), observe)
      }
      for p in stack.processes where stack.canInstall(p) { try take(.install(p), observe) }
      if steps > limit { throw NotNow("it never comes to rest") }
    }
  }
}
