import CyclicGroups
import FaultTolerantExchange
public import GroupCommunication

/// A line of a scenario of the exchange of Cachin and Strobl.
public enum ExchangeCommand: ScenarioCommand {
  /// The servers are there, and nothing has happened. The first command, and no other.
  case begin(ExchangeSystem)
  case steps([ExchangeStep])
  /// Delivers up to this many letters to a server, the oldest first; nil: all that there are.
  case deliver(Process, count: Int?)
  /// Delivers the oldest letter again and again, until nothing is under way between these but what starves.
  case deliverAmong(ProcessSet)
  /// What goes to these, or comes from them, waits from now on unless it is delivered by its name, or to one server.
  case starve(ProcessSet)
  case feed(ProcessSet)
  /// Loses all that is under way from a server, which has crashed.
  case loseAll(Process)
  /// Loses a message of a server that has crashed, wherever it is under way to.
  case loseEverywhere(PacketName)
  /// From the key of a session derives those of others (end of Section 3.1).
  case rekey(session: Int, names: [String])
  case status
  /// What the adversary can compute.
  case knowledge
  case check
  /// Tells only how many steps it took.
  indirect case quietly(ExchangeCommand)
}

extension ExchangeCommand {
  public static var first: String { "servers" }

  public var plan: ExchangeSystem? { if case .begin(let system) = self { system } else { nil } }

  public static func read(
    _ words: inout WordReader, _ plan: ExchangeSystem?
  ) throws(ScenarioError) -> ExchangeCommand {
    guard let plan else { return .begin(try words.system()) }
    let count = plan.servers.count
    switch words.peek {
    case "quietly":
      let start = words
      words.skip()
      switch try read(&words, plan) {
      case .quietly, .starve, .feed, .rekey, .status, .knowledge, .check, .begin:
        throw start.error("there would be nothing to tell")
      case let command: return .quietly(command)
      }
    case "deliver": return try deliver(&words, plan)
    case "starve":
      words.skip()
      return .starve(try words.processes(of: count))
    case "feed":
      words.skip()
      return .feed(try words.processes(of: count))
    case "lose": return try lose(&words, count)
    case "rekey":
      words.skip()
      let session = try words.session(of: plan)
      var names: [String] = []
      repeat { names.append(try words.take("a name") { String($0) }) } while !words.isAtEnd
      return .rekey(session: session, names: names)
    case "status": return try words.alone(.status)
    case "knowledge": return try words.alone(.knowledge)
    case "check": return try words.alone(.check)
    default: return .steps(try steps(&words, plan))
    }
  }

  private static func deliver(
    _ words: inout WordReader, _ plan: ExchangeSystem
  ) throws(ScenarioError) -> ExchangeCommand {
    let start = words
    words.skip()
    if words.takes("among") { return .deliverAmong(try words.processes(of: plan.servers.count)) }
    words = start
    return switch try words.delivery(of: plan.servers.count) {
    case .all: .deliverAmong(plan.servers.all)
    case .next(let p, let count): .deliver(p, count: count)
    case .named(let p, let letters): .steps(letters.map { .deliver(p, $0) })
    }
  }

  /// `lose c`, `lose c.3`, `lose c.3 to a b`.
  private static func lose(
    _ words: inout WordReader, _ count: Int
  ) throws(ScenarioError) -> ExchangeCommand {
    words.skip()
    if !words.peek.contains(".") {
      let p = try words.process(of: count)
      try words.end()
      return .loseAll(p)
    }
    let name = try words.packet(of: count)
    if words.isAtEnd { return .loseEverywhere(name) }
    guard words.takes("to") else { throw words.error("'to' is missing") }
    return .steps(try words.processes(of: count).map { .lose(name, to: $0) })
  }

  private static func steps(
    _ words: inout WordReader, _ plan: ExchangeSystem
  ) throws(ScenarioError) -> [ExchangeStep] {
    let (start, count) = (words, plan.servers.count)
    let word = String(words.peek)
    words.skip()
    switch word {
    case "start":
      let servers = try words.processes(of: count, upTo: ["session"])
      let session = words.takes("session") ? try words.session(of: plan) : 0
      try words.end()
      return servers.map { .start($0, session: session) }
    case "suspect":
      let list = words.takes("nobody") ? [] : try words.processes(of: count, upTo: ["at"])
      guard words.takes("at") else { throw words.error("'at' is missing, and who suspects") }
      return try words.processes(of: count).map { .suspect(list, at: $0) }
    case "crash":
      let servers = try words.processes(of: count, upTo: ["after"])
      guard words.takes("after") else { return servers.map { .crash($0) } }
      let done = try words.take("a number") { Int($0) }
      try words.end()
      return servers.map { .crashLater($0, after: done) }
    case "break-in": return try words.processes(of: count).map { .breakIn($0) }
    default: throw start.error(word.isEmpty ? "a command is missing" : "there is no such command")
    }
  }
}

extension ExchangeStep: CustomStringConvertible {
  /// As a scenario file has it: `lose c.3 to a`.
  public var description: String {
    switch self {
    case .start(let p, let session): "start \(p)" + (session == 0 ? "" : " session \(session)")
    case .deliver(let p, let letter): "deliver \(p) \(letter)"
    case .suspect(let list, let p):
      "suspect \(list.isEmpty ? "nobody" : list.map(\.description).joined(separator: " ")) at \(p)"
    case .crash(let p): "crash \(p)"
    case .crashLater(let p, let done): "crash \(p) after \(done)"
    case .lose(let letter, let p): "lose \(letter) to \(p)"
    case .breakIn(let p): "break-in \(p)"
    }
  }
}

extension WordReader {
  mutating func session(of plan: ExchangeSystem) throws(ScenarioError) -> Int {
    try number(from: 0, to: plan.sessions - 1)
  }

  private mutating func number(from first: Int, to last: Int) throws(ScenarioError) -> Int {
    try take("a number from \(first) to \(last)") { word in
      Int(word).flatMap { first <= $0 && $0 <= last ? $0 : nil }
    }
  }

  private mutating func word<Value: RawRepresentable<String> & CaseIterable>(
    _ type: Value.Type
  ) throws(ScenarioError) -> Value {
    try take("one of " + Value.allCases.map(\.rawValue).joined(separator: ", ")) {
      Value(rawValue: String($0))
    }
  }

  /// `servers 5 tolerates 2 protocol omega consensus coin field 2^255-19 encryption symbolic`, from the second word on
  /// in any order, each as `conclave simulate` calls it. And `break-ins`, `sessions`, `seed`, `proposals 01 02`.
  fileprivate mutating func system() throws(ScenarioError) -> ExchangeSystem {
    skip()
    let n = try number(from: 1, to: 64)
    var system = ExchangeSystem(
      simulated: .omega, consensus: .coin, arithmetic: .symbols(PrimeField.p25519),
      servers: Servers(n, crashes: (n - 1) / 2), breakIns: 0, seed: 1)
    var encryption = ScenarioEncryption.symbolic
    var field: any FiniteField = PrimeField.p25519
    var (breakIns, proposals): (Int?, [[UInt8]]) = (nil, system.servers.all.map { [$0.number] })
    while !isAtEnd {
      let start = self
      let option = String(peek)
      skip()
      switch option {
      case "protocol": system.simulated = try word(ExchangeProtocol.self)
      case "consensus": system.consensus = try word(ConsensusKind.self)
      case "tolerates": system.servers = Servers(n, crashes: try number(from: 0, to: (n - 1) / 2))
      case "break-ins": breakIns = try number(from: 0, to: n - 1)
      case "sessions": system.sessions = try number(from: 1, to: 1000)
      case "field": field = try take("a field") { FiniteFields.named(String($0)) }
      case "encryption": encryption = try word(ScenarioEncryption.self)
      case "seed": system.seed = try take("a number") { UInt64($0) }
      case "proposals":
        for p in system.servers.all {
          proposals[p.index] = try take("a byte in hexadecimal") { Self.byte($0) }
        }
      default: throw start.error("there is no option '\(option.prefix(30))'")
      }
    }
    system.breakIns = breakIns ?? system.servers.tolerableBreakIns
    if system.simulated == .omegaFS && !field.hasElements(n + 1) {
      throw error("the field has no share for each server")
    }
    system.arithmetic = encryption == .symbolic ? .symbols(field) : .numbers(field)
    system.proposals = proposals.map { Array(repeating: $0, count: system.sessions) }
    return system
  }

  private static func byte(_ word: Substring) -> [UInt8]? {
    word.count == 2 ? UInt8(word, radix: 16).map { [$0] } : nil
  }
}

/// With what contributions are encrypted.
private enum ScenarioEncryption: String, CaseIterable {
  /// An idea of encryption, with keys that are linear forms: what the adversary can compute can be told.
  case symbolic
  case hpke
}
