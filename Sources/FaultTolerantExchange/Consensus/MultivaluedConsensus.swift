public import CyclicGroups
public import GroupCommunication

/// Algorithm 21: consensus on any values, from consensus on yes and no, one server's proposal after the other, after
/// Mostefaoui, Raynal and Tronel, "From binary consensus to multivalued consensus in asynchronous message-passing
/// systems" (Information Processing Letters 73, 2000).
///
/// They let each proposal be broadcast reliably, which costs n^2 messages each. Here every message of the agreement on
/// a candidate carries the candidate's proposal where the sender knows it, as votes carry what makes them valid in
/// Cachin, Kursawe, Petzold and Shoup (CRYPTO 2001): a yes, and whatever depends on one, comes with the proposal, and
/// so whoever decides yes has it. From there, too, is the wait for n - t_c proposals before the first candidate.
public struct MultivaluedConsensus<Binary: ConsensusMachine>: ConsensusMachine where Binary.Value == Bool {
  public typealias Value = [UInt8]

  public enum Message: Hashable, Sendable {
    case proposal([UInt8])
    /// Of the agreement with this number, on the proposal of the server with that number modulo n.
    case agreement(Binary.Message, number: Int, proposal: [UInt8]?)
  }

  public static var usesFailureDetector: Bool { Binary.usesFailureDetector }

  public static func deal(to servers: Servers, using randomness: inout Randomness) -> [Binary.Hand] {
    Binary.deal(to: servers, using: &randomness)
  }

  let me: Process
  let servers: Servers
  let hand: Binary.Hand
  let instance: [UInt8]
  /// Those that are known, by server. The own one is known from the moment of proposing.
  private(set) var proposals: [[UInt8]?]
  /// The agreements that somebody has begun, by number.
  private(set) var agreements: [Binary] = []
  /// The agreement that is under way here; nil before the first.
  public private(set) var number: Int?
  public private(set) var decision: [UInt8]?

  public init(_ me: Process, among servers: Servers, hand: Binary.Hand, instance: [UInt8]) {
    self.me = me
    self.servers = servers
    self.hand = hand
    self.instance = instance
    proposals = Array(repeating: nil, count: servers.count)
  }

  /// The tag of an agreement.
  public static func tag(of number: Int, in instance: [UInt8]) -> [UInt8] {
    instance + withUnsafeBytes(of: UInt64(number).bigEndian, Array.init)
  }

  public mutating func handle(_ event: Event, _ randomness: inout Randomness) -> Reaction {
    var out = Reaction()
    guard decision == nil else { return out }
    switch event {
    case .propose(let value):  // 21.1
      precondition(proposals[me.index] == nil, "it proposes once")
      out.ran(21, 1...3)
      proposals[me.index] = value  // 21.2
      out.actions.append(.broadcast(.proposal(value)))  // 21.3
    case .receive(.proposal(let value), let sender):  // 21.4
      out.ran(21, 4...5)
      proposals[sender.index] = value  // 21.5
    case .receive(.agreement(let message, let number, let proposal), let sender):  // 21.6
      out.ran(21, 6)
      if let proposal {  // 21.7
        out.ran(21, 7)
        out.ran(21, 8)
        proposals[number % servers.count] = proposal  // 21.8
      }
      out.ran(21, 9)
      consult(number, .receive(message, from: sender), &randomness, &out)  // 21.9
    case .suspect: break
    }
    proceed(&randomness, &out)
    return out
  }

  private mutating func proceed(_ randomness: inout Randomness, _ out: inout Reaction) {
    let known = proposals.count { $0 != nil }
    if number == nil, proposals[me.index] != nil, known >= servers.quorum {  // 21.10
      out.ran(21, 10)
      out.ran(21, 11...12)
      number = 0  // 21.11
      consult(0, .propose(proposals[0] != nil), &randomness, &out)  // 21.12
    }
    while decision == nil, let number, let answer = agreements[number].decision {
      if answer {  // 21.13
        out.ran(21, 13)
        out.ran(21, 14)
        decide(proposals[number % servers.count]!, &out)  // 21.14
      } else {  // 21.15
        out.ran(21, 15...17)
        let next = number + 1  // 21.16
        self.number = next
        consult(next, .propose(proposals[next % servers.count] != nil), &randomness, &out)  // 21.17
      }
    }
  }

  private mutating func decide(_ value: [UInt8], _ out: inout Reaction) {
    decision = value
    out.actions.append(.decide(value))
  }

  /// The agreement handles the event; its messages go out with the candidate's proposal.
  private mutating func consult(
    _ number: Int, _ event: Binary.Event, _ randomness: inout Randomness, _ out: inout Reaction
  ) {
    while agreements.count <= number {
      let instance = Self.tag(of: agreements.count, in: self.instance)
      agreements.append(Binary(me, among: servers, hand: hand, instance: instance))
    }
    let reaction = agreements[number].handle(event, &randomness)
    out.lines += reaction.lines
    let proposal = proposals[number % servers.count]
    func wrapped(_ message: Binary.Message) -> Message {
      .agreement(message, number: number, proposal: proposal)
    }
    for action in reaction.actions {
      switch action {
      case .send(let message, let to): out.actions.append(.send(wrapped(message), to: to))
      case .broadcast(let message): out.actions.append(.broadcast(wrapped(message)))
      case .decide: break
      }
    }
  }
}
