public import GroupCommunication

/// One thing that happens in an exchange, whoever chose it: a seed, or a scenario file.
public enum ExchangeStep: Hashable, Sendable {
  /// A server's user starts a session; of consensus alone: it proposes.
  case start(Process, session: Int)
  case deliver(Process, PacketName)
  /// The failure detector of a server suspects just these.
  case suspect(ProcessSet, at: Process)
  case crash(Process)
  /// It will crash in the middle of the next event that it handles, when so much of what the event makes it send and
  /// tell is done.
  case crashLater(Process, after: Int)
  /// The network loses what a server has sent that has crashed.
  case lose(PacketName, to: Process)
  case breakIn(Process)
}

/// What came of a step.
public struct ExchangeHappening: Hashable, Sendable {
  public var step: ExchangeStep
  /// What a server made of the event that the step brought it; nil where it brought none.
  public var turn: ExchangeTurn?
  /// What a break-in read, in words.
  public var read: String?

  init(_ step: ExchangeStep, turn: ExchangeTurn? = nil, read: String? = nil) {
    self.step = step
    self.turn = turn
    self.read = read
  }
}

/// What a server made of one event.
public struct ExchangeTurn: Hashable, Sendable {
  /// Where a server stands in a session, in words.
  public struct Standing: Hashable, Sendable {
    public var session: Int
    /// `exchange` or `consensus`.
    public var part: String
    public var state: String
  }

  public enum Effect: Hashable, Sendable {
    /// A message, named `letter`, to one server after the other.
    case send(String, PacketName, to: [Process])
    case record(ExchangeRecord)
  }

  public var process: Process
  /// In the words of Spec/Algorithms.
  public var event: String
  /// What brought the event; nil: a user, or the failure detector.
  public var letter: PacketName?
  /// The paper's round number of `letter`.
  public var round: Int?
  /// The session; nil: all of them.
  public var session: Int?
  /// Whether the event is one of consensus.
  public var isOfConsensus: Bool
  public var before: [Standing]
  public var after: [Standing]
  /// The lines of pseudo-code that were executed, in order.
  public var lines: [LineRange]
  public var effects: [Effect] = []
  /// How many effects there would have been more: it crashed.
  public var undone = 0
  /// What its machine refused, because it cannot happen.
  public var unexpected: [String]

  mutating func add(_ message: String, _ letter: PacketName, to receiver: Process) {
    if case .send(message, letter, let receivers) = effects.last {
      effects[effects.count - 1] = .send(message, letter, to: receivers + [receiver])
    } else {
      effects.append(.send(message, letter, to: [receiver]))
    }
  }
}

extension ExchangeHappening {
  /// Whether the step is something that a process does, or that happens to it.
  public func concerns(_ process: String) -> Bool {
    switch step {
    case .start(let p, _), .deliver(let p, _), .suspect(_, let p), .crash(let p), .crashLater(let p, _),
      .lose(_, let p), .breakIn(let p):
      p.description == process
    }
  }
}
