public import CyclicGroups
import GroupCommunication
import KeyAgreement
import SecureGroup
import Traces

extension Happening {
  /// For tools: one object, without a line end.
  ///
  /// - Parameters:
  ///   - number: of the step.
  ///   - fingerprint: of a key.
  public func json(_ number: Int, _ fingerprint: (Group.Element) -> String) -> String {
    var object = JSONObject()
    object.add("number", "\(number)")
    object.add("time", "\(time.inMicroseconds)")
    object.add("step", JSONText.quoted(step.description))
    if let agreed {
      object.add("view", "\(agreed.view)")
      object.add("together", JSONObject.array(agreed.classes.map(\.json)))
    }
    object.add("turns", JSONObject.array(turns.map { $0.json(fingerprint) }))
    return object.text
  }
}

extension Turn {
  func json(_ fingerprint: (Group.Element) -> String) -> String {
    var object = JSONObject()
    object.add("at", JSONText.quoted(process.description))
    if let name = event?.name ?? notPossible?.event { object.add("event", JSONText.quoted(name)) }
    if let packet { object.add("message", JSONText.quoted(packet.description)) }
    object.add("before", JSONText.quoted(before.state.rawValue))
    object.add("after", JSONText.quoted(after.state.rawValue))
    object.add("lines", JSONObject.array(lines.map { JSONText.quoted($0.description) }))
    let changes = changes(fingerprint)
    if !changes.isEmpty {
      var changed = JSONObject()
      for change in changes { changed.add(change.variable, JSONText.quoted(change.value)) }
      object.add("changed", changed.text)
    }
    object.add("actions", JSONObject.array(actionsJSON(fingerprint)))
    if let dropped { object.add("dropped", JSONText.quoted(dropped)) }
    if notPossible != nil { object.add("notPossible", "true") }
    if isFlushOkUncalled { object.add("flushOkUncalled", "true") }
    return object.text
  }

  private func actionsJSON(_ fingerprint: (Group.Element) -> String) -> [String] {
    var packets = sent.makeIterator()
    return actions.map { action in
      var object = JSONObject()
      func to(_ whom: String, _ what: String) {
        object.add("to", JSONText.quoted(whom))
        object.add("what", JSONText.quoted(what))
      }
      func packet(_ service: GroupCommunication.Service) {
        if let name = packets.next() { object.add("message", JSONText.quoted(name.description)) }
        object.add("service", JSONText.quoted(service.description))
      }
      switch action {
      case .deliverView(let view):
        to("application", "view")
        object.add("view", "\(view.identifier)")
        object.add("members", view.members.json)
        object.add("transitional", view.transitional.json)
        object.add("key", JSONText.quoted(fingerprint(view.key)))
      case .deliverSignal: to("application", "signal")
      case .deliverFlushRequest: to("application", "flush request")
      case .deliverData(let message):
        to("application", "message")
        object.add("content", JSONText.quoted("\(message.sender).\(message.number)"))
      case .refuse(let event):
        to("application", "error")
        object.add("illegal", JSONText.quoted(event))
      case .unicast(let message, let receiver):
        to(receiver.description, message.kind.name)
        packet(.fifo)
      case .broadcast(let message, let service):
        to("all", message.kind.name)
        packet(service)
      case .broadcastData(let message, let service):
        to("all", "message")
        object.add("content", JSONText.quoted("\(message.sender).\(message.number)"))
        packet(service)
      case .sendFlushOk: to("service", "flush ok")
      }
      return object.text
    }
  }
}

/// Members in the order in which they are added.
struct JSONObject {
  private var members: [String] = []

  /// - Parameter value: JSON.
  mutating func add(_ name: String, _ value: String) { members.append("\(JSONText.quoted(name)):\(value)") }

  var text: String { "{" + members.joined(separator: ",") + "}" }

  static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }
}

extension ProcessSet {
  fileprivate var json: String { JSONObject.array(map { JSONText.quoted($0.description) }) }
}
