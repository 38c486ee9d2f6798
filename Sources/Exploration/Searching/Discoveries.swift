/// Sorts what several workers discovered in one block by the keys, which are all different: by the position of
/// the state that led there, then by the ordinal of the action.
@usableFromInline
struct Discoveries {
  private var keys: [UInt64] = []
  private var records: [UInt32] = []
  private var starts: [Int] = []

  @usableFromInline init() {}

  /// Appends the records to `order`.
  /// - Parameters:
  ///   - entries: keys and records.
  ///   - block: the positions of the states that led there.
  @usableFromInline
  mutating func append(
    _ entries: [(key: UInt64, record: UInt32)], of block: Range<Int>, to order: inout [UInt32]
  ) {
    // Counting by position, then insertion within the few of one position.
    starts.removeAll(keepingCapacity: true)
    starts.append(contentsOf: repeatElement(0, count: block.count + 1))
    for entry in entries { starts[Int(entry.key >> 32) - block.lowerBound] += 1 }
    var sum = 0
    for index in starts.indices { (starts[index], sum) = (sum, sum + starts[index]) }
    if keys.count < entries.count {
      keys = Array(repeating: 0, count: entries.count)
      records = Array(repeating: 0, count: entries.count)
    }
    for entry in entries {
      let bucket = Int(entry.key >> 32) - block.lowerBound
      keys[starts[bucket]] = entry.key
      records[starts[bucket]] = entry.record
      starts[bucket] += 1
    }
    for end in entries.indices.dropFirst() {
      var index = end
      while index > 0, keys[index - 1] > keys[index] {
        keys.swapAt(index - 1, index)
        records.swapAt(index - 1, index)
        index -= 1
      }
    }
    order.append(contentsOf: records[..<entries.count])
  }
}
