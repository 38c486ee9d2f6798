public import GroupCommunication

/// What each of some servers says: yes or no.
public struct Ballots: Hashable, Sendable {
  public private(set) var yes: ProcessSet = []
  public private(set) var no: ProcessSet = []

  public init() {}

  public var count: Int { yes.count + no.count }

  public subscript(server: Process) -> Bool? {
    if yes.contains(server) { return true }
    return no.contains(server) ? false : nil
  }

  public mutating func insert(_ ballot: Bool, from server: Process) {
    if ballot { yes.insert(server) } else { no.insert(server) }
  }

  public mutating func formUnion(_ other: Self) {
    yes = yes | other.yes
    no = no | other.no
  }

  /// What all of them say; nil where there are both, or none.
  public var unanimous: Bool? {
    if no.isEmpty { return yes.isEmpty ? nil : true }
    return yes.isEmpty ? false : nil
  }

  /// Whether as many say yes as no, or more.
  public var majority: Bool { yes.count >= no.count }
}
