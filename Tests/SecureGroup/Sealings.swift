import CyclicGroups
import GroupCommunication
import Testing

@testable import SecureGroup

@Suite struct SealingTests {
  static let key = [UInt8](0..<32)
  static let text = Array("attack at dawn".utf8)

  static func sealing(
    _ suite: CipherSuite, _ me: Process, key: [UInt8] = key, group: String = "reactor", view: Int64 = 7
  ) -> Sealing {
    Sealing(suite: suite, groupKey: key, group: group, view: ViewIdentifier(view), me: me)
  }

  /// Made by another implementation, associated data and all.
  @Test(
    "What is sealed stays as it is",
    arguments: [
      (
        .aes256GCM, "00000000e5b5a266ed37f90985df91863ef3c5c55629b46f3735f5ee9761bba1f2b8",
        "00000001103b8898cd471f483786c2856142c82d884c9312cb8152396612b286db45"
      ),
      (
        .chaCha20Poly1305, "00000000baf318ec6707adfbb09c1bade4056c448a742440f8d9199716fb18b3b788",
        "0000000191dd8e2361ca4edcd2bce9b2ee2f435f72f911c6dccd0a28bfab396e94a3"
      ),
      (
        .none, "0000000061747461636b206174206461776e16575df6d34a8ad2",
        "0000000161747461636b206174206461776ed44dc857963a97ba"
      ),
    ] as [(CipherSuite, String, String)])
  func literals(suite: CipherSuite, first: String, second: String) throws {
    var sender = Self.sealing(suite, c)
    #expect(try sender.seal(Self.text).hexadecimal == first)
    #expect(try sender.seal(Self.text).hexadecimal == second)
  }

  @Test("Suites have the names of the command line")
  func names() {
    #expect(CipherSuite.allCases.map(\.rawValue) == ["aes-256-gcm", "chacha20-poly1305", "none"])
  }

  @Test("What a member seals, every member opens, the sender too", arguments: CipherSuite.allCases)
  func opened(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    var receiver = Self.sealing(suite, b)
    var answers = 0
    for count in [0, 1, 15, 16, 17, 200, 5000] {
      let text = [UInt8](repeating: 7, count: count)
      let sealed = try sender.seal(text)
      #expect(try receiver.open(sealed, from: a) == text)
      #expect(try sender.open(sealed, from: a) == text)
      #expect(try sender.open(receiver.seal(text), from: b) == text)
      answers += 1
    }
    #expect(receiver.next == UInt64(answers))
  }

  @Test("Every sealed message with one bit flipped is refused", arguments: CipherSuite.allCases)
  func flippedBits(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    var receiver = Self.sealing(suite, b)
    for text in [Self.text, []] {
      let sealed = try sender.seal(text)
      for (bit, flipped) in flips(of: sealed) {
        #expect(throws: (any Error).self, "bit \(bit)") { try receiver.open(flipped, from: a) }
      }
      #expect(try receiver.open(sealed, from: a) == text)
    }
  }

  @Test("Malformed: shorter than an empty message", arguments: CipherSuite.allCases)
  func malformed(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    var receiver = Self.sealing(suite, b)
    let sealed = try sender.seal([])
    for count in 0..<sealed.count {
      #expect(throws: SealingRefusal.malformed) { try receiver.open(Array(sealed.prefix(count)), from: a) }
    }
    #expect(throws: SealingRefusal.altered) { try receiver.open(sealed + [0], from: a) }
    #expect(try receiver.open(sealed, from: a) == [])
  }

  @Test("Altered: from another sender, view, group, key or suite", arguments: CipherSuite.allCases)
  func otherKeys(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    let sealed = try sender.seal(Self.text + Self.text)
    var receiver = Self.sealing(suite, b)
    #expect(throws: SealingRefusal.altered) { try receiver.open(sealed, from: b) }
    #expect(throws: SealingRefusal.altered) { try receiver.open(sealed, from: c) }
    var others = [
      Self.sealing(suite, b, view: 8), Self.sealing(suite, b, group: "reactors"),
      Self.sealing(suite, b, key: [UInt8](1..<33)),
    ]
    others += CipherSuite.allCases.filter { $0 != suite }.map { Self.sealing($0, b) }
    for var other in others {
      #expect(throws: SealingRefusal.altered) { try other.open(sealed, from: a) }
    }
    #expect(try receiver.open(sealed, from: a) == Self.text + Self.text)
  }

  /// That a message of another sender is refused follows from the associated data already: so keys are compared, by
  /// the stream that AES-GCM and ChaCha20 add to the plaintext.
  @Test("Keys differ per group key, group, view, sender and suite")
  func keysDiffer() throws {
    let zeros = [UInt8](repeating: 0, count: 32)
    var streams: Set<[UInt8]> = []
    var count = 0
    for suite in [CipherSuite.aes256GCM, .chaCha20Poly1305] {
      for key in [Self.key, [UInt8](1..<33)] {
        for group in ["reactor", "reactors"] {
          for view: Int64 in [7, 8] {
            for sender in [a, b, Process(63)] {
              var sealing = Self.sealing(suite, sender, key: key, group: group, view: view)
              streams.insert(Array(try sealing.seal(zeros).dropFirst(4).prefix(32)))
              count += 1
            }
          }
        }
      }
    }
    #expect(streams.count == count)
  }

  @Test("No nonce comes twice, and no two seals of one text are equal", arguments: CipherSuite.allCases)
  func nonces(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    var nonces: Set<[UInt8]> = []
    var seals: Set<[UInt8]> = []
    for _ in 0..<5000 {
      let sealed = try sender.seal([1])
      nonces.insert(Array(sealed.prefix(4)))
      seals.insert(Array(sealed.dropFirst(4)))
    }
    #expect(nonces.count == 5000)
    #expect(seals.count == 5000)
  }

  @Test("After 2^32 messages nothing more is sealed", arguments: CipherSuite.allCases)
  func exhausted(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    var receiver = Self.sealing(suite, b)
    sender.next = UInt64(UInt32.max)
    let last = try sender.seal(Self.text)
    #expect(last.prefix(4) == [0xff, 0xff, 0xff, 0xff])
    #expect(try receiver.open(last, from: a) == Self.text)
    for _ in 0..<3 { #expect(throws: CountersExhausted()) { try sender.seal(Self.text) } }
  }

  @Test("Replayed: opened already, in whatever order they come", arguments: CipherSuite.allCases)
  func replay(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    let sealed = try (0..<300).map { try sender.seal([UInt8($0 % 256)]) }
    var randomness = Randomness.seeded(5)
    for order in [Array(0..<300), (0..<300).reversed(), (0..<300).shuffled(using: &randomness)] {
      var receiver = Self.sealing(suite, b)
      for (position, index) in order.enumerated() {
        try #require(try receiver.open(sealed[index], from: a) == [UInt8(index % 256)])
        for seen in [index, order[0], order[position / 2]] {
          #expect(throws: SealingRefusal.replayed) { try receiver.open(sealed[seen], from: a) }
        }
      }
    }
  }

  @Test("Of messages that came out of order nothing is kept once the gaps are closed")
  func openedCounters() {
    var randomness = Randomness.seeded(6)
    var opened = OpenedCounters()
    for counter in (0..<1000).shuffled(using: &randomness) as [UInt32] {
      #expect(!opened.contains(counter))
      opened.insert(counter)
      #expect(opened.contains(counter))
    }
    #expect(opened.above.isEmpty)
    #expect(!opened.contains(1000))
  }

  @Test("A refused message leaves nothing behind: the true one is opened", arguments: CipherSuite.allCases)
  func refusedLeavesNothing(suite: CipherSuite) throws {
    var sender = Self.sealing(suite, a)
    var receiver = Self.sealing(suite, b)
    let sealed = try sender.seal(Self.text)
    var altered = sealed
    altered[5] ^= 1
    #expect(throws: SealingRefusal.altered) { try receiver.open(altered, from: a) }
    #expect(try receiver.open(sealed, from: a) == Self.text)
  }

  @Test("Whatever the bytes, they are refused", arguments: CipherSuite.allCases)
  func fuzz(suite: CipherSuite) {
    var randomness = Randomness.seeded(11)
    var receiver = Self.sealing(suite, b)
    for _ in 0..<5000 {
      let bytes = [UInt8](random: Int.random(in: 0..<60, using: &randomness), &randomness)
      let sender = Process(Int.random(in: 0..<64, using: &randomness))
      #expect(throws: SealingRefusal.self) { try receiver.open(bytes, from: sender) }
    }
  }

  @Test("A fingerprint is of the key, and not the key")
  func fingerprints() {
    #expect(CipherSuite.aes256GCM.fingerprint(of: Self.key) == "3cebf0df6b72cffb403e72c438fd54e6")
    #expect(CipherSuite.chaCha20Poly1305.fingerprint(of: Self.key) == "3cebf0df6b72cffb403e72c438fd54e6")
    #expect(CipherSuite.none.fingerprint(of: Self.key) == "c566cc386d87c534a54cf9a2899254e8")
    for suite in CipherSuite.allCases {
      let keys = [Self.key, [], [0]] + flips(of: Self.key).map(\.1)
      let fingerprints = Set(keys.map(suite.fingerprint))
      #expect(fingerprints.count == keys.count)
      #expect(fingerprints.allSatisfy { $0.count == 32 })
    }
  }
}
