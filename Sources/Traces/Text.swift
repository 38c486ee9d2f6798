/// Bytes of a line, or of the memory where its strings are unescaped. It is valid as long as they are.
struct Text {
  var start: UnsafePointer<UInt8>
  var count: Int

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
  var string: String { String(decoding: bytes, as: UTF8.self) }
  var name: Name { Name(string) }

  static func == (text: Text, word: StaticString) -> Bool {
    guard text.count == word.utf8CodeUnitCount else { return false }
    let other = word.utf8Start
    for i in 0..<text.count where text.start[i] != other[i] { return false }
    return true
  }

  static func == (a: Text, b: Text) -> Bool { a.count == b.count && a.bytes.elementsEqual(b.bytes) }

  /// For messages: as a JSON string, cut where it is long.
  var quoted: String { Text.quoted(string) }

  static func quoted(_ string: String) -> String {
    let longest = 60
    guard string.unicodeScalars.count > longest else { return JSONText.quoted(string) }
    var cut = ""
    cut.unicodeScalars.append(contentsOf: string.unicodeScalars.prefix(longest))
    return JSONText.quoted(cut + "…")
  }
}

/// What is wrong on a line, and where. It does not outlive the line, nor leave its thread.
struct Fault: Error, @unchecked Sendable {
  var at: UnsafePointer<UInt8>
  var reason: String

  init(_ at: UnsafePointer<UInt8>, _ reason: String) {
    self.at = at
    self.reason = reason
  }
}

/// Memory for unescaped strings. What it hands out stays where it is until `reset`.
final class Arena {
  private var blocks: [UnsafeMutablePointer<UInt8>] = []
  private var free: UnsafeMutablePointer<UInt8>?
  private var left = 0

  func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    if count > left || free == nil {
      left = max(count, 4096)
      let block = UnsafeMutablePointer<UInt8>.allocate(capacity: left)
      blocks.append(block)
      free = block
    }
    let start = free!
    free = start + count
    left -= count
    return start
  }

  func reset() {
    for block in blocks { block.deallocate() }
    blocks.removeAll(keepingCapacity: true)
    free = nil
    left = 0
  }

  deinit { reset() }
}

/// The length of the UTF-8 sequence at `p`, which ends before `end` (Unicode, table 3-7).
///
/// - Returns: 0 where no well-formed sequence stands.
func lengthOfUTF8(at p: UnsafePointer<UInt8>, before end: UnsafePointer<UInt8>) -> Int {
  func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }
  let count = end - p
  guard count > 0 else { return 0 }
  switch p[0] {
  case 0..<0x80: return 1
  case 0xc2...0xdf: return count > 1 && isContinuation(p[1]) ? 2 : 0
  case 0xe0...0xef:
    guard count > 2, isContinuation(p[1]), isContinuation(p[2]) else { return 0 }
    if p[0] == 0xe0 { return p[1] >= 0xa0 ? 3 : 0 }
    if p[0] == 0xed { return p[1] < 0xa0 ? 3 : 0 }
    return 3
  case 0xf0...0xf4:
    guard count > 3, isContinuation(p[1]), isContinuation(p[2]), isContinuation(p[3]) else { return 0 }
    if p[0] == 0xf0 { return p[1] >= 0x90 ? 4 : 0 }
    if p[0] == 0xf4 { return p[1] < 0x90 ? 4 : 0 }
    return 4
  default: return 0
  }
}
