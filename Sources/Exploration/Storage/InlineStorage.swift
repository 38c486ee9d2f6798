/// Keeps the bytes of states that have no parts elsewhere and no bytes of padding: equal states are equal bytes.
/// The smaller the state, the faster.
public struct InlineStorage<State: Hashable & BitwiseCopyable & Sendable>: StateStorage {
  @inlinable
  public init<M: Model>(for model: M) where M.State == State {
    guard let example = model.initialStates.first else { return }
    precondition(hasNoPadding(example), "\(State.self) has bytes of padding: order its parts by size")
  }

  @inlinable @inline(__always)
  public func draft(_ state: State, _ scratch: inout Scratch) -> Draft {
    withUnsafeBytes(of: state) { bytes in
      var hash = WordHash()
      var offset = 0
      while offset < MemoryLayout<State>.size {
        hash.combine(Self.word(bytes, offset))
        offset &+= 8
      }
      return Draft(hash: hash.finish())
    }
  }

  @inlinable @inline(__always)
  public func words(_ draft: Draft) -> Int { (MemoryLayout<State>.size + 7) / 8 }

  @inlinable @inline(__always)
  public func matches(
    _ record: UnsafeMutablePointer<UInt64>, _ state: State, _ draft: Draft, _ scratch: borrowing Scratch
  ) -> Bool {
    withUnsafeBytes(of: state) { bytes in
      var offset = 0
      while offset < MemoryLayout<State>.size {
        if record[offset >> 3] != Self.word(bytes, offset) { return false }
        offset &+= 8
      }
      return true
    }
  }

  @inlinable @inline(__always)
  public func write(
    _ state: State, _ draft: Draft, _ scratch: inout Scratch, to record: UnsafeMutablePointer<UInt64>
  ) {
    withUnsafeBytes(of: state) { bytes in
      var offset = 0
      while offset < MemoryLayout<State>.size {
        record[offset >> 3] = Self.word(bytes, offset)
        offset &+= 8
      }
    }
  }

  @inlinable @inline(__always)
  public func read(_ record: UnsafeMutablePointer<UInt64>) -> State {
    UnsafeRawPointer(record).loadUnaligned(as: State.self)
  }

  /// Eight bytes of the state, the last ones filled up with zeros.
  @inlinable @inline(__always)
  static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    let rest = MemoryLayout<State>.size &- offset
    if rest >= 8 {
      return bytes.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
    var word: UInt64 = 0
    var shift: UInt64 = 0
    var next = offset
    if rest & 4 != 0 {
      word = UInt64(bytes.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: next, as: UInt32.self))
      shift = 32
      next &+= 4
    }
    if rest & 2 != 0 {
      let part = bytes.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: next, as: UInt16.self)
      word |= UInt64(part) &<< shift
      shift &+= 16
      next &+= 2
    }
    if rest & 1 != 0 { word |= UInt64(bytes[next]) &<< shift }
    return word
  }
}

/// Whether the parts of a value, down to those without parts, take all its bytes.
@usableFromInline
func hasNoPadding<Value>(_ value: Value) -> Bool {
  let parts = Mirror(reflecting: value).children.map(\.value)
  // Parts of an enumeration are not beside each other but in the place of each other.
  guard !parts.isEmpty, Mirror(reflecting: value).displayStyle != .enum else { return true }
  return parts.allSatisfy { hasNoPadding($0) }
    && parts.reduce(0) { $0 + size(of: $1) } == MemoryLayout<Value>.size
}

private func size<Value>(of value: Value) -> Int { MemoryLayout<Value>.size }
