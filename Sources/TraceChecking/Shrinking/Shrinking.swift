public import Traces

/// Delta debugging of a trace: what is left of it when whatever is not needed to break a property is gone.
///
/// The reductions follow the trace's own structure, coarse ones first: processes, views, messages, single
/// events, members of views who do nothing; over and over until no single one of them is possible any more.
/// The method is Zeller and Hildebrandt's ddmin, by complements: chunks of halving size are left out, from
/// the end of the trace.
///
///     var shrinking = Shrinking(events)
///     shrinking.run { candidate in isStillBroken(candidate) }
///     print(shrinking.events.count)
public struct Shrinking: Sendable {
  /// What is left.
  public private(set) var events: [Event]
  /// How often a candidate has been tried.
  public private(set) var attempts = 0

  public init(_ events: [Event]) { self.events = events }

  /// Leaves out whatever can be left out.
  ///
  /// - Parameters:
  ///   - guesses: smaller traces that may do, the most promising first: the first that fails is where the
  ///     search begins.
  ///   - progress: told after each attempt.
  ///   - fails: whether a candidate still breaks what the whole trace breaks; it must do so of the whole
  ///     trace. A candidate need not be well-formed: `fails` says no then.
  public mutating func run<Failure>(
    guesses: [[Event]] = [], progress: (Shrinking) -> Void = { _ in },
    fails: ([Event]) throws(Failure) -> Bool
  ) throws(Failure) {
    func attempt(_ candidate: [Event], _ shrinking: inout Shrinking) throws(Failure) -> Bool {
      shrinking.attempts += 1
      let smaller = try fails(candidate)
      if smaller { shrinking.events = candidate }
      progress(shrinking)
      return smaller
    }
    for guess in guesses where guess.count < events.count {
      if try attempt(guess, &self) { break }
    }
    var before: [Event]
    repeat {
      before = events
      for unit in Unit.allCases { try leaveOut(unit, attempt) }
      try thinSets(attempt)
    } while events != before
  }

  private typealias Attempt<Failure: Error> = ([Event], inout Shrinking) throws(Failure) -> Bool

  /// What is left out as a whole.
  private enum Unit: CaseIterable {
    /// All that happens at a process.
    case process
    /// A view at all who install it, with what happens in it.
    case view
    /// What happens at one process in one view.
    case section
    /// The sends and deliveries of a message; the events of a session, of an instance.
    case message
    case event
  }

  /// Leaves out as many groups of events as possible, until no single one can go.
  private mutating func leaveOut<Failure>(_ unit: Unit, _ attempt: Attempt<Failure>) throws(Failure) {
    var groups = groups(unit)
    var size = max(1, groups.count / 2)
    while !groups.isEmpty {
      var removed = false
      var end = groups.count
      while end > 0 {
        let start = max(0, end - size)
        let left = Array(groups[..<start] + groups[end...])
        if try attempt(without(groups[start..<end]), &self) {
          removed = true
          // The indices of what is left have moved.
          let gone = groups[start..<end].flatMap(\.self).sorted()
          groups = left.map { $0.map { $0 - Self.count(gone, below: $0) } }
        }
        end = start
      }
      if size > 1 {
        size = (size + 1) / 2
      } else if !removed {
        return
      }
    }
  }

  private func without(_ groups: ArraySlice<[Int]>) -> [Event] {
    var keeps = [Bool](repeating: true, count: events.count)
    for index in groups.joined() { keeps[index] = false }
    return events.indices.filter { keeps[$0] }.map { events[$0] }
  }

  /// How many of the ascending `numbers` are less than `bound`.
  private static func count(_ numbers: [Int], below bound: Int) -> Int {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private enum Group: Hashable {
    case process(Name)
    case view(Event.Layer?, ViewIdentifier)
    case section(Int)
    case message(Event.Layer?, Name)
    case session(Name)
    case instance(Name)
    case event(Int)
  }

  private struct Lane: Hashable {
    var process: Name
    var layer: Event.Layer?
  }

  /// The indices of the events that go together, groups in the order of their first event. Events in no group
  /// stay.
  private func groups(_ unit: Unit) -> [[Int]] {
    var groups: [[Int]] = []
    var numbers: [Group: Int] = [:]
    var current: [Lane: Group] = [:]
    for (index, event) in events.enumerated() {
      guard let group = group(of: event, index, unit, &current) else { continue }
      if let number = numbers[group] {
        groups[number].append(index)
      } else {
        numbers[group] = groups.count
        groups.append([index])
      }
    }
    return groups
  }

  /// - Parameter current: what each process is in: a view or a section.
  private func group(of event: Event, _ index: Int, _ unit: Unit, _ current: inout [Lane: Group]) -> Group? {
    switch unit {
    case .process: return .process(event.at)
    case .view, .section:
      let lane = Lane(process: event.at, layer: event.layer)
      if case .view(let view, _, _, _) = event.action {
        current[lane] = unit == .view ? .view(event.layer, view) : .section(index)
      }
      return current[lane]
    case .message:
      switch event.action {
      case .send(let message, _, _), .deliver(let message): return .message(event.layer, message)
      case .start(let session), .finish(let session, _): return .session(session)
      case .propose(let instance, _), .decide(let instance, _): return .instance(instance)
      case .join, .leave, .crash, .recover, .breakIn, .view, .signal, .flushRequest, .flushOk: return nil
      }
    case .event: return .event(index)
    }
  }

  /// Leaves processes that no longer do anything out of the members and transitional sets: of all views, then
  /// of single ones. Those that still act stay: a view without its own members would puzzle more than it
  /// saves.
  private mutating func thinSets<Failure>(_ attempt: Attempt<Failure>) throws(Failure) {
    let acting = Set(events.map(\.at))
    let absent = Set(events.flatMap(\.named)).subtracting(acting).sorted()
    for name in absent {
      if try attempt(events.map { $0.without(name) }, &self) { continue }
      for index in events.indices where events[index].named.contains(name) {
        var candidate = events
        candidate[index] = candidate[index].without(name)
        _ = try attempt(candidate, &self)
      }
    }
  }
}

extension Event {
  /// The processes in the sets of a view.
  fileprivate var named: Set<Name> {
    guard case .view(_, let members, let transitional, _) = action else { return [] }
    return members.union(transitional ?? [])
  }

  /// The same event, with the process left out of the sets of its view.
  fileprivate func without(_ name: Name) -> Event {
    guard case .view(let view, var members, var transitional, let key) = action else { return self }
    members.remove(name)
    transitional?.remove(name)
    var event = self
    event.action = .view(view, members: members, transitional: transitional, key: key)
    return event
  }
}
