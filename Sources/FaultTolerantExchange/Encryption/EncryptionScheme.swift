public import CyclicGroups

/// A public-key encryption scheme that is semantically secure: (K, E, D) of Cachin and Strobl, Section 3.1.
public protocol EncryptionScheme: Hashable, Sendable {
  associatedtype PublicKey: Hashable & Sendable
  associatedtype PrivateKey: Hashable & Sendable
  associatedtype Ciphertext: Hashable & Sendable

  /// What the command line calls it.
  var name: String { get }

  /// K.
  func keyPair(using randomness: inout Randomness) -> (publicKey: PublicKey, privateKey: PrivateKey)
  /// E.
  func encrypt(
    _ plaintext: [UInt8], to publicKey: PublicKey, using randomness: inout Randomness
  ) throws(EncryptionFailure) -> Ciphertext
  /// D.
  func decrypt(_ ciphertext: Ciphertext, with privateKey: PrivateKey) throws(EncryptionFailure) -> [UInt8]
}

public enum EncryptionFailure: Error, Hashable, Sendable {
  case notAPublicKey
  /// It was not encrypted to this key.
  case notDecryptable
}
