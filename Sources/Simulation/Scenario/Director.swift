import CyclicGroups
import GroupCommunication
import SecureGroup

/// Carries out the commands of a scenario on a stack.
struct Director: Sendable {
  private(set) var stack: Stack<SymbolicGroup, SymbolicSignatures>
  /// How many steps were taken.
  private(set) var steps = 0
  /// More steps than any command of so few processes needs.
  private static var limit: Int { 10_000 }
  /// Of the command that is being carried out.
  private var happenings: [Happening<SymbolicGroup>] = []

  init(_ plan: Plan, note: String) {
    stack = Stack(symbolic: plan, note: note)
  }

  /// Carries a command out as far as that is possible.
  mutating func carryOut(
    _ command: Command
  ) -> (happenings: [Happening<SymbolicGroup>], transcript: [String]) {
    happenings = []
    var refusal: [String] = []
    do {
      try execute(command)
    } catch {
      refusal = ["not now: \(error)"]
    }
    switch command {
    case .status: return (happenings, stack.statusLines)
    case .check: return (happenings, stack.verdictLines)
    case .quietly:
      return (happenings, [happenings.count == 1 ? "1 step" : "\(happenings.count) steps"] + refusal)
    case .begin, .steps, .deliver, .deliverAll, .view, .settle:
      return (happenings, happenings.flatMap { $0.text(stack.fingerprint) } + refusal)
    }
  }

  /// - Throws: `NotNow`: a step cannot be taken; those before it have been.
  private mutating func execute(_ command: Command) throws(NotNow) {
    switch command {
    case .begin, .status, .check: break
    case .steps(let steps): for step in steps { try take(step) }
    case .deliver(let p, let count): try deliver(p, count)
    case .deliverAll: try deliverAll()
    case .view(let members): try view(members)
    case .settle: try settle()
    case .quietly(let command): try execute(command)
    }
  }

  private mutating func take(_ step: Step) throws(NotNow) {
    if happenings.count == Self.limit { throw NotNow("it never comes to rest") }
    // A millisecond a step.
    stack.time = Double(steps + 1) / 1000
    happenings.append(try stack.take(step))
    steps += 1
  }

  private mutating func deliver(_ p: Process, _ count: Int?) throws(NotNow) {
    var delivered = 0
    while delivered < count ?? .max, let packet = stack.deliverable(p).first {
      try take(.deliver(p, packet))
      delivered += 1
    }
    if let count, delivered < count { throw NotNow("nothing can be delivered to \(p) now") }
  }

  private mutating func deliverAll() throws(NotNow) {
    while stack.processes.contains(where: { !stack.deliverable($0).isEmpty }) {
      for p in stack.processes { try deliver(p, nil) }
    }
  }

  private mutating func view(_ members: ProcessSet) throws(NotNow) {
    for p in members { try leaveView(p) }
    try take(.agree([members], extra: []))
    for p in members { try enterView(p) }
  }

  private mutating func leaveView(_ p: Process) throws(NotNow) {
    if stack.canRequestFlush(p) { try take(.flushRequest(p)) }
    if stack.canSignal(p) { try take(.signal(p)) }
    if stack.owesFlushOk(p) { try take(.flushOk(p)) }
  }

  private mutating func enterView(_ p: Process) throws(NotNow) {
    while !stack.canInstall(p) {
      let due = stack.mustDeliver(p)
      guard let packet = stack.deliverable(p).first(where: due.contains) ?? stack.deliverable(p).first else {
        break
      }
      try take(.deliver(p, packet))
    }
    try take(.install(p))
  }

  /// First all messages; then, where another view is to come, the flush, the agreement and the installation.
  private mutating func settle() throws(NotNow) {
    while stack.isBusy {
      try deliverAll()
      for p in stack.processes where stack.isUp(p) { try leaveView(p) }
      for p in stack.processes where stack.canAgree(stack.component(of: p)) {
        try take(.agree([stack.component(of: p)], extra: []))
      }
      for p in stack.processes where stack.canInstall(p) { try take(.install(p)) }
    }
  }
}
