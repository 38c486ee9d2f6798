/// A keyed 128-bit digest in two lanes, after FNV-1a but eight bytes at a time and with a shift after each
/// multiplication, since a product alone carries nothing downwards.
///
/// Every step of a lane is a bijection, so inputs of one length that differ in a single word never agree. That is all
/// it promises: whoever wants two inputs with the same digest finds them.
struct FastDigest {
  private var a: UInt64
  private var b: UInt64

  init(key: UInt64 = 0) {
    a = 0xcbf2_9ce4_8422_2325 ^ key
    b = 0x6c62_272e_07bb_0142 ^ Self.mixed(key)
  }

  mutating func absorb(_ word: UInt64) {
    a = (a ^ word) &* 0x9e37_79b9_7f4a_7c15
    a ^= a >> 32
    b = (b ^ word) &* 0xc2b2_ae3d_27d4_eb4f
    b ^= b >> 29
  }

  /// The length goes first: so `[1], [2]` is not `[1, 2]`, nor `[1]` the same as `[1, 0]`.
  mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    absorb(UInt64(bytes.count))
    var offset = 0
    while offset + 8 <= bytes.count {
      absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    guard offset < bytes.count else { return }
    var last: UInt64 = 0
    for index in offset..<bytes.count { last |= UInt64(bytes[index]) << (8 * UInt64(index - offset)) }
    absorb(last)
  }

  mutating func absorb(_ bytes: [UInt8]) { bytes.withUnsafeBytes { absorb($0) } }

  var words: (UInt64, UInt64) { (Self.mixed(a), Self.mixed(b)) }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    bytes.append(bigEndian: words.0)
    bytes.append(bigEndian: words.1)
    return bytes
  }

  /// MurmurHash3's last step (Appleby): every bit of the input reaches every bit of the output.
  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 33)) &* 0xff51_afd7_ed55_8ccd
    z = (z ^ (z >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return z ^ (z >> 33)
  }
}
