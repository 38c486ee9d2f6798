public import GroupCommunication

/// The servers of a system: their number n, and how many of them may crash, t_c (Cachin and Strobl, Section 2).
public struct Servers: Hashable, Sendable {
  /// n, from 1 to 64.
  public let count: Int
  /// t_c, below n/2.
  public let crashes: Int

  public init(_ count: Int, crashes: Int) {
    precondition((1...64).contains(count) && crashes >= 0 && 2 * crashes < count)
    self.count = count
    self.crashes = crashes
  }

  /// n - t_c: as many as a server may wait for. Any two such sets have a server in common.
  public var quorum: Int { count - crashes }

  public var all: ProcessSet { ProcessSet((0..<count).map { Process($0) }) }
}
