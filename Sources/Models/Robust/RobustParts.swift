import CyclicGroups
import Exploration
import GroupCommunication
import KeyAgreement
import SecureGroup

/// The parts of states, and what was found out about them: whatever happens to a part is found out once, for all states
/// that have it.
final class RobustParts: Sendable {
  typealias Machine = RobustAgreement<SymbolicGroup>
  typealias Payload = Parts<RobustState.Payload>.Number
  typealias Member = Parts<RobustState.Member>.Number
  typealias Histories = Parts<SecureHistories>.Number
  typealias Overheard = Parts<[SymbolicGroup.Element]>.Number

  /// What a machine is told.
  enum Event: Hashable, Sendable {
    case delivered(Payload)
    case membership(View)
    case signal, flushRequest
    case userMessage(UserMessage)
    case secureFlushOk
  }

  /// What a machine does.
  enum Deed: Hashable, Sendable {
    case installs(SecureGroup.SecureView<SymbolicGroup.Element>)
    case signals
    case requestsFlush(answerAtOnce: Bool)
    case delivers(UserMessage)
    case sends(Payload, Service, to: Process?)
    case flushOk
  }

  struct Turn: Sendable {
    var member: Member
    var deeds: Parts<[Deed]>.Number
    var broken: Claims
    /// The event is not possible, and nothing has changed.
    var notPossible: Parts<NotPossible>.Number?
  }

  private struct Pair<A: Hashable & Sendable, B: Hashable & Sendable>: Hashable, Sendable {
    var a: A
    var b: B
    init(_ a: A, _ b: B) { (self.a, self.b) = (a, b) }
  }

  private struct Installation: Hashable, Sendable {
    var histories: Histories
    var view: SecureGroup.SecureView<SymbolicGroup.Element>
  }

  /// All that secrecy is a matter of.
  private struct Secrets: Hashable, Sendable {
    struct Secret: Hashable, Sendable {
      var members: ProcessSet
      var key: SymbolicGroup.Element
    }
    var secrets: [Secret]
    var overheard: Overheard
  }

  let services: Services
  let payloads = Parts<RobustState.Payload>()
  let members = Parts<RobustState.Member>()
  let deeds = Parts<[Deed]>()
  let histories = Parts<SecureHistories>()
  let overheard = Parts<[SymbolicGroup.Element]>()
  let notPossible = Parts<NotPossible>()
  private let turns = Memo<Pair<Member, Event>, Turn>()
  private let historyChanges =
    Memo<Pair<Histories, SecureHistories.Event>, (histories: Histories, broken: Claims)>()
  private let heard = Memo<Pair<Overheard, Payload>, Overheard>()
  private let keyClaims = Memo<Installation, Claims>()
  private let secrecy = Memo<Pair<Histories, Overheard>, Bool>()
  private let secrets = Memo<Secrets, Bool>()

  init(_ bounds: RobustModel.Bounds) {
    services = Services(
      processes: bounds.processes, hasCrashes: bounds.hasCrashes, hasSuspicions: bounds.hasSuspicions,
      payloads: payloads)
  }

  /// - Returns: the claims that are broken.
  func take(_ event: SecureHistories.Event, _ number: inout Histories) -> Claims {
    let answer = historyChanges.answer(Pair(number, event)) {
      var histories = self.histories[number]
      let broken = histories.take(event)
      return (self.histories.number(of: histories), broken)
    }
    number = answer.histories
    return answer.broken
  }

  /// Somebody listens.
  func hear(_ payload: Payload, _ number: inout Overheard) {
    number = heard.answer(Pair(number, payload)) {
      guard case .agreement(let message) = payloads[payload] else { return number }
      var elements = overheard[number]
      for element in message.elements where !elements.contains(element) { elements.append(element) }
      return overheard.number(of: elements.sorted())
    }
  }

  // MARK: A machine

  /// The machine of a member takes an event.
  func turn(of member: Member, _ event: Event) -> Turn {
    turns.answer(Pair(member, event)) { findTurn(of: member, event) }
  }

  private func findTurn(of number: Member, _ event: Event) -> Turn {
    var member = members[number]
    let before = member.machine.state
    let given = machineEvent(event)
    var broken = judge(before, given, member.machine.algorithm)
    if case .membership = event { member.draws = 0 }
    if case .secureFlushOk = event { (member.owesFlushOk, member.maySend) = (false, false) }
    var arithmetic = Arithmetic(SymbolicGroup(), .counted(firstExponent(member, given)))
    let first = arithmetic.randomness
    let reaction: Machine.Reaction
    do {
      reaction = try member.machine.handle(given, &arithmetic)
    } catch {
      broken.insert(.possible)
      return Turn(
        member: members.number(of: member), deeds: self.deeds.number(of: []), broken: broken,
        notPossible: notPossible.number(of: error))
    }
    var drawn = first
    while drawn != arithmetic.randomness {
      _ = drawn.next()
      member.draws += 1
    }
    if case .dataMessage(let message) = given, reaction.actions != [.deliverData(message)] {
      broken.insert(.immediateDelivery)
    }
    var deeds: [Deed] = []
    for action in reaction.actions {
      switch action {
      case .deliverView(let view):
        (member.owesFlushOk, member.maySend) = (false, true)
        deeds.append(.installs(view))
      case .deliverSignal: deeds.append(.signals)
      case .deliverFlushRequest(let answerAtOnce):
        member.owesFlushOk = true
        deeds.append(.requestsFlush(answerAtOnce: answerAtOnce))
      case .deliverData(let message): deeds.append(.delivers(message))
      case .refuse: break
      case .unicast(let message, let to):
        deeds.append(.sends(payloads.number(of: .agreement(message)), .fifo, to: to))
      case .broadcast(let message, let service):
        deeds.append(.sends(payloads.number(of: .agreement(message)), service, to: nil))
      case .broadcastData(let message, let service):
        if before != .secure { broken.insert(.sendingIsBlocked) }
        deeds.append(.sends(payloads.number(of: .user(message)), service, to: nil))
      case .sendFlushOk: deeds.append(.flushOk)
      }
    }
    return Turn(
      member: members.number(of: member), deeds: self.deeds.number(of: deeds), broken: broken,
      notPossible: nil)
  }

  private func machineEvent(_ event: Event) -> Machine.Event {
    switch event {
    case .delivered(let payload):
      switch payloads[payload] {
      case .agreement(let message): .init(message)
      case .user(let message): .dataMessage(message)
      }
    case .membership(let view): .membership(view)
    case .signal: .transitionalSignal
    case .flushRequest: .flushRequest
    case .userMessage(let message): .userMessage(message)
    case .secureFlushOk: .secureFlushOk
    }
  }

  /// The names of exponents tell whose they are and from when.
  private func firstExponent(_ member: RobustState.Member, _ event: Machine.Event) -> UInt64 {
    var view = member.machine.newIdentifier
    if case .membership(let new) = event { view = new.identifier }
    return exponent(member.machine.me, view, member.draws)
  }

  private func exponent(_ p: Process, _ view: ViewIdentifier, _ draw: UInt8) -> UInt64 {
    UInt64(p.index) << 32 | UInt64(view.number) << 8 | UInt64(draw)
  }

  private func owner(ofExponent number: UInt64) -> Process { Process(Int(number >> 32)) }

  /// Lemmas 1.3, 1.4 and 2.1, 2.2.
  private func judge(
    _ at: SecureGroup.State, _ event: Machine.Event, _ algorithm: Machine.Algorithm
  ) -> Claims {
    switch event {
    case .membership:
      let isMeant =
        at == .waitForCascadingMembership
        || algorithm == .optimized && (at == .waitForMembership || at == .waitForSelfJoin)
      return isMeant ? [] : Claims(.membershipStates)
    case .dataMessage:
      let isMeant =
        at == .secure || at == (algorithm == .basic ? .waitForCascadingMembership : .waitForMembership)
      return isMeant ? [] : Claims(.userMessageStates)
    case .partialToken, .finalToken, .factOut, .keyList, .userMessage, .transitionalSignal, .flushRequest,
      .secureFlushOk:
      return []
    }
  }

  // MARK: Keys

  /// What keys are for, as somebody installs a secure view.
  func judge(_ view: SecureGroup.SecureView<SymbolicGroup.Element>, _ number: Histories) -> Claims {
    keyClaims.answer(Installation(histories: number, view: view)) {
      var broken: Claims = []
      for other in histories[number].views {
        if other.identifier == view.identifier {
          if other.keys != [view.key] { broken.insert(.keyAgreement) }
        } else if other.keys.contains(view.key) {
          broken.insert(.keyFreshness)
        }
      }
      return broken
    }
  }

  /// Whether the key of each view that is remembered is beyond all outsiders together, with all that was overheard by now,
  /// before the view or after it, and the keys of the other views.
  func isSecret(_ number: Histories, _ overheard: Overheard) -> Bool {
    secrecy.answer(Pair(number, overheard)) {
      let secrets = histories[number].views.flatMap { view in
        view.keys.map { Secrets.Secret(members: view.members, key: $0) }
      }
      return self.secrets.answer(Secrets(secrets: secrets, overheard: overheard)) {
        secrets.indices.allSatisfy { index in
          let others = secrets.indices.filter { $0 != index }.map { secrets[$0].key }
          return isSecret(secrets[index], given: self.overheard[overheard] + others)
        }
      }
    }
  }

  private func isSecret(_ secret: Secrets.Secret, given elements: [SymbolicGroup.Element]) -> Bool {
    var exponents: Set<UInt64> = []
    for element in elements + [secret.key] { collectExponents(of: element, &exponents) }
    let foreign = exponents.filter { !secret.members.contains(owner(ofExponent: $0)) }
    return !Knowledge(elements: elements, exponents: foreign).canCompute(secret.key)
  }

  private func collectExponents(of element: SymbolicGroup.Element, _ exponents: inout Set<UInt64>) {
    for factor in element.exponent.factors {
      switch factor.atom {
      case .fresh(let number): exponents.insert(number)
      case .of(let inner): collectExponents(of: inner, &exponents)
      }
    }
  }
}
