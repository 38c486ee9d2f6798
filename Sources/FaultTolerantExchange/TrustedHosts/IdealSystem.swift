public import CyclicGroups

/// The simulator of the proof (Cachin and Strobl, Section 3.2), before the trusted host. It lets the real adversary, who
/// is a black box to it, talk with a hybrid system of its own, in which a simulated user does what the real user does;
/// and when a server there finishes, it lets the host finish there.
///
/// The user gets the keys of the host, the adversary the messages of the simulated servers, whose contributions have
/// nothing to do with these keys. The proof says that nobody can tell: whatever inputs come, what comes out is
/// distributed as what comes out of `HybridSystem`.
public struct IdealSystem<Machine: KeyExchange>: Sendable {
  public typealias Input = HybridSystem<Machine>.Input
  public typealias Output = HybridSystem<Machine>.Output

  public internal(set) var host: KeyExchangeHost<Machine.Space>
  public internal(set) var simulated: HybridSystem<Machine>
  var randomness: Randomness

  public init(
    host: KeyExchangeHost<Machine.Space>, simulated: HybridSystem<Machine>, _ randomness: Randomness
  ) {
    self.host = host
    self.simulated = simulated
    self.randomness = randomness
  }

  /// Takes an input; a contribution is the simulator's random choice here. There are no break-ins: the proof is of the
  /// weak corruption model (`ForwardSecretIdealSystem`).
  public mutating func handle(_ input: Input) throws -> [Output] {
    switch input {
    case .start(let session, let server, _):
      // The user starts; the host tells the simulated user; he starts, too.
      guard case .started = try host.handle(.start(session, at: server), &randomness) else { return [] }
      return try pass(simulated.handle(input))
    case .crash(let server):
      guard case .crashed = try host.handle(.crash(server), &randomness) else { return [] }
      return try pass(simulated.handle(input))
    case .deliver, .decide: return try pass(simulated.handle(input))
    case .breakIn: throw NotAllowed("break-in")
    }
  }

  /// What goes to the adversary as it is; of what goes to the simulated user, the host is told.
  private mutating func pass(_ outputs: [Output]) throws -> [Output] {
    try outputs.map { output in
      switch output {
      case .sent, .proposed, .crashed, .state: return output
      case .finished(let session, let server, let key):
        guard
          case .finish(_, _, let key) = try host.handle(
            .finish(session, at: server, naming: key), &randomness)
        else { return output }
        return .finished(session, at: server, key: key)
      }
    }
  }
}
