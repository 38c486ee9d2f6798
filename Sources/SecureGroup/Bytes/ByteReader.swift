/// Reads fields off the front of bytes that anybody may have made.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// The next `count` bytes; nil, and nothing read, where fewer are left.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count - offset else { return nil }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// A big-endian number.
  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type = Number.self
  ) -> Number? {
    guard MemoryLayout<Number>.size <= bytes.count - offset else { return nil }
    defer { offset += MemoryLayout<Number>.size }
    return bytes.withUnsafeBytes {
      Number(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }
}

extension [UInt8] {
  mutating func append(bigEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }

  /// The text's UTF-8 with its length in two bytes before it.
  mutating func append(prefixed text: String) {
    let text = text.utf8
    precondition(text.count <= UInt16.max, "a name has at most 65535 bytes")
    append(bigEndian: UInt16(text.count))
    append(contentsOf: text)
  }

  package var hexadecimal: String {
    String(unsafeUninitializedCapacity: 2 * count) { digits in
      func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
      }
      for (index, byte) in enumerated() {
        digits[2 * index] = digit(byte >> 4)
        digits[2 * index + 1] = digit(byte & 15)
      }
      return 2 * count
    }
  }
}
