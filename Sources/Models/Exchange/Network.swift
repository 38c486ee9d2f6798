public import GroupCommunication

/// A message on its way from one server to another.
public struct Letter<Message: Hashable & Sendable>: Hashable, Sendable {
  public let message: Message
  public let from: Process
  public let to: Process
}

/// An asynchronous network: letters come in any order.
public struct Network<Message: Hashable & Sendable>: Hashable, Sendable {
  /// By receiver, sender, and the order of messages.
  public private(set) var letters: [Letter<Message>] = []

  /// - Parameter order: of all messages between two servers, each of which is sent once.
  mutating func insert(_ letter: Letter<Message>, order: (Message) -> UInt64) {
    func key(_ letter: Letter<Message>) -> (Int, Int, UInt64) {
      (letter.to.index, letter.from.index, order(letter.message))
    }
    let place = letters.firstIndex { key($0) >= key(letter) } ?? letters.count
    letters.insert(letter, at: place)
  }

  mutating func remove(_ letter: Letter<Message>) {
    letters.remove(at: letters.firstIndex(of: letter)!)
  }

  /// All to `p`, or those of them that fit.
  mutating func removeAll(to p: Process, where fits: (Message) -> Bool = { _ in true }) {
    letters.removeAll { $0.to == p && fits($0.message) }
  }
}
