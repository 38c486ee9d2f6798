import CyclicGroups
import GroupCommunication
import Testing

@testable import SecureGroup

@Suite struct AuthenticationTests {
  let symbolic = Members<SymbolicSignatures>()

  @Test("What a member signs, the others let in, and it is what was signed")
  func accepted() throws {
    try check(Members<SymbolicSignatures>())
    try check(Members<Ed25519>())

    func check(_ members: Members<some SignatureScheme>) throws {
      var sender = members.authentication(of: a)
      var receivers = [members.authentication(of: b), members.authentication(of: c)]
      for (index, type) in MessageType.allCases.enumerated() {
        let body = [UInt8](repeating: 9, count: 100 * index)
        let message = sender.sign(type: type, body: body, to: nil, now: 1000)
        #expect(message.header.type == type)
        #expect(message.header.source == a)
        #expect(message.header.sequence == UInt32(index + 1))
        #expect(message.header.time == 1000)
        for index in receivers.indices {
          #expect(try receivers[index].check(message.bytes, now: 1000) == message)
        }
      }
      let token = sender.sign(type: .partialToken, body: [1], to: b, now: 1000)
      #expect(try receivers[0].check(token.bytes, now: 1000) == token)
      #expect(sender.counts == OperationCounts(signatures: 5))
      #expect(receivers[0].counts == OperationCounts(verifications: 5))
    }
  }

  @Test("Every message with one bit flipped is refused, and the true one is let in afterwards")
  func flippedBits() {
    check(Members<SymbolicSignatures>())
    check(Members<Ed25519>())

    func check(_ members: Members<some SignatureScheme>) {
      var sender = members.authentication(of: a)
      let message = sender.message(to: b)
      let broadcast = sender.message([])
      var receiver = members.authentication(of: b)
      for (bit, flipped) in flips(of: message) { #expect(receiver.refusal(of: flipped) != nil, "bit \(bit)") }
      #expect(receiver.refusal(of: message) == nil)
      for (bit, flipped) in flips(of: broadcast) {
        #expect(receiver.refusal(of: flipped) != nil, "bit \(bit)")
      }
      #expect(receiver.refusal(of: broadcast) == nil)
      var echo = sender
      for (bit, flipped) in flips(of: broadcast) { #expect(echo.refusal(of: flipped) != nil, "bit \(bit)") }
      #expect(echo.refusal(of: broadcast) == nil)
    }
  }

  @Test("Malformed: no message at all")
  func malformed() {
    var receiver = symbolic.authentication(of: b)
    #expect(receiver.refusal(of: []) == .malformed("it ends early"))
    #expect(receiver.refusal(of: [9]) == .malformed("version 9"))
    #expect(receiver.counts == OperationCounts())
  }

  @Test("Misdirected: for another process")
  func otherDestination() {
    var sender = symbolic.authentication(of: a)
    var receiver = symbolic.authentication(of: b)
    #expect(receiver.refusal(of: sender.message(to: c)) == .misdirected)
    #expect(sender.refusal(of: sender.message(to: b)) == .misdirected)
    #expect(receiver.counts == OperationCounts())
  }

  @Test("Misdirected: of another group, even one whose name is an equal string of other bytes")
  func otherGroup() {
    var receiver = symbolic.authentication(of: b, group: "e\u{301}")
    for group in ["reactor", "", "\u{e9}"] {
      var sender = symbolic.authentication(of: a, group: group)
      #expect(receiver.refusal(of: sender.message()) == .misdirected)
    }
    var sender = symbolic.authentication(of: a, group: "e\u{301}")
    #expect(receiver.refusal(of: sender.message()) == nil)
  }

  @Test("Stale: of an older or a newer view, or before there is a view")
  func otherView() {
    var sender = symbolic.authentication(of: a, view: 6)
    let old = sender.message()
    sender.enter(view: ViewIdentifier(7), members: [a, b, c], agreement: "gdh")
    let current = sender.message()
    sender.enter(view: ViewIdentifier(8), members: [a, b, c], agreement: "gdh")
    let new = sender.message()

    var receiver = symbolic.authentication(of: b)
    #expect(receiver.refusal(of: old) == .stale)
    #expect(receiver.refusal(of: new) == .stale)
    #expect(receiver.counts == OperationCounts())
    #expect(receiver.refusal(of: current) == nil)
    receiver.enter(view: ViewIdentifier(8), members: [a, b, c], agreement: "gdh")
    #expect(receiver.refusal(of: current) == .stale)
    #expect(receiver.refusal(of: new) == nil)

    var early = Authentication(
      me: b, group: "reactor", scheme: SymbolicSignatures(), privateKey: 1, publicKeys: [a: 1])
    #expect(early.refusal(of: current) == .stale)
  }

  @Test("Stale: of a run with other members or another agreement in a view of the same number")
  func otherRun() {
    var receiver = symbolic.authentication(of: b)
    var partition = symbolic.authentication(of: a, members: [a, b])
    #expect(receiver.refusal(of: partition.message()) == .stale)
    var other = symbolic.authentication(of: a, agreement: "ckd")
    #expect(receiver.refusal(of: other.message()) == .stale)
  }

  @Test("Stale: the view number is checked besides the run, which is a digest that can be met")
  func viewBesidesRun() throws {
    var sender = symbolic.authentication(of: a)
    var receiver = symbolic.authentication(of: b)
    var message = try SignedMessage(sender.message())
    message.header.view = ViewIdentifier(6)
    #expect(receiver.refusal(of: message.bytes) == .stale)
  }

  @Test(
    "Altered: of a run whose identifier happens to be this one's, since more is signed than the identifier")
  func collidingRuns() {
    func inputs(_ members: ProcessSet, _ agreement: String) -> [UInt8] {
      RunIdentifier.inputs(
        group: "reactor", view: ViewIdentifier(7), members: members, agreement: agreement)
    }
    let header = ProtocolHeader(
      type: .keyList, source: a, destination: nil, group: "reactor", view: ViewIdentifier(7),
      run: RunIdentifier(inputs: inputs([a, b, c], "gdh")), sequence: 1, time: 1000)
    for (inputs, refusal) in [
      (inputs([a, b], "gdh"), .altered), (inputs([a, b, c], "ckd"), .altered), ([], .altered),
      (inputs([a, b, c], "gdh"), nil),
    ] as [([UInt8], Refusal?)] {
      var receiver = symbolic.authentication(of: b)
      let signature = SymbolicSignatures().sign(
        inputs + SignedMessage.content(header, [1], reserving: 0), with: symbolic.privateKeys[a]!)
      let message = SignedMessage(header: header, body: [1], signature: signature)
      #expect(receiver.refusal(of: message.bytes) == refusal)
    }
  }

  @Test("Stranger: no member of the view")
  func notAMember() throws {
    // c knows the run of a and b, and its key is known.
    var outsider = symbolic.authentication(of: c, members: [a, b])
    var receiver = symbolic.authentication(of: b, members: [a, b])
    #expect(receiver.refusal(of: outsider.message()) == .stranger)
    #expect(receiver.counts == OperationCounts())
  }

  @Test("Stranger: a member without a known key")
  func unknownKey() {
    var sender = symbolic.authentication(of: a)
    var receiver = symbolic.authentication(of: b, knowing: [b, c])
    #expect(receiver.refusal(of: sender.message()) == .stranger)
    #expect(receiver.counts == OperationCounts())
  }

  @Test("Altered: signed by another member than its source")
  func impersonation() throws {
    try check(Members<SymbolicSignatures>())
    try check(Members<Ed25519>())

    func check(_ members: Members<some SignatureScheme>) throws {
      var sender = members.authentication(of: c)
      var message = try SignedMessage(sender.message())
      message.header.source = a
      var receiver = members.authentication(of: b)
      #expect(receiver.refusal(of: message.bytes) == .altered)
      #expect(receiver.counts == OperationCounts(verifications: 1))
    }
  }

  @Test("Altered: with the signature of another message, or none")
  func otherSignature() throws {
    var sender = symbolic.authentication(of: a)
    let first = try SignedMessage(sender.message([1]))
    var second = try SignedMessage(sender.message([2]))
    var receiver = symbolic.authentication(of: b)
    second.signature = first.signature
    #expect(receiver.refusal(of: second.bytes) == .altered)
    second.signature = []
    #expect(receiver.refusal(of: second.bytes) == .altered)
  }

  @Test("Altered: of one's own, what was never sent, although signed with one's key")
  func neverSent() {
    var me = symbolic.authentication(of: a)
    var twin = me
    let mine = me.message([1])
    #expect(me.refusal(of: twin.message([2])) == .altered)
    #expect(me.refusal(of: twin.message([2])) == .altered)
    #expect(me.refusal(of: mine) == nil)
  }

  @Test("Stale: a time stamp too far from the clock, before or after, and no nearer")
  func window() {
    let now: Int64 = 1_000_000
    for (offset, refusal) in [
      (-60_001, .stale), (-60_000, nil), (0, nil), (60_000, nil), (60_001, .stale),
    ] as [(Int64, Refusal?)] {
      var sender = symbolic.authentication(of: a)
      var receiver = symbolic.authentication(of: b)
      let message = sender.message(at: now + offset)
      #expect(receiver.refusal(of: message, at: now) == refusal)
      #expect(sender.refusal(of: message, at: now) == refusal)
      #expect(receiver.counts == OperationCounts(verifications: 1))
    }
    for (time, now) in [(Int64.min, Int64.max), (.max, .min), (.min, 0), (1, .min)] {
      var sender = symbolic.authentication(of: a)
      var receiver = symbolic.authentication(of: b)
      #expect(receiver.refusal(of: sender.message(at: time), at: now) == .stale)
    }
  }

  @Test("The window is the one that was asked for")
  func narrowWindow() {
    var sender = symbolic.authentication(of: a)
    var receiver = Authentication(
      me: b, group: "reactor", scheme: SymbolicSignatures(), privateKey: symbolic.privateKeys[b]!,
      publicKeys: symbolic.privateKeys, window: 0)
    receiver.enter(view: ViewIdentifier(7), members: [a, b, c], agreement: "gdh")
    let message = sender.message()
    #expect(receiver.refusal(of: message, at: 999) == .stale)
    #expect(receiver.refusal(of: message, at: 1001) == .stale)
    #expect(receiver.refusal(of: message, at: 1000) == nil)
  }

  @Test("Replayed: twice, or after a later one of the same source")
  func replay() {
    var sender = symbolic.authentication(of: a)
    let messages = (0..<3).map { sender.message([UInt8($0)]) }
    var receiver = symbolic.authentication(of: b)
    #expect(receiver.refusal(of: messages[0]) == nil)
    #expect(receiver.refusal(of: messages[0]) == .replayed)
    #expect(receiver.refusal(of: messages[2]) == nil)
    #expect(receiver.refusal(of: messages[1]) == .replayed)
    #expect(receiver.refusal(of: messages[2]) == .replayed)
    // Every source has numbers of its own.
    var other = symbolic.authentication(of: c)
    let message = other.message()
    #expect(receiver.refusal(of: message) == nil)
    #expect(receiver.refusal(of: message) == .replayed)
  }

  @Test("One's own messages are let in once each, without a verification")
  func echoes() {
    var me = symbolic.authentication(of: a, knowing: [])
    let messages = (0..<3).map { me.message([UInt8($0)]) }
    for message in messages {
      #expect(me.refusal(of: message) == nil)
      #expect(me.refusal(of: message) == .replayed)
    }
    #expect(me.counts == OperationCounts(signatures: 3))
    me.enter(view: ViewIdentifier(8), members: [a, b, c], agreement: "gdh")
    #expect(me.refusal(of: messages[0]) == .stale)
  }

  @Test("In a new view sequence numbers begin anew, for the sender and for the receiver")
  func newView() throws {
    var sender = symbolic.authentication(of: a)
    var receiver = symbolic.authentication(of: b)
    for _ in 0..<3 { #expect(receiver.refusal(of: sender.message()) == nil) }
    sender.enter(view: ViewIdentifier(8), members: [a, b], agreement: "gdh")
    receiver.enter(view: ViewIdentifier(8), members: [a, b], agreement: "gdh")
    let message = sender.message()
    #expect(try SignedMessage(message).header.sequence == 1)
    #expect(receiver.refusal(of: message) == nil)
  }

  @Test("No view is entered twice, nor after a later one")
  func viewsGrow() async {
    await #expect(processExitsWith: .failure) {
      var me = Members<SymbolicSignatures>().authentication(of: a, view: 7)
      me.enter(view: ViewIdentifier(7), members: [a, b, c], agreement: "gdh")
    }
    await #expect(processExitsWith: .failure) {
      var me = Members<SymbolicSignatures>().authentication(of: a, view: 7)
      me.enter(view: ViewIdentifier(6), members: [a, b, c], agreement: "gdh")
    }
  }

  @Test("A refused message leaves nothing behind")
  func refusedLeavesNothing() throws {
    var sender = symbolic.authentication(of: a)
    var receiver = symbolic.authentication(of: b)
    let first = sender.message([1])
    var forged = try SignedMessage(sender.message([2]))
    forged.body = [3]
    #expect(receiver.refusal(of: forged.bytes) == .altered)
    #expect(receiver.refusal(of: sender.message(at: 100_000)) == .stale)
    #expect(receiver.refusal(of: sender.message(to: c)) == .misdirected)
    #expect(receiver.refusal(of: first) == nil)
  }

  @Test("Refusals come in the order of the checks, the cheap ones before the signature")
  func order() throws {
    var receiver = symbolic.authentication(of: b, members: [a, b])
    var wrong = SignedMessage(
      header: ProtocolHeader(
        type: .keyList, source: c, destination: c, group: "reactor", view: ViewIdentifier(6),
        run: RunIdentifier(0), sequence: 1, time: 999_999),
      body: [], signature: [])
    #expect(receiver.refusal(of: wrong.bytes) == .misdirected)
    wrong.header.destination = b
    #expect(receiver.refusal(of: wrong.bytes) == .stale)
    wrong.header.view = ViewIdentifier(7)
    wrong.header.run = RunIdentifier(
      group: "reactor", view: ViewIdentifier(7), members: [a, b], agreement: "gdh")
    #expect(receiver.refusal(of: wrong.bytes) == .stranger)
    #expect(receiver.counts == OperationCounts())
    wrong.header.source = a
    #expect(receiver.refusal(of: wrong.bytes) == .altered)

    var sender = symbolic.authentication(of: a, members: [a, b])
    let message = sender.message()
    #expect(receiver.refusal(of: message) == nil)
    #expect(receiver.refusal(of: message, at: 1_000_000) == .stale)
    #expect(receiver.refusal(of: message) == .replayed)
  }

  @Test("Every refusal says what it is")
  func descriptions() {
    let refusals: [Refusal] = [.malformed("version 9"), .misdirected, .stale, .stranger, .altered, .replayed]
    #expect(
      refusals.map { String($0.description.prefix { $0 != ":" }) }
        == ["malformed", "misdirected", "stale", "stranger", "altered", "replayed"])
    #expect(refusals[0].description == "malformed: version 9")
  }
}
