public import CyclicGroups
public import GroupCommunication
import KeyAgreement
public import SecureGroup
public import Traces

/// The whole stack of all processes (Amir et al., Fig. 4) on a virtual network: applications, members of the secure
/// group, and the Virtual Synchrony service below. It takes the steps that it is given, and nothing happens besides:
/// the same plan and the same steps always give the same trace.
public struct Stack<Group: CyclicGroup, Scheme: SignatureScheme>: Sendable {
  /// A process: its member of the secure group, and its application.
  struct Host: Sendable {
    var member: SecureMember<Group, Scheme>?
    var isUp = false
    var hasBeenUp = false
    /// The application was asked for its flush ok.
    var owesFlushOk = false
    /// The application is in a secure view, and has not given its flush ok.
    var maySend = false
    var messagesSent = 0
    /// What the service calls the packets that it sent, in order.
    var packets: [MessageIdentifier] = []
    /// Its place in `evidence.lives`.
    var life = 0
    /// The VS view that it is in, where a key agreement is under way.
    var agreeing: GroupCommunication.ViewIdentifier?
  }

  struct Packet: Hashable, Sendable {
    var name: PacketName
    var bytes: [UInt8]
  }

  /// Its `events` say nothing here.
  public let plan: Plan
  public let group: Group
  let scheme: Scheme
  let suite: CipherSuite?
  var network: VirtualSynchrony<Packet>
  var hosts: [Host]
  private var keys: [Process: Scheme.PublicKey] = [:]
  private var privateKeys: [Scheme.PrivateKey] = []
  /// Where keys and secret exponents come from.
  private var randomness: Randomness
  var adversary: Adversary<Scheme>?
  /// Virtual seconds.
  public var time = 0.0
  public internal(set) var trace: TraceWriter
  public internal(set) var evidence = Evidence<Group>()
  var tally = Summary()

  public init(_ plan: Plan, _ group: Group, _ scheme: Scheme, suite: CipherSuite?, note: String) {
    self.plan = plan
    self.group = group
    self.scheme = scheme
    self.suite = suite
    network = VirtualSynchrony(processes: plan.members)
    hosts = Array(repeating: Host(), count: plan.members)
    randomness = .seeded(plan.seed)
    if plan.adversary { adversary = Adversary(scheme, plan) }
    trace = TraceWriter(header: Self.header(plan, note: note, isComplete: true))
    for number in 0..<plan.members {
      let key = scheme.generateKey(using: &randomness)
      privateKeys.append(key)
      keys[Process(number)] = scheme.publicKey(of: key)
    }
  }

  private static func header(_ plan: Plan, note: String, isComplete: Bool) -> Header {
    Header(
      complete: isComplete,
      records: [
        .view, .transitional, .signal, .flushRequest, .flushOk, .send, .deliver, .crash, .leave, .key,
      ],
      profile: .secure, processes: (0..<plan.members).map { Name(Process($0).description) },
      group: "conclave", source: "conclave simulate", note: note)
  }

  // MARK: What a host asks

  public var processes: [Process] { hosts.indices.map { Process($0) } }
  public func isUp(_ p: Process) -> Bool { hosts[p.index].isUp }
  public func isCrashed(_ p: Process) -> Bool { network.isCrashed(p) }
  /// nil: it has not joined, or has left.
  public func machine(of p: Process) -> RobustAgreement<Group>? { hosts[p.index].member?.agreement }
  /// Whether the application of `p` is in a secure view, and has not given its flush ok.
  public func maySend(_ p: Process) -> Bool { hosts[p.index].maySend }
  /// Whether the application of `p` was asked for its flush ok, and has not given it.
  public func owesFlushOk(_ p: Process) -> Bool { hosts[p.index].isUp && hosts[p.index].owesFlushOk }
  public func canSignal(_ p: Process) -> Bool { network.canSignal(p) }
  public func canRequestFlush(_ p: Process) -> Bool { network.canRequestFlush(p) }
  public func canInstall(_ p: Process) -> Bool { network.canInstall(p) }
  /// Those who have joined of whom the network connects `p` with.
  public func component(of p: Process) -> ProcessSet { network.component(of: p) }
  public func canAgree(_ component: ProcessSet) -> Bool { network.canAgree(component) }
  /// What can be delivered to `p` next.
  public func deliverable(_ p: Process) -> [PacketName] { network.deliverable(p).map(name) }
  /// What must be delivered to `p` before it goes on.
  public func mustDeliver(_ p: Process) -> [PacketName] { network.mustDeliver(p).map(name) }
  /// What has not been delivered to `p` in its view.
  func undelivered(_ p: Process) -> [PacketName] { network.undelivered(p).map(name) }

  /// Those of the view that `p` is in.
  func members(ofViewOf p: Process) -> ProcessSet? { network.view(of: p)?.members }

  /// Where `p` stands with the service, in words.
  public func status(of p: Process) -> String { network.status(of: p) }

  /// Whether anything is under way.
  public var isBusy: Bool {
    processes.contains { p in
      hosts[p.index].isUp
        && (owesFlushOk(p) || canSignal(p) || canRequestFlush(p) || canInstall(p)
          || canAgree(component(of: p)) || !network.deliverable(p).isEmpty)
    }
  }

  /// What has happened so far, and who is not in SECURE.
  public var summary: Summary {
    var summary = tally
    summary.time = time
    for host in hosts { if let member = host.member { summary.counts = summary.counts + member.counts } }
    summary.viewsAgreed = evidence.views.count
    summary.keys = evidence.views.count { $0.key != nil }
    summary.secure = secureTogether
    if isBusy { summary.stuck.append("the network never comes to rest") }
    for p in processes where isUp(p) && machine(of: p)!.state != .secure {
      summary.stuck.append("\(p) in \(machine(of: p)!.state) (\(status(of: p)))")
    }
    return summary
  }

  private var secureTogether: [ProcessSet] {
    var groups: [(key: Group.Element?, members: ProcessSet)] = []
    for p in processes {
      guard isUp(p), let machine = machine(of: p), machine.state == .secure else { continue }
      if let place = groups.firstIndex(where: { $0.key == machine.groupKey }) {
        groups[place].members.insert(p)
      } else {
        groups.append((machine.groupKey, [p]))
      }
    }
    return groups.map(\.members)
  }

  /// The fingerprint of a key, as traces have it.
  public func fingerprint(of key: Group.Element) -> String {
    (suite ?? .none).fingerprint(of: group.bytes(of: key))
  }

  /// The trace with `"complete":false`: for a run that has not come to rest.
  public var incompleteTrace: TraceWriter {
    var writer = TraceWriter(header: Self.header(plan, note: "", isComplete: false))
    let end = trace.bytes.firstIndex(of: UInt8(ascii: "\n"))!
    writer.bytes += trace.bytes[(end + 1)...]
    return writer
  }

  func name(_ message: MessageIdentifier) -> PacketName {
    PacketName(message.sender, hosts[message.sender.index].packets.lastIndex(of: message)! + 1)
  }

  /// nil: it has not been sent.
  func identifier(_ name: PacketName) -> MessageIdentifier? {
    guard hosts.indices.contains(name.sender.index) else { return nil }
    let packets = hosts[name.sender.index].packets
    return packets.indices.contains(name.number - 1) ? packets[name.number - 1] : nil
  }

  // MARK: Processes come

  mutating func start(_ p: Process) {
    let agreement = RobustAgreement<Group>(
      p, algorithm: .init(rawValue: plan.algorithm.rawValue)!, agreement: plan.agreement,
      repairs: plan.repairs)
    let authentication = Authentication(
      me: p, group: "conclave", scheme: scheme, privateKey: privateKeys[p.index], publicKeys: keys)
    if let old = hosts[p.index].member { tally.counts = tally.counts + old.counts }
    if hosts[p.index].hasBeenUp { tally.recoveries += 1 }
    var host = Host(isUp: true, hasBeenUp: true, life: evidence.lives.count)
    host.messagesSent = hosts[p.index].messagesSent
    host.packets = hosts[p.index].packets
    let first = Randomness.seeded(randomness.next())
    host.member = SecureMember(
      agreement, Arithmetic(group, first), authentication, group: "conclave", suite: suite)
    hosts[p.index] = host
    evidence.lives.append(Evidence.Life(process: p, first: first, last: first))
    record(p, nil, .join)
  }

  mutating func record(_ p: Process, _ layer: Traces.Event.Layer?, _ action: Traces.Event.Action) {
    trace.append(
      Traces.Event(
        at: Name(p.description), layer: layer, time: time.inMicroseconds, action: action))
  }
}

extension Double {
  /// Seconds, to the microsecond.
  var inMicroseconds: Double { (self * 1_000_000).rounded() / 1_000_000 }
}

extension GroupCommunication.Service {
  var traced: Traces.Event.Service { Traces.Event.Service(rawValue: rawValue)! }
}

extension GroupCommunication.ViewIdentifier {
  var traced: Traces.ViewIdentifier { Traces.ViewIdentifier(number) }
}

extension ProcessSet {
  var traced: Set<Name> { Set(map { Name($0.description) }) }
}
