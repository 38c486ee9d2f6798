public import Synchronization

/// A search that keeps the states it has visited: breadth-first or depth-first.
///
/// States have positions, in the order of their discovery. The states of a block of positions are expanded by all
/// workers at once; then what they discovered gets its positions, in the order in which one worker alone would
/// have discovered it. So nothing but the time depends on the number of workers.
@usableFromInline
final class Search<M: Model, Storage: StateStorage> where Storage.State == M.State {
  @usableFromInline let model: M
  @usableFromInline let options: SearchOptions
  @usableFromInline let progress: ((Statistics) -> Bool)?
  @usableFromInline let judgement: Judgement<M.State>
  @usableFromInline var visited: VisitedStates<Storage>
  /// The records by position.
  @usableFromInline var order: [UInt32] = []
  @usableFromInline let workers: UnsafeMutablePointer<Worker<M, Storage>>
  @usableFromInline let workerCount: Int
  @usableFromInline let nextPosition: UnsafeMutablePointer<Atomic<Int>>

  /// The states at earlier positions cannot be read any more.
  @usableFromInline var firstReadable = 0

  /// For each property, the events of different kinds.
  @usableFromInline var events: [[(kind: String, record: UInt32)]]
  /// The properties of which more events are wanted.
  @usableFromInline var interest: UInt64
  @usableFromInline var statistics = Statistics()
  @usableFromInline let clock = ContinuousClock()
  @usableFromInline let start: ContinuousClock.Instant
  /// The positions before this one are expanded (breadth-first), or all but those waiting (depth-first).
  @usableFromInline var isExpanded: (Int) -> Bool = { _ in true }

  /// As many states are expanded between two looks at limits and clock.
  @inlinable static var blockSize: Int { 8192 }
  /// As many a worker takes at once.
  @inlinable static var chunkSize: Int { 64 }

  @inlinable
  init(_ model: M, _ storage: Storage, _ options: SearchOptions, _ progress: ((Statistics) -> Bool)?) {
    self.model = model
    self.options = options
    self.progress = progress
    judgement = Judgement(model.properties)
    visited = VisitedStates(storage)
    events = Array(repeating: [], count: judgement.properties.count)
    interest = judgement.always | judgement.sometimes
    workerCount = options.strategy == .depthFirst ? 1 : max(1, options.workers)
    workers = .allocate(capacity: workerCount)
    for number in 0..<workerCount {
      (workers + number).initialize(
        to: Worker(model, visited, judgement, usesSymmetry: options.usesSymmetry))
    }
    nextPosition = .allocate(capacity: 1)
    nextPosition.initialize(to: Atomic(0))
    start = clock.now
  }

  @inlinable
  deinit {
    visited.release(order[firstReadable...])
    visited.free()
    workers.deinitialize(count: workerCount)
    workers.deallocate()
    nextPosition.deinitialize(count: 1)
    nextPosition.deallocate()
  }

  @inlinable
  func run() -> Outcome<M> {
    visitInitialStates()
    let end = options.strategy == .depthFirst ? searchDepthFirst() : searchBreadthFirst()
    measure()
    let unreachable = lookBack(after: end)
    measure()
    var findings: [Finding<M>] = []
    for (index, property) in judgement.properties.enumerated() {
      var verdict: Verdict
      var records = events[index].map(\.record)
      switch property.kind {
      case .always: verdict = !records.isEmpty ? .violated : end == .exhausted ? .holds : .undecided
      case .sometimes: verdict = !records.isEmpty ? .holds : end == .exhausted ? .violated : .undecided
      case .alwaysReachable:
        records = unreachable?[judgement.reachable.firstIndex(of: index)!] ?? []
        verdict = !records.isEmpty ? .violated : end == .exhausted && unreachable != nil ? .holds : .undecided
      }
      findings.append(Finding(property: property, verdict: verdict, runs: records.map(run(to:))))
    }
    return Outcome(end: end, findings: findings, statistics: statistics)
  }

  @inlinable
  func visitInitialStates() {
    let initial = model.initialStates
    precondition(initial.count < 1 << 24, "a model has too many initial states")
    while visited.capacity < 2 * initial.count { visited.grow(workerCount) }
    workers[0].visited = visited
    for (ordinal, state) in initial.enumerated() {
      let representative = workers[0].symmetry.map { $0(state) } ?? state
      workers[0].scratch.writer.removeAll()
      let draft = visited.storage.draft(representative, &workers[0].scratch)
      workers[0].visit(representative, draft, key: UInt64(ordinal) << 8, interest: interest)
    }
    commit(0..<0)
  }

  @inlinable
  func searchBreadthFirst() -> Outcome<M>.End {
    var position = 0
    var level = 0..<order.count
    defer {
      let expanded = position
      isExpanded = { $0 < expanded }
    }
    endLevel(0..<0)
    while position < order.count {
      if let end = reasonToStop(depth: statistics.depth) { return end }
      let block = position..<min(position + Self.blockSize, level.upperBound)
      let hadRoom = expand(block)
      commit(block)
      guard hadRoom else { return .limit(.memory) }
      position = block.upperBound
      if position == level.upperBound {
        endLevel(level)
        level = position..<order.count
        if !level.isEmpty { statistics.depth += 1 }
      }
      statistics.waiting = order.count - position
    }
    return reasonToStop(depth: nil) == .violation ? .violation : .exhausted
  }

  @inlinable
  func endLevel(_ level: Range<Int>) {
    if visited.storage.keepsStates { return }
    visited.release(order[level])
    firstReadable = level.upperBound
    visited.storage.endLevel()
  }

  @inlinable
  func searchDepthFirst() -> Outcome<M>.End {
    var waiting = order.indices.reversed().map { (position: $0, depth: 0) }
    var unexpanded: Set<Int> = []
    var reachedDepth = false
    defer {
      unexpanded.formUnion(waiting.map(\.position))
      isExpanded = { [unexpanded] in !unexpanded.contains($0) }
    }
    var steps = 0
    while let (position, depth) = waiting.last {
      if steps % 1024 == 0, let end = reasonToStop(depth: nil) { return end }
      steps += 1
      waiting.removeLast()
      statistics.depth = max(statistics.depth, depth)
      if depth == options.limits.depth {
        reachedDepth = true
        unexpanded.insert(position)
        continue
      }
      let known = order.count
      let hadRoom = expand(position..<position + 1)
      commit(position..<position + 1)
      guard hadRoom else {
        unexpanded.formUnion(known..<order.count)
        unexpanded.insert(position)
        return .limit(.memory)
      }
      for successor in (known..<order.count).reversed() { waiting.append((successor, depth + 1)) }
      statistics.waiting = waiting.count
    }
    if reasonToStop(depth: nil) == .violation { return .violation }
    return reachedDepth ? .limit(.depth) : .exhausted
  }

  /// - Parameter depth: of the states that are next.
  @inlinable
  func reasonToStop(depth: Int?) -> Outcome<M>.End? {
    measure()
    if let progress, !progress(statistics) { return .interrupted }
    if options.stopsAtViolation, judgement.always & ~interest != 0 || hasViolation { return .violation }
    if let limit = options.limits.states, order.count >= limit { return .limit(.states) }
    if let limit = options.limits.depth, let depth, depth >= limit { return .limit(.depth) }
    if statistics.memory >= options.limits.memory { return .limit(.memory) }
    if let limit = options.limits.seconds, statistics.seconds >= limit { return .limit(.seconds) }
    return nil
  }

  @inlinable
  var hasViolation: Bool {
    judgement.properties.indices.contains { judgement.always >> $0 & 1 != 0 && !events[$0].isEmpty }
  }

  @inlinable
  func measure() {
    statistics.states = order.count
    statistics.transitions = (0..<workerCount).reduce(0) { $0 + workers[$1].transitions }
    statistics.seconds = (clock.now - start) / .seconds(1)
    statistics.memory = memory
    if !visited.storage.keepsStates {
      let states = Double(order.count)
      statistics.oddsOfMissedState = min(1, states * (states - 1) / 2 / 18_446_744_073_709_551_616)
    }
  }

  @inlinable var memory: Int { visited.bytes + order.capacity * 4 }

  // MARK: A block

  /// Has the workers expand the states of a block.
  /// - Returns: false where the memory was not enough.
  @inlinable
  func expand(_ block: Range<Int>) -> Bool {
    nextPosition.pointee.store(block.lowerBound, ordering: .relaxed)
    if order.count * 10 > visited.capacity * 7, canGrow { visited.grow(workerCount) }
    while true {
      let discovered = (0..<workerCount).reduce(0) { $0 + workers[$1].discovered.count }
      let room = visited.capacity / 10 * 9 - order.count - discovered
      for number in 0..<workerCount {
        workers[number].visited = visited
        workers[number].budget = workers[number].discovered.count + max(0, room) / workerCount
      }
      order.withUnsafeBufferPointer { order in
        let order = order.baseAddress!
        let isLittle = block.count <= 2 * Self.chunkSize
        concurrently(isLittle ? 1 : workerCount) { work($0, block, order) }
      }
      guard (0..<workerCount).contains(where: { !workers[$0].leftover.isEmpty }) else { return true }
      guard canGrow else {
        for number in 0..<workerCount { workers[number].leftover = 0..<0 }
        return false
      }
      visited.grow(workerCount)
    }
  }

  @inlinable var canGrow: Bool { memory + visited.capacity * 16 <= options.limits.memory }

  @inlinable
  func work(_ number: Int, _ block: Range<Int>, _ order: UnsafePointer<UInt32>) {
    let interest = interest
    var positions = workers[number].leftover
    workers[number].leftover = 0..<0
    while true {
      if !workers[number].expand(positions, of: order, interest: interest) { return }
      let first = nextPosition.pointee.wrappingAdd(Self.chunkSize, ordering: .relaxed).oldValue
      if first >= block.upperBound { return }
      positions = first..<min(first + Self.chunkSize, block.upperBound)
    }
  }

  /// Gives positions to what the workers discovered, and looks at the events.
  @inlinable
  func commit(_ block: Range<Int>) {
    if workerCount == 1 {
      order.append(contentsOf: workers[0].discovered)
    } else {
      // The key counts positions from 1; those of initial states begin with 0.
      let leading = block.isEmpty ? 0..<1 : block.lowerBound + 1..<block.upperBound + 1
      // Not before all workers are done: until then keys get less.
      if block.count <= 2 * Self.chunkSize {
        for number in 0..<workerCount { workers[number].sortDiscoveries(of: leading) }
      } else {
        concurrently(workerCount) { workers[$0].sortDiscoveries(of: leading) }
      }
      mergeDiscoveries()
    }
    var found: [(key: UInt64, event: Event)] = []
    for number in 0..<workerCount {
      for event in workers[number].events {
        found.append((visited.key(event.record).pointee.load(ordering: .relaxed), event))
      }
      workers[number].discovered.removeAll(keepingCapacity: true)
      workers[number].events.removeAll(keepingCapacity: true)
    }
    if found.isEmpty { return }
    found.sort { $0.key < $1.key }
    for (_, event) in found { take(event) }
  }

  /// Appends what the workers discovered, each of them in the order of its keys, to `order` in the order of all keys.
  @inlinable
  func mergeDiscoveries() {
    var next = Array(repeating: 0, count: workerCount)
    while true {
      // Whose key is the least, and until where it stays so: workers take whole chunks of positions.
      var first: Int?
      var (least, bound) = (UInt64.max, UInt64.max)
      for number in 0..<workerCount where next[number] < workers[number].discoveries.count {
        let key = workers[number].discoveries.keys[next[number]]
        if key < least {
          (first, least, bound) = (number, key, least)
        } else {
          bound = min(bound, key)
        }
      }
      guard let first else { return }
      let start = next[first]
      repeat {
        next[first] += 1
      } while next[first] < workers[first].discoveries.count
        && workers[first].discoveries.keys[next[first]] < bound
      order.append(contentsOf: workers[first].discoveries.records[start..<next[first]])
    }
  }

  @inlinable
  func take(_ event: Event) {
    var rest = event.properties & interest
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest - 1
      let isWitness = judgement.sometimes >> index & 1 != 0
      if isWitness || options.counterexamples == 1 {
        events[index].append(("", event.record))
        interest &= ~(1 << index)
      } else if addCounterexample(event.record, to: &events[index]) {
        interest &= ~(1 << index)
      }
    }
  }

  /// Adds a counterexample if it is the first one of its kind.
  /// - Returns: whether there are as many as are wanted.
  @inlinable
  func addCounterexample(_ record: UInt32, to found: inout [(kind: String, record: UInt32)]) -> Bool {
    let kind = kind(of: record)
    if !found.contains(where: { $0.kind == kind }) { found.append((kind, record)) }
    return found.count >= options.counterexamples
  }
}
