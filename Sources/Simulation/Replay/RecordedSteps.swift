public import Traces

/// Steps a recorded trace: where each process stands, layer by layer, before and after each event.
public struct RecordedSteps: Sendable {
  /// Where a process stands in one layer.
  public struct Standing: Hashable, Sendable, CustomStringConvertible {
    public var view: ViewIdentifier?
    public var isSignalled = false
    public var isFlushRequested = false
    public var isFlushed = false
    /// Messages in the view so far.
    public var sent = 0
    public var delivered = 0

    public var description: String {
      var words = [view.map { "view \($0)" } ?? "no view"]
      if isFlushRequested { words.append(isFlushed ? "flushed" : "asked to flush") }
      if !isFlushRequested && isFlushed { words.append("flushed unasked") }
      if isSignalled { words.append("signalled") }
      if sent > 0 { words.append("sent \(sent)") }
      if delivered > 0 { words.append("delivered \(delivered)") }
      return words.joined(separator: ", ")
    }
  }

  private struct Place: Hashable {
    var process: Name
    var layer: Event.Layer
  }

  private var standings: [Place: Standing] = [:]

  public init() {}

  /// Takes an event.
  /// - Returns: where its process stands now, in the layers that it concerns.
  public mutating func take(_ event: Event) -> [(layer: Event.Layer, standing: Standing)] {
    let layers = event.layer.map { [$0] } ?? Event.Layer.allCases
    return layers.compactMap { layer in
      let place = Place(process: event.at, layer: layer)
      // What concerns both layers is told of those that have anything.
      if event.layer == nil && standings[place] == nil { return nil }
      var standing = standings[place] ?? Standing()
      switch event.action {
      case .view(let view, _, _, _): standing = Standing(view: view)
      case .signal: standing.isSignalled = true
      case .flushRequest: standing.isFlushRequested = true
      case .flushOk: standing.isFlushed = true
      case .send: standing.sent += 1
      case .deliver: standing.delivered += 1
      case .join, .leave, .crash, .recover: standing = Standing()
      case .breakIn, .start, .finish, .propose, .decide: break
      }
      standings[place] = standing
      return (layer, standing)
    }
  }
}

extension Event {
  /// What happened, in words.
  public var words: String {
    switch action {
    case .join: "joins"
    case .leave: "leaves"
    case .crash: "crashes"
    case .recover: "recovers"
    case .breakIn: "is broken into"
    case .view(let view, let members, let transitional, let key):
      "view \(view) \(Self.set(members))"
        + (transitional.map { ", transitional \(Self.set($0))" } ?? "")
        + (key.map { ", key \($0.fingerprint.prefix(8))" } ?? "")
    case .signal: "transitional signal"
    case .flushRequest: "flush request"
    case .flushOk: "flush ok"
    case .send(let message, let service, let to):
      "sends \(message)" + (to.map { " to \($0)" } ?? "") + ", \(service)"
    case .deliver(let message): "delivers \(message)"
    case .start(let session): "starts session \(session)"
    case .finish(let session, let key): "finishes session \(session), key \(key.fingerprint.prefix(8))"
    case .propose(let instance, let value): "proposes \(value) in \(instance)"
    case .decide(let instance, let value): "decides \(value) in \(instance)"
    }
  }

  private static func set(_ names: Set<Name>) -> String {
    "{" + names.sorted().map(\.string).joined(separator: " ") + "}"
  }
}
