/// How a search keeps the states that it has visited. The kinds are `ValueStorage`, `InlineStorage` and
/// `EncodedStorage`; the requirements are for the search.
public protocol StateStorage<State>: Sendable {
  associatedtype State: Hashable & Sendable

  init<M: Model>(for model: M) where M.State == State

  /// Makes ready what will be compared, and perhaps kept, of a state.
  func draft(_ state: State, _ scratch: inout Scratch) -> Draft
  /// What a record of it takes.
  func words(_ draft: Draft) -> Int
  func matches(
    _ record: UnsafeMutablePointer<UInt64>, _ state: State, _ draft: Draft, _ scratch: borrowing Scratch
  ) -> Bool
  /// Writes into memory that is not initialised.
  func write(
    _ state: State, _ draft: Draft, _ scratch: inout Scratch, to record: UnsafeMutablePointer<UInt64>)
  func read(_ record: UnsafeMutablePointer<UInt64>) -> State
  /// Gives back what a record holds beyond its own words.
  func release(_ record: UnsafeMutablePointer<UInt64>)
  /// Whether `release` has to be called.
  var needsRelease: Bool { get }

  /// All states of a level of the breadth-first search have been expanded, and released where they have to be.
  func endLevel()
  /// Bytes taken besides the records.
  var additionalMemory: Int { get }
  /// Gives back everything besides the records.
  func end()
  /// Whether a state can be read for as long as the search goes on, or only until its level has ended.
  var keepsStates: Bool { get }
}

extension StateStorage {
  @inlinable public func release(_ record: UnsafeMutablePointer<UInt64>) {}
  @inlinable public var needsRelease: Bool { false }
  @inlinable public func endLevel() {}
  @inlinable public var additionalMemory: Int { 0 }
  @inlinable public func end() {}
  @inlinable public var keepsStates: Bool { true }
}

/// What a search compares of a state that may be new.
@frozen
public struct Draft: Sendable {
  @usableFromInline var hash: UInt64
  /// Where its words stand in the scratch memory, and how many.
  @usableFromInline var start: Int32
  @usableFromInline var count: Int32

  @inlinable @inline(__always)
  init(hash: UInt64, start: Int32 = 0, count: Int32 = 0) {
    self.hash = hash
    self.start = start
    self.count = count
  }
}

/// The memory of one worker for the successors of one state.
public struct Scratch: ~Copyable {
  @usableFromInline var writer = StateWriter()
  /// For storages with an arena of their own.
  @usableFromInline var allotment = Arena.Allotment()
  @usableFromInline var level = 0

  @inlinable init() {}
}

/// Hashing of words: folded products, as in wyhash.
@frozen @usableFromInline
struct WordHash {
  @usableFromInline var value: UInt64 = 0x9e37_79b9_7f4a_7c15

  @inlinable @inline(__always) init() {}

  @inlinable @inline(__always)
  mutating func combine(_ word: UInt64) {
    let product = (word ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: value ^ 0xe703_7ed1_a0b4_28db)
    value = product.high ^ product.low
  }

  @inlinable @inline(__always)
  consuming func finish() -> UInt64 {
    combine(0x8ebc_6af0_9c88_c6e3)
    return value
  }
}
