/// What one worker discovered in a block, sorted by the keys, which are all different: by the position of the state
/// that led there, then by the ordinal of the action.
@usableFromInline
struct Discoveries {
  @usableFromInline var unsorted: [(key: UInt64, record: UInt32)] = []
  @usableFromInline private(set) var keys: [UInt64] = []
  @usableFromInline private(set) var records: [UInt32] = []
  private var starts: [Int] = []

  @usableFromInline init() {}

  /// As many are sorted.
  @inlinable var count: Int { unsorted.count }

  /// Sorts `unsorted` into `keys` and `records`.
  /// - Parameter block: the positions of the states that led there.
  @usableFromInline
  mutating func sort(of block: Range<Int>) {
    // Counting by position, then insertion within the few of one position.
    starts.removeAll(keepingCapacity: true)
    starts.append(contentsOf: repeatElement(0, count: block.count + 1))
    for entry in unsorted { starts[Int(entry.key >> 32) - block.lowerBound] += 1 }
    var sum = 0
    for index in starts.indices { (starts[index], sum) = (sum, sum + starts[index]) }
    if keys.count < unsorted.count {
      keys = Array(repeating: 0, count: unsorted.count)
      records = Array(repeating: 0, count: unsorted.count)
    }
    for entry in unsorted {
      let bucket = Int(entry.key >> 32) - block.lowerBound
      keys[starts[bucket]] = entry.key
      records[starts[bucket]] = entry.record
      starts[bucket] += 1
    }
    for end in unsorted.indices.dropFirst() {
      var index = end
      while index > 0, keys[index - 1] > keys[index] {
        keys.swapAt(index - 1, index)
        records.swapAt(index - 1, index)
        index -= 1
      }
    }
  }
}
