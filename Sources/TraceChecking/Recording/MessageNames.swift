internal import Glibc
internal import Traces

/// Names of messages, each a small number (a *slot*) until it is retired.
///
/// Systems name messages by a prefix and a counter (`n1-5184:17`). Such a name is found in an array of its
/// prefix's *family*: a message in flight costs four bytes there, and nothing is hashed but the prefix. Any other
/// name goes to a hash table. Retired names of a family shrink to intervals; of other names a mark stays.
struct MessageNames: ~Copyable {
  /// What `intern` answers for a name that has been retired.
  static let retired = UInt32.max

  /// How the name of a slot is spelled: a family and a number, or -1 and an index into `others`.
  private struct Spelling {
    var family: Int32
    var number: UInt32
  }

  /// At most 16 bytes, zero beyond `length`.
  private struct Prefix: Equatable {
    var low: UInt64
    var high: UInt64
    var length: UInt32

    @inline(__always) var hash: Int {
      let mixed = (low ^ (high &* 0x9e37_79b9_7f4a_7c15) ^ UInt64(length)) &* 0xd6e8_feb8_6659_fd93
      return Int(truncatingIfNeeded: mixed >> 32)
    }
  }

  private struct Family {
    var prefix: Prefix
    /// Of number `first + i` the slot + 1, or 0: none.
    var slots = Column<UInt32>()
    var first: UInt32
    var hasRetired = false
    /// Some number was too far off the others: it is among `others`.
    var hasStrays = false
  }

  private struct Other {
    var hash: UInt64
    var offset: Int
    var length: UInt32
    var slot: UInt32
  }

  private var families = Column<Family>()
  /// Ascending, disjoint, not adjacent; parallel to `families`.
  private var retiredNumbers: [[ClosedRange<UInt32>]] = []
  /// Open addressing: family + 1, or 0.
  private var familyTable = Column<UInt32>()
  private var others = Column<Other>()
  /// Open addressing: index into `others` + 1, or 0.
  private var otherTable = Column<UInt32>()
  private var otherBytes = Column<UInt8>()
  private var spellings = Column<Spelling>()
  private var freeSlots = Column<UInt32>()

  init() {
    familyTable.extend(to: 64, filledWith: 0)
    otherTable.extend(to: 64, filledWith: 0)
  }

  deinit {
    for index in 0..<families.count {
      var slots = families[index].slots
      slots.free()
    }
    var (families, familyTable, others, otherTable) = (families, familyTable, others, otherTable)
    families.free()
    familyTable.free()
    others.free()
    otherTable.free()
    var (otherBytes, spellings, freeSlots) = (otherBytes, spellings, freeSlots)
    otherBytes.free()
    spellings.free()
    freeSlots.free()
  }

  /// The slot of a name; a new one where it has none; `retired` where it had one.
  @inline(__always)
  mutating func intern(_ name: UnsafeRawPointer, _ length: Int) -> UInt32 {
    // The last eight bytes, the last one highest: how many of them are digits, and the number they spell.
    let tail =
      length >= 8
      ? name.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
      : Self.bytes(name, length) &<< UInt64(64 &- 8 &* length)
    let digits = tail ^ 0x3030_3030_3030_3030
    let others = (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
    let count = length == 0 ? 0 : min(length, others.leadingZeroBitCount &>> 3)
    let end = length &- count
    if count == 0 || end > 16 { return internOther(name, length) }
    let first = digits &>> UInt64(64 &- 8 &* count)
    // A counter has no leading zero, and no more than eight digits.
    if first & 0xff == 0 && count > 1 { return internOther(name, length) }
    if count == 8, end > 0, name.load(fromByteOffset: end &- 1, as: UInt8.self) &- 48 <= 9 {
      return internOther(name, length)
    }
    let number = Self.number(first &<< UInt64(64 &- 8 &* count))

    var prefix = Prefix(low: 0, high: 0, length: UInt32(end))
    if end >= 8 || length < 8 {
      prefix.low = Self.bytes(name, min(end, 8))
      if end > 8 { prefix.high = Self.bytes(name + 8, end &- 8) }
    } else if end > 0 {
      prefix.low = name.loadUnaligned(as: UInt64.self) & (UInt64.max &>> UInt64(64 &- 8 &* end))
    }
    let mask = familyTable.count &- 1
    var probe = prefix.hash & mask
    while true {
      let entry = familyTable[probe]
      if entry == 0 { break }
      let family = families.address(of: Int(entry) &- 1)
      if family.pointee.prefix == prefix {
        let index = Int(number) &- Int(family.pointee.first)
        if index >= 0, index < family.pointee.slots.count {
          let slot = family.pointee.slots[index]
          if slot != 0 { return slot &- 1 }
        }
        break
      }
      probe = (probe &+ 1) & mask
    }
    return internNumbered(name, length, prefix, number)
  }

  /// At most eight bytes, the first one lowest.
  @inline(__always)
  private static func bytes(_ name: UnsafeRawPointer, _ length: Int) -> UInt64 {
    if length == 8 { return name.loadUnaligned(as: UInt64.self) }
    var word: UInt64 = 0
    for index in 0..<length {
      word |= UInt64(name.load(fromByteOffset: index, as: UInt8.self)) &<< UInt64(index &* 8)
    }
    return word
  }

  /// The number that eight digits spell, one a byte, the most significant lowest.
  @inline(__always)
  private static func number(_ digits: UInt64) -> UInt32 {
    let pairs = digits &* 10 &+ digits &>> 8
    let even = (pairs & 0x0000_00ff_0000_00ff) &* 0x000f_4240_0000_0064
    let odd = (pairs &>> 16 & 0x0000_00ff_0000_00ff) &* 0x0000_2710_0000_0001
    return UInt32(truncatingIfNeeded: (even &+ odd) &>> 32)
  }

  /// A numbered name that has no slot in its family's array.
  @inline(never)
  private mutating func internNumbered(
    _ name: UnsafeRawPointer, _ length: Int, _ prefix: Prefix, _ number: UInt32
  ) -> UInt32 {
    let family = familyIndex(of: prefix, number)
    if families[family].hasRetired, retiredNumbers[family].contains(number) { return Self.retired }
    if families[family].hasStrays, let slot = findOther(name, length) { return slot }
    let pointer = families.address(of: family)
    if pointer.pointee.slots.count == 0 { pointer.pointee.first = number }
    var index = Int(number) - Int(pointer.pointee.first)
    if index < 0, -index < 2 * pointer.pointee.slots.count + 1024 {
      let lower = min(Int(pointer.pointee.first), max(-index, pointer.pointee.slots.count))
      pointer.pointee.slots.prepend(lower, of: 0)
      pointer.pointee.first -= UInt32(lower)
      index += lower
    }
    // Dense enough to be an array: four bytes for a number that may never come.
    guard index >= 0, index < 2 * pointer.pointee.slots.count + 1024 else {
      pointer.pointee.hasStrays = true
      return internOther(name, length)
    }
    pointer.pointee.slots.extend(to: index + 1, filledWith: 0)
    let slot = newSlot(Spelling(family: Int32(family), number: number))
    pointer.pointee.slots[index] = slot + 1
    return slot
  }

  private mutating func familyIndex(of prefix: Prefix, _ number: UInt32) -> Int {
    var probe = prefix.hash & (familyTable.count - 1)
    while familyTable[probe] != 0 {
      let family = Int(familyTable[probe]) - 1
      if families[family].prefix == prefix { return family }
      probe = (probe + 1) & (familyTable.count - 1)
    }
    families.append(Family(prefix: prefix, first: number))
    retiredNumbers.append([])
    familyTable[probe] = UInt32(families.count)
    if families.count * 2 > familyTable.count {
      var table = Column<UInt32>()
      table.extend(to: familyTable.count * 4, filledWith: 0)
      for family in 0..<families.count {
        var probe = families[family].prefix.hash & (table.count - 1)
        while table[probe] != 0 { probe = (probe + 1) & (table.count - 1) }
        table[probe] = UInt32(family + 1)
      }
      familyTable.free()
      familyTable = table
    }
    return families.count - 1
  }

  private mutating func newSlot(_ spelling: Spelling) -> UInt32 {
    if freeSlots.count > 0 {
      let slot = freeSlots.removeLast()
      spellings[Int(slot)] = spelling
      return slot
    }
    spellings.append(spelling)
    return UInt32(spellings.count - 1)
  }

  private static func hash(_ name: UnsafeRawPointer, _ length: Int) -> UInt64 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(length)
    var offset = 0
    while offset + 8 <= length {
      hash = (hash ^ name.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0xd6e8_feb8_6659_fd93
      hash ^= hash >> 32
      offset += 8
    }
    while offset < length {
      hash = (hash ^ UInt64(name.load(fromByteOffset: offset, as: UInt8.self))) &* 0xd6e8_feb8_6659_fd93
      hash ^= hash >> 32
      offset += 1
    }
    return hash
  }

  /// The entry of `otherTable` where a name is or would be.
  private func probeOther(_ name: UnsafeRawPointer, _ length: Int, _ hash: UInt64) -> Int {
    var probe = Int(truncatingIfNeeded: hash) & (otherTable.count - 1)
    while otherTable[probe] != 0 {
      let other = others[Int(otherTable[probe]) - 1]
      if other.hash == hash, Int(other.length) == length,
        length == 0 || memcmp(otherBytes.address(of: other.offset), name, length) == 0
      {
        break
      }
      probe = (probe + 1) & (otherTable.count - 1)
    }
    return probe
  }

  private func findOther(_ name: UnsafeRawPointer, _ length: Int) -> UInt32? {
    let entry = otherTable[probeOther(name, length, Self.hash(name, length))]
    return entry == 0 ? nil : others[Int(entry) - 1].slot
  }

  @inline(never)
  private mutating func internOther(_ name: UnsafeRawPointer, _ length: Int) -> UInt32 {
    let hash = Self.hash(name, length)
    let probe = probeOther(name, length, hash)
    if otherTable[probe] != 0 { return others[Int(otherTable[probe]) - 1].slot }
    let slot = newSlot(Spelling(family: -1, number: UInt32(others.count)))
    others.append(Other(hash: hash, offset: otherBytes.count, length: UInt32(length), slot: slot))
    for index in 0..<length { otherBytes.append(name.load(fromByteOffset: index, as: UInt8.self)) }
    otherTable[probe] = UInt32(others.count)
    if others.count * 2 > otherTable.count {
      var table = Column<UInt32>()
      table.extend(to: otherTable.count * 4, filledWith: 0)
      for index in 0..<others.count {
        var probe = Int(truncatingIfNeeded: others[index].hash) & (table.count - 1)
        while table[probe] != 0 { probe = (probe + 1) & (table.count - 1) }
        table[probe] = UInt32(index + 1)
      }
      otherTable.free()
      otherTable = table
    }
    return slot
  }

  /// Forgets what a slot stands for but that it has been; the slot may be given to another name.
  mutating func retire(_ slot: UInt32) {
    let spelling = spellings[Int(slot)]
    freeSlots.append(slot)
    guard spelling.family >= 0 else {
      others.address(of: Int(spelling.number)).pointee.slot = Self.retired
      return
    }
    let family = families.address(of: Int(spelling.family))
    family.pointee.hasRetired = true
    family.pointee.slots[Int(spelling.number - family.pointee.first)] = 0
    retiredNumbers[Int(spelling.family)].insert(spelling.number)
  }

  /// Gives back the leading part of each family's array that only held retired names.
  mutating func shorten() {
    for index in 0..<families.count where families[index].hasRetired {
      let family = families.address(of: index)
      var leading = 0
      while leading < family.pointee.slots.count, family.pointee.slots[leading] == 0 { leading += 1 }
      family.pointee.slots.removeFirst(leading)
      family.pointee.first += UInt32(leading)
    }
  }

  subscript(slot: UInt32) -> Name {
    let spelling = spellings[Int(slot)]
    if spelling.family < 0 {
      let other = others[Int(spelling.number)]
      let bytes = otherBytes.elements[other.offset..<other.offset + Int(other.length)]
      return Name(String(decoding: bytes, as: UTF8.self))
    }
    let prefix = families[Int(spelling.family)].prefix
    let bytes = (0..<Int(prefix.length)).map { index in
      UInt8(truncatingIfNeeded: (index < 8 ? prefix.low : prefix.high) >> UInt64(index % 8 * 8))
    }
    return Name(String(decoding: bytes, as: UTF8.self) + String(spelling.number))
  }
}

extension [ClosedRange<UInt32>] {
  /// The first interval that ends at `number` or later.
  private func index(reaching number: UInt32) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].upperBound < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  fileprivate func contains(_ number: UInt32) -> Bool {
    let index = index(reaching: number)
    return index < count && self[index].lowerBound <= number
  }

  fileprivate mutating func insert(_ number: UInt32) {
    let index = index(reaching: number)
    if index < count, self[index].lowerBound <= number { return }
    let joinsLeft = index > 0 && self[index - 1].upperBound == number - 1
    let joinsRight = index < count && self[index].lowerBound == number + 1
    switch (joinsLeft, joinsRight) {
    case (true, true):
      self[index - 1] = self[index - 1].lowerBound...self[index].upperBound
      remove(at: index)
    case (true, false): self[index - 1] = self[index - 1].lowerBound...number
    case (false, true): self[index] = number...self[index].upperBound
    case (false, false): insert(number...number, at: index)
    }
  }
}
