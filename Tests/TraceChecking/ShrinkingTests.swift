import Testing
import TraceChecking
import Traces

@Suite struct ShrinkingTests {
  static func send(_ at: Name, _ message: Name) -> Event {
    Event(at: at, action: .send(message: message, service: .agreed, to: nil))
  }
  static func deliver(_ at: Name, _ message: Name) -> Event {
    Event(at: at, action: .deliver(message: message))
  }
  static func view(_ at: Name, _ view: Int64, _ members: Set<Name>) -> Event {
    Event(at: at, action: .view(ViewIdentifier(view), members: members, transitional: [at], key: nil))
  }

  /// Some processes that deliver everything in a few views.
  static func run(processes: Int, views: Int, messages: Int) -> [Event] {
    let names = (0..<processes).map { Name("p\($0)") }
    var events: [Event] = []
    for number in 0..<views {
      for name in names { events.append(view(name, Int64(number), Set(names))) }
      for message in 0..<messages {
        let name = Name("m\(number).\(message)")
        events.append(send(names[message % processes], name))
        for process in names { events.append(deliver(process, name)) }
      }
    }
    return events
  }

  @Test(arguments: [
    [deliver("p3", "m2.17")],
    [deliver("p3", "m2.17"), deliver("p0", "m0.0")],
    [send("p4", "m1.4"), deliver("p3", "m2.17"), deliver("p0", "m0.0"), deliver("p1", "m3.39")],
  ])
  func `what is left is what is needed`(needed: [Event]) {
    var shrinking = Shrinking(Self.run(processes: 5, views: 4, messages: 40))
    let whole = shrinking.events.count
    shrinking.run { candidate in needed.allSatisfy(candidate.contains) }
    #expect(Set(shrinking.events) == Set(needed))
    #expect(shrinking.events.count == needed.count)
    #expect(shrinking.attempts < whole, "far fewer attempts than events")
  }

  /// An odd number of deliveries: single removals alone would get nowhere.
  @Test func `no single event of the result can go`() {
    func fails(_ events: [Event]) -> Bool {
      let count = events.count { if case .deliver = $0.action { true } else { false } }
      return count >= 7 && !count.isMultiple(of: 2)
    }
    var shrinking = Shrinking(Self.run(processes: 3, views: 2, messages: 7) + [Self.deliver("p0", "last")])
    shrinking.run(fails: fails)
    #expect(shrinking.events.count == 7)
    for index in shrinking.events.indices {
      var smaller = shrinking.events
      smaller.remove(at: index)
      #expect(!fails(smaller))
    }
  }

  @Test func `the order of what is left is that of the trace`() {
    let events = Self.run(processes: 3, views: 2, messages: 9)
    var shrinking = Shrinking(events)
    func isDelivery(_ event: Event) -> Bool { if case .deliver = event.action { true } else { false } }
    shrinking.run { candidate in candidate.count { $0.at == "p1" && isDelivery($0) } >= 5 }
    #expect(shrinking.events.count == 5)
    var rest = events[...]
    for event in shrinking.events {
      let index = rest.firstIndex(of: event)
      #expect(index != nil)
      if let index { rest = rest[(index + 1)...] }
    }
  }

  @Test func `processes that do nothing any more leave the sets of views`() {
    let events = Self.run(processes: 6, views: 2, messages: 2)
    var shrinking = Shrinking(events)
    shrinking.run { candidate in
      candidate.contains { event in
        if case .view(ViewIdentifier(1), let members, _, _) = event.action {
          event.at == "p2" && members.contains("p5")
        } else {
          false
        }
      }
    }
    #expect(shrinking.events == [Self.view("p2", 1, ["p2", "p5"])])
  }

  @Test func `a section goes with what happened in it`() {
    // No event may stand in another view than before: only whole sections can go.
    let events = Self.run(processes: 2, views: 3, messages: 2)
    func views(_ events: [Event]) -> [Event: Event?] {
      var current: [Name: Event] = [:]
      var views: [Event: Event?] = [:]
      for event in events {
        if case .view = event.action {
          current[event.at] = event
        } else {
          views[event] = .some(current[event.at])
        }
      }
      return views
    }
    let whole = views(events)
    var shrinking = Shrinking(events)
    shrinking.run { candidate in
      candidate.contains(Self.deliver("p1", "m2.1"))
        && candidate.contains { if case .view = $0.action { $0.at == "p1" } else { false } }
        && views(candidate).allSatisfy { whole[$0.key] == $0.value }
    }
    #expect(shrinking.events.count == 2)
  }

  @Test func `the first guess that fails is where the search begins`() {
    let events = Self.run(processes: 3, views: 2, messages: 5)
    let needed = Self.deliver("p1", "m1.3")
    var tried: [[Event]] = []
    var shrinking = Shrinking(events)
    let good = [Self.view("p1", 1, ["p1"]), needed]
    shrinking.run(guesses: [[Self.deliver("p1", "m1.2")], good, [needed]]) { candidate in
      tried.append(candidate)
      return candidate.contains(needed)
    }
    #expect(tried[1] == good)
    #expect(tried.dropFirst(2).allSatisfy { $0.count < 2 })
    #expect(shrinking.events == [needed])
  }

  @Test func `names that are canonically equivalent are two messages`() {
    let composed: Name = "\u{e9}"
    let decomposed: Name = "e\u{301}"
    var shrinking = Shrinking([Self.send("a", composed), Self.send("a", decomposed)])
    shrinking.run { $0.contains(Self.send("a", decomposed)) }
    #expect(shrinking.events == [Self.send("a", decomposed)])
  }

  @Test func `an error of the predicate ends the search`() {
    struct Stop: Error {}
    var shrinking = Shrinking(Self.run(processes: 2, views: 1, messages: 1))
    #expect(throws: Stop.self) {
      try shrinking.run { (_: [Event]) throws(Stop) -> Bool in throw Stop() }
    }
  }
}
