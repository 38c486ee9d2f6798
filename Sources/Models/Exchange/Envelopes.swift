public import CyclicGroups
public import FaultTolerantExchange

/// Encryption as an idea, and without salt: equal plaintexts to one key are equal ciphertexts, so that states are equal
/// where only coins differ.
public struct Envelopes: EncryptionScheme {
  public struct Key: Hashable, Sendable { let number: UInt64 }
  public struct Ciphertext: Hashable, Sendable {
    let key: Key
    let plaintext: [UInt8]
  }

  public init() {}

  public var name: String { "envelopes" }

  public func keyPair(using randomness: inout Randomness) -> (publicKey: Key, privateKey: Key) {
    let key = Key(number: randomness.next())
    return (key, key)
  }

  public func encrypt(_ plaintext: [UInt8], to publicKey: Key, using randomness: inout Randomness)
    -> Ciphertext
  {
    Ciphertext(key: publicKey, plaintext: plaintext)
  }

  public func decrypt(_ ciphertext: Ciphertext, with privateKey: Key) throws(EncryptionFailure) -> [UInt8] {
    guard ciphertext.key == privateKey else { throw .notDecryptable }
    return ciphertext.plaintext
  }
}
