import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

/// Algorithm 23, alone.
@Suite struct GetCoreTests {
  /// Attiya and Welch, Section 14.3: a set of more than half of the servers is part of what everybody gets.
  @Test(arguments: [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 2), (7, 3), (9, 4)])
  func `there is a core`(n: Int, crashes: Int) {
    let servers = Servers(n, crashes: crashes)
    var differing = 0
    for seed in UInt64(1)...300 {
      let results = run(servers, seed)
      #expect(results.count >= servers.quorum)
      let heard = results.map { $0.yes | $0.no }
      let core = heard.reduce(servers.all) { $0 & $1 }
      #expect(core.count >= servers.quorum, "seed \(seed)")
      #expect(heard.allSatisfy { $0.count >= servers.quorum })
      for result in results {
        #expect(result.yes.allSatisfy { Self.ballot($0) } && result.no.allSatisfy { !Self.ballot($0) })
      }
      differing += Set(heard).count > 1 ? 1 : 0
    }
    // Else the core would be no achievement.
    #expect(crashes == 0 || differing > 30)
  }

  static func ballot(_ server: Process) -> Bool { server.index % 3 == 0 }

  /// Everybody's result, where some links are slower than all else, and up to t_c servers crash in the middle of their
  /// broadcasts.
  private func run(_ servers: Servers, _ seed: UInt64) -> [Ballots] {
    var randomness = Randomness.seeded(seed)
    func draw(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
    var cores = Array(repeating: GetCore(), count: servers.count)
    var out = MachineReaction<ConsensusAction<Bool, GetCore.Message>>()
    var letters: [(message: GetCore.Message, from: Process, to: Process)] = []
    var deaths = Array(repeating: Int.max, count: servers.count)
    for _ in 0..<draw(servers.crashes + 1) { deaths[draw(servers.count)] = draw(3 * servers.count) }
    func send(_ message: GetCore.Message, from p: Process) {
      for q in servers.all.shuffled(using: &randomness) where deaths[p.index] > 0 {
        deaths[p.index] -= 1
        letters.append((message, p, q))
      }
    }
    // Some links, or all from some servers.
    let quiet = ProcessSet((0..<servers.crashes).map { _ in Process(draw(servers.count)) })
    let slow = servers.all.map { p in
      let others: ProcessSet = quiet.contains(p) ? servers.all : []
      return (seed % 2 == 0 ? others : ProcessSet(bits: randomness.next())) - [p]
    }
    for p in servers.all { send(cores[p.index].start(Self.ballot(p), &out), from: p) }
    while !letters.isEmpty {
      let fast = letters.indices.filter { !slow[letters[$0].from.index].contains(letters[$0].to) }
      letters.swapAt(fast.isEmpty ? draw(letters.count) : fast[draw(fast.count)], letters.count - 1)
      let letter = letters.removeLast()
      let q = letter.to
      guard deaths[q.index] > 0 else { continue }
      cores[q.index].receive(letter.message, from: letter.from, &out)
      for message in cores[q.index].proceed(servers, &out) { send(message, from: q) }
    }
    return cores.compactMap(\.result)
  }
}
