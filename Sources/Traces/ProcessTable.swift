/// The processes of a trace, numbered as they are met, and what the reader must remember of each.
final class ProcessTable {
  /// A name of 1 to 16 bytes without zeros, padded with zeros. In a free slot `index` is `nobody`, and the
  /// name is none, not even the empty one.
  struct Slot {
    var low: UInt64
    var high: UInt64
    var index: UInt32
  }

  static let nobody = UInt32.max
  /// The state of a process without events.
  static let unmet = UInt64.max
  /// The bits of a state that say in which layers the process is down; above them stands the file of its
  /// events.
  static let downInGCS: UInt64 = 1
  static let downInSecure: UInt64 = 2

  private(set) var names: [Name] = []
  /// Open addressing with a load of at most one half; the number of slots is `1 << (64 - shift)`.
  private(set) var slots: UnsafeMutablePointer<Slot>
  private(set) var shift: UInt64 = 64 - 8
  /// By process.
  private(set) var states: UnsafeMutablePointer<UInt64>
  private var statesCapacity = 128
  private var short = 0
  private var others: [Name: UInt32] = [:]

  init() {
    slots = ProcessTable.freeSlots(64 - 8)
    states = .allocate(capacity: statesCapacity)
  }

  deinit {
    slots.deallocate()
    states.deallocate()
  }

  private static func freeSlots(_ shift: UInt64) -> UnsafeMutablePointer<Slot> {
    let count = 1 << Int(64 - shift)
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    slots.initialize(repeating: Slot(low: .max, high: .max, index: nobody), count: count)
    return slots
  }

  @inline(__always)
  static func firstSlot(_ low: UInt64, _ high: UInt64, _ shift: UInt64) -> Int {
    let mixed = (low ^ (high &* 0x9fb2_1c65_1e98_df25)) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed &>> shift)
  }

  /// The number of the process, which is new if it has not been met.
  func intern(_ text: Text) -> UInt32 {
    guard text.count <= 16, !text.bytes.contains(0) else {
      let name = text.name
      if let index = others[name] { return index }
      let index = append(name)
      others[name] = index
      return index
    }
    var key: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &key) { $0.copyBytes(from: text.bytes) }
    let low = UInt64(littleEndian: key.0)
    let high = UInt64(littleEndian: key.1)
    let slot = find(low, high)
    if slot.pointee.index != ProcessTable.nobody { return slot.pointee.index }
    let index = append(text.name)
    slot.pointee = Slot(low: low, high: high, index: index)
    short += 1
    if 2 * short > 1 << Int(64 - shift) { grow() }
    return index
  }

  private func find(_ low: UInt64, _ high: UInt64) -> UnsafeMutablePointer<Slot> {
    let mask = 1 << Int(64 - shift) - 1
    var i = ProcessTable.firstSlot(low, high, shift)
    while slots[i].index != ProcessTable.nobody && (slots[i].low != low || slots[i].high != high) {
      i = (i + 1) & mask
    }
    return slots + i
  }

  private func append(_ name: Name) -> UInt32 {
    let index = names.count
    names.append(name)
    if index == statesCapacity {
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * statesCapacity)
      larger.update(from: states, count: statesCapacity)
      states.deallocate()
      states = larger
      statesCapacity *= 2
    }
    states[index] = ProcessTable.unmet
    return UInt32(index)
  }

  private func grow() {
    let old = UnsafeMutableBufferPointer(start: slots, count: 1 << Int(64 - shift))
    shift -= 1
    slots = ProcessTable.freeSlots(shift)
    for slot in old where slot.index != ProcessTable.nobody { find(slot.low, slot.high).pointee = slot }
    old.deallocate()
  }
}
