public import GroupCommunication

/// What came of an event, in a machine of this room.
public struct MachineReaction<Action: Hashable & Sendable>: Hashable, Sendable {
  public internal(set) var actions: [Action] = []
  /// The lines of pseudo-code that were executed, in order.
  public internal(set) var lines: [LineRange] = []

  mutating func ran(_ algorithm: UInt8, _ line: UInt8) {
    lines.append(LineRange(algorithm, line...line))
  }
  mutating func ran(_ algorithm: UInt8, _ range: ClosedRange<UInt8>) {
    lines.append(LineRange(algorithm, range))
  }
}
