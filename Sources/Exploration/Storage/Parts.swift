public import Synchronization

/// Numbers the different values of a part of states, so that a state can have the number instead of the value: equal
/// parts have equal numbers. Several threads may ask at once; who has a number reads its value without waiting.
public final class Parts<Part: Hashable & Sendable>: Sendable {
  /// Which number a value has depends on who asks first.
  @frozen
  public struct Number: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt32
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  }

  /// The parts whose hashes end in the same bits.
  @usableFromInline
  final class Shard: @unchecked Sendable {
    @usableFromInline let index = Mutex(Index())
    /// Page k has room for `firstPage` << k values, which stay where they are.
    @usableFromInline let pages: UnsafeMutablePointer<UnsafeMutablePointer<Part>?>

    @inlinable
    init() {
      pages = .allocate(capacity: 32)
      pages.initialize(repeating: nil, count: 32)
    }

    @inlinable
    deinit {
      let count = index.withLock { $0.count }
      for place in 0..<count { pointer(place).deinitialize(count: 1) }
      for page in 0..<32 { pages[page]?.deallocate() }
      pages.deallocate()
    }

    @inlinable @inline(__always)
    func pointer(_ place: Int) -> UnsafeMutablePointer<Part> {
      let (page, offset) = Self.page(place)
      return pages[page].unsafelyUnwrapped + offset
    }

    @inlinable static var firstPage: Int { 64 }

    @inlinable @inline(__always)
    static func page(_ place: Int) -> (page: Int, offset: Int) {
      let place = place &+ firstPage
      let bit = Int.bitWidth &- 1 &- place.leadingZeroBitCount
      return (bit &- firstPage.trailingZeroBitCount, place &- 1 &<< bit)
    }

    @inlinable
    func append(_ part: Part, at place: Int) {
      let (page, offset) = Self.page(place)
      if offset == 0 { pages[page] = .allocate(capacity: Self.firstPage << page) }
      (pages[page].unsafelyUnwrapped + offset).initialize(to: part)
    }
  }

  /// Where the parts stand: a hash table of their places, with linear probing.
  @usableFromInline
  struct Index: Sendable {
    /// A half of the hash, then one more than the place.
    @usableFromInline var slots: [UInt64] = Array(repeating: 0, count: 16)
    @usableFromInline var count = 0

    @inlinable init() {}

    /// - Returns: the place, or the slot where it belongs.
    @inlinable @inline(__always)
    func find(
      _ tag: UInt64, in shard: Shard, where isMeant: (Part) -> Bool
    ) -> (place: Int?, slot: Int) {
      var slot = Int(truncatingIfNeeded: tag) & (slots.count &- 1)
      while slots[slot] != 0 {
        let place = Int(slots[slot] & 0xffff_ffff) &- 1
        if slots[slot] >> 32 == tag, isMeant(shard.pointer(place).pointee) { return (place, slot) }
        slot = (slot &+ 1) & (slots.count &- 1)
      }
      return (nil, slot)
    }

    @inlinable
    mutating func place(of part: Part, _ tag: UInt64, in shard: Shard) -> Int {
      let (known, slot) = find(tag, in: shard) { $0 == part }
      if let known { return known }
      shard.append(part, at: count)
      count &+= 1
      slots[slot] = tag << 32 | UInt64(count)
      if count * 3 > slots.count * 2 { grow() }
      return count &- 1
    }

    @usableFromInline
    mutating func grow() {
      let old = slots
      slots = Array(repeating: 0, count: old.count * 2)
      for entry in old where entry != 0 {
        var slot = Int(entry >> 32) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = entry
      }
    }
  }

  @usableFromInline let shards: [Shard]
  @inlinable static var shardBits: Int { 6 }

  @inlinable
  public init() { shards = (0..<1 << Self.shardBits).map { _ in Shard() } }

  /// The number of a value; a new one where it has none.
  @inlinable
  public func number(of part: Part) -> Number {
    let hash = UInt64(truncatingIfNeeded: part.hashValue)
    let number = Int(truncatingIfNeeded: hash) & (1 << Self.shardBits - 1)
    let shard = shards[number]
    let place = shard.index.withLock { $0.place(of: part, hash >> 32, in: shard) }
    return Number(rawValue: UInt32(place << Self.shardBits | number))
  }

  /// The number of the value that is meant, if it has one.
  /// - Parameter hash: its `hashValue`.
  @inlinable
  func number(_ hash: Int, where isMeant: (Part) -> Bool) -> Number? {
    let hash = UInt64(truncatingIfNeeded: hash)
    let number = Int(truncatingIfNeeded: hash) & (1 << Self.shardBits - 1)
    let shard = shards[number]
    return shard.index.withLock { $0.find(hash >> 32, in: shard, where: isMeant).place }
      .map { Number(rawValue: UInt32($0 << Self.shardBits | number)) }
  }

  /// The value that has this number.
  @inlinable
  public subscript(_ number: Number) -> Part {
    _read {
      let shard = shards[Int(number.rawValue) & (1 << Self.shardBits - 1)]
      yield shard.pointer(Int(number.rawValue) >> Self.shardBits).pointee
    }
  }

  /// How many there are.
  public var count: Int { shards.reduce(0) { $0 + $1.index.withLock { $0.count } } }
}
