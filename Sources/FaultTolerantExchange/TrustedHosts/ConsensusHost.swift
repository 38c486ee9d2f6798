public import GroupCommunication

/// The trusted host of consensus (Cachin and Strobl, Definition 4): many instances, by their sessions.
public struct ConsensusHost: Hashable, Sendable {
  public struct Proposed: Hashable, Sendable {
    public let server: Process
    public let value: [UInt8]
  }

  /// How many servers have to propose before one may decide. The definition asks for one only (E9 in Spec/Errata.md).
  public let proposalsNeeded: Int
  /// P[ID], in order.
  public private(set) var proposals: [Session: [Proposed]] = [:]
  /// What has been decided.
  public private(set) var decision: [Session: [UInt8]] = [:]
  public private(set) var decided: [Session: ProcessSet] = [:]

  public init(proposalsNeeded: Int = 1) { self.proposalsNeeded = proposalsNeeded }

  public func proposal(of server: Process, in session: Session) -> [UInt8]? {
    proposals[session]?.first { $0.server == server }?.value
  }

  /// The adversary is told of it.
  public mutating func propose(
    _ value: [UInt8], by server: Process, in session: Session
  ) throws(NotAllowed) {
    guard proposal(of: server, in: session) == nil else {
      throw NotAllowed("\(server) proposes twice in \(session)")
    }
    proposals[session, default: []].append(Proposed(server: server, value: value))
  }

  /// The adversary lets a server decide; its user is told.
  public mutating func decide(
    _ value: [UInt8], at server: Process, in session: Session
  ) throws(NotAllowed) {
    guard proposal(of: server, in: session) != nil else {
      throw NotAllowed("\(server) decides in \(session) before it has proposed")
    }
    guard proposals[session, default: []].contains(where: { $0.value == value }) else {
      throw NotAllowed("\(server) decides in \(session) what nobody has proposed")
    }
    guard decision[session] ?? value == value else {
      throw NotAllowed("\(server) decides in \(session) otherwise than somebody else")
    }
    guard proposals[session, default: []].count >= proposalsNeeded else {
      throw NotAllowed("\(server) decides in \(session) before \(proposalsNeeded) have proposed")
    }
    guard !decided[session, default: []].contains(server) else {
      throw NotAllowed("\(server) decides twice in \(session)")
    }
    decision[session] = value
    decided[session, default: []].insert(server)
  }
}
