public import Synchronization

/// Remembers the answers to questions whose answers never change; several threads may ask at once.
public final class Memo<Question: Hashable & Sendable, Answer: Sendable>: Sendable {
  @usableFromInline
  final class Shard: Sendable {
    @usableFromInline let answers = Mutex<[Question: Answer]>([:])
    @inlinable init() {}
  }

  @usableFromInline let shards: [Shard]
  @inlinable static var shardBits: Int { 6 }

  @inlinable
  public init() { shards = (0..<1 << Self.shardBits).map { _ in Shard() } }

  /// - Parameter find: is asked where the answer is not known. It may ask this and other memos.
  @inlinable
  public func answer(_ question: Question, _ find: () -> Answer) -> Answer {
    let shard = shards[question.hashValue & (1 << Self.shardBits - 1)]
    if let known = shard.answers.withLock({ $0[question] }) { return known }
    let answer = find()
    shard.answers.withLock { $0[question] = answer }
    return answer
  }

  /// How many answers there are.
  public var count: Int { shards.reduce(0) { $0 + $1.answers.withLock { $0.count } } }
}
