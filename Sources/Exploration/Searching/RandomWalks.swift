public import Synchronization

/// Runs drawn by chance, a block of them at a time on all workers; walk by walk the same for the same seed.
@usableFromInline
struct RandomWalks<M: Model> {
  @usableFromInline let model: M
  @usableFromInline let options: SearchOptions
  @usableFromInline let progress: ((Statistics) -> Bool)?
  @usableFromInline let seed: UInt64
  /// How many; nil: until a limit is reached.
  @usableFromInline let count: Int?
  @usableFromInline let length: Int

  @usableFromInline let judgement: Judgement<M.State>
  @usableFromInline var interest: UInt64
  @usableFromInline var runs: [[(kind: String, run: Run<M>)]]
  @usableFromInline var statistics = Statistics()

  /// As many walks are made between two looks at limits and clock.
  @inlinable static var blockSize: Int { 64 }

  @inlinable
  init(
    _ model: M, _ options: SearchOptions, _ progress: ((Statistics) -> Bool)?, seed: UInt64, count: Int?,
    length: Int
  ) {
    self.model = model
    self.options = options
    self.progress = progress
    self.seed = seed
    self.count = count
    self.length = min(length, options.limits.depth ?? length)
    judgement = Judgement(model.properties)
    interest = judgement.always | judgement.sometimes
    runs = Array(repeating: [], count: judgement.properties.count)
  }

  @inlinable
  consuming func run() -> Outcome<M> {
    let end = walkAll()
    let findings = judgement.properties.enumerated().map { index, property in
      let runs = runs[index].map(\.run)
      let verdict: Verdict =
        switch property.kind {
        case .always: runs.isEmpty ? .undecided : .violated
        case .sometimes: runs.isEmpty ? .undecided : .holds
        case .alwaysReachable: .undecided
        }
      return Finding<M>(property: property, verdict: verdict, runs: runs)
    }
    return Outcome(end: end, findings: findings, statistics: statistics)
  }

  @inlinable
  mutating func walkAll() -> Outcome<M>.End {
    let clock = ContinuousClock()
    let start = clock.now
    let workers = max(1, options.workers)
    var first = 0
    while first < count ?? .max {
      statistics.seconds = (clock.now - start) / .seconds(1)
      if let progress, !progress(statistics) { return .interrupted }
      if options.stopsAtViolation, hasViolation { return .violation }
      if let limit = options.limits.seconds, statistics.seconds >= limit { return .limit(.seconds) }
      if let limit = options.limits.states, statistics.states >= limit { return .limit(.states) }

      let block = first..<min(first + Self.blockSize, count ?? .max)
      let walks = UnsafeMutablePointer<Walk<M>>.allocate(capacity: block.count)
      defer { walks.deallocate() }
      let next = Atomic(block.lowerBound)
      concurrently(workers) { _ in
        while true {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if number >= block.upperBound { return }
          (walks + (number - block.lowerBound)).initialize(to: walk(number))
        }
      }
      for index in 0..<block.count { take(walks[index]) }
      walks.deinitialize(count: block.count)
      first = block.upperBound
    }
    statistics.seconds = (clock.now - start) / .seconds(1)
    return .walked
  }

  @inlinable
  var hasViolation: Bool {
    runs.indices.contains { judgement.always >> $0 & 1 != 0 && !runs[$0].isEmpty }
  }

  @inlinable
  func walk(_ number: Int) -> Walk<M> {
    var random = SplitMix(seed: seed, stream: UInt64(number))
    var walk = Walk<M>(initial: model.initialStates.randomElement(using: &random)!)
    var events = judgement.judge(walk.run.initial, interest: interest)
    if events != 0 { walk.events.append((0, events)) }
    var open = interest & ~events
    var actions: [M.Action] = []
    while walk.run.steps.count < length {
      actions.removeAll(keepingCapacity: true)
      model.actions(of: walk.run.last, into: &actions)
      var step: Run<M>.Step?
      while step == nil, !actions.isEmpty {
        let index = Int.random(in: actions.indices, using: &random)
        let action = actions[index]
        if let state = model.next(walk.run.last, action) {
          step = Run<M>.Step(action: action, state: state)
        } else {
          actions.swapAt(index, actions.count - 1)
          actions.removeLast()
        }
      }
      guard let step else { break }
      walk.run.steps.append(step)
      // Of one walk the first event of a property is enough.
      events = judgement.judge(step.state, interest: open)
      if events != 0 { walk.events.append((walk.run.steps.count, events)) }
      open &= ~events
    }
    return walk
  }

  @inlinable
  mutating func take(_ walk: Walk<M>) {
    statistics.states += walk.run.steps.count + 1
    statistics.transitions += walk.run.steps.count
    statistics.depth = max(statistics.depth, walk.run.steps.count)
    for (steps, events) in walk.events {
      var rest = events & interest
      if rest == 0 { continue }
      let run = Run<M>(initial: walk.run.initial, steps: Array(walk.run.steps[..<steps])).withoutDetours
      let kind = model.kind(of: run.steps.last?.action, to: run.last)
      while rest != 0 {
        let index = rest.trailingZeroBitCount
        rest &= rest - 1
        if runs[index].contains(where: { $0.kind == kind }) { continue }
        runs[index].append((kind, run))
        let wanted = judgement.sometimes >> index & 1 != 0 ? 1 : options.counterexamples
        if runs[index].count >= wanted { interest &= ~(1 << index) }
      }
    }
  }
}

@usableFromInline
struct Walk<M: Model> {
  @usableFromInline var run: Run<M>
  /// The properties that had an event after so many steps.
  @usableFromInline var events: [(steps: Int, properties: UInt64)] = []

  @inlinable
  init(initial: M.State) { run = Run(initial: initial, steps: []) }
}

extension Run {
  /// The run without what it did between two equal states.
  @usableFromInline
  var withoutDetours: Run {
    var last = [initial: 0]
    for (index, step) in steps.enumerated() { last[step.state] = index + 1 }
    var result = Run(initial: initial, steps: [])
    var position = last[initial]!
    while position < steps.count {
      result.steps.append(steps[position])
      position = last[steps[position].state]!
    }
    return result
  }
}

/// The generator of Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators* (2014).
@usableFromInline
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  @usableFromInline
  init(seed: UInt64, stream: UInt64) {
    state = seed
    state = next() ^ stream
    state = next()
  }

  @usableFromInline
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed &>> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed &>> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed &>> 31
  }
}
