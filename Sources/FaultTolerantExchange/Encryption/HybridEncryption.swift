import Crypto
public import CyclicGroups
import Foundation

/// HPKE (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode, one message a context.
///
/// Key pairs come from the `Randomness`; what a ciphertext needs, swift-crypto draws from the system. So two runs with
/// one seed have the same keys and, to look at, different ciphertexts.
public struct HybridEncryption: EncryptionScheme {
  /// As RFC 7748 encodes it.
  public struct PublicKey: Hashable, Sendable {
    public let bytes: [UInt8]
    public init(bytes: [UInt8]) { self.bytes = bytes }
  }

  public struct PrivateKey: Hashable, Sendable {
    fileprivate let bytes: [UInt8]
  }

  public struct Ciphertext: Hashable, Sendable {
    /// `enc`.
    public let encapsulatedKey: [UInt8]
    /// `ct`.
    public let sealed: [UInt8]

    public init(encapsulatedKey: [UInt8], sealed: [UInt8]) {
      self.encapsulatedKey = encapsulatedKey
      self.sealed = sealed
    }
  }

  private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
  private static let purpose = Data("conclave omega".utf8)

  public init() {}

  public var name: String { "hpke" }

  public func keyPair(using randomness: inout Randomness) -> (publicKey: PublicKey, privateKey: PrivateKey) {
    let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: randomness.next(), Array.init) }
    guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else {
      preconditionFailure("any 32 bytes are a key")
    }
    return (PublicKey(bytes: Array(key.publicKey.rawRepresentation)), PrivateKey(bytes: bytes))
  }

  public func encrypt(
    _ plaintext: [UInt8], to publicKey: PublicKey, using randomness: inout Randomness
  ) throws(EncryptionFailure) -> Ciphertext {
    do {
      let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey.bytes)
      var sender = try HPKE.Sender(recipientKey: key, ciphersuite: Self.suite, info: Self.purpose)
      let sealed = try sender.seal(plaintext)
      return Ciphertext(encapsulatedKey: Array(sender.encapsulatedKey), sealed: Array(sealed))
    } catch {
      throw .notAPublicKey
    }
  }

  public func decrypt(
    _ ciphertext: Ciphertext, with privateKey: PrivateKey
  ) throws(EncryptionFailure) -> [UInt8] {
    do {
      let key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey.bytes)
      var recipient = try HPKE.Recipient(
        privateKey: key, ciphersuite: Self.suite, info: Self.purpose,
        encapsulatedKey: Data(ciphertext.encapsulatedKey))
      return Array(try recipient.open(ciphertext.sealed))
    } catch {
      throw .notDecryptable
    }
  }
}
