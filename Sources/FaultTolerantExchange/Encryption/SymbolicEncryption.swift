public import CyclicGroups

/// Encryption as an idea: a ciphertext is the plaintext with the number of the key that opens it, and who has not the
/// key must not look. For runs that are explored or judged (`Eavesdropper`), never for secrets.
public struct SymbolicEncryption: EncryptionScheme {
  public struct PublicKey: Hashable, Sendable {
    let number: UInt64
  }

  public struct PrivateKey: Hashable, Sendable {
    let number: UInt64
  }

  public struct Ciphertext: Hashable, Sendable {
    let key: UInt64
    let plaintext: [UInt8]
    /// Tells ciphertexts of the same plaintext apart.
    let salt: UInt64
  }

  public init() {}

  public var name: String { "symbolic" }

  public func keyPair(using randomness: inout Randomness) -> (publicKey: PublicKey, privateKey: PrivateKey) {
    let number = randomness.next()
    return (PublicKey(number: number), PrivateKey(number: number))
  }

  public func encrypt(
    _ plaintext: [UInt8], to publicKey: PublicKey, using randomness: inout Randomness
  ) -> Ciphertext {
    Ciphertext(key: publicKey.number, plaintext: plaintext, salt: randomness.next())
  }

  public func decrypt(
    _ ciphertext: Ciphertext, with privateKey: PrivateKey
  ) throws(EncryptionFailure) -> [UInt8] {
    guard ciphertext.key == privateKey.number else { throw .notDecryptable }
    return ciphertext.plaintext
  }
}
