import CyclicGroups
import GroupCommunication
public import SecureGroup

/// The state machine of the robust key agreement (Amir et al., Figs. 2 and 3) as runs went through it: each event that
/// was handled in a state, with the lines of pseudo-code that were executed and the state that followed. An event that
/// is not possible makes no transition.
public struct Transitions: Hashable, Sendable {
  public struct Transition: Hashable, Sendable {
    public var from: State
    /// As Table I names it.
    public var event: String
    public var to: State
    /// The application was told that this is illegal now.
    public var isRefused: Bool
  }

  /// The lines of each way through the pseudo-code.
  private var ways: [Transition: Set<ExecutedLines>] = [:]

  public init() {}

  public mutating func insert<Group>(_ turn: Turn<Group>) {
    guard let event = turn.event else { return }
    let transition = Transition(
      from: turn.before.state, event: event.name, to: turn.after.state,
      isRefused: turn.actions.contains(.refuse(event.name)))
    var lines = ExecutedLines()
    for range in turn.lines { lines.insert(range) }
    ways[transition, default: []].insert(lines)
  }

  public mutating func formUnion(_ other: Self) { ways.merge(other.ways) { $0.union($1) } }

  /// In the order of the pseudo-code; what no line of it does comes last.
  public var all: [Transition] {
    ways.keys.sorted {
      let (a, b) = (order($0), order($1))
      return a != b ? a.lexicographicallyPrecedes(b) : $0.event < $1.event
    }
  }

  /// States by their place in Figs. 2 and 3, then lines.
  private func order(_ transition: Transition) -> [Int] {
    let states = [transition.from, transition.to].map { State.allCases.firstIndex(of: $0)! }
    let first = executed(transition).first.map { Int($0.range.first) }
    return states + [first ?? Int.max]
  }

  /// `5.13-14, 17-18`; in brackets what only some of the runs executed: `5.19-20, [21-22], 23, 26`. `repaired`: what no
  /// line of the paper does.
  public func lines(of transition: Transition) -> String {
    var algorithm: UInt8?
    let texts = executed(transition).map { range, isAlways in
      let prefix = range.algorithm == algorithm ? "" : "\(range.algorithm)."
      algorithm = range.algorithm
      let lines = range.first == range.last ? "\(range.first)" : "\(range.first)-\(range.last)"
      return isAlways ? prefix + lines : "[\(prefix)\(lines)]"
    }
    return texts.isEmpty ? "repaired" : texts.joined(separator: ", ")
  }

  /// The lines that were executed in some of the runs, and whether in all.
  private func executed(_ transition: Transition) -> [(range: LineRange, isAlways: Bool)] {
    let ways = ways[transition]!
    var ranges: [(range: LineRange, isAlways: Bool)] = []
    for algorithm in UInt8(3)...10 {
      for line in UInt8(1)..<64 {
        let count = ways.count { $0.contains(algorithm: Int(algorithm), line: Int(line)) }
        if count == 0 { continue }
        let isAlways = count == ways.count
        if let last = ranges.last, last.isAlways == isAlways,
          last.range.algorithm == algorithm, last.range.last + 1 == line
        {
          ranges[ranges.count - 1].range.last = line
        } else {
          ranges.append((LineRange(algorithm, line...line), isAlways))
        }
      }
    }
    return ranges
  }
}
