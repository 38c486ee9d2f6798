internal import Crypto
internal import GroupCommunication

/// What user messages are encrypted with: the "encryption selector" of Amir et al., Fig. 4.
public enum CipherSuite: String, Hashable, Sendable, CaseIterable {
  case aes256GCM = "aes-256-gcm"
  case chaCha20Poly1305 = "chacha20-poly1305"
  /// No sealing at all, for symbolic runs only: the plaintext with a checksum that depends on the key.
  case none

  /// What a trace shows of a key instead of the key: 32 hexadecimal digits.
  ///
  /// The first half of SHA-256 over "conclave fingerprint" and the key; of `none`, a fast digest that hides nothing.
  /// Equal keys have equal fingerprints, in whatever view: so it shows a key that is used again.
  public func fingerprint(of groupKey: [UInt8]) -> String {
    let word = Array("conclave fingerprint".utf8)
    guard self == .none else { return Array(SHA256.hash(data: word + groupKey).prefix(16)).hexadecimal }
    var digest = FastDigest()
    digest.absorb(word)
    digest.absorb(groupKey)
    return digest.bytes.hexadecimal
  }
}

/// A suite with the key of one sender in one secure view.
enum Cipher: Sendable {
  case aes256GCM(SymmetricKey)
  case chaCha20Poly1305(SymmetricKey)
  case none(key: UInt64)

  /// HKDF-SHA256 (RFC 5869): no two senders, views, groups or suites share a key.
  init(_ suite: CipherSuite, groupKey: SymmetricKey, context: [UInt8], sender: Process) {
    let info = Array("conclave data \(suite.rawValue) ".utf8) + [sender.number]
    func derived() -> SymmetricKey {
      HKDF<SHA256>.deriveKey(inputKeyMaterial: groupKey, salt: context, info: info, outputByteCount: 32)
    }
    switch suite {
    case .aes256GCM: self = .aes256GCM(derived())
    case .chaCha20Poly1305: self = .chaCha20Poly1305(derived())
    case .none:
      var digest = FastDigest()
      groupKey.withUnsafeBytes { digest.absorb($0) }
      digest.absorb(context)
      digest.absorb(info)
      self = .none(key: digest.words.0)
    }
  }

  /// By how many bytes the sealed text is longer than the plaintext.
  var overhead: Int {
    switch self {
    case .aes256GCM, .chaCha20Poly1305: 16
    case .none: 8
    }
  }

  /// Appends the sealed text. Under one key, no counter may come twice.
  func seal(
    _ plaintext: [UInt8], counter: UInt32, authenticating associated: [UInt8], into sealed: inout [UInt8]
  ) throws {
    switch self {
    case .aes256GCM(let key):
      let box = try AES.GCM.seal(
        plaintext, using: key, nonce: AES.GCM.Nonce(data: Self.nonce(counter)), authenticating: associated)
      sealed += box.ciphertext
      sealed += box.tag
    case .chaCha20Poly1305(let key):
      let box = try ChaChaPoly.seal(
        plaintext, using: key, nonce: ChaChaPoly.Nonce(data: Self.nonce(counter)), authenticating: associated)
      sealed += box.ciphertext
      sealed += box.tag
    case .none(let key):
      sealed += plaintext
      sealed.append(bigEndian: Self.checksum(plaintext, key, associated))
    }
  }

  /// - Parameter sealed: at least as long as `overhead`.
  /// - Returns: nil where it was not sealed with this key, counter and associated data.
  func open(_ sealed: ArraySlice<UInt8>, counter: UInt32, authenticating associated: [UInt8]) -> [UInt8]? {
    let text = sealed.dropLast(overhead)
    let tag = sealed.suffix(overhead)
    switch self {
    case .aes256GCM(let key):
      guard
        let box = try? AES.GCM.SealedBox(
          nonce: AES.GCM.Nonce(data: Self.nonce(counter)), ciphertext: text, tag: tag),
        let plaintext = try? AES.GCM.open(box, using: key, authenticating: associated)
      else { return nil }
      return [UInt8](plaintext)
    case .chaCha20Poly1305(let key):
      guard
        let box = try? ChaChaPoly.SealedBox(
          nonce: ChaChaPoly.Nonce(data: Self.nonce(counter)), ciphertext: text, tag: tag),
        let plaintext = try? ChaChaPoly.open(box, using: key, authenticating: associated)
      else { return nil }
      return [UInt8](plaintext)
    case .none(let key):
      let plaintext = Array(text)
      let checksum = tag.reduce(0) { $0 << 8 | UInt64($1) }
      guard checksum == Self.checksum(plaintext, key, associated) else { return nil }
      return plaintext
    }
  }

  /// The counter as a number of 96 bits.
  private static func nonce(_ counter: UInt32) -> [UInt8] {
    var nonce = [UInt8](repeating: 0, count: 8)
    nonce.append(bigEndian: counter)
    return nonce
  }

  private static func checksum(_ plaintext: [UInt8], _ key: UInt64, _ associated: [UInt8]) -> UInt64 {
    var digest = FastDigest(key: key)
    digest.absorb(associated)
    digest.absorb(plaintext)
    return digest.words.0
  }
}
