public import CyclicGroups
import GroupCommunication
import KeyAgreement
public import PseudoCode
import SecureGroup

extension Happening {
  /// For people: a line for each event of a member, with its state before and after and the lines of pseudo-code; below
  /// it what it changed, what it sent and what it told its application. Or a line for what concerns no member.
  ///
  /// - Parameters:
  ///   - fingerprint: of a key.
  ///   - code: where given, what the executed lines say stands below their numbers.
  public func text(_ fingerprint: (Group.Element) -> String, code: PseudoCode? = nil) -> [String] {
    turns.isEmpty ? [withoutTurns] : turns.flatMap { $0.text(fingerprint, code) }
  }

  private var withoutTurns: String {
    switch step {
    case .agree:
      guard let agreed else { return "\(step)" }
      let together = agreed.classes.map(\.description).joined(separator: " ")
      return "-  view \(agreed.view) is agreed on; moving together: \(together)"
    case .connect(let components):
      return "-  the network connects " + components.map(\.description).joined(separator: " ")
    case .suspect(let p): return "-  somebody is suspected wrongly where \(p) is"
    case .join(let p): return "\(p)  joins"
    case .leave(let p): return "\(p)  leaves"
    case .crash(let p): return "\(p)  crashes"
    case .recover(let p): return "\(p)  recovers and joins"
    case .flushRequest, .signal, .deliver, .install, .send, .flushOk: return "\(step)"
    }
  }
}

extension Turn {
  /// `5.1-10, 5.26`: what was executed, in order; `repaired`: what no line of the paper does.
  private var linesText: String {
    lines.isEmpty && event != nil ? "repaired" : lines.words
  }

  /// The event and what it came with, as Table I names it.
  private var eventText: String {
    let source = packet.map { " \($0)" } ?? ""
    guard let event else {
      return notPossible.map { "\($0.event)\(source)" } ?? "a message\(source)"
    }
    switch event {
    case .partialToken, .finalToken, .factOut, .keyList, .dataMessage: return event.name + source
    case .userMessage(let message): return "\(event.name), \(message.service)"
    case .membership(let view): return "\(event.name) \(view.identifier) \(view.members)"
    case .transitionalSignal, .flushRequest, .secureFlushOk: return event.name
    }
  }

  func text(_ fingerprint: (Group.Element) -> String, _ code: PseudoCode?) -> [String] {
    let states = before.state == after.state ? "\(after.state)" : "\(before.state) → \(after.state)"
    let head = "\(process)  \(eventText.padded(to: 30))  \(states.padded(to: 7))  \(linesText)"
    var lines = [head.trimmed]
    if let code { lines += self.lines.flatMap { $0.text(code) }.map { "       \($0)" } }
    if let notPossible {
      lines.append("     ✗ Algorithm \(notPossible.algorithm): not possible; it is passed over")
    }
    if let dropped { lines.append("     ✗ dropped at the door: \(dropped)") }
    if case .membership(let view) = event {
      lines.append(
        "     vs_set \(view.transitional), merge_set \(view.merging), leave_set \(view.leaving)")
    }
    let changes = changes(fingerprint)
    if !changes.isEmpty {
      lines.append("     " + changes.map { "\($0.variable) := \($0.value)" }.joined(separator: ", "))
    }
    lines += effects(fingerprint).map { "     → \($0)" }
    if isFlushOkUncalled { lines.append("     ✗ nobody asked for this flush ok; it is passed over") }
    return lines
  }

  /// The variables that have other values now, by the paper's names.
  public func changes(_ fingerprint: (Group.Element) -> String) -> [(variable: String, value: String)] {
    var changes: [(String, String)] = []
    func compare<Value: Equatable>(
      _ name: String, _ value: (Variables<Group>) -> Value, _ text: (Value) -> String
    ) {
      if value(before) != value(after) { changes.append((name, text(value(after)))) }
    }
    compare("VS_set", \.transitionalSet) { "\($0)" }
    compare("First_transitional", \.firstTransitional) { "\($0)" }
    compare("VS_transitional", \.vsTransitional) { "\($0)" }
    compare("First_cascaded_membership", \.firstCascadedMembership) { "\($0)" }
    compare("Wait_for_sec_flush_ok", \.waitForSecureFlushOk) { "\($0)" }
    compare("KL_got_flush_req", \.keyListGotFlushRequest) { "\($0)" }
    compare("Group_key", \.groupKey) { $0.map { String(fingerprint($0).prefix(8)) } ?? "none" }
    return changes
  }

  /// What it asked for, and of whom.
  private func effects(_ fingerprint: (Group.Element) -> String) -> [String] {
    var packets = sent.makeIterator()
    return actions.map { action in
      switch action {
      case .deliverView(let view):
        "application: secure view \(view.identifier) \(view.members), vs_set \(view.transitional),"
          + " key \(fingerprint(view.key).prefix(8))"
      case .deliverSignal: "application: signal"
      case .deliverFlushRequest: "application: flush request"
      case .deliverData(let message): "application: message \(message.sender).\(message.number)"
      case .refuse(let event): "application: error, \(event) is illegal now"
      case .unicast(let message, let to):
        "\(to): \(message.kind.name) \(Self.name(packets.next()))"
      case .broadcast(let message, let service):
        "all: \(message.kind.name) \(Self.name(packets.next())), \(service)"
      case .broadcastData(let message, let service):
        "all: message \(message.sender).\(message.number) as \(Self.name(packets.next())), \(service)"
      case .sendFlushOk: "service: flush ok"
      }
    }
  }

  private static func name(_ packet: PacketName?) -> String { packet?.description ?? "" }
}

extension KeyAgreementMessage.Kind {
  /// As Table I names the event that it is.
  var name: String {
    switch self {
    case .partialToken: "Partial Token"
    case .finalToken: "Final Token"
    case .factOut: "Fact Out"
    case .keyList: "Key List"
    }
  }
}

extension [LineRange] {
  /// `5.1-10, 5.26`: in this order; what follows on each other is one range.
  var words: String {
    var merged: [LineRange] = []
    for range in self {
      if let last = merged.last, last.algorithm == range.algorithm, last.last + 1 == range.first {
        merged[merged.count - 1].last = range.last
      } else {
        merged.append(range)
      }
    }
    return merged.map(\.description).joined(separator: ", ")
  }
}

extension String {
  /// Without spaces at its end.
  var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension LineRange {
  /// What the lines say, each with its number.
  func text(_ code: PseudoCode) -> [String] {
    (first...last).compactMap { number in
      code.line(number, ofAlgorithm: algorithm).map { line in
        let indentation = String(repeating: "  ", count: line.depth)
        return "\(algorithm).\(number)".padded(to: 5) + "  \(indentation)\(line.text)"
      }
    }
  }
}
