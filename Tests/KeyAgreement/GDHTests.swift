import CyclicGroups
import GroupCommunication
import Testing

@testable import KeyAgreement

/// Runs the calls of Section III-B by hand.
private struct Group {
  var arithmetic = Arithmetic(SymbolicGroup(), .seeded(1))
  var contexts: [Process: GDH<SymbolicGroup>] = [:]
  var heard: [SymbolicGroup.Element] = []

  init(_ n: Int) {
    contexts[Process(0)] = .firstMember(Process(0), &arithmetic)
    if n > 1 { merge(Process(0), leaving: [], ProcessSet((1..<n).map { Process($0) })) }
  }

  mutating func merge(_ chosen: Process, leaving: ProcessSet, _ new: ProcessSet) {
    for p in leaving { contexts[p] = nil }
    for p in new { contexts[p] = .newMember(p, &arithmetic) }
    var token = contexts[chosen]!.updateKey(leaving: leaving, merging: new, &arithmetic)
    var next = contexts[chosen]!.nextMember!
    heard.append(token.value)
    while !contexts[next]!.isLast(in: token) {
      token = contexts[next]!.updateKey(token, &arithmetic)
      heard.append(token.value)
      next = contexts[next]!.nextMember!
    }
    let final = contexts[next]!.finalToken(token)
    heard.append(final.value)
    var list = KeyList<SymbolicGroup.Element>([])
    for p in final.members where p != next {
      let factOut = contexts[p]!.factorOut(final, &arithmetic)
      #expect(contexts[p]!.newController == next)
      #expect(!contexts[next]!.isReady(list))
      heard.append(factOut.value)
      list = contexts[next]!.merge(factOut, &arithmetic)
    }
    #expect(contexts[next]!.isReady(list))
    distribute(list)
  }

  mutating func leave(_ chosen: Process, _ leaving: ProcessSet) {
    for p in leaving { contexts[p] = nil }
    distribute(contexts[chosen]!.leave(leaving, &arithmetic))
  }

  mutating func distribute(_ list: KeyList<SymbolicGroup.Element>) {
    heard += list.entries.map(\.value)
    for p in list.entries.map(\.member) { contexts[p]!.update(list) }
  }

  mutating func keys() -> Set<SymbolicGroup.Element> {
    Set(contexts.values.map { $0.extractKey(&arithmetic)! })
  }
}

@Suite struct GDHTests {
  /// "Every member can then obtain the group key by factoring in its contribution" (III-B).
  @Test(arguments: 1...8) func `all members have one key`(n: Int) {
    var group = Group(n)
    #expect(group.keys().count == 1)
    #expect(group.contexts.count == n)
  }

  @Test func `every change gives another key, and all have it`() {
    var group = Group(4)
    var keys = group.keys()
    group.leave(Process(1), [Process(3)])
    keys.formUnion(group.keys())
    #expect(keys.count == 2)
    group.leave(Process(0), [])
    keys.formUnion(group.keys())
    #expect(keys.count == 3)
    group.merge(Process(0), leaving: [Process(1)], [Process(5), Process(6)])
    keys.formUnion(group.keys())
    #expect(keys.count == 4)
    #expect(group.contexts[Process(0)]!.members == [2, 0, 5, 6].map { Process($0) })
  }

  /// III-B: the refresh keeps the new key from those who left, though they know the old key, all that was sent, and
  /// what they ever drew. The one who refreshed could have computed it.
  @Test func `who left cannot compute the new key`() {
    var group = Group(2)
    let before = group.arithmetic.randomness
    group.merge(Process(0), leaving: [], [Process(2)])
    var randomness = before
    // In a merge the new member draws before the controller refreshes.
    let leavers = randomness.next()
    let oldKey = group.keys().first!
    let outsiders = Knowledge(elements: group.heard, exponents: [leavers])
    #expect(outsiders.canCompute(oldKey))
    let beforeLeave = group.arithmetic.randomness
    group.leave(Process(0), [Process(2)])
    let newKey = group.keys().first!
    #expect(!Knowledge(elements: group.heard + [oldKey], exponents: [leavers]).canCompute(newKey))
    // Whoever knows what the refresh was knows the key: it is the refresh that the secret rests on.
    randomness = beforeLeave
    let known: Set<UInt64> = [leavers, randomness.next()]
    #expect(Knowledge(elements: group.heard + [oldKey], exponents: known).canCompute(newKey))
  }

  /// Bytes are read back as they were; what is cut, doubled or foreign is refused.
  @Test func `messages survive their bytes, and nothing else does`() throws {
    let group = SymbolicGroup()
    var arithmetic = Arithmetic(group, .seeded(2))
    let element = arithmetic.power(group.generator, arithmetic.freshExponent())
    let messages: [KeyAgreementMessage<SymbolicGroup.Element>] = [
      .partialToken(Token(members: [Process(1), Process(0)], value: element)),
      .finalToken(Token(members: [Process(3)], value: element)),
      .factOut(FactOut(from: Process(2), value: element)),
      .keyList(KeyList([KeyList.Entry(Process(0), element), KeyList.Entry(Process(1), group.generator)])),
    ]
    for message in messages {
      let bytes = message.bytes(in: group)
      #expect(try KeyAgreementMessage(message.kind, bytes, in: group) == message)
      for count in bytes.indices {
        #expect(throws: NotAMessage.self) {
          try KeyAgreementMessage<SymbolicGroup.Element>(message.kind, Array(bytes.prefix(count)), in: group)
        }
      }
      #expect(throws: NotAMessage.self) {
        try KeyAgreementMessage<SymbolicGroup.Element>(message.kind, bytes + [0], in: group)
      }
    }
    let twice = KeyAgreementMessage.keyList(
      KeyList([KeyList.Entry(Process(0), element), KeyList.Entry(Process(0), element)]))
    #expect(throws: NotAMessage.self) {
      try KeyAgreementMessage<SymbolicGroup.Element>(.keyList, twice.bytes(in: group), in: group)
    }
  }
}
