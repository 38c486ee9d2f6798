import GroupCommunication
public import PseudoCode
import Traces

extension ExchangeHappening {
  /// For people: a line for what a server did, with where it stood before and after, and the lines of pseudo-code; below
  /// it what it sent and told.
  ///
  /// - Parameters:
  ///   - sessions: how many there are.
  ///   - code: where given, what the executed lines say stands below their numbers.
  public func text(sessions: Int, code: PseudoCode? = nil) -> [String] {
    if let turn { return turn.text(sessions: sessions, code) }
    switch step {
    case .crash(let p): return ["\(p)  crashes"]
    case .crashLater(let p, let done):
      return ["\(p)  will crash after \(done) of what its next event makes it do"]
    case .lose(let letter, let p): return ["-  \(letter) to \(p) is lost"]
    case .breakIn(let p): return ["\(p)  is broken into" + (read.map { "; read: \($0)" } ?? "")]
    case .start, .deliver, .suspect: return ["\(step)"]
    }
  }
}

extension ExchangeTurn {
  /// What concerns the event itself; the others are shown only where they change.
  private var main: Int? { before.isEmpty ? nil : isOfConsensus ? before.count - 1 : 0 }

  private func change(_ place: Int) -> String {
    let (old, new) = (before[place].state, after[place].state)
    return old == new ? new : "\(old) → \(new)"
  }

  fileprivate func text(sessions: Int, _ code: PseudoCode?) -> [String] {
    let source = letter.map { " \($0)" } ?? ""
    let inSession = sessions > 1 ? session.map { " of session \($0)" } ?? "" : ""
    let head =
      "\(process)  \(round.map { "r\($0)" } ?? "-")  \("\(event)\(inSession)\(source)".padded(to: 34))  "
      + "\((main.map(change) ?? "").padded(to: 22))  \(lines.words)"
    var text = [head.trimmed]
    if let code { text += lines.flatMap { $0.text(code) }.map { "       \($0)" } }
    for place in before.indices where place != main && before[place] != after[place] {
      let which = sessions > 1 ? " of session \(before[place].session)" : ""
      text.append("     \(before[place].part)\(which): \(change(place))")
    }
    text += Self.merged(effects).map { "     → \($0)" }
    if undone > 0 { text.append("     ✗ it crashes before it does the rest: \(undone) more") }
    text += unexpected.map { "     ✗ not possible: \($0)" }
    return text
  }

  /// What is sent one after the other is one line.
  private static func merged(_ effects: [Effect]) -> [String] {
    var lines: [(kind: String?, to: [String], letters: [String], text: String)] = []
    for effect in effects {
      switch effect {
      case .record(let record): lines.append((nil, [], [], record.words))
      case .send(let message, let letter, let to):
        if let last = lines.last, last.kind == message {
          lines[lines.count - 1].to += to.map(\.description)
          lines[lines.count - 1].letters.append(letter.description)
        } else {
          lines.append((message, to.map(\.description), [letter.description], ""))
        }
      }
    }
    return lines.map { line in
      guard let kind = line.kind else { return line.text }
      return "\(line.to.joined(separator: " ")): \(kind)  \(line.letters.joined(separator: " "))"
    }
  }
}

extension ExchangeRecord {
  /// What it tells whom.
  var words: String {
    switch self {
    case .start(let session): "user: session \(session) starts"
    case .finish(let session, let key):
      "user: session \(session) is finished, key \(key.fingerprint.prefix(8))"
    case .propose(let instance, let value):
      "consensus \(instance): propose \(Self.name(value).string.prefix(8))"
    case .decide(let instance, let value):
      "consensus \(instance): decides \(Self.name(value).string.prefix(8))"
    }
  }
}
