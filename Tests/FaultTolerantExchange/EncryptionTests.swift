import CyclicGroups
import Testing

@testable import FaultTolerantExchange

@Suite struct EncryptionTests {
  private func check<Scheme: EncryptionScheme>(_ scheme: Scheme, refusesOthers: Bool) throws {
    var randomness = Randomness.seeded(1)
    let (own, other) = (scheme.keyPair(using: &randomness), scheme.keyPair(using: &randomness))
    #expect(own.publicKey != other.publicKey)
    #expect(own.privateKey != other.privateKey)
    for length in [0, 1, 32, 300] {
      let plaintext = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      let ciphertext = try scheme.encrypt(plaintext, to: own.publicKey, using: &randomness)
      #expect(try scheme.decrypt(ciphertext, with: own.privateKey) == plaintext)
      // Semantic security needs that the same text twice does not look the same.
      #expect(try scheme.encrypt(plaintext, to: own.publicKey, using: &randomness) != ciphertext)
      if refusesOthers {
        #expect(throws: EncryptionFailure.notDecryptable) {
          try scheme.decrypt(ciphertext, with: other.privateKey)
        }
      } else if length > 1 {
        #expect(try scheme.decrypt(ciphertext, with: other.privateKey) != plaintext)
      }
    }
    var again = Randomness.seeded(1)
    #expect(scheme.keyPair(using: &again) == own)
  }

  @Test func hybrid() throws {
    try check(HybridEncryption(), refusesOthers: true)
    var randomness = Randomness.seeded(1)
    let scheme = HybridEncryption()
    let pair = scheme.keyPair(using: &randomness)
    let ciphertext = try scheme.encrypt([1, 2, 3], to: pair.publicKey, using: &randomness)
    #expect(ciphertext.encapsulatedKey.count == 32)
    #expect(ciphertext.sealed.count == 3 + 16)
    for place in ciphertext.sealed.indices {
      var sealed = ciphertext.sealed
      sealed[place] ^= 1
      #expect(throws: EncryptionFailure.notDecryptable) {
        try scheme.decrypt(
          .init(encapsulatedKey: ciphertext.encapsulatedKey, sealed: sealed), with: pair.privateKey)
      }
    }
    #expect(throws: EncryptionFailure.notDecryptable) {
      try scheme.decrypt(.init(encapsulatedKey: [], sealed: []), with: pair.privateKey)
    }
    for bytes in [[], [UInt8](repeating: 9, count: 31)] {
      #expect(throws: EncryptionFailure.notAPublicKey) {
        try scheme.encrypt([1], to: .init(bytes: bytes), using: &randomness)
      }
    }
  }

  @Test func elGamal() throws {
    try check(ElGamal(over: SchnorrGroup.insecure512), refusesOthers: false)
    try check(ElGamal(over: SymbolicGroup()), refusesOthers: false)
    #expect(ElGamal(over: SchnorrGroup.ffdhe2048).name == "elgamal-ffdhe2048")
  }

  /// The longest text, and that the pad is g^(xr)'s: by the group's own laws.
  @Test func elGamalIsDiffieHellman() {
    let group = SchnorrGroup.insecure512
    let scheme = ElGamal(over: group)
    var randomness = Randomness.seeded(4)
    let pair = scheme.keyPair(using: &randomness)
    #expect(pair.publicKey == group.power(group.generator, pair.privateKey))
    let text = [UInt8](repeating: 7, count: ElGamal<SchnorrGroup>.greatestLength)
    let ciphertext = scheme.encrypt(text, to: pair.publicKey, using: &randomness)
    #expect(scheme.decrypt(ciphertext, with: pair.privateKey) == text)
    let inverse = group.inverse(pair.privateKey)
    #expect(
      group.power(group.power(ciphertext.ephemeralKey, pair.privateKey), inverse) == ciphertext.ephemeralKey)
  }

  @Test func symbolic() throws {
    try check(SymbolicEncryption(), refusesOthers: true)
  }
}
