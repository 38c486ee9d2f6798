import CyclicGroups
public import GroupCommunication
import KeyAgreement
import SecureGroup

/// A line of a scenario of the robust key agreement.
public enum Command: Hashable, ScenarioCommand {
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
  public static var first: String { "members" }

  public var plan: Plan? { if case .begin(let plan) = self { plan } else { nil } }

  public static func read(_ words: inout WordReader, _ plan: Plan?) throws(ScenarioError) -> Command {
    guard let plan else { return .begin(try words.plan()) }
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
    case "settle": return try words.alone(.settle)
    case "status": return try words.alone(.status)
    case "check": return try words.alone(.check)
    default: return .steps(try Step.read(&words, members: members))
    }
  }

  private static func deliver(_ words: inout WordReader, _ members: Int) throws(ScenarioError) -> Command {
    switch try words.delivery(of: members) {
    case .all: .deliverAll
    case .next(let p, let count): .deliver(p, count: count)
    case .named(let p, let packets): .steps(packets.map { .deliver(p, $0) })
    }
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
