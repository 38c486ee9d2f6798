public import Synchronization

/// What one thread of a search has.
@usableFromInline
struct Worker<M: Model, Storage: StateStorage>: ~Copyable where Storage.State == M.State {
  @usableFromInline let model: M
  @usableFromInline let symmetry: (@Sendable (M.State) -> M.State)?
  @usableFromInline let properties: Judgement<M.State>
  /// As it is in this round.
  @usableFromInline var visited: VisitedStates<Storage>

  @usableFromInline var scratch = Scratch()
  @usableFromInline var allotment = Arena.Allotment()
  @usableFromInline var actions: [M.Action] = []
  /// The state that is expanded: what follows, each with its draft and the ordinal of its action.
  @usableFromInline var successors: [M.State] = []
  @usableFromInline var candidates: [Candidate] = []

  /// The records of this block's new states, in the order of their discovery by this worker.
  @usableFromInline var discovered: [UInt32] = []
  @usableFromInline var discoveries = Discoveries()
  @usableFromInline var events: [Event] = []
  @usableFromInline var transitions = 0
  /// As many states it may discover before the table has to grow.
  @usableFromInline var budget = 0
  /// What it could not expand for want of room.
  @usableFromInline var leftover = 0..<0

  /// The next worker lies behind: none shall write into a cache line that another one reads.
  @usableFromInline let gap = InlineArray<16, UInt64>(repeating: 0)

  @usableFromInline
  struct Candidate {
    @usableFromInline var draft: Draft
    @usableFromInline var ordinal: UInt32

    @inlinable @inline(__always)
    init(draft: Draft, ordinal: UInt32) {
      self.draft = draft
      self.ordinal = ordinal
    }
  }

  @inlinable
  init(_ model: M, _ visited: VisitedStates<Storage>, _ properties: Judgement<M.State>, usesSymmetry: Bool) {
    self.model = model
    self.visited = visited
    self.properties = properties
    symmetry = usesSymmetry ? model.symmetry : nil
  }

  /// Finds the successors of a state, with their drafts.
  @inlinable @inline(__always)
  mutating func findSuccessors(of state: M.State) {
    actions.removeAll(keepingCapacity: true)
    successors.removeAll(keepingCapacity: true)
    candidates.removeAll(keepingCapacity: true)
    scratch.writer.removeAll()
    model.actions(of: state, into: &actions)
    precondition(actions.count < 1 << 24, "a state has too many actions")
    for ordinal in actions.indices {
      guard var next = model.next(state, actions[ordinal]) else { continue }
      if let symmetry { next = symmetry(next) }
      let draft = visited.storage.draft(next, &scratch)
      candidates.append(Candidate(draft: draft, ordinal: UInt32(truncatingIfNeeded: ordinal)))
      successors.append(next)
    }
  }

  /// Visits the successors of the states at some positions.
  /// - Returns: whether there was room for all; else `leftover` says what remains.
  @inlinable
  mutating func expand(_ positions: Range<Int>, of order: UnsafePointer<UInt32>, interest: UInt64) -> Bool {
    for position in positions {
      findSuccessors(of: visited.read(order[position]))
      if discovered.count + candidates.count > budget {
        leftover = position..<positions.upperBound
        return false
      }
      transitions &+= candidates.count
      for index in candidates.indices {
        let candidate = candidates[index]
        visit(
          successors[index], candidate.draft,
          key: UInt64(position &+ 1) << 32 | UInt64(candidate.ordinal) << 8, interest: interest)
      }
    }
    return true
  }

  /// Sorts what it has discovered by the keys.
  /// - Parameter block: the keys' positions.
  @inlinable
  mutating func sortDiscoveries(of block: Range<Int>) {
    discoveries.unsorted.removeAll(keepingCapacity: true)
    for record in discovered {
      discoveries.unsorted.append((visited.key(record).pointee.load(ordering: .relaxed), record))
    }
    discoveries.sort(of: block)
  }

  @inlinable @inline(__always)
  mutating func visit(_ state: M.State, _ draft: Draft, key: UInt64, interest: UInt64) {
    guard let record = visited.insert(state, draft, key: key, &scratch, &allotment) else { return }
    discovered.append(record)
    let judgement = properties.judge(state, interest: interest)
    if judgement != 0 { events.append(Event(record: record, properties: judgement)) }
  }
}

/// A state that violates an `always` or is what a `sometimes` waits for.
@usableFromInline
struct Event {
  @usableFromInline var record: UInt32
  /// A bit each.
  @usableFromInline var properties: UInt64

  @inlinable
  init(record: UInt32, properties: UInt64) {
    self.record = record
    self.properties = properties
  }
}

/// The properties of a model, ready to be asked for many states.
@usableFromInline
struct Judgement<State>: Sendable {
  @usableFromInline let properties: [Property<State>]
  /// Those of which a good state is the event, and those of which a bad one is.
  @usableFromInline let sometimes: UInt64
  @usableFromInline let always: UInt64
  /// By the mark that a state bears from which a good one can be reached.
  @usableFromInline let reachable: [Int]

  @inlinable
  init(_ properties: [Property<State>]) {
    precondition(properties.count <= 64, "a model has at most 64 properties")
    self.properties = properties
    var sometimes: UInt64 = 0
    var always: UInt64 = 0
    var reachable: [Int] = []
    for (index, property) in properties.enumerated() {
      switch property.kind {
      case .always: always |= 1 << index
      case .sometimes: sometimes |= 1 << index
      case .alwaysReachable: reachable.append(index)
      }
    }
    precondition(reachable.count <= 8, "a model has at most 8 properties of what is always reachable")
    self.sometimes = sometimes
    self.always = always
    self.reachable = reachable
  }

  /// Which of the properties that are of interest have an event here.
  @inlinable @inline(__always)
  func judge(_ state: State, interest: UInt64) -> UInt64 {
    var rest = interest
    var events: UInt64 = 0
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest &- 1
      if properties[index].holds(state) == (sometimes &>> index & 1 != 0) { events |= 1 &<< index }
    }
    return events
  }

  /// The marks of what is good here.
  @inlinable
  func marks(_ state: State) -> UInt64 {
    var marks: UInt64 = 0
    for (mark, index) in reachable.enumerated() where properties[index].holds(state) { marks |= 1 << mark }
    return marks
  }
}
