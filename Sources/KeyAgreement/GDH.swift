public import CyclicGroups
public import GroupCommunication

/// Group Diffie-Hellman, IKA.2 (Steiner, Tsudik, Waidner; Amir et al., III-B): one member's context, the paper's
/// `Clq_ctx`, with the calls of the Cliques library that the pseudo-code names.
///
/// The group key is g^(x1 x2 ... xn), xi the contribution of member i. Its partial key for member i lacks xi, so that
/// only i makes the group key of it.
public struct GDH<Group: CyclicGroup>: Hashable, Sendable {
  public let me: Process
  /// The group's list, in the order of contributions; the last is the controller. Empty for a new member.
  public private(set) var members: [Process]
  /// x of this member.
  private var contribution: Group.Exponent
  /// The partial keys, one a member, once there is a key list; for a first member, and for a controller that collects,
  /// its own.
  private var partialKeys: [KeyList<Group.Element>.Entry]

  /// `clq_first_member`: a group of one.
  public static func firstMember(_ me: Process, _ arithmetic: inout Arithmetic<Group>) -> Self {
    Self(
      me: me, members: [me], contribution: arithmetic.freshExponent(),
      partialKeys: [KeyList.Entry(me, arithmetic.group.generator)])
  }

  /// `clq_new_member`: someone who waits for the token.
  public static func newMember(_ me: Process, _ arithmetic: inout Arithmetic<Group>) -> Self {
    Self(me: me, members: [], contribution: arithmetic.freshExponent(), partialKeys: [])
  }

  /// `clq_update_key` with leave and merge sets (V-B): who begins a merge forgets the partial keys of those who leave,
  /// refreshes its own contribution, so that neither those who leave nor those who come can tell the old key from the
  /// new, and makes the token. One exponentiation.
  public mutating func updateKey(
    leaving: ProcessSet, merging: ProcessSet, _ arithmetic: inout Arithmetic<Group>
  ) -> Token<Group.Element> {
    // The controller's contribution is the last one before those of the new members.
    members = members.filter { !leaving.contains($0) && $0 != me } + [me] + merging
    contribution = arithmetic.freshExponent()
    return Token(members: members, value: arithmetic.power(partialKey(of: me)!, contribution))
  }

  /// `clq_update_key` with a token: adds this member's contribution. One exponentiation.
  public mutating func updateKey(
    _ token: Token<Group.Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> Token<Group.Element> {
    members = token.members
    return Token(members: members, value: arithmetic.power(token.value, contribution))
  }

  /// `last`: whether this member is the last on the list of the token.
  public func isLast(in token: Token<Group.Element>) -> Bool { token.members.last == me }

  /// What the last of the list does with the token: it is broadcast as it is, and is this member's partial key.
  public mutating func finalToken(_ token: Token<Group.Element>) -> Token<Group.Element> {
    members = token.members
    partialKeys = [KeyList.Entry(me, token.value)]
    return token
  }

  /// `clq_next_member`: who comes after this member on the list.
  public var nextMember: Process? {
    guard let place = members.firstIndex(of: me), place + 1 < members.count else { return nil }
    return members[place + 1]
  }

  /// `clq_factor_out`: takes this member's contribution out of the final token. One exponentiation.
  public mutating func factorOut(
    _ token: Token<Group.Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> FactOut<Group.Element> {
    members = token.members
    return FactOut(from: me, value: arithmetic.power(token.value, arithmetic.group.inverse(contribution)))
  }

  /// `clq_get_new_gc`: the new controller.
  public var newController: Process? { members.last }

  /// `clq_merge`: the controller adds its contribution to a factor-out token. One exponentiation.
  ///
  /// - Returns: the key list as far as it is collected, in the order of the group's list.
  public mutating func merge(
    _ factOut: FactOut<Group.Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> KeyList<Group.Element> {
    if partialKey(of: factOut.from) == nil, members.contains(factOut.from) {
      partialKeys.append(KeyList.Entry(factOut.from, arithmetic.power(factOut.value, contribution)))
    }
    return KeyList(
      members.compactMap { member in partialKey(of: member).map { KeyList.Entry(member, $0) } })
  }

  /// `ready`: whether a key list has the partial keys of all.
  public func isReady(_ list: KeyList<Group.Element>) -> Bool { list.entries.count == members.count }

  /// `clq_leave`: forgets the partial keys of those who leave, and refreshes all others by a new factor of this
  /// member's contribution. Any member may do it: its own partial key stays. Of n members who stay, n - 1
  /// exponentiations.
  public mutating func leave(
    _ leaving: ProcessSet, _ arithmetic: inout Arithmetic<Group>
  ) -> KeyList<Group.Element> {
    members.removeAll { leaving.contains($0) }
    let refresh = arithmetic.freshExponent()
    contribution = arithmetic.group.product(contribution, refresh)
    partialKeys = partialKeys.filter { !leaving.contains($0.member) }.map { entry in
      entry.member == me ? entry : KeyList.Entry(entry.member, arithmetic.power(entry.value, refresh))
    }
    return KeyList(partialKeys)
  }

  /// `clq_update_ctx`: takes in a key list.
  public mutating func update(_ list: KeyList<Group.Element>) {
    members = list.entries.map(\.member)
    partialKeys = list.entries
  }

  /// `clq_extract_key`: the group key. One exponentiation.
  ///
  /// - Returns: nil where the key list has nothing for this member.
  public func extractKey(_ arithmetic: inout Arithmetic<Group>) -> Group.Element? {
    partialKey(of: me).map { arithmetic.power($0, contribution) }
  }

  private func partialKey(of member: Process) -> Group.Element? {
    partialKeys.first { $0.member == member }?.value
  }
}
