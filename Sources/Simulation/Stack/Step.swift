public import GroupCommunication

/// One thing that happens in a run: a run is a sequence of these, whoever chose them: a seed, a scenario file, or a
/// search.
public enum Step: Hashable, Sendable {
  // The adversary.

  /// The network connects just the members of each of these with each other; processes not named are alone.
  case connect([ProcessSet])
  /// Somebody in the component of the process suspects somebody wrongly.
  case suspect(Process)
  /// A process that has not joined, or has left, joins.
  case join(Process)
  case leave(Process)
  case crash(Process)
  case recover(Process)

  // The Virtual Synchrony service.

  case flushRequest(Process)
  case signal(Process)
  case deliver(Process, PacketName)
  /// A view of all members of these classes is agreed on. Each class moves together as far as it can, and delivers
  /// these broadcasts beyond what it must, where it can.
  case agree([ProcessSet], extra: [PacketName])
  case install(Process)

  // The application.

  /// In a secure view the application sends its next message; else it asks to and is refused.
  case send(Process, GroupCommunication.Service)
  /// The application acknowledges the flush; where nobody asked for that it is refused.
  case flushOk(Process)
}

/// Names a packet, a message of the group communication system: the `number`-th (from 1) of its sender.
public struct PacketName: Hashable, Sendable, CustomStringConvertible {
  public var sender: Process
  public var number: Int

  public init(_ sender: Process, _ number: Int) {
    self.sender = sender
    self.number = number
  }

  /// As `b.2`.
  public var description: String { "\(sender).\(number)" }

  /// - Returns: nil where `text` is no `description`.
  public init?(_ text: some StringProtocol) {
    guard let point = text.lastIndex(of: "."), let sender = Process(text[..<point]),
      let number = Int(text[text.index(after: point)...]), number > 0
    else { return nil }
    self.init(sender, number)
    if description != text { return nil }
  }
}

/// A step that cannot be taken as things are. Nothing has changed.
public struct NotNow: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
  init(_ description: String) { self.description = description }
}
