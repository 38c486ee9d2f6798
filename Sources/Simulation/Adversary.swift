import CyclicGroups
import GroupCommunication
import KeyAgreement
import SecureGroup

/// What an active adversary does (Amir et al., II, IV-B).
public enum Attack: String, Hashable, Sendable, CaseIterable {
  /// What has been delivered comes again.
  case replayed
  /// A bit is another one.
  case altered
  case cutOff = "cut off"
  /// Bytes that are no message.
  case invented
  /// What was sent to another member.
  case misdirected
  /// What is held back for longer than a time stamp is good for.
  case delayed
  /// What was sent in another view.
  case stale
  /// A stranger signs, in its own name.
  case foreign
  /// A stranger signs in a member's name.
  case impersonated
  /// A sealed message with another sender's name on it.
  case misattributed
}

/// Somebody between the members' doors and the group communication system. It sees every packet, and hands members what
/// it makes of them; but it keeps the true ones from nobody: what is delivered to whom, in which order and how often is
/// what the system promises (property 4 and others), and what no door could make up for. It knows no member's key, but
/// has one of its own.
struct Adversary<Scheme: SignatureScheme> {
  /// What it hands to a member.
  struct Forgery {
    var attack: Attack
    var bytes: [UInt8]
    /// Whom the packet names as the sender.
    var sender: Process
    /// Milliseconds that it was held back.
    var delay: Int64 = 0
  }

  private struct Seen {
    var bytes: [UInt8]
    var sender: Process
    var to: Process?
    var view: GroupCommunication.ViewIdentifier
    /// To whom it has been delivered.
    var heard: ProcessSet = []

    /// The first byte tells, in the clear.
    var isSealed: Bool { bytes.first == 1 }
    func isFor(_ p: Process) -> Bool { to == nil || to == p }
  }

  private let scheme: Scheme
  private let agreement: KeyAgreementProtocol
  private let privateKey: Scheme.PrivateKey
  /// The number that it goes by where it does not take a member's; nil where members have them all.
  private let stranger: Process?
  private var randomness: Randomness
  private var seen: [Seen] = []
  private var places: [PacketName: Int] = [:]

  init(_ scheme: Scheme, _ plan: Plan) {
    self.scheme = scheme
    agreement = plan.agreement
    // Apart from the run's own, which it must not change.
    randomness = .seeded(plan.seed ^ 0xadad_adad_adad_adad)
    privateKey = scheme.generateKey(using: &randomness)
    stranger = plan.members < 64 ? Process(plan.members) : nil
  }

  mutating func sees(
    _ name: PacketName, _ bytes: [UInt8], from sender: Process, to: Process?,
    in view: GroupCommunication.ViewIdentifier
  ) {
    places[name] = seen.count
    seen.append(Seen(bytes: bytes, sender: sender, to: to, view: view))
  }

  mutating func hears(_ p: Process, _ name: PacketName) { seen[places[name]!].heard.insert(p) }

  /// What it does to `p`, which is in `view`; most of the time nothing.
  mutating func forgery(against p: Process, in view: View?) -> Forgery? {
    guard draw(4) == 0 else { return nil }
    let attack = Attack.allCases[draw(Attack.allCases.count)]
    switch attack {
    case .replayed:
      return pick { $0.view == view?.identifier && $0.heard.contains(p) }.map {
        Forgery(attack: attack, bytes: $0.bytes, sender: $0.sender)
      }
    case .altered:
      return pick { $0.view == view?.identifier && $0.isFor(p) }.map {
        var bytes = $0.bytes
        bytes[draw(bytes.count)] ^= 1 << UInt8(draw(8))
        return Forgery(attack: attack, bytes: bytes, sender: $0.sender)
      }
    case .cutOff:
      return pick { $0.view == view?.identifier && $0.isFor(p) }.map {
        Forgery(attack: attack, bytes: Array($0.bytes.prefix(draw($0.bytes.count))), sender: $0.sender)
      }
    case .invented:
      var bytes = (0..<draw(80)).map { _ in UInt8(draw(256)) }
      if !bytes.isEmpty { bytes[0] = UInt8(draw(3)) }
      return Forgery(attack: attack, bytes: bytes, sender: p)
    case .misdirected:
      return pick { $0.view == view?.identifier && !$0.isFor(p) }.map {
        Forgery(attack: attack, bytes: $0.bytes, sender: $0.sender)
      }
    case .delayed:
      return pick { $0.view == view?.identifier && $0.isFor(p) && !$0.isSealed }.map {
        Forgery(attack: attack, bytes: $0.bytes, sender: $0.sender, delay: 120_000 + Int64(draw(1_000_000)))
      }
    case .stale:
      return pick { $0.view != view?.identifier && $0.isFor(p) }.map {
        Forgery(attack: attack, bytes: $0.bytes, sender: $0.sender)
      }
    case .foreign:
      guard let view, let stranger else { return nil }
      return signed(attack, by: stranger, to: p, view)
    case .impersonated:
      guard let view else { return nil }
      let members = Array(view.members)
      return signed(attack, by: members[draw(members.count)], to: p, view)
    case .misattributed:
      guard let other = view.map({ Array($0.members) })?.randomElement(using: &randomness) else { return nil }
      return pick { $0.view == view?.identifier && $0.isSealed && $0.sender != other }.map {
        Forgery(attack: attack, bytes: $0.bytes, sender: other)
      }
    }
  }

  /// A message of the run, all of it as it should be but for the key that signs it.
  private mutating func signed(
    _ attack: Attack, by source: Process, to p: Process, _ view: View
  ) -> Forgery {
    var authentication = Authentication(
      me: source, group: "conclave", scheme: scheme, privateKey: privateKey, publicKeys: [:])
    authentication.enter(view: view.identifier, members: view.members, agreement: agreement.rawValue)
    let model = pick { !$0.isSealed }.flatMap { try? SignedMessage(Array($0.bytes.dropFirst())) }
    let type = MessageType.allCases[draw(MessageType.allCases.count)]
    let message = authentication.sign(
      type: model?.header.type ?? type, body: model?.body ?? [], to: draw(2) == 0 ? p : nil,
      now: model?.header.time ?? 0)
    return Forgery(attack: attack, bytes: [0] + message.bytes, sender: source)
  }

  /// One of the last packets that `isGood` of.
  private mutating func pick(_ isGood: (Seen) -> Bool) -> Seen? {
    let candidates = seen.suffix(300).filter(isGood)
    return candidates.isEmpty ? nil : candidates[draw(candidates.count)]
  }

  /// 0 ..< `count`.
  private mutating func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
}
