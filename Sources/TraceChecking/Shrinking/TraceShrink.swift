public import Traces

/// Shrinks a trace that violates a property, re-checking it at each step: the result violates the same
/// property and part; if asked to, in the same manner.
public struct TraceShrink: Sendable {
  /// nil: the header's.
  public var profile: Header.Profile?
  /// What to keep violated; nil: the first that is.
  public var selector: PropertySelector?
  /// Whether the result must violate the property in the manner of the trace's first witness: told in the
  /// same words, names apart, and proved by the same kinds of events and as many views. Else "delivered in
  /// another view than it was sent in" may shrink to "sent in no view": a smaller trace, but another defect.
  public var keepsManner: Bool

  public init(
    profile: Header.Profile? = nil, selector: PropertySelector? = nil, keepsManner: Bool = false
  ) {
    self.profile = profile
    self.selector = selector
    self.keepsManner = keepsManner
  }

  public struct Result: Sendable {
    /// What the result violates.
    public var selector: PropertySelector
    /// The trace's own header, with a note.
    public var header: Header
    public var events: [Event]
    /// How often a smaller trace was tried.
    public var attempts: Int

    /// The lines of the trace, as a file has them.
    public var text: String { TraceShrink.text(header, events) }
  }

  /// - Parameter progress: told after each attempt.
  /// - Returns: nil where nothing is violated.
  /// - Throws: `TraceCheck.NotInProfile`, `TraceError`.
  public func run(
    header: Header, events: [Event], progress: (Shrinking) -> Void = { _ in }
  ) throws -> Result? {
    guard let wanted = try target(header, events) else { return nil }
    let whole = try report(header, events, [wanted.selector], witnesses: 1)
    guard let witness = whole.properties.first(where: { $0.layer == wanted.layer })?.violations.first
    else { return nil }
    let manner = Manner(witness, events)

    func fails(_ candidate: [Event]) -> Bool {
      // What is malformed violates nothing.
      guard let report = try? report(header, candidate, [wanted.selector], witnesses: 20) else {
        return false
      }
      return report.properties.contains { property in
        property.layer == wanted.layer
          && property.violations.contains { !keepsManner || Manner($0, candidate) == manner }
      }
    }
    var shrinking = Shrinking(events)
    shrinking.run(guesses: guesses(events, witness), progress: progress, fails: fails)

    var noted = header
    let note = "shrunk from \(events.count) events: violates \(wanted.selector)"
    noted.note = header.note.map { "\(note); \($0)" } ?? note
    return Result(
      selector: wanted.selector, header: noted, events: shrinking.events, attempts: shrinking.attempts)
  }

  private struct Target {
    var selector: PropertySelector
    var layer: Event.Layer
  }

  /// The first property that is violated and does not merely follow from another, and of it the first part.
  private func target(_ header: Header, _ events: [Event]) throws -> Target? {
    let report = try report(header, events, selector.map { [$0] } ?? [], witnesses: 5)
    let violated = report.properties.filter { $0.verdict == .violated }
    let own = violated.first { $0.violations.contains { $0.followsFrom == nil } }
    guard let property = own ?? violated.first else { return nil }
    let part = property.parts.first { $0.verdict == .violated }?.part
    return Target(selector: PropertySelector(property.property, part), layer: property.layer)
  }

  private func report(
    _ header: Header, _ events: [Event], _ selectors: [PropertySelector], witnesses: Int
  ) throws -> Report {
    let bytes = [UInt8](Self.text(header, events).utf8)
    return try TraceCheck(profile: profile, properties: selectors, witnesses: witnesses)
      .run([.bytes(bytes, name: "trace")])
  }

  private static func text(_ header: Header, _ events: [Event]) -> String {
    var text = TraceWriter.line(for: header) + "\n"
    for event in events { text += TraceWriter.line(for: event) + "\n" }
    return text
  }

  /// Where the event stands in `events` of a place in `text(header, events)`.
  private static func index(_ place: Violation.Place) -> Int { place.line - 2 }

  /// The manner in which a property is violated.
  private struct Manner: Equatable {
    var words: [String]
    var kinds: Set<Event.Kind>
    var views: Int

    init(_ violation: Violation, _ events: [Event]) {
      let names =
        (violation.processes + violation.messages).map(\.string) + violation.views.map(\.description)
      let known = Set(names.map { Name($0) })
      words = violation.summary.split(separator: " ").map { word in
        let bare = word.trimmingSuffix { ",.:;".contains($0) }
        return known.contains(Name(String(bare))) || Int(bare) != nil ? "name" : String(word)
      }
      let kinds = violation.places.map { events[TraceShrink.index($0)].action.kind }
      self.kinds = Set(kinds)
      views = kinds.count { $0 == .view }
    }
  }

  /// Smaller traces in which the same witness may well stand, the smallest first.
  private func guesses(_ events: [Event], _ violation: Violation) -> [[Event]] {
    let cited = Set(violation.places.map(Self.index))
    let processes = Set(violation.processes).union(cited.map { events[$0].at })
    let views = Set(violation.views)
    var messages = Set(violation.messages)
    for index in cited { if let message = events[index].action.message { messages.insert(message) } }
    var lastCited: [Name: Int] = [:]
    for index in cited { lastCited[events[index].at] = max(index, lastCited[events[index].at] ?? 0) }

    func picked(_ keeps: (Int, Event) -> Bool) -> [Event] {
      events.indices.filter { cited.contains($0) || keeps($0, events[$0]) }.map { events[$0] }
    }
    func inTime(_ index: Int, _ event: Event) -> Bool { index <= lastCited[event.at] ?? -1 }
    func concerned(_ event: Event) -> Bool { event.action.message.map(messages.contains) ?? true }
    return [
      picked { _, _ in false },
      picked { index, event in
        guard inTime(index, event), case .view(let view, _, _, _) = event.action else { return false }
        return views.contains(view)
      },
      picked { index, event in inTime(index, event) && concerned(event) },
      picked { _, event in processes.contains(event.at) && concerned(event) },
      picked { _, event in concerned(event) },
      picked { index, event in inTime(index, event) },
      picked { _, event in processes.contains(event.at) },
    ]
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, matches(last) { rest.removeLast() }
    return rest
  }
}

extension Event.Action {
  /// The message sent or delivered.
  fileprivate var message: Name? {
    switch self {
    case .send(let message, _, _), .deliver(let message): message
    default: nil
    }
  }
}
