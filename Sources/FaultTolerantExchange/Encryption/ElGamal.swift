import Crypto
public import CyclicGroups

/// ElGamal over a group of prime order, as Burmester and Desmedt's protocol has it (Cachin and Strobl, Section 3.1),
/// hashed: the common element makes, by HKDF-SHA256, a pad as long as the plaintext.
///
/// Secure against who listens, and the servers' links are authentic: a ciphertext that was changed decrypts to
/// something else.
public struct ElGamal<Group: CyclicGroup>: EncryptionScheme {
  public typealias PublicKey = Group.Element
  public typealias PrivateKey = Group.Exponent

  public struct Ciphertext: Hashable, Sendable {
    public let ephemeralKey: Group.Element
    public let padded: [UInt8]

    public init(ephemeralKey: Group.Element, padded: [UInt8]) {
      self.ephemeralKey = ephemeralKey
      self.padded = padded
    }
  }

  /// The longest plaintext, in bytes: what HKDF-SHA256 gives at most.
  public static var greatestLength: Int { 255 * 32 }

  public let group: Group

  public init(over group: Group) { self.group = group }

  public var name: String { "elgamal-\(group.name)" }

  public func keyPair(using randomness: inout Randomness) -> (publicKey: PublicKey, privateKey: PrivateKey) {
    let exponent = group.randomExponent(using: &randomness)
    return (group.power(group.generator, exponent), exponent)
  }

  public func encrypt(
    _ plaintext: [UInt8], to publicKey: PublicKey, using randomness: inout Randomness
  ) -> Ciphertext {
    let exponent = group.randomExponent(using: &randomness)
    let ephemeralKey = group.power(group.generator, exponent)
    let pad = pad(group.power(publicKey, exponent), ephemeralKey, plaintext.count)
    return Ciphertext(ephemeralKey: ephemeralKey, padded: zip(plaintext, pad).map { $0 ^ $1 })
  }

  public func decrypt(_ ciphertext: Ciphertext, with privateKey: PrivateKey) -> [UInt8] {
    let common = group.power(ciphertext.ephemeralKey, privateKey)
    let pad = pad(common, ciphertext.ephemeralKey, ciphertext.padded.count)
    return zip(ciphertext.padded, pad).map { $0 ^ $1 }
  }

  private func pad(_ common: Group.Element, _ ephemeralKey: Group.Element, _ count: Int) -> [UInt8] {
    precondition(count <= Self.greatestLength, "too long for one pad")
    if count == 0 { return [] }
    return HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: group.bytes(of: common)),
      info: Array("conclave elgamal ".utf8) + group.bytes(of: ephemeralKey), outputByteCount: count
    ).withUnsafeBytes { Array($0) }
  }
}
