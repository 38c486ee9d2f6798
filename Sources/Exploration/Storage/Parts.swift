import Synchronization

/// Numbers the different values of a part of states, so that a codec can write the number instead of the value; several
/// threads may ask at once.
public final class Parts<Part: Hashable & Sendable>: Sendable {
  private struct Shard: Sendable {
    var numbers: [Part: Int32] = [:]
    var values: [Part] = []
  }

  private static var shardBits: Int { 4 }
  private let shards: [Locked]

  private final class Locked: Sendable {
    let shard = Mutex(Shard())
  }

  public init() { shards = (0..<1 << Self.shardBits).map { _ in Locked() } }

  /// The number of `value`; a new one where it has none. Which number depends on who asks first.
  public func number(of value: Part) -> Int {
    let shard = value.hashValue & (1 << Self.shardBits - 1)
    let place = shards[shard].shard.withLock { shard in
      if let known = shard.numbers[value] { return known }
      let number = Int32(shard.values.count)
      shard.numbers[value] = number
      shard.values.append(value)
      return number
    }
    return Int(place) << Self.shardBits | shard
  }

  /// The value that has this number.
  public subscript(_ number: Int) -> Part {
    shards[number & (1 << Self.shardBits - 1)].shard.withLock { $0.values[number >> Self.shardBits] }
  }

  /// How many there are.
  public var count: Int { shards.reduce(0) { $0 + $1.shard.withLock { $0.values.count } } }
}
