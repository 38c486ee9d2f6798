public import CyclicGroups
import GroupCommunication
public import KeyAgreement
import SecureGroup

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

  /// Runs the optimized algorithm: a group of `n` agrees on a key, then it changes.
  public static func measure(
    _ change: Change, n: Int, _ agreement: KeyAgreementProtocol
  ) -> AgreementCost {
    var run = CostRun(agreement)
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
    var run = CostRun(agreement)
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

/// Members that exchange messages at once, in the order of their sends.
private struct CostRun {
  typealias Member = SecureMember<SymbolicGroup, SymbolicSignatures>

  struct Depth {
    var rounds = 0
    var operations = OperationCounts()

    func max(_ other: Depth) -> Depth {
      Depth(
        rounds: Swift.max(rounds, other.rounds),
        operations: OperationCounts(
          exponentiations: Swift.max(operations.exponentiations, other.operations.exponentiations),
          signatures: Swift.max(operations.signatures, other.operations.signatures),
          verifications: Swift.max(operations.verifications, other.operations.verifications)))
    }
  }

  struct Letter {
    var from: Process
    var to: Process
    var bytes: [UInt8]
    var depth: Depth
  }

  let agreement: KeyAgreementProtocol
  var members: [Process: Member] = [:]
  var depths: [Process: Depth] = [:]
  var letters: [Letter] = []
  var view: ProcessSet = []
  var identifier: Int64 = 0
  var cost = AgreementCost()
  var privateKeys: [SymbolicSignatures.PrivateKey] = []
  var publicKeys: [Process: SymbolicSignatures.PublicKey] = [:]

  init(_ agreement: KeyAgreementProtocol) {
    self.agreement = agreement
    let scheme = SymbolicSignatures()
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
        RobustAgreement(p, agreement: agreement), Arithmetic(SymbolicGroup(), .seeded(UInt64(p.index))),
        Authentication(
          me: p, group: "costs", scheme: SymbolicSignatures(), privateKey: privateKeys[p.index],
          publicKeys: publicKeys),
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
    var next = 0
    while next < letters.count, goesOn(self) {
      let letter = letters[next]
      next += 1
      give(letter.to, .packet(letter.bytes, from: letter.from), letter.depth)
    }
    letters.removeFirst(next)
    return next
  }

  mutating func give(_ p: Process, _ input: Member.Input, _ depth: Depth) {
    let before = members[p]!.counts
    guard let reaction = try? members[p]!.handle(input, now: 0) else { return }
    var own = (depths[p] ?? Depth()).max(depth)
    own.operations = own.operations + (members[p]!.counts - before)
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
}
