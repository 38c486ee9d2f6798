import CGMP

/// Memory for a secret number, in limbs of 64 bits, the least significant first. It is zeroed before it is given back.
final class SecretLimbs: @unchecked Sendable {  // Filled before it is shared, only read afterwards.
  /// Sees the memory between the zeroing and the giving back. For tests.
  protocol Observer: AnyObject, Sendable {
    func see(_ limbs: UnsafeMutableBufferPointer<UInt>)
  }

  @TaskLocal static var observer: (any Observer)?

  private let limbs: UnsafeMutableBufferPointer<UInt>

  init(count: Int) {
    limbs = .allocate(capacity: count)
    limbs.initialize(repeating: 0)
  }

  func withLimbs<Result>(
    _ body: (UnsafeMutableBufferPointer<UInt>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) { try body(limbs) }
  }

  deinit {
    cgmp_wipe(limbs.baseAddress, limbs.count * MemoryLayout<UInt>.stride)
    Self.observer?.see(limbs)
    limbs.deallocate()
  }
}
