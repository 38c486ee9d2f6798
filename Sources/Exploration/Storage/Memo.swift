/// Remembers the answers to questions whose answers never change; several threads may ask at once.
public final class Memo<Question: Hashable & Sendable, Answer: Sendable>: Sendable {
  @usableFromInline
  struct Entry: Hashable, Sendable {
    @usableFromInline let question: Question
    @usableFromInline let answer: Answer

    @inlinable
    init(_ question: Question, _ answer: Answer) {
      self.question = question
      self.answer = answer
    }

    @inlinable
    static func == (a: Self, b: Self) -> Bool { a.question == b.question }

    @inlinable
    func hash(into hasher: inout Hasher) { question.hash(into: &hasher) }
  }

  @usableFromInline let entries = Parts<Entry>()

  public init() {}

  /// - Parameter find: is asked where the answer is not known. It may ask this and other memos.
  @inlinable
  public func answer(_ question: Question, _ find: () -> Answer) -> Answer {
    let hash = question.hashValue
    let known = entries.number(hash) { $0.question == question }
    if let known { return entries[known].answer }
    let answer = find()
    _ = entries.number(of: Entry(question, answer))
    return answer
  }

  /// How many answers there are.
  public var count: Int { entries.count }
}
