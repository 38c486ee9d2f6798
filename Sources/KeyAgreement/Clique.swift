public import CyclicGroups
public import GroupCommunication

/// The key agreement selector (Amir et al., VI-C, Fig. 4).
public enum KeyAgreementProtocol: String, Hashable, Sendable, CaseIterable {
  case gdh, ckd
}

/// The context of one of the protocols, the paper's `Clq_ctx`, with the calls in which they are alike.
public enum Clique<Group: CyclicGroup>: Hashable, Sendable {
  case gdh(GDH<Group>)
  case ckd(CKD<Group>)

  public typealias Element = Group.Element

  /// `clq_first_member`.
  public static func firstMember(
    _ me: Process, _ agreement: KeyAgreementProtocol, _ arithmetic: inout Arithmetic<Group>
  ) -> Self {
    switch agreement {
    case .gdh: .gdh(.firstMember(me, &arithmetic))
    case .ckd: .ckd(.controller(me, &arithmetic))
    }
  }

  /// `clq_new_member`.
  public static func newMember(
    _ me: Process, _ agreement: KeyAgreementProtocol, _ arithmetic: inout Arithmetic<Group>
  ) -> Self {
    switch agreement {
    case .gdh: .gdh(.newMember(me, &arithmetic))
    case .ckd: .ckd(.newMember(me, &arithmetic))
    }
  }

  /// `clq_update_key` with leave and merge sets: begins a merge.
  public mutating func updateKey(
    leaving: ProcessSet, merging: ProcessSet, _ arithmetic: inout Arithmetic<Group>
  ) -> Token<Element> {
    switch self {
    case .gdh(var context):
      defer { self = .gdh(context) }
      return context.updateKey(leaving: leaving, merging: merging, &arithmetic)
    case .ckd(var context):
      defer { self = .ckd(context) }
      return context.begin(leaving: leaving, merging: merging, &arithmetic)
    }
  }

  /// `clq_update_key` with a token: adds a contribution. CKD has no such token.
  public mutating func updateKey(
    _ token: Token<Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> Token<Element> {
    guard case .gdh(var context) = self else { return token }
    defer { self = .gdh(context) }
    return context.updateKey(token, &arithmetic)
  }

  /// `last`.
  public func isLast(in token: Token<Element>) -> Bool {
    guard case .gdh(let context) = self else { return false }
    return context.isLast(in: token)
  }

  /// What the last of the list broadcasts.
  public mutating func finalToken(_ token: Token<Element>) -> Token<Element> {
    guard case .gdh(var context) = self else { return token }
    defer { self = .gdh(context) }
    return context.finalToken(token)
  }

  /// `clq_next_member`.
  public var nextMember: Process? {
    guard case .gdh(let context) = self else { return nil }
    return context.nextMember
  }

  /// `clq_factor_out`.
  public mutating func factorOut(
    _ token: Token<Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> FactOut<Element> {
    switch self {
    case .gdh(var context):
      defer { self = .gdh(context) }
      return context.factorOut(token, &arithmetic)
    case .ckd(var context):
      defer { self = .ckd(context) }
      return context.answer(token, &arithmetic)
    }
  }

  /// `clq_get_new_gc`.
  public var newController: Process? {
    switch self {
    case .gdh(let context): context.newController
    case .ckd(let context): context.controller
    }
  }

  /// `clq_merge`.
  public mutating func merge(
    _ factOut: FactOut<Element>, _ arithmetic: inout Arithmetic<Group>
  ) -> KeyList<Element> {
    switch self {
    case .gdh(var context):
      defer { self = .gdh(context) }
      return context.merge(factOut, &arithmetic)
    case .ckd(var context):
      defer { self = .ckd(context) }
      return context.merge(factOut, &arithmetic)
    }
  }

  /// `ready`.
  public func isReady(_ list: KeyList<Element>) -> Bool {
    switch self {
    case .gdh(let context): context.isReady(list)
    case .ckd(let context): context.isReady(list)
    }
  }

  /// `clq_leave`.
  public mutating func leave(
    _ leaving: ProcessSet, _ arithmetic: inout Arithmetic<Group>
  ) -> KeyList<Element> {
    switch self {
    case .gdh(var context):
      defer { self = .gdh(context) }
      return context.leave(leaving, &arithmetic)
    case .ckd(var context):
      defer { self = .ckd(context) }
      return context.leave(leaving, &arithmetic)
    }
  }

  /// `clq_update_ctx`.
  public mutating func update(_ list: KeyList<Element>) {
    switch self {
    case .gdh(var context):
      context.update(list)
      self = .gdh(context)
    case .ckd(var context):
      context.update(list)
      self = .ckd(context)
    }
  }

  /// `clq_extract_key`; nil where the key list has nothing for this member.
  public func extractKey(_ arithmetic: inout Arithmetic<Group>) -> Element? {
    switch self {
    case .gdh(let context): context.extractKey(&arithmetic)
    case .ckd(let context): context.extractKey(&arithmetic)
    }
  }
}
