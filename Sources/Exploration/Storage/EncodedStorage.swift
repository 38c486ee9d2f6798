/// Turns states into few bytes and back.
///
/// Equal states must give equal bytes, different ones different bytes, and `decode` must read all that `encode`
/// has written.
public protocol StateCodec<State>: Sendable {
  associatedtype State: Hashable & Sendable
  func encode(_ state: State, into writer: inout StateWriter)
  func decode(_ reader: inout StateReader) -> State
}

/// Keeps the bytes into which the model (or another codec) encodes a state: at most one MiB.
public struct EncodedStorage<Codec: StateCodec>: StateStorage {
  public typealias State = Codec.State

  @usableFromInline let codec: Codec

  @inlinable public init(_ codec: Codec) { self.codec = codec }

  /// For a model that is its own codec.
  @inlinable
  public init<M: Model>(for model: M) where M.State == State {
    guard let codec = model as? Codec else {
      preconditionFailure("\(M.self) is not the codec: give it a storage that has one")
    }
    self.codec = codec
  }

  @inlinable
  public func draft(_ state: State, _ scratch: inout Scratch) -> Draft {
    let start = scratch.writer.begin()
    codec.encode(state, into: &scratch.writer)
    let draft = scratch.writer.finish(start)
    assert(
      {
        var reader = StateReader(scratch.writer.words + start)
        return codec.decode(&reader) == state && reader.isAtEnd
      }(), "a state is not what its bytes say: \(state)")
    return draft
  }

  @inlinable public func words(_ draft: Draft) -> Int { Int(draft.count) }

  @inlinable
  public func matches(
    _ record: UnsafeMutablePointer<UInt64>, _ state: State, _ draft: Draft, _ scratch: borrowing Scratch
  ) -> Bool {
    let words = scratch.writer.words + Int(draft.start)
    // The first word has the length, too.
    var index = 0
    while index < Int(draft.count) {
      if record[index] != words[index] { return false }
      index &+= 1
    }
    return true
  }

  @inlinable
  public func write(
    _ state: State, _ draft: Draft, _ scratch: inout Scratch, to record: UnsafeMutablePointer<UInt64>
  ) {
    record.initialize(from: scratch.writer.words + Int(draft.start), count: Int(draft.count))
  }

  @inlinable
  public func read(_ record: UnsafeMutablePointer<UInt64>) -> State {
    var reader = StateReader(record)
    return codec.decode(&reader)
  }
}

/// Takes the bytes of encoded states.
public struct StateWriter: ~Copyable {
  @usableFromInline var words: UnsafeMutablePointer<UInt64>
  @usableFromInline var capacity = 512
  /// In bytes.
  @usableFromInline var count = 0

  @inlinable
  init() { words = .allocate(capacity: capacity / 8) }

  @inlinable
  deinit { words.deallocate() }

  @inlinable @inline(__always)
  public mutating func write(_ byte: UInt8) {
    if count == capacity { grow() }
    UnsafeMutableRawPointer(words).storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Writes an integer of fixed width.
  @inlinable @inline(__always)
  public mutating func write<Value: FixedWidthInteger & BitwiseCopyable>(fixed value: Value) {
    let size = MemoryLayout<Value>.size
    while capacity &- count < size { grow() }
    UnsafeMutableRawPointer(words).storeBytes(of: value, toByteOffset: count, as: Value.self)
    count &+= size
  }

  /// Writes a number in as many bytes as it needs: seven bits in each.
  @inlinable @inline(__always)
  public mutating func write(number value: some BinaryInteger) {
    var rest = UInt64(value)
    while rest >= 0x80 {
      write(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    write(UInt8(truncatingIfNeeded: rest))
  }

  @usableFromInline
  mutating func grow() {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity / 4)
    larger.initialize(from: words, count: capacity / 8)
    words.deallocate()
    words = larger
    capacity *= 2
  }

  /// Begins a state, at a whole word; its length will stand in the first four bytes.
  /// - Returns: the number of its first word.
  @inlinable
  mutating func begin() -> Int {
    let start = count / 8
    write(fixed: UInt32(0))
    return start
  }

  /// Writes the length of the state and fills its last word up with zeros.
  @inlinable
  mutating func finish(_ start: Int) -> Draft {
    UnsafeMutableRawPointer(words).storeBytes(
      of: UInt32(count - start * 8 - 4), toByteOffset: start * 8, as: UInt32.self)
    while count & 7 != 0 { write(0) }
    var hash = WordHash()
    for index in start..<count / 8 { hash.combine(words[index]) }
    return Draft(hash: hash.finish(), start: Int32(start), count: Int32(count / 8 - start))
  }

  @inlinable mutating func removeAll() { count = 0 }
}

/// Gives the bytes of an encoded state, in the order in which they were written.
public struct StateReader {
  @usableFromInline var position: UnsafeRawPointer
  @usableFromInline let end: UnsafeRawPointer

  /// - Parameter words: begin with the number of bytes, in four bytes.
  @inlinable
  init(_ words: UnsafePointer<UInt64>) {
    let memory = UnsafeRawPointer(words)
    position = memory + 4
    end = position + Int(memory.load(as: UInt32.self))
  }

  @inlinable
  init(_ words: UnsafeMutablePointer<UInt64>) { self.init(UnsafePointer(words)) }

  /// Whether all was read.
  @inlinable public var isAtEnd: Bool { position >= end }

  @inlinable @inline(__always)
  public mutating func read() -> UInt8 {
    precondition(position < end, "more was read of a state than was written")
    let byte = position.load(as: UInt8.self)
    position += 1
    return byte
  }

  /// Reads an integer of fixed width.
  @inlinable @inline(__always)
  public mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(fixed type: Value.Type) -> Value {
    let size = MemoryLayout<Value>.size
    precondition(end - position >= size, "more was read of a state than was written")
    let value = position.loadUnaligned(as: Value.self)
    position += size
    return value
  }

  /// Reads what `write(number:)` wrote.
  @inlinable @inline(__always)
  public mutating func readNumber() -> Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = read()
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 { return Int(truncatingIfNeeded: value) }
      shift &+= 7
    }
  }
}
