import CyclicGroups
import GroupCommunication

@testable import FaultTolerantExchange

typealias SymbolicOmega<Field: FiniteField> = Omega<LinearForms<Field>, SymbolicEncryption>
typealias SymbolicForwardSecretOmega<Field: FiniteField> =
  ForwardSecretOmega<LinearForms<Field>, SymbolicEncryption>

/// Every n and t_c up to `greatest` servers.
func systems(upTo greatest: Int) -> [Servers] {
  (1...greatest).flatMap { n in (0...(n - 1) / 2).map { Servers(n, crashes: $0) } }
}

func omegas<Space: VectorSpace, Encryption: EncryptionScheme>(
  _ servers: Servers, _ space: Space, _ encryption: Encryption
) -> [Omega<Space, Encryption>] {
  servers.all.map { Omega($0, among: servers, space: space, encryption: encryption) }
}

func forwardSecretOmegas<Space: VectorSpace, Encryption: EncryptionScheme>(
  _ servers: Servers, breakIns: Int, _ space: Space, _ encryption: Encryption
) -> [ForwardSecretOmega<Space, Encryption>] {
  servers.all.map {
    ForwardSecretOmega($0, among: servers, breakIns: breakIns, space: space, encryption: encryption)
  }
}

/// A run that a seed determines: servers start at any time, letters come in any order, consensus decides whatever it
/// may, servers crash and lose letters, and are broken into.
struct RandomRun<Machine: KeyExchange> {
  typealias System = HybridSystem<Machine>

  let sessions: [Session]
  var system: System
  var monitor: KeyExchangeMonitor<Machine.Space>
  var inputs: [System.Input] = []
  var outputs: [System.Output] = []
  /// Servers that crashed and whose letters nobody delivers any more.
  var silenced: ProcessSet = []
  private var unstarted: [(Session, Process)]
  private var randomness: Randomness
  private var all: ProcessSet { system.machines[0].servers.all }

  init(_ machines: [Machine], sessions: Int = 1, breakIns: Int = 0, proposalsNeeded: Int = 1, seed: UInt64) {
    let sessions = (0..<sessions).map { Session("s\($0)") }
    self.sessions = sessions
    unstarted = sessions.flatMap { session in machines.map { (session, $0.me) } }
    randomness = .seeded(seed)
    monitor = KeyExchangeMonitor(space: machines[0].space, breakIns: breakIns)
    system = HybridSystem(
      machines, consensus: ConsensusHost(proposalsNeeded: proposalsNeeded), .seeded(seed &+ 1 << 32))
  }

  private mutating func below(_ bound: Int) -> Int { Int(randomness.next() % UInt64(bound)) }

  /// To the end.
  ///
  /// - Parameters:
  ///   - crashes: how many servers crash in its course.
  ///   - breakIns: how many times a server is broken into, which may be the same; mostly one with nothing under way.
  mutating func run(crashes: Int = 0, breakIns: Int = 0) throws {
    var remaining = (crashes: crashes, breakIns: breakIns)
    while true {
      let possible = system.possibilities(among: all - silenced)
      let count = possible.count + unstarted.count
      if count == 0 && remaining.crashes == 0 && remaining.breakIns == 0 { return }
      if remaining.crashes > 0, count == 0 || below(40) == 0 {
        remaining.crashes -= 1
        let live = Array(all - system.crashed)
        let server = live[below(live.count)]
        if below(2) == 0 { silenced.insert(server) }
        unstarted.removeAll { $0.1 == server }
        try take(.crash(server))
      } else if remaining.breakIns > 0, count == 0 || below(50) == 0 {
        remaining.breakIns -= 1
        let live = Array(all - system.crashed)
        let idle = live.filter { server in
          let machine = system.machines[server.index]
          return machine.startedSessions.allSatisfy { machine.hasFinished($0) }
        }
        let victims = idle.isEmpty || below(4) == 0 ? live : idle
        try take(.breakIn(victims[below(victims.count)]))
      } else if count > 0 {
        let choice = below(count)
        if choice < possible.count {
          try take(possible[choice])
        } else {
          let (session, server) = unstarted.remove(at: choice - possible.count)
          let contribution = system.machines[server.index].freshContribution(using: &randomness)
          try take(.start(session, at: server, contribution: contribution))
        }
      }
    }
  }

  mutating func take(_ input: System.Input) throws {
    inputs.append(input)
    switch input {
    case .start(let session, let server, _): try monitor.start(session, at: server)
    case .crash(let server): try monitor.crash(server)
    case .breakIn(let server): try monitor.breakIn(server)
    case .deliver, .decide: break
    }
    let new = try system.handle(input)
    for case .finished(let session, let server, let key) in new {
      try monitor.finish(session, at: server, key: key)
    }
    outputs += new
  }

  /// All start the first session, with these contributions, or random ones.
  mutating func startEverywhere(_ contribution: ((Process) -> Machine.Contribution)? = nil) throws {
    for server in all {
      let drawn = system.machines[0].freshContribution(using: &randomness)
      try take(.start(sessions[0], at: server, contribution: contribution?(server) ?? drawn))
    }
  }

  /// A server gets the contributions of others, and nobody else gets any: all messages of one way to and fro.
  mutating func collect(at receiver: Process, from senders: ProcessSet) throws {
    while let place = system.network.firstIndex(where: { letter in
      letter.message.name == "pad"
        ? letter.sender == receiver && senders.contains(letter.receiver)
        : letter.receiver == receiver && senders.contains(letter.sender)
    }) { try take(.deliver(place)) }
  }

  /// Whether all who did not crash have finished everything.
  var everybodyHasFinished: Bool {
    (all - system.crashed).allSatisfy { server in
      sessions.allSatisfy { system.machines[server.index].hasFinished($0) }
    }
  }

  func keys(of session: Session) -> [Machine.Space.Element] {
    outputs.compactMap { if case .finished(session, _, let key) = $0 { key } else { nil } }
  }

  func contribution(of server: Process, to session: Session) -> Machine.Contribution? {
    for case .start(session, server, let contribution) in inputs { return contribution }
    return nil
  }
}

extension RandomRun {
  /// What the adversary of this run knows at its end.
  func eavesdropper<Field: FiniteField>() -> Eavesdropper<Machine, Field>
  where Machine.Space == LinearForms<Field>, Machine.Encryption == SymbolicEncryption {
    var eavesdropper = Eavesdropper(on: system.machines[0])
    for output in outputs {
      switch output {
      case .sent(let letter): eavesdropper.see(letter.message)
      case .proposed(_, _, let value): eavesdropper.see(proposal: value)
      case .state(_, let machine): eavesdropper.read(machine)
      case .crashed, .finished: break
      }
    }
    return eavesdropper
  }
}
