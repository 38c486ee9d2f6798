public import CyclicGroups
import GroupCommunication
public import KeyAgreement
public import SecureGroup

/// What one agreement costs, counted while it runs on a network that does nothing else (Amir et al., Table II).
public struct AgreementCost: Hashable, Sendable {
  /// The change of the group. `n` is its size before.
  public enum Change: Hashable, Sendable {
    case join
    case leave
    case merge(Int)
    case partition(Int)
    case controllerLeave
  }

  /// The longest chain of messages.
  public var rounds = 0
  public var unicasts = 0
  public var multicasts = 0
  public var messages: Int { unicasts + multicasts }
  /// Messages where a multicast is one to each member, the sender included, as Cachin and Strobl count.
  public var pointToPoint = 0
  /// Operations one after the other: along the chain of computations and messages that has the most of each kind.
  public var serial = OperationCounts()
  /// Operations of all members.
  public var total = OperationCounts()
  /// Seconds until the last member is in the secure view, each member on a machine of its own, and the network takes
  /// no time: along the longest chain of computations. 0 where it is not timed.
  public var time = 0.0
  /// Seconds of the processor of all members; 0 where it is not timed.
  public var totalTime = 0.0

  /// Runs the optimized algorithm: a group of `n` agrees on a key, then it changes. Counts, and does not look at the
  /// clock.
  public static func measure(
    _ change: Change, n: Int, _ agreement: KeyAgreementProtocol
  ) -> AgreementCost {
    measure(change, n: n, CostRun(agreement, SymbolicGroup(), SymbolicSignatures(), isTimed: false))
  }

  /// The same with real numbers and signatures, timed.
  public static func measure(
    _ change: Change, n: Int, _ agreement: KeyAgreementProtocol, in group: some CyclicGroup,
    _ scheme: some SignatureScheme
  ) -> AgreementCost {
    measure(change, n: n, CostRun(agreement, group, scheme, isTimed: true))
  }

  private static func measure<Group, Scheme>(
    _ change: Change, n: Int, _ fresh: CostRun<Group, Scheme>
  ) -> AgreementCost {
    var run = fresh
    let old = ProcessSet((0..<n).map { Process($0) })
    run.install(old, classes: old.map { [$0] })
    switch change {
    case .join: run.change(old | [Process(n)], [old, [Process(n)]])
    case .merge(let m):
      let new = ProcessSet((n..<n + m).map { Process($0) })
      run.change(old | new, [old] + new.map { [$0] })
    case .leave: run.change(old - [Process(n - 1)], [old - [Process(n - 1)]])
    case .partition(let p):
      let rest = ProcessSet((0..<n - p).map { Process($0) })
      run.change(rest, [rest])
    case .controllerLeave: run.change(old - [Process(0)], [old - [Process(0)]])
    }
    return run.cost
  }

  /// Runs the optimized algorithm where `n` processes that have had no key agree on one, and `crashes` of them crash,
  /// one by one, each when the next message would give the first member the key. What the group communication system
  /// itself sends for a view is not counted.
  public static func measureRestarts(
    n: Int, crashes: Int, _ agreement: KeyAgreementProtocol
  ) -> AgreementCost {
    var run = CostRun(agreement, SymbolicGroup(), SymbolicSignatures(), isTimed: false)
    let all = ProcessSet((0..<n).map { Process($0) })
    run.announce(all, classes: all.map { [$0] })
    for crashed in (0..<n).suffix(crashes).reversed() {
      run.exchangeAlmostToTheEnd()
      run.crash(Process(crashed))
    }
    run.exchange()
    run.cost.rounds = run.longestChain
    return run.cost
  }
}

/// Members that exchange messages at once. Whichever was sent first is taken in first, by the time on its sender's
/// machine; where nothing is timed, in the order of the sends.
private struct CostRun<Group: CyclicGroup, Scheme: SignatureScheme> {
  typealias Member = SecureMember<Group, Scheme>

  struct Depth {
    var rounds = 0
    var operations = OperationCounts()
    /// When it is done, in seconds since the view.
    var time = 0.0

    func max(_ other: Depth) -> Depth {
      Depth(
        rounds: Swift.max(rounds, other.rounds),
        operations: OperationCounts(
          exponentiations: Swift.max(operations.exponentiations, other.operations.exponentiations),
          signatures: Swift.max(operations.signatures, other.operations.signatures),
          verifications: Swift.max(operations.verifications, other.operations.verifications)),
        time: Swift.max(time, other.time))
    }
  }

  struct Letter {
    var from: Process
    var to: Process
    var bytes: [UInt8]
    var depth: Depth
  }

  let agreement: KeyAgreementProtocol
  let group: Group
  let scheme: Scheme
  let isTimed: Bool
  var members: [Process: Member] = [:]
  var depths: [Process: Depth] = [:]
  var letters: [Letter] = []
  var view: ProcessSet = []
  var identifier: Int64 = 0
  var cost = AgreementCost()
  var privateKeys: [Scheme.PrivateKey] = []
  var publicKeys: [Process: Scheme.PublicKey] = [:]

  init(_ agreement: KeyAgreementProtocol, _ group: Group, _ scheme: Scheme, isTimed: Bool) {
    self.agreement = agreement
    self.group = group
    self.scheme = scheme
    self.isTimed = isTimed
    var randomness = Randomness.seeded(1)
    for number in 0..<64 {
      privateKeys.append(scheme.generateKey(using: &randomness))
      publicKeys[Process(number)] = scheme.publicKey(of: privateKeys[number])
    }
  }

  /// The flush, then the view; only what the view costs is counted.
  mutating func change(_ next: ProcessSet, _ classes: [ProcessSet]) {
    for p in view & next {
      give(p, .flushRequest, Depth())
      give(p, .signal, Depth())
      give(p, .secureFlushOk, Depth())
    }
    cost = AgreementCost()
    depths = [:]
    let before = members.mapValues(\.counts)
    install(next, classes: classes)
    for p in next {
      let depth = depths[p] ?? Depth()
      cost.rounds = max(cost.rounds, depth.rounds)
      cost.serial = Depth(operations: cost.serial).max(depth).operations
      cost.time = max(cost.time, depth.time)
      cost.total = cost.total + (members[p]!.counts - (before[p] ?? OperationCounts()))
    }
  }

  mutating func install(_ next: ProcessSet, classes: [ProcessSet]) {
    announce(next, classes: classes)
    exchange()
  }

  /// The others get a view without it; what is under way is lost.
  mutating func crash(_ p: Process) {
    let rest = view - [p]
    letters = []
    // The view comes when all have been heard.
    let depth = Depth(rounds: longestChain)
    for q in rest {
      give(q, .flushRequest, depth)
      give(q, .signal, depth)
    }
    announce(rest, classes: [rest])
  }

  var longestChain: Int { view.map { depths[$0]?.rounds ?? 0 }.max() ?? 0 }

  mutating func announce(_ next: ProcessSet, classes: [ProcessSet]) {
    for p in next where members[p] == nil {
      members[p] = Member(
        RobustAgreement(p, agreement: agreement), Arithmetic(group, .seeded(UInt64(p.index))),
        Authentication(
          me: p, group: "costs", scheme: scheme, privateKey: privateKeys[p.index], publicKeys: publicKeys),
        group: "costs", suite: nil)
    }
    identifier += 1
    let previous = view
    view = next
    for p in next {
      let together = classes.first { $0.contains(p) }!
      let leaving = previous.contains(p) ? previous - together : []
      give(
        p,
        .view(View(ViewIdentifier(identifier), members: next, transitional: together, leaving: leaving)),
        Depth())
    }
  }

  mutating func exchange() {
    _ = exchange { _ in true }
    for p in view { precondition(members[p]!.agreement.state == .secure, "\(p) has no key") }
  }

  /// Up to the message that would give the first member the key.
  mutating func exchangeAlmostToTheEnd() {
    var future = self
    let last = future.exchange { run in !run.view.contains { run.members[$0]!.agreement.state == .secure } }
    var left = last
    _ = exchange { _ in
      left -= 1
      return left > 0
    }
  }

  /// As long as `goesOn` says so before a message, or there are no more.
  ///
  /// - Returns: how many messages were received.
  private mutating func exchange(while goesOn: (Self) -> Bool) -> Int {
    var received = 0
    while goesOn(self),
      let first = letters.indices.min(by: { letters[$0].depth.time < letters[$1].depth.time })
    {
      let letter = letters.remove(at: first)
      give(letter.to, .packet(letter.bytes, from: letter.from), letter.depth)
      received += 1
    }
    return received
  }

  mutating func give(_ p: Process, _ input: Member.Input, _ depth: Depth) {
    let before = members[p]!.counts
    let start = processorTime
    guard let reaction = try? members[p]!.handle(input, now: 0) else { return }
    let seconds = processorTime - start
    cost.totalTime += seconds
    var own = (depths[p] ?? Depth()).max(depth)
    own.operations = own.operations + (members[p]!.counts - before)
    own.time += seconds
    depths[p] = own
    var sent = own
    sent.rounds += 1
    for output in reaction.outputs {
      switch output {
      case .unicast(let bytes, let to):
        cost.unicasts += 1
        cost.pointToPoint += 1
        letters.append(Letter(from: p, to: to, bytes: bytes, depth: sent))
      case .broadcast(let bytes, _):
        cost.multicasts += 1
        cost.pointToPoint += view.count
        for q in view { letters.append(Letter(from: p, to: q, bytes: bytes, depth: sent)) }
      default: break
      }
    }
  }
  private var processorTime: Double { isTimed ? ProcessorTime.ofThisThread : 0 }
}
