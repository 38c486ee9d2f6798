import FaultTolerantExchange
import GroupCommunication
import SecureGroup
import Traces

/// Carries out the commands of a scenario of the exchange, whatever the machines.
protocol ExchangeDirecting: Sendable {
  /// Carries a command out as far as that is possible.
  mutating func carryOut(
    _ command: ExchangeCommand
  ) -> (happenings: [ExchangeHappening], transcript: [String])
  var trace: [UInt8] { get }
  var summary: ExchangeSummary { get }
  var check: TrustedHostCheck? { get }
}

struct ExchangeDirector<Server: ExchangeServer>: ExchangeDirecting {
  private var network: ExchangeNetwork<Server>
  private let judge: ExchangeJudge<Server>
  /// What has been sent and neither delivered nor lost, the oldest first.
  private var underWay: [ExchangeNetwork<Server>.Letter] = []
  private var starving: ProcessSet = []
  /// By session.
  private var started: [ProcessSet]
  /// Who is to crash, after how many effects.
  private var doomed: [Process: Int] = [:]
  /// Names of keys that were derived, by session.
  private var derived: [[String]]
  /// More steps than any command of so few servers needs.
  private static var limit: Int { 20_000 }
  /// Of the command that is being carried out.
  private var happenings: [ExchangeHappening] = []

  init(_ network: ExchangeNetwork<Server>, judge: @escaping ExchangeJudge<Server>) {
    self.network = network
    self.network.isTold = true
    self.judge = judge
    let sessions = network.servers[0].sessions
    started = Array(repeating: [], count: sessions)
    derived = Array(repeating: [], count: sessions)
  }

  /// Whether everything that can happen by itself has happened.
  private var isAtRest: Bool { underWay.isEmpty }
  var trace: [UInt8] { (isAtRest ? network.trace : network.incompleteTrace).bytes }
  var check: TrustedHostCheck? { judge(network) }

  var summary: ExchangeSummary {
    var summary = network.summary
    summary.live = network.live
    return summary
  }

  mutating func carryOut(
    _ command: ExchangeCommand
  ) -> (happenings: [ExchangeHappening], transcript: [String]) {
    happenings = []
    var refusal: [String] = []
    do {
      try execute(command)
    } catch {
      refusal = ["not now: \(error)"]
    }
    switch command {
    case .status: return (happenings, statusLines)
    case .knowledge: return (happenings, knowledgeLines)
    case .check: return (happenings, verdictLines)
    case .rekey(let session, let names): return (happenings, rekey(session, names))
    case .quietly:
      return (happenings, [happenings.count == 1 ? "1 step" : "\(happenings.count) steps"] + refusal)
    case .starve, .feed: return (happenings, starvingLines)
    case .begin, .steps, .deliver, .deliverAmong, .loseAll, .loseEverywhere:
      return (happenings, happenings.flatMap { $0.text(sessions: started.count) } + refusal)
    }
  }

  /// - Throws: `NotNow`: a step cannot be taken; those before it have been.
  private mutating func execute(_ command: ExchangeCommand) throws(NotNow) {
    switch command {
    case .begin, .status, .knowledge, .check, .rekey: break
    case .steps(let steps): for step in steps { try take(step) }
    case .deliver(let p, let count): try deliver(p, count)
    case .deliverAmong(let servers): try deliverAmong(servers)
    case .starve(let servers): starving = starving | servers
    case .feed(let servers): starving = starving - servers
    case .loseAll(let p): try lose(p) { $0.name.sender == p }
    case .loseEverywhere(let name): try lose(name.sender) { $0.name == name }
    case .quietly(let command): try execute(command)
    }
  }

  private mutating func deliver(_ p: Process, _ count: Int?) throws(NotNow) {
    var delivered = 0
    while delivered < count ?? .max, let letter = underWay.first(where: { $0.to == p }) {
      try take(.deliver(p, letter.name))
      delivered += 1
    }
    if let count, delivered < count { throw NotNow("nothing can be delivered to \(p) now") }
  }

  private mutating func deliverAmong(_ servers: ProcessSet) throws(NotNow) {
    func isFree(_ letter: ExchangeNetwork<Server>.Letter) -> Bool {
      let (from, to) = (letter.name.sender, letter.to)
      let starves = from != to && (starving.contains(from) || starving.contains(to))
      return servers.contains(from) && servers.contains(to) && !starves
    }
    while let letter = underWay.first(where: isFree) { try take(.deliver(letter.to, letter.name)) }
  }

  private mutating func lose(
    _ sender: Process, _ isMeant: (ExchangeNetwork<Server>.Letter) -> Bool
  ) throws(NotNow) {
    let letters = underWay.filter(isMeant)
    if letters.isEmpty { throw NotNow("nothing like that is under way from \(sender)") }
    for letter in letters { try take(.lose(letter.name, to: letter.to)) }
  }

  // MARK: Steps

  private mutating func take(_ step: ExchangeStep) throws(NotNow) {
    if happenings.count == Self.limit { throw NotNow("it never comes to rest") }
    switch step {
    case .start(let p, let session):
      try requireUp(p)
      if started[session].contains(p) { throw NotNow("\(p) has started already") }
      started[session].insert(p)
      handle(.start(session: session), step, p)
    case .deliver(let p, let name):
      try requireUp(p)
      handle(.letter(try remove(name, p)), step, p)
    case .suspect(let list, let p):
      try requireUp(p)
      guard Server.usesFailureDetector else { throw NotNow("this consensus has no failure detector") }
      handle(.suspect(list), step, p)
    case .crash(let p):
      try requireUp(p)
      network.crash(p)
      noteCrash(p)
    case .crashLater(let p, let done):
      try requireUp(p)
      doomed[p] = done
      happenings.append(.init(step))
    case .lose(let name, let p):
      if network.isUp(name.sender) {
        throw NotNow("\(name.sender) has not crashed: what it sent must be delivered")
      }
      _ = try remove(name, p)
      network.summary.lost += 1
      happenings.append(.init(step))
    case .breakIn(let p):
      try requireUp(p)
      network.breakInto(p)
      happenings.append(.init(step, read: network.server(p).secrets))
    }
  }

  private mutating func handle(
    _ event: ExchangeNetwork<Server>.Event, _ step: ExchangeStep, _ p: Process
  ) {
    let (effects, round) = network.handle(event, at: p) { 0 }
    let done = min(doomed[p] ?? effects.count, effects.count)
    for effect in effects.prefix(done) {
      guard let letter = network.perform(effect, of: p, round: round) else { continue }
      if network.isUp(letter.to) { underWay.append(letter) }
    }
    var turn = network.turn
    turn?.undone = effects.count - done
    happenings.append(.init(step, turn: turn))
    if doomed.removeValue(forKey: p) != nil {
      network.crash(p, done: done, of: effects.count)
      noteCrash(p)
    }
  }

  private mutating func noteCrash(_ p: Process) {
    underWay.removeAll { $0.to == p }
    happenings.append(.init(.crash(p)))
  }

  private mutating func remove(
    _ name: PacketName, _ p: Process
  ) throws(NotNow) -> ExchangeNetwork<Server>.Letter {
    guard let place = underWay.firstIndex(where: { $0.name == name && $0.to == p }) else {
      throw NotNow("\(name) is not under way to \(p)")
    }
    return underWay.remove(at: place)
  }

  private func requireUp(_ p: Process) throws(NotNow) {
    if !network.isUp(p) { throw NotNow("\(p) has crashed") }
  }

  // MARK: What is shown

  private var verdictLines: [String] {
    do {
      return try RunVerdict(summary, trace, check).lines()
    } catch {
      preconditionFailure("a trace that was just written: \(error)")
    }
  }

  private static func fingerprint(_ key: [UInt8]) -> Substring {
    CipherSuite.aes256GCM.fingerprint(of: key).prefix(8)
  }

  private var starvingLines: [String] {
    ["-  starving: " + (starving.isEmpty ? "nobody" : starving.map(\.description).joined(separator: " "))]
  }

  /// A line for each server: where it stands, its key, and what is under way to it.
  private var statusLines: [String] {
    network.all.all.map { p in
      guard network.isUp(p) else { return "\(p)  crashed" }
      let server = network.server(p)
      let sessions = started.indices.map { session in
        let standings = server.standings(in: session).map { "\($0.part): \($0.state)" }
        return (started.count > 1 ? "session \(session), " : "") + standings.joined(separator: ", ")
          + (server.key(of: session).map { ", key \(Self.fingerprint($0))" } ?? "")
      }
      let letters = underWay.filter { $0.to == p }.map(\.name.description)
      return "\(p)  " + sessions.joined(separator: "; ")
        + (letters.isEmpty ? "" : "; under way to it: " + letters.joined(separator: " "))
    }
  }

  private mutating func rekey(_ session: Int, _ names: [String]) -> [String] {
    derived[session] += names
    return network.live.map { p in
      guard let key = network.server(p).key(of: session) else { return "\(p)  has no key yet" }
      let index = Rekeying(from: key)
      return "\(p)  "
        + names.map { "\($0): key \(Self.fingerprint(index.key(of: Session($0))))" }
        .joined(separator: ", ")
    }
  }

  /// What the adversary has seen, and what he can compute of it.
  private var knowledgeLines: [String] {
    guard let check else { return ["-  only symbolic encryption tells what he can compute"] }
    var (messages, proposals, read) = (0, 0, ProcessSet())
    for happening in network.happenings {
      switch happening {
      case .sent: messages += 1
      case .proposed: proposals += 1
      case .brokenInto(let p, _): read.insert(p)
      case .started, .finished, .crashed: break
      }
    }
    var lines = [
      "-  seen: \(messages) messages, \(proposals) proposals; read: "
        + (read.isEmpty ? "nobody" : read.map(\.description).joined(separator: " "))
        + "; independent values that he can compute: \(check.rank)"
    ]
    for key in check.keys {
      let duty = key.isSecret ? "should be secret" : "need not be secret"
      lines.append("-  the key of session \(key.session) \(duty): it is \(key.isKnown ? "known" : "unknown")")
      for name in derived[Int(key.session.name)!] {
        lines.append("-  the key \(name), derived from it: it is \(key.isKnown ? "known" : "unknown")")
      }
    }
    return lines
  }
}
