public import Synchronization

extension Search {
  /// Finds the states from which no good state can be reached, for each `alwaysReachable` property.
  ///
  /// States of which a good one is a successor become good until none is added, from the last discovered to the
  /// first: most are marked the first time. What was not expanded counts as good, for all that is known.
  /// - Returns: the records, by the property's mark, of different kinds; nil where the search cannot say.
  @inlinable
  func lookBack(after end: Outcome<M>.End) -> [[UInt32]]? {
    guard !judgement.reachable.isEmpty, visited.storage.keepsStates, end == .exhausted || end.isLimit else {
      return nil
    }
    let all: UInt64 = 1 << judgement.reachable.count - 1
    for number in 0..<workerCount { workers[number].visited = visited }
    for position in order.indices where !isExpanded(position) { mark(order[position], all) }
    var unmarked = Array(order.reversed())
    var isFirst = true
    var changes = 1
    while changes > 0 && !unmarked.isEmpty {
      changes = 0
      for first in stride(from: 0, to: unmarked.count, by: 8 * Self.blockSize) {
        measure()
        if let progress, !progress(statistics) { return nil }
        changes += markAll(unmarked[first...].prefix(8 * Self.blockSize), all, isFirst: isFirst)
      }
      isFirst = false
      unmarked.removeAll { marks(of: $0) & all == all }
    }
    return judgement.reachable.indices.map { mark in
      var found: [(kind: String, record: UInt32)] = []
      for record in unmarked.reversed() where marks(of: record) >> mark & 1 == 0 {
        if addCounterexample(record, to: &found) { break }
      }
      return found.map(\.record)
    }
  }

  /// - Returns: how many records got marks.
  @inlinable
  func markAll(_ records: ArraySlice<UInt32>, _ all: UInt64, isFirst: Bool) -> Int {
    let changes = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: 1)
    changes.initialize(to: Atomic(0))
    defer {
      changes.deinitialize(count: 1)
      changes.deallocate()
    }
    nextPosition.pointee.store(records.startIndex, ordering: .relaxed)
    concurrently(workerCount) { number in
      var changed = 0
      while true {
        let first = nextPosition.pointee.wrappingAdd(Self.chunkSize, ordering: .relaxed).oldValue
        if first >= records.endIndex { break }
        for record in records[first..<min(first + Self.chunkSize, records.endIndex)] {
          if workers[number].markFromSuccessors(record, all, isFirst: isFirst) { changed += 1 }
        }
      }
      changes.pointee.wrappingAdd(changed, ordering: .relaxed)
    }
    return changes.pointee.load(ordering: .relaxed)
  }

  @inlinable
  func marks(of record: UInt32) -> UInt64 { visited.key(record).pointee.load(ordering: .relaxed) & 0xff }

  @inlinable
  func mark(_ record: UInt32, _ marks: UInt64) {
    visited.key(record).pointee.bitwiseOr(marks, ordering: .relaxed)
  }
}

extension Worker {
  /// - Parameter isFirst: whether it has not been asked yet if the state itself is good.
  /// - Returns: whether the record got marks.
  @inlinable
  mutating func markFromSuccessors(_ record: UInt32, _ all: UInt64, isFirst: Bool) -> Bool {
    let key = visited.key(record)
    let before = key.pointee.load(ordering: .relaxed) & 0xff
    if before & all == all { return false }
    let state = visited.read(record)
    var marks = before
    if isFirst { marks |= properties.marks(state) }
    if marks != all {
      findSuccessors(of: state)
      for index in candidates.indices {
        guard let successor = visited.find(successors[index], candidates[index].draft, scratch) else {
          // Of a state that was not expanded: it bears all marks and does not come here.
          preconditionFailure("the model does something else when it is executed again")
        }
        marks |= visited.key(successor).pointee.load(ordering: .relaxed) & 0xff
      }
    }
    if marks == before { return false }
    key.pointee.bitwiseOr(marks, ordering: .relaxed)
    return true
  }
}

extension Outcome.End {
  @inlinable
  var isLimit: Bool {
    if case .limit = self { true } else { false }
  }
}
