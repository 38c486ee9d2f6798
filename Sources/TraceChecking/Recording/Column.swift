internal import Glibc

/// A growing array of trivial values without copy-on-write and exclusivity checks, for what is written once an
/// event. Whoever holds it frees it.
struct Column<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>?
  private(set) var count = 0
  private var capacity = 0

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: max(8, capacity * 2)) }
    base.unsafelyUnwrapped[count] = element
    count &+= 1
  }

  @inline(never)
  private mutating func grow(to newCapacity: Int) {
    let bytes = newCapacity * MemoryLayout<Element>.stride
    base = realloc(base, bytes)!.bindMemory(to: Element.self, capacity: newCapacity)
    capacity = newCapacity
  }

  /// Grows to `newCount` elements, the new ones `element`.
  mutating func extend(to newCount: Int, filledWith element: Element) {
    guard newCount > count else { return }
    if newCount > capacity { grow(to: max(newCount, capacity * 2)) }
    for index in count..<newCount { base.unsafelyUnwrapped[index] = element }
    count = newCount
  }

  mutating func removeAll() { count = 0 }

  /// Becomes `newCount` times `element`, in the memory that it has where that is enough.
  mutating func reset(to newCount: Int, filledWith element: Element) {
    count = 0
    extend(to: newCount, filledWith: element)
  }

  mutating func prepend(_ added: Int, of element: Element) {
    let old = count
    extend(to: old + added, filledWith: element)
    guard added > 0, let base else { return }
    memmove(base + added, base, old * MemoryLayout<Element>.stride)
    for index in 0..<added { base[index] = element }
  }

  mutating func removeLast() -> Element {
    count -= 1
    return base.unsafelyUnwrapped[count]
  }

  mutating func removeFirst(_ removed: Int) {
    guard removed > 0, let base else { return }
    memmove(base, base + removed, (count - removed) * MemoryLayout<Element>.stride)
    count -= removed
  }

  subscript(index: Int) -> Element {
    @inline(__always) get { base.unsafelyUnwrapped[index] }
    @inline(__always) nonmutating set { base.unsafelyUnwrapped[index] = newValue }
  }

  @inline(__always)
  func address(of index: Int) -> UnsafeMutablePointer<Element> { base.unsafelyUnwrapped + index }

  var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }

  mutating func free() {
    Glibc.free(base)
    base = nil
    count = 0
    capacity = 0
  }
}
