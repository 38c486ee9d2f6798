/// Keeps states as they are. For any state; each has its parts on the heap besides, and is hashed by Swift's
/// `Hasher`.
public struct ValueStorage<State: Hashable & Sendable>: StateStorage {
  @inlinable
  public init<M: Model>(for model: M) where M.State == State {
    precondition(MemoryLayout<State>.alignment <= 8, "states aligned to more than 8 bytes must be encoded")
  }

  @inlinable
  public func draft(_ state: State, _ scratch: inout Scratch) -> Draft {
    Draft(hash: UInt64(truncatingIfNeeded: state.hashValue))
  }

  @inlinable public func words(_ draft: Draft) -> Int { (MemoryLayout<State>.size + 7) / 8 }

  @inlinable
  public func matches(
    _ record: UnsafeMutablePointer<UInt64>, _ state: State, _ draft: Draft, _ scratch: borrowing Scratch
  ) -> Bool { pointer(record).pointee == state }

  @inlinable
  public func write(
    _ state: State, _ draft: Draft, _ scratch: inout Scratch, to record: UnsafeMutablePointer<UInt64>
  ) { UnsafeMutableRawPointer(record).initializeMemory(as: State.self, to: state) }

  @inlinable public func read(_ record: UnsafeMutablePointer<UInt64>) -> State { pointer(record).pointee }

  @inlinable
  public func release(_ record: UnsafeMutablePointer<UInt64>) { pointer(record).deinitialize(count: 1) }

  @inlinable public var needsRelease: Bool { !_isPOD(State.self) }

  @inlinable
  func pointer(_ record: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<State> {
    UnsafeMutableRawPointer(record).assumingMemoryBound(to: State.self)
  }
}
