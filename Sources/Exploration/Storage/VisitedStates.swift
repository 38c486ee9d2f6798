internal import Glibc
public import Synchronization

/// The set of visited states: records in an arena, and a table of 32 bits of hash and the record's number, with
/// linear probing. Threads insert at once without waiting for each other; who grows the table must be alone.
///
/// A record begins with its key: who found it. Of several threads that find a state the least key wins.
@usableFromInline
struct VisitedStates<Storage: StateStorage>: @unchecked Sendable {
  @usableFromInline let storage: Storage
  @usableFromInline let arena = Arena()
  @usableFromInline var slots: UnsafeMutablePointer<Atomic<UInt64>>
  @usableFromInline var mask: Int

  @inlinable
  init(_ storage: Storage) {
    self.storage = storage
    mask = 1 << 16 - 1
    slots = allocateSlots(mask + 1, 1)
  }

  /// How many slots there are; some have to stay empty.
  @inlinable var capacity: Int { mask + 1 }

  @inlinable var bytes: Int { arena.bytes + capacity * 8 + storage.additionalMemory }

  @inlinable @inline(__always)
  func key(_ record: UInt32) -> UnsafeMutablePointer<Atomic<UInt64>> {
    UnsafeMutableRawPointer(arena[record]).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  @inlinable @inline(__always)
  func read(_ record: UInt32) -> Storage.State { storage.read(arena[record] + 1) }

  @inlinable @inline(__always)
  func matches(
    _ record: UInt32, _ state: Storage.State, _ draft: Draft, _ scratch: borrowing Scratch
  ) -> Bool { storage.matches(arena[record] + 1, state, draft, scratch) }

  /// - Returns: the record of a state that was not there; nil for one that was.
  @inlinable @inline(__always)
  func insert(
    _ state: Storage.State, _ draft: Draft, key: UInt64, _ scratch: inout Scratch,
    _ allotment: inout Arena.Allotment
  ) -> UInt32? {
    let tag = draft.hash >> 32
    var index = Int(truncatingIfNeeded: tag) & mask
    var own: UInt32 = 0
    while true {
      var slot = slots[index].load(ordering: .acquiring)
      if slot == 0 {
        if own == 0 {
          own = arena.allocate(words: 1 + storage.words(draft), &allotment)
          let record = arena[own]
          record.initialize(to: key)
          storage.write(state, draft, &scratch, to: record + 1)
        }
        let (isDone, found) = slots[index].compareExchange(
          expected: 0, desired: tag << 32 | UInt64(own), successOrdering: .releasing,
          failureOrdering: .acquiring)
        if isDone { return own }
        slot = found
      }
      let record = UInt32(truncatingIfNeeded: slot)
      if slot >> 32 == tag && matches(record, state, draft, scratch) {
        lower(self.key(record), to: key)
        if own != 0 {
          if storage.needsRelease { storage.release(arena[own] + 1) }
          allotment.next = own
        }
        return nil
      }
      index = (index &+ 1) & mask
    }
  }

  @inlinable @inline(__always)
  func find(_ state: Storage.State, _ draft: Draft, _ scratch: borrowing Scratch) -> UInt32? {
    let tag = draft.hash >> 32
    var index = Int(truncatingIfNeeded: tag) & mask
    while true {
      let slot = slots[index].load(ordering: .acquiring)
      if slot == 0 { return nil }
      let record = UInt32(truncatingIfNeeded: slot)
      if slot >> 32 == tag && matches(record, state, draft, scratch) { return record }
      index = (index &+ 1) & mask
    }
  }

  @inlinable @inline(__always)
  func lower(_ stored: UnsafeMutablePointer<Atomic<UInt64>>, to key: UInt64) {
    var seen = stored.pointee.load(ordering: .relaxed)
    while key < seen {
      (_, seen) = stored.pointee.weakCompareExchange(expected: seen, desired: key, ordering: .relaxed)
    }
  }

  /// Doubles the table, on so many threads.
  @inlinable
  mutating func grow(_ threads: Int) {
    let larger = enlarge(slots, mask, threads)
    slots = larger
    mask = mask * 2 + 1
  }

  /// Gives back what the records hold besides their words.
  @inlinable
  func release(_ records: ArraySlice<UInt32>) {
    if storage.needsRelease { for record in records { storage.release(arena[record] + 1) } }
  }

  @inlinable
  func free() {
    storage.end()
    arena.free()
    freeSlots(slots)
  }
}

@usableFromInline
func allocateSlots(_ count: Int, _ threads: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
  let bytes = count * 8
  // Huge pages, since slots are read all over the table; and written at once, since a page that is read first is
  // replaced when it is written, of which all processors must be told.
  var memory: UnsafeMutableRawPointer?
  precondition(posix_memalign(&memory, min(bytes, 1 << 21), bytes) == 0, "no memory for visited states")
  let start = memory.unsafelyUnwrapped
  madvise(start, bytes, MADV_HUGEPAGE)
  inShares(of: count, threads) { share in memset(start + share.lowerBound * 8, 0, share.count * 8) }
  return start.bindMemory(to: Atomic<UInt64>.self, capacity: count)
}

@usableFromInline
func freeSlots(_ slots: UnsafeMutablePointer<Atomic<UInt64>>) { free(slots) }

/// Has each of so many threads do its share of `count`.
private func inShares(of count: Int, _ threads: Int, _ body: (Range<Int>) -> Void) {
  concurrently(threads) { body(count * $0 / threads..<count * ($0 + 1) / threads) }
}

/// The entries of a table in one of twice the size; the old one is gone.
@usableFromInline
func enlarge(
  _ old: UnsafeMutablePointer<Atomic<UInt64>>, _ oldMask: Int, _ threads: Int
) -> UnsafeMutablePointer<Atomic<UInt64>> {
  let mask = oldMask * 2 + 1
  let slots = allocateSlots(mask + 1, threads)
  inShares(of: oldMask + 1, threads) { share in
    for index in share {
      let slot = old[index].load(ordering: .relaxed)
      if slot == 0 { continue }
      var place = Int(slot >> 32) & mask
      while !put(slot, at: place) { place = (place + 1) & mask }
    }
  }
  freeSlots(old)
  return slots

  func put(_ slot: UInt64, at place: Int) -> Bool {
    if slots[place].load(ordering: .relaxed) != 0 { return false }
    if threads > 1 {
      return slots[place].compareExchange(expected: 0, desired: slot, ordering: .relaxed).exchanged
    }
    slots[place].store(slot, ordering: .relaxed)
    return true
  }
}
