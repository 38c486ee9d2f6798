/// Keeps 64 bits of each state; the state itself stays only until its successors are known, in one of two arenas
/// that take turns, a level of the breadth-first search each.
@usableFromInline
struct FingerprintStorage<Base: StateStorage>: StateStorage, @unchecked Sendable {
  @usableFromInline typealias State = Base.State

  @usableFromInline let base: Base
  @usableFromInline let arenas: (Arena, Arena)
  /// The number of the level that is being found; its states are in the arena of that parity.
  @usableFromInline let level: UnsafeMutablePointer<Int>

  @inlinable
  init(_ base: Base) {
    self.base = base
    arenas = (Arena(), Arena())
    level = .allocate(capacity: 1)
    level.initialize(to: 0)
  }

  @inlinable
  init<M: Model>(for model: M) where M.State == State { self.init(Base(for: model)) }

  @inlinable
  func draft(_ state: State, _ scratch: inout Scratch) -> Draft { base.draft(state, &scratch) }

  @inlinable func words(_ draft: Draft) -> Int { 2 }

  @inlinable
  func matches(
    _ record: UnsafeMutablePointer<UInt64>, _ state: State, _ draft: Draft, _ scratch: borrowing Scratch
  ) -> Bool { record[0] == draft.hash }

  @inlinable
  func write(
    _ state: State, _ draft: Draft, _ scratch: inout Scratch, to record: UnsafeMutablePointer<UInt64>
  ) {
    let level = level.pointee
    let arena = arena(level)
    if scratch.level != level {
      scratch.allotment = Arena.Allotment()
      scratch.level = level
    }
    let place = arena.allocate(words: base.words(draft), &scratch.allotment)
    base.write(state, draft, &scratch, to: arena[place])
    record[0] = draft.hash
    record[1] = UInt64(place) | UInt64(level & 1) << 32
  }

  @inlinable
  func arena(_ level: Int) -> Arena { level & 1 == 0 ? arenas.0 : arenas.1 }

  @inlinable
  func place(_ record: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<UInt64> {
    arena(Int(record[1] >> 32))[UInt32(truncatingIfNeeded: record[1])]
  }

  @inlinable func read(_ record: UnsafeMutablePointer<UInt64>) -> State { base.read(place(record)) }

  @inlinable func release(_ record: UnsafeMutablePointer<UInt64>) { base.release(place(record)) }

  @inlinable var needsRelease: Bool { base.needsRelease }

  @inlinable
  func endLevel() {
    level.pointee += 1
    arena(level.pointee).reset()
  }

  @inlinable var additionalMemory: Int { arenas.0.bytes + arenas.1.bytes }

  @inlinable
  func end() {
    arenas.0.free()
    arenas.1.free()
    level.deallocate()
  }

  @inlinable var keepsStates: Bool { false }
}
