/// The end of a sequence that grows; what nobody can need any more is forgotten.
struct Tail<Element: Hashable & Sendable>: Hashable, Sendable {
  private(set) var start: Int32 = 0
  private var elements: [Element] = []

  var end: Int32 { start + Int32(elements.count) }
  subscript(number: Int32) -> Element {
    get { elements[Int(number - start)] }
    _modify { yield &elements[Int(number - start)] }
  }
  mutating func append(_ element: Element) { elements.append(element) }
  mutating func forget(before number: Int32) {
    guard number > start else { return }
    elements.removeFirst(Int(number - start))
    start = number
  }
}

extension Array where Element: Comparable {
  /// Where an element stands in an ascending array, or belongs.
  private func place(_ element: Element) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func hasSorted(_ element: Element) -> Bool {
    let place = place(element)
    return place < count && self[place] == element
  }

  mutating func removeSorted(_ element: Element) {
    let place = place(element)
    if place < count, self[place] == element { remove(at: place) }
  }

  mutating func insertSorted(_ element: Element) {
    let place = place(element)
    if place == count || self[place] != element { insert(element, at: place) }
  }
}
