import CyclicGroups
import Testing

@testable import SecureGroup

@Suite struct SignatureSchemeTests {
  @Test(
    "Ed25519 signs as RFC 8032, 7.1, tests 1 to 3",
    arguments: [
      (
        seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", text: "",
        signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
          + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
      ),
      (
        seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", text: "72",
        signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
          + "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
      ),
      (
        seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", text: "af82",
        signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
          + "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
      ),
    ])
  func rfc8032(seed: String, publicKey: String, text: String, signature: String) throws {
    let scheme = Ed25519()
    let privateKey = try #require(Ed25519.PrivateKey(seed: [UInt8](hexadecimal: seed)))
    let text = [UInt8](hexadecimal: text)
    #expect(scheme.publicKey(of: privateKey).bytes == [UInt8](hexadecimal: publicKey))
    #expect(scheme.sign(text, with: privateKey) == [UInt8](hexadecimal: signature))
    #expect(
      scheme.isValid(
        [UInt8](hexadecimal: signature), of: text, by: scheme.publicKey(of: privateKey)))
  }

  @Test("Keys have 32 bytes")
  func keyLengths() {
    for count in [0, 31, 33] {
      #expect(Ed25519.PrivateKey(seed: [UInt8](repeating: 1, count: count)) == nil)
      #expect(Ed25519.PublicKey([UInt8](repeating: 1, count: count)) == nil)
    }
    #expect(Ed25519.PublicKey([UInt8](repeating: 1, count: 32)) != nil)
  }

  @Test("A seeded generator always makes the same keys, and as many draws for either scheme")
  func seededKeys() {
    var first = Randomness.seeded(42)
    let scheme = Ed25519()
    let publicKey = scheme.publicKey(of: scheme.generateKey(using: &first))
    #expect(publicKey.bytes.hexadecimal == "6a21f787e97a3f3c9017a303b12aba8bbc6568e93cb3c57bc6e302d4f07664da")
    var second = Randomness.seeded(42)
    #expect(SymbolicSignatures().generateKey(using: &second) == 13_679_457_532_755_275_413)
    #expect(first == second)
    #expect(scheme.publicKey(of: scheme.generateKey(using: &first)) != publicKey)
  }

  @Test("The system's generator never makes the same key")
  func systemKeys() {
    var randomness = Randomness.system
    let keys = (0..<20).map { _ in Ed25519().publicKey(of: Ed25519().generateKey(using: &randomness)) }
    #expect(Set(keys).count == keys.count)
  }

  @Test("A signature is valid of what it signs, by who signed it, and else not")
  func validity() {
    check(Ed25519())
    check(SymbolicSignatures())

    func check(_ scheme: some SignatureScheme) {
      var randomness = Randomness.seeded(7)
      let privateKey = scheme.generateKey(using: &randomness)
      let publicKey = scheme.publicKey(of: privateKey)
      let other = scheme.publicKey(of: scheme.generateKey(using: &randomness))
      for count in 0..<40 {
        let text = [UInt8](random: count, &randomness)
        let signature = scheme.sign(text, with: privateKey)
        #expect(signature.count == scheme.signatureLength)
        #expect(scheme.isValid(signature, of: text, by: publicKey))
        #expect(!scheme.isValid(signature, of: text, by: other))
        #expect(!scheme.isValid(signature, of: text + [0], by: publicKey))
        #expect(!scheme.isValid(signature, of: Array(text.dropLast()), by: publicKey) || text.isEmpty)
        for (bit, flipped) in flips(of: text) where bit % 3 == 0 {
          #expect(!scheme.isValid(signature, of: flipped, by: publicKey))
        }
      }
      for count in [0, 1, 15, 17, 63, 65, 200] {
        #expect(!scheme.isValid([UInt8](repeating: 0, count: count), of: [1], by: publicKey))
      }
    }
  }

  @Test("The fast digest does not confuse what is near")
  func fastDigest() {
    var seen: Set<[UInt8]> = []
    var inputs: [[UInt8]] = [[]]
    for count in 1...24 {
      let zeros = [UInt8](repeating: 0, count: count)
      inputs.append(zeros)
      inputs += flips(of: zeros).map(\.1)
    }
    for input in inputs {
      for key: UInt64 in [0, 1, 1 << 63] {
        var digest = FastDigest(key: key)
        digest.absorb(input)
        #expect(seen.insert(digest.bytes).inserted)
      }
    }
    var split = FastDigest()
    split.absorb([1])
    split.absorb([2])
    #expect(seen.insert(split.bytes).inserted)
    var whole = FastDigest()
    whole.absorb([1, 2])
    #expect(whole.bytes != split.bytes)
  }
}
