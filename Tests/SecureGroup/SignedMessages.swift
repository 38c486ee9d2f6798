import CyclicGroups
import GroupCommunication
import Testing

@testable import SecureGroup

@Suite struct SignedMessageTests {
  static let symbolic =
    "01010002000772656163746f720000000000000007ec7a6f6666f24db40000000100000000000003e8000000030102030010285f"
    + "952a8aa0ceffd52ad532ef8284d1"
  static let ed25519 =
    "01010002000772656163746f720000000000000007ec7a6f6666f24db40000000100000000000003e80000000301020300400155"
    + "e68fa45078b4ac19a830cf3120fce4394d8db3dc62684dfdf08fe6a82c3e1518bc90155f4d068b8ae71696bf58c8d87290883c"
    + "ff87d2ececdc119a135904"

  static func random(_ randomness: inout Randomness) -> SignedMessage {
    let names = ["", "reactor", "a group with a longer name than most", "Gruppe ä", "e\u{301}", "群"]
    return SignedMessage(
      header: ProtocolHeader(
        type: MessageType.allCases.randomElement(using: &randomness)!,
        source: Process(Int.random(in: 0..<64, using: &randomness)),
        destination: Bool.random(using: &randomness)
          ? nil : Process(Int.random(in: 0..<64, using: &randomness)),
        group: names.randomElement(using: &randomness)!,
        view: ViewIdentifier(Int64.random(in: .min ... .max, using: &randomness)),
        run: RunIdentifier(randomness.next()),
        sequence: UInt32.random(in: 1 ... .max, using: &randomness),
        time: Int64.random(in: .min ... .max, using: &randomness)),
      body: [UInt8](random: Int.random(in: 0..<300, using: &randomness), &randomness),
      signature: [UInt8](random: Int.random(in: 0..<80, using: &randomness), &randomness))
  }

  @Test("What is signed and how it is written stays as it is")
  func literals() throws {
    try check(SymbolicSignatures(), 5, Self.symbolic)
    let seed = [UInt8](hexadecimal: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    try check(Ed25519(), #require(Ed25519.PrivateKey(seed: seed)), Self.ed25519)

    func check<Scheme: SignatureScheme>(
      _ scheme: Scheme, _ privateKey: Scheme.PrivateKey, _ expected: String
    ) throws {
      var authentication = Authentication(
        me: a, group: "reactor", scheme: scheme, privateKey: privateKey, publicKeys: [:])
      authentication.enter(view: ViewIdentifier(7), members: [a, b, c], agreement: "gdh")
      let message = authentication.sign(type: .partialToken, body: [1, 2, 3], to: c, now: 1000)
      #expect(message.bytes.hexadecimal == expected)
      #expect(try SignedMessage([UInt8](hexadecimal: expected)) == message)
      #expect(message.header.run.description == "ec7a6f6666f24db4")
    }
  }

  @Test("A message is read as it was written")
  func roundTrip() throws {
    var randomness = Randomness.seeded(3)
    for _ in 0..<2000 {
      let message = Self.random(&randomness)
      let read = try SignedMessage(message.bytes)
      try #require(read == message)
      try #require(Array(read.header.group.utf8) == Array(message.header.group.utf8))
    }
  }

  @Test("What is cut short or longer than its message is refused")
  func lengths() {
    let bytes = [UInt8](hexadecimal: Self.symbolic)
    for count in 0..<bytes.count {
      #expect(throws: MalformedMessage("it ends early")) { try SignedMessage(Array(bytes.prefix(count))) }
    }
    #expect(throws: MalformedMessage("there is something behind its end")) {
      try SignedMessage(bytes + [0])
    }
  }

  @Test(
    "A field that cannot be is refused",
    arguments: [
      (0, [0], "version 0"), (0, [2], "version 2"), (1, [0], "there is no message type 0"),
      (1, [5], "there is no message type 5"), (2, [64], "there is no process 64"),
      (3, [64], "there is no process 64"), (3, [254], "there is no process 254"),
      (6, [0xff], "the group's name is not UTF-8"), (6, [0xc0, 0x80], "the group's name is not UTF-8"),
      (6, [0xed, 0xa0, 0x80], "the group's name is not UTF-8"),
      (29, [0, 0, 0, 0], "sequence numbers begin with 1"),
      (41, [0xff, 0xff, 0xff, 0xff], "it ends early"), (48, [0xff, 0xff], "it ends early"),
    ] as [(Int, [UInt8], String)])
  func fields(offset: Int, field: [UInt8], reason: String) {
    var bytes = [UInt8](hexadecimal: Self.symbolic)
    bytes.replaceSubrange(offset..<offset + field.count, with: field)
    #expect(throws: MalformedMessage(reason)) { try SignedMessage(bytes) }
  }

  @Test("Whatever the bytes, they are refused or read to a message of just these bytes", arguments: 0..<4)
  func fuzz(batch: UInt64) throws {
    var randomness = Randomness.seeded(batch)
    var authentication = Members<SymbolicSignatures>().authentication(of: b)
    var taken = 0
    for _ in 0..<5000 {
      var bytes = Self.random(&randomness).bytes
      switch Int.random(in: 0..<4, using: &randomness) {
      case 0: bytes = [UInt8](random: Int.random(in: 0..<200, using: &randomness), &randomness)
      case 1: bytes.removeLast(Int.random(in: 0...bytes.count, using: &randomness))
      case 2: bytes.insert(0, at: Int.random(in: 0...bytes.count, using: &randomness))
      default: break
      }
      for _ in 0..<Int.random(in: 0..<4, using: &randomness) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<min(bytes.count, 60), using: &randomness)] =
          [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &randomness)!
      }
      #expect(authentication.refusal(of: bytes) != nil)
      guard let message = try? SignedMessage(bytes) else { continue }
      taken += 1
      try #require(message.bytes == bytes)
    }
    #expect(taken > 500)
  }

  @Test("A run is told by group, view, members and agreement")
  func runs() {
    func run(_ group: String, _ view: Int64, _ members: ProcessSet, _ agreement: String) -> RunIdentifier {
      RunIdentifier(group: group, view: ViewIdentifier(view), members: members, agreement: agreement)
    }
    let runs = [
      run("reactor", 7, [a, b, c], "gdh"), run("reactors", 7, [a, b, c], "gdh"),
      run("reactor", 8, [a, b, c], "gdh"),
      run("reactor", 7, [a, b], "gdh"), run("reactor", 7, [a, b, c], "ckd"),
      run("reactorg", 7, [a, b, c], "dh"),
      run("e\u{301}", 7, [a, b, c], "gdh"), run("\u{e9}", 7, [a, b, c], "gdh"),
    ]
    #expect(Set(runs).count == runs.count)
    #expect(runs[0] == run("reactor", 7, [a, b, c], "gdh"))
  }
}
