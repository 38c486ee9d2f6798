public import CyclicGroups
public import GroupCommunication

/// Centralized key distribution (Amir et al., VI-D, Algorithm 1): one member's context.
///
/// The controller, the oldest member, has a Diffie-Hellman key with every other member, which lasts as long as both are
/// in the group. For each view it draws a new secret Ks and sends it to each member, raised to the key with that member.
public struct CKD<Group: CyclicGroup>: Hashable, Sendable {
  public let me: Process
  public private(set) var controller: Process
  /// r of this member, "performed only once", and g^r, where it has been calculated.
  private var secret: Group.Exponent
  private var publicValue: Group.Element?
  /// The keys with others, as exponents: the controller's with each member; a member's with the controller.
  private var pairs: [Pair]
  /// The controller's: Ks, from when the agreement begins.
  private var groupSecret: Group.Element?
  /// Who still has to answer the first round.
  private var awaited: ProcessSet = []
  /// What the key list had for this member.
  private var encrypted: Group.Element?

  private struct Pair: Hashable {
    var member: Process
    var key: Group.Exponent
  }

  /// Someone alone, or who begins anew as the controller.
  public static func controller(_ me: Process, _ arithmetic: inout Arithmetic<Group>) -> Self {
    var context = Self(me: me, controller: me, arithmetic.freshExponent())
    context.drawGroupSecret(&arithmetic)
    return context
  }

  /// Someone who waits for a controller's first round.
  public static func newMember(_ me: Process, _ arithmetic: inout Arithmetic<Group>) -> Self {
    Self(me: me, controller: me, arithmetic.freshExponent())
  }

  private init(me: Process, controller: Process, _ secret: Group.Exponent) {
    self.me = me
    self.controller = controller
    self.secret = secret
    pairs = []
  }

  /// Round 1: the controller's public value. It drops the keys with those who leave, expects an answer of each of
  /// `merging`, and meanwhile draws the new Ks.
  ///
  /// - Parameter merging: all with whom there is no key yet.
  public mutating func begin(
    leaving: ProcessSet, merging: ProcessSet, _ arithmetic: inout Arithmetic<Group>
  ) -> Token<Group.Element> {
    if controller != me { pairs = [] }
    controller = me
    pairs.removeAll { leaving.contains($0.member) }
    awaited = merging
    let value = ownPublicValue(&arithmetic)
    drawGroupSecret(&arithmetic)
    return Token(members: [me], value: value)
  }

  /// Round 2: a member's public value; with it there is a key with the controller.
  public mutating func answer(
    _ token: Token<Group.Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> FactOut<Group.Element> {
    controller = token.members.first ?? controller
    let key = arithmetic.power(token.value, secret)
    pairs = [Pair(member: controller, key: arithmetic.group.exponent(from: key))]
    return FactOut(from: me, value: ownPublicValue(&arithmetic))
  }

  /// The controller takes in an answer.
  ///
  /// - Returns: round 3 once nobody's answer is missing; until then an empty list.
  public mutating func merge(
    _ factOut: FactOut<Group.Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> KeyList<Group.Element> {
    if awaited.contains(factOut.from) {
      awaited.remove(factOut.from)
      let key = arithmetic.group.exponent(from: arithmetic.power(factOut.value, secret))
      pairs.append(Pair(member: factOut.from, key: key))
    }
    return awaited.isEmpty ? distribute(&arithmetic) : KeyList([])
  }

  public func isReady(_ list: KeyList<Group.Element>) -> Bool { awaited.isEmpty }

  /// Round 3 alone: who leaves is forgotten, a new Ks goes to the others.
  public mutating func leave(
    _ leaving: ProcessSet, _ arithmetic: inout Arithmetic<Group>
  ) -> KeyList<Group.Element> {
    pairs.removeAll { leaving.contains($0.member) }
    drawGroupSecret(&arithmetic)
    return distribute(&arithmetic)
  }

  /// Takes in round 3.
  public mutating func update(_ list: KeyList<Group.Element>) {
    encrypted = list.entries.first { $0.member == me }?.value
  }

  /// The group key Ks. A member decrypts it: one exponentiation.
  ///
  /// - Returns: nil where the controller sent nothing for this member.
  public func extractKey(_ arithmetic: inout Arithmetic<Group>) -> Group.Element? {
    if controller == me { return groupSecret }
    guard let encrypted, let pair = pairs.first else { return nil }
    return arithmetic.power(encrypted, arithmetic.group.inverse(pair.key))
  }

  private mutating func drawGroupSecret(_ arithmetic: inout Arithmetic<Group>) {
    groupSecret = arithmetic.power(arithmetic.group.generator, arithmetic.freshExponent())
  }

  private mutating func ownPublicValue(_ arithmetic: inout Arithmetic<Group>) -> Group.Element {
    if let publicValue { return publicValue }
    let value = arithmetic.power(arithmetic.group.generator, secret)
    publicValue = value
    return value
  }

  private func distribute(_ arithmetic: inout Arithmetic<Group>) -> KeyList<Group.Element> {
    guard let groupSecret else { return KeyList([]) }
    return KeyList(
      pairs.sorted { $0.member < $1.member }.map { pair in
        KeyList.Entry(pair.member, arithmetic.power(groupSecret, pair.key))
      })
  }
}
