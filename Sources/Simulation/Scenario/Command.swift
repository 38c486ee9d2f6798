import CyclicGroups
public import GroupCommunication
import KeyAgreement
import SecureGroup

/// A line of a scenario.
public enum Command: Hashable, Sendable {
  /// The group begins: nobody has joined. The first command, and no other.
  case begin(Plan)
  case steps([Step])
  /// Delivers up to this many messages to a process; nil: all that there are.
  case deliver(Process, count: Int?)
  case deliverAll
  /// Brings the members of a component to a view of just them, who all move together as far as they can: the flush, the
  /// signal, the agreement, what must be delivered, the installation. Messages of the new view stay under way.
  case view(ProcessSet)
  /// Everything that is under way comes to its end, in a fixed order.
  case settle
  case status
  case check
  /// Tells only how many steps it took.
  indirect case quietly(Command)
}

extension Command {
  /// - Parameter plan: as the scenario began; nil: it has not.
  static func read(_ line: Substring, number: Int, _ plan: Plan?) throws(ScenarioError) -> Command {
    var words = WordReader(line, line: number)
    if words.peek == "members" {
      if plan != nil { throw words.error("a group has begun already") }
      return .begin(try words.plan())
    }
    guard let plan else { throw words.error("the first command must be 'members'") }
    return try read(&words, members: plan.members)
  }

  private static func read(_ words: inout WordReader, members: Int) throws(ScenarioError) -> Command {
    switch words.peek {
    case "quietly":
      let start = words
      words.skip()
      switch try read(&words, members: members) {
      case .quietly, .status, .check, .begin: throw start.error("there would be nothing to tell")
      case let command: return .quietly(command)
      }
    case "deliver": return try deliver(&words, members)
    case "view":
      words.skip()
      return .view(try words.processes(of: members))
    case "settle": return try alone(.settle, &words)
    case "status": return try alone(.status, &words)
    case "check": return try alone(.check, &words)
    default: return .steps(try Step.read(&words, members: members))
    }
  }

  private static func alone(_ command: Command, _ words: inout WordReader) throws(ScenarioError) -> Command {
    words.skip()
    try words.end()
    return command
  }

  /// `deliver all`, `deliver b`, `deliver b 2`, `deliver b all`; `deliver b a.1` is a step.
  private static func deliver(_ words: inout WordReader, _ members: Int) throws(ScenarioError) -> Command {
    let start = words
    words.skip()
    if words.takes("all") {
      try words.end()
      return .deliverAll
    }
    let p = try words.process(of: members)
    if words.isAtEnd { return .deliver(p, count: 1) }
    let count = Int(words.peek)
    if words.peek == "all" || count ?? 0 > 0 {
      words.skip()
      try words.end()
      return .deliver(p, count: count)
    }
    words = start
    return .steps(try Step.read(&words, members: members))
  }
}

extension WordReader {
  /// `members 3 basic ckd as-printed seed 7`.
  fileprivate mutating func plan() throws(ScenarioError) -> Plan {
    skip()
    let members = try take("a number from 1 to 64") { word in
      Int(word).flatMap { (1...64).contains($0) ? $0 : nil }
    }
    var plan = Plan(seed: 1, members: members, events: 0)
    if let algorithm = word(as: RobustAgreement<SymbolicGroup>.Algorithm.self) { plan.algorithm = algorithm }
    if let agreement = word(as: KeyAgreementProtocol.self) { plan.agreement = agreement }
    if takes("as-printed") { plan.repairs = .none } else if takes("repaired") { plan.repairs = .all }
    if takes("seed") { plan.seed = try take("a number") { UInt64($0) } }
    try end()
    return plan
  }

  private mutating func word<Value: RawRepresentable<String>>(as type: Value.Type) -> Value? {
    let value = Value(rawValue: String(peek))
    if value != nil { skip() }
    return value
  }
}
