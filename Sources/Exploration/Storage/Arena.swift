internal import Glibc
public import Synchronization

/// Memory for records of whole words, which stay where they are; several threads write into it at once, each in
/// an allotment of its own. A record's number is that of its first word and never 0.
///
/// A handle: copies are the same memory, which whoever made it frees.
@usableFromInline
struct Arena: @unchecked Sendable {
  /// 2^17 words, one MiB.
  @usableFromInline static var pageBits: UInt32 { 17 }
  @usableFromInline static var pageWords: Int { 1 << 17 }
  static let maximalPages = 1 << 15

  @usableFromInline let pages: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
  @usableFromInline let pageCount: UnsafeMutablePointer<Atomic<Int>>

  /// The part of a page that one thread fills.
  @usableFromInline
  struct Allotment {
    @usableFromInline var next: UInt32 = 0
    @usableFromInline var end: UInt32 = 0
    @inlinable init() {}
  }

  @usableFromInline
  init() {
    pages = calloc(Self.maximalPages, MemoryLayout<UnsafeRawPointer>.stride)!.bindMemory(
      to: UnsafeMutablePointer<UInt64>?.self, capacity: Self.maximalPages)
    pageCount = .allocate(capacity: 1)
    pageCount.initialize(to: Atomic(0))
  }

  @usableFromInline
  func free() {
    for page in 0..<Self.maximalPages {
      guard let memory = pages[page] else { break }
      Glibc.free(memory)
    }
    Glibc.free(pages)
    pageCount.deinitialize(count: 1)
    pageCount.deallocate()
  }

  /// Forgets all records and keeps the memory; allotments are void.
  @usableFromInline
  func reset() { pageCount.pointee.store(0, ordering: .relaxed) }

  @usableFromInline
  var bytes: Int { pageCount.pointee.load(ordering: .relaxed) << (Int(Self.pageBits) + 3) }

  @inlinable @inline(__always)
  subscript(_ record: UInt32) -> UnsafeMutablePointer<UInt64> {
    pages[Int(record >> Self.pageBits)].unsafelyUnwrapped + Int(record & (1 << Self.pageBits - 1))
  }

  @inlinable @inline(__always)
  func allocate(words: Int, _ allotment: inout Allotment) -> UInt32 {
    if Int(allotment.end) - Int(allotment.next) < words { takePage(for: words, &allotment) }
    let record = allotment.next
    allotment.next = record &+ UInt32(truncatingIfNeeded: words)
    return record
  }

  @usableFromInline
  func takePage(for words: Int, _ allotment: inout Allotment) {
    precondition(words < Self.pageWords, "a state takes more than a megabyte")
    let page = pageCount.pointee.wrappingAdd(1, ordering: .relaxed).oldValue
    precondition(page < Self.maximalPages, "visited states take more than 32 GiB")
    if pages[page] == nil {
      pages[page] = malloc(Self.pageWords * 8)!.bindMemory(to: UInt64.self, capacity: Self.pageWords)
    }
    let first = UInt32(page) << Self.pageBits
    // The last page ends at 2^32: its last word stays unused.
    allotment.end = page == Self.maximalPages - 1 ? .max : first + UInt32(Self.pageWords)
    allotment.next = page == 0 ? 1 : first
  }
}
