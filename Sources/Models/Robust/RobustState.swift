public import CyclicGroups
import Exploration
public import GroupCommunication
public import KeyAgreement
public import SecureGroup

/// All processes with the service below them, and what the applications above them saw. Of the parts that many states
/// have in common it has the numbers; `RobustParts` knows what they are, and what becomes of them.
public struct RobustState: Hashable, Sendable {
  /// What the service carries.
  public enum Payload: Hashable, Sendable {
    case agreement(KeyAgreementMessage<SymbolicGroup.Element>)
    case user(UserMessage)
  }

  /// A process with its application.
  struct Member: Hashable, Sendable {
    var machine: RobustAgreement<SymbolicGroup>
    /// How many fresh exponents it has drawn since its VS view.
    var draws: UInt8 = 0
    /// The application was asked for its flush ok.
    var owesFlushOk = false
    /// The application is in a secure view and has not given its flush ok.
    var maySend = false
  }

  var service: Services.Number
  /// By process.
  var members: [Parts<Member>.Number]
  var histories: Parts<SecureHistories>.Number
  /// All that was sent in the clear, where secrecy is looked at.
  var overheard: Parts<[SymbolicGroup.Element]>.Number
  /// How many events of the network and of fate are left.
  var budget: UInt8
  /// How many messages applications have sent.
  var sends: UInt8 = 0
  /// What the last step broke.
  var broken: Claims = []
  /// The event that is "not possible", if the last step had one: the machine has not had it.
  var notPossible: Parts<NotPossible>.Number?
}

/// What may happen.
public enum RobustAction: Hashable, Sendable {
  /// The network now connects those, each with each.
  case connect([ProcessSet])
  /// Somebody suspects a process wrongly.
  case glitch(Process)
  case crash(Process)
  case recover(Process)
  /// The service does something.
  case service(ServiceStep)
  /// The application sends its next message.
  case send(Process, Service)
  case flushOk(Process)

  /// Whether it is a choice of the adversary, who has a budget for that.
  var isCharged: Bool {
    switch self {
    case .connect, .glitch, .crash, .recover: true
    case .service, .send, .flushOk: false
    }
  }
  /// Whether nothing remains of it once its process has crashed.
  var leavesNoTrace: Bool {
    switch self {
    case .service(.flushRequest), .service(.signal), .flushOk: true
    case .connect, .glitch, .crash, .recover, .send, .service(.deliver), .service(.install), .service(.agree):
      false
    }
  }
}
