import CyclicGroups
public import GroupCommunication

/// The links of a virtual network. Processes stand in a few places: those in one place are near each other.
public struct Links: Hashable, Sendable {
  public let latencies: Latencies
  /// The place of each process.
  public let places: [Int]
  /// Microseconds, by sender and receiver.
  private var table: [[Int]] = []

  /// The same seed always draws the same links.
  init(_ latencies: Latencies, members: Int, seed: UInt64) {
    var randomness = Randomness.seeded(seed ^ 0x6c69_6e6b)
    func draw(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &randomness) }
    self.latencies = latencies
    let count = draw(1...3)
    let places = (0..<members).map { _ in draw(1...count) }
    self.places = places
    let (least, greatest) = (latencies.range.lowerBound, latencies.range.upperBound)
    let near = least + (greatest - least) / 4
    table = places.indices.map { sender in
      places.indices.map { receiver in
        // A process and its server of the group communication system are on one machine.
        if sender == receiver { return least }
        return draw(places[sender] == places[receiver] ? least...near : near...greatest)
      }
    }
  }

  /// What each message takes at least, in microseconds; the two directions of a link differ.
  public func latency(from sender: Process, to receiver: Process) -> Int {
    table[sender.index][receiver.index]
  }

  /// Of the links between these, with a message of a process to itself.
  func greatest(among members: ProcessSet) -> Int {
    members.flatMap { p in members.map { latency(from: p, to: $0) } }.max() ?? 0
  }
}

extension Plan {
  /// nil: nothing has a latency.
  public var links: Links? { latencies.map { Links($0, members: members, seed: seed) } }
}
