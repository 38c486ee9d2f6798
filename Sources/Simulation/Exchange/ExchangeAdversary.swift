import CyclicGroups
import GroupCommunication

/// In which order the adversary lets things happen. Each of them delivers in the end what is between live servers.
public enum Schedule: String, Hashable, Sendable, CaseIterable {
  /// Any of what is under way, with equal chances.
  case random
  case oldestFirst = "oldest-first"
  /// Without bound: the oldest waits as long as there is anything else.
  case newestFirst = "newest-first"
  /// What goes to some servers, or comes from them, or both, waits as long as there is anything else. They are fewer
  /// than half.
  case starving
  /// What is between two halves waits as long as there is anything else; then there are two other halves.
  case splitting
  /// What takes any of some links, from one server to one other, waits as long as there is anything else; then there
  /// are other such links.
  case slowLinks = "slow-links"
  /// One after the other of these.
  case wavering

  static let simple: [Schedule] = [.random, .oldestFirst, .newestFirst, .starving, .splitting, .slowLinks]
}

/// The network of Cachin and Strobl, Section 2.1: it holds all that is under way, and the adversary says what comes
/// next.
struct ExchangeAdversary<Content: Sendable>: Sendable {
  struct Item: Sendable {
    var content: Content
    /// nil: an input from outside, or the failure detector.
    var from: Process?
    var to: Process
  }

  private let servers: Int
  private let schedule: Schedule
  private var current: Schedule
  /// What may come next: those before `head` are gone.
  private var free: [Item] = []
  private var head = 0
  private var held: [Item] = []
  private var starved: ProcessSet = []
  private var holdsIncoming = false
  private var holdsOutgoing = false
  private var half: ProcessSet = []
  /// By sender: to whom its links are slow.
  private var slow: [ProcessSet] = []
  private var taken = 0
  /// From then on it is the oldest first: without bound is not for ever.
  private let patience: Int

  init(_ schedule: Schedule, servers: Int, _ randomness: inout Randomness) {
    self.schedule = schedule
    self.servers = servers
    current = schedule
    patience = 400 * servers * servers
    turn(&randomness)
  }

  mutating func add(_ item: Item) {
    if holds(item) { held.append(item) } else { free.append(item) }
  }

  mutating func next(_ randomness: inout Randomness) -> Item? {
    taken += 1
    if schedule == .wavering && randomness.next() % 64 == 0 { turn(&randomness) }
    if taken == patience {
      current = .oldestFirst
      releaseAll()
    }
    if free.count == head { release(&randomness) }
    guard free.count > head else { return nil }
    switch current {
    case .random, .starving, .splitting, .slowLinks, .wavering:
      free.swapAt(head + Int(randomness.next() % UInt64(free.count - head)), free.count - 1)
      return free.removeLast()
    case .newestFirst: return free.removeLast()
    case .oldestFirst:
      defer { advance() }
      return free[head]
    }
  }

  private mutating func advance() {
    head += 1
    guard head > 64 && 2 * head > free.count else { return }
    free.removeFirst(head)
    head = 0
  }

  private func holds(_ item: Item) -> Bool {
    if item.from == item.to { return false }
    switch current {
    case .random, .oldestFirst, .newestFirst, .wavering: return false
    case .starving:
      let isOutgoing = item.from.map { starved.contains($0) } ?? false
      return holdsOutgoing && isOutgoing || holdsIncoming && starved.contains(item.to)
    case .splitting:
      guard let from = item.from else { return false }
      return half.contains(from) != half.contains(item.to)
    case .slowLinks:
      guard let from = item.from else { return false }
      return slow[from.index].contains(item.to)
    }
  }

  /// Nothing else is left: the adversary has to give way.
  private mutating func release(_ randomness: inout Randomness) {
    if held.isEmpty { return }
    switch current {
    case .random, .oldestFirst, .newestFirst, .wavering: releaseAll()
    case .starving:
      held.swapAt(Int(randomness.next() % UInt64(held.count)), held.count - 1)
      free.append(held.removeLast())
    case .splitting, .slowLinks:
      turn(&randomness)
      if free.count == head { releaseAll() }
    }
  }

  private mutating func releaseAll() {
    free += held
    held = []
  }

  /// Whom it starves, how it splits, for `wavering` also what it does, is drawn anew.
  private mutating func turn(_ randomness: inout Randomness) {
    if schedule == .wavering {
      current = Schedule.simple[Int(randomness.next() % UInt64(Schedule.simple.count))]
    }
    starved = []
    for _ in 0..<servers / 2 where randomness.next() % 2 == 0 {
      starved.insert(Process(Int(randomness.next() % UInt64(servers))))
    }
    let direction = randomness.next() % 3
    holdsIncoming = direction != 0
    holdsOutgoing = direction != 1
    half = ProcessSet(bits: randomness.next())
    slow = (0..<servers).map { _ in ProcessSet(bits: randomness.next()) }
    let waiting = held
    held = []
    for item in waiting { add(item) }
  }
}
