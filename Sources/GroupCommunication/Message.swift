/// Names a message of a run: within its view, by its sender and a count.
///
/// There are two counts for each sender and view, as reliable messages are in nobody's order; so the name does not
/// depend on how the sends of different processes are interleaved.
public struct MessageIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The view in which it was sent.
  public let view: ViewIdentifier
  public let sender: Process
  /// Whether its service is at least fifo.
  public let isOrdered: Bool
  /// How many of the sender's ordered, or reliable, messages of the view came before it.
  public let number: Int32

  public static func < (a: Self, b: Self) -> Bool {
    (a.view, a.sender, a.isOrdered ? 0 : 1, a.number) < (b.view, b.sender, b.isOrdered ? 0 : 1, b.number)
  }

  /// As `a3.0` (the first ordered message of `a` in view 3), `a3.r0` (the first reliable one).
  public var description: String { "\(sender)\(view).\(isOrdered ? "" : "r")\(number)" }
}

/// A message as it is delivered.
public struct Message<Payload: Hashable & Sendable>: Hashable, Sendable {
  public var identifier: MessageIdentifier
  public var service: Service
  /// The only addressee; nil: every member of the view.
  public var to: Process?
  public var payload: Payload

  public var sender: Process { identifier.sender }

  public init(identifier: MessageIdentifier, service: Service, to: Process?, payload: Payload) {
    self.identifier = identifier
    self.service = service
    self.to = to
    self.payload = payload
  }
}
