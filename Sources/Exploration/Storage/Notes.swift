public import Synchronization

/// Has one number for each numbered part, once that is known; several threads may ask at once, and nobody waits.
public final class Notes<Part: Hashable & Sendable, Value: Hashable & Sendable>: @unchecked Sendable {
  /// What is not known is 0, number n is n + 1.
  @usableFromInline typealias Note = Atomic<UInt32>

  /// Of the parts whose numbers differ in the last bits only.
  @usableFromInline let pages: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<Note>?>>
  @inlinable static var pageBits: Int { 16 }
  private static var pageCount: Int { 1 << (UInt32.bitWidth - pageBits) }

  public init() {
    pages = .allocate(capacity: Self.pageCount)
    for page in 0..<Self.pageCount { (pages + page).initialize(to: Atomic(nil)) }
  }

  deinit {
    for page in 0..<Self.pageCount { pages[page].load(ordering: .relaxed)?.deallocate() }
    pages.deinitialize(count: Self.pageCount)
    pages.deallocate()
  }

  /// - Parameter find: is asked where the answer is not known.
  @inlinable
  public func value(
    for part: Parts<Part>.Number, _ find: () -> Parts<Value>.Number
  ) -> Parts<Value>.Number {
    let page = Int(part.rawValue) >> Self.pageBits
    let notes = pages[page].load(ordering: .acquiring) ?? newPage(page)
    let note = notes + Int(part.rawValue) & (1 << Self.pageBits - 1)
    let known = note.pointee.load(ordering: .acquiring)
    if known > 0 { return .init(rawValue: known - 1) }
    let value = find()
    note.pointee.store(value.rawValue + 1, ordering: .releasing)
    return value
  }

  @usableFromInline
  func newPage(_ page: Int) -> UnsafeMutablePointer<Note> {
    let size = 1 << Self.pageBits
    let notes = UnsafeMutablePointer<Note>.allocate(capacity: size)
    for place in 0..<size { (notes + place).initialize(to: Atomic(0)) }
    let (isDone, other) = pages[page].compareExchange(
      expected: nil, desired: notes, ordering: .acquiringAndReleasing)
    if isDone { return notes }
    notes.deallocate()
    return other!
  }
}
