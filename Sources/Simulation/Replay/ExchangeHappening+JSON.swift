import GroupCommunication
import Traces

extension ExchangeHappening {
  /// For tools: one object, without a line end.
  ///
  /// - Parameter number: of the step.
  public func json(_ number: Int) -> String {
    var object = JSONObject()
    object.add("number", "\(number)")
    if let round = turn?.round { object.add("round", "\(round)") }
    object.add("step", JSONText.quoted(step.description))
    if let turn { object.add("turn", turn.json) }
    if let read { object.add("read", JSONText.quoted(read)) }
    return object.text
  }
}

extension ExchangeTurn {
  fileprivate var json: String {
    var object = JSONObject()
    object.add("at", JSONText.quoted(process.description))
    object.add("event", JSONText.quoted(event))
    if let letter { object.add("message", JSONText.quoted(letter.description)) }
    if let session { object.add("session", "\(session)") }
    object.add("before", Self.json(before))
    object.add("after", Self.json(after))
    object.add("lines", JSONObject.array(lines.map { JSONText.quoted($0.description) }))
    object.add("actions", JSONObject.array(effects.map(\.json)))
    if undone > 0 { object.add("undone", "\(undone)") }
    if !unexpected.isEmpty { object.add("notPossible", JSONObject.array(unexpected.map(JSONText.quoted))) }
    return object.text
  }

  private static func json(_ standings: [Standing]) -> String {
    JSONObject.array(
      standings.map { standing in
        var object = JSONObject()
        object.add("session", "\(standing.session)")
        object.add("part", JSONText.quoted(standing.part))
        object.add("state", JSONText.quoted(standing.state))
        return object.text
      })
  }
}

extension ExchangeTurn.Effect {
  fileprivate var json: String {
    var object = JSONObject()
    func add(_ layer: String, _ what: String, _ kind: String, _ name: String) {
      object.add("of", JSONText.quoted(layer))
      object.add("what", JSONText.quoted(what))
      object.add(kind, JSONText.quoted(name))
    }
    switch self {
    case .send(let message, let letter, let to):
      object.add("to", JSONObject.array(to.map { JSONText.quoted($0.description) }))
      object.add("what", JSONText.quoted(message))
      object.add("message", JSONText.quoted(letter.description))
    case .record(.start(let session)): add("user", "start", "session", "\(session)")
    case .record(.finish(let session, let key)):
      add("user", "finish", "session", "\(session)")
      object.add("key", JSONText.quoted(key.fingerprint))
    case .record(.propose(let instance, let value)):
      add("consensus", "propose", "instance", instance)
      object.add("value", JSONText.quoted(ExchangeRecord.name(value).string))
    case .record(.decide(let instance, let value)):
      add("consensus", "decide", "instance", instance)
      object.add("value", JSONText.quoted(ExchangeRecord.name(value).string))
    }
    return object.text
  }
}
