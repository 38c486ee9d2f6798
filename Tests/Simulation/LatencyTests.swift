import CyclicGroups
import GroupCommunication
import KeyAgreement
import SecureGroup
import Testing
import TraceChecking
import Traces

@testable import Simulation

@Suite struct LatencyTests {
  private static func plan(
    _ seed: UInt64, _ latencies: String = "5...150", members: Int = 5, events: Int = 25
  ) -> Plan {
    Plan(seed: seed, members: members, events: events, latencies: Latencies(latencies)!)
  }

  private static func run(_ plan: Plan) -> Simulation<SymbolicGroup, SymbolicSignatures> {
    var simulation = Simulation(symbolic: plan)
    simulation.run()
    return simulation
  }

  /// The steps of a run with their times in microseconds.
  private static func steps(_ plan: Plan) -> [(happening: Happening<SymbolicGroup>, time: Int)] {
    var simulation = Simulation(symbolic: plan)
    var steps: [(happening: Happening<SymbolicGroup>, time: Int)] = []
    simulation.run { steps.append(($0, Int(($0.time * 1_000_000).rounded()))) }
    return steps
  }

  /// A message of the service, as the trace tells it.
  private struct Sent {
    var sender: Process
    var number: Int
    var isOrdered: Bool
    var time: Int
  }

  // MARK: Links

  @Test(arguments: 1...20) func `a link has one latency, near ones less than far ones`(seed: UInt64) throws {
    let links = try #require(Self.plan(seed, "100...500", members: 6).links)
    #expect(Self.plan(seed, "100...500", members: 6).links == links)
    #expect(Self.plan(seed + 100, "100...500", members: 6).links != links)
    for a in 0..<6 {
      for b in 0..<6 {
        let latency = links.latency(from: Process(a), to: Process(b))
        if a == b {
          #expect(latency == 100_000)
        } else if links.places[a] == links.places[b] {
          #expect((100_000...200_000).contains(latency))
        } else {
          #expect((200_000...500_000).contains(latency))
        }
      }
    }
  }

  @Test func `some networks stand in one place and some in three`() {
    let counts = (UInt64(1)...50).map { Set(Self.plan($0).links!.places).count }
    #expect(Set(counts) == [1, 2, 3])
  }

  @Test(arguments: [
    ("5...150", 5000...150_000), ("0.1...0.5", 100...500), ("0...1", 0...1000), ("7...7", 7000...7000),
    ("0.25...1000", 250...1_000_000), ("lan", 100...500), ("wan", 5000...150_000),
  ])
  func `latencies are read as they are written`(text: String, range: ClosedRange<Int>) throws {
    let latencies = try #require(Latencies(text))
    #expect(latencies.range == range)
    #expect(Latencies(latencies.description) == latencies)
  }

  @Test(arguments: [
    "", "5", "...", "5...", "...5", "5...4", "0...0", "-1...5", "1...1000.1", "a...b", "1...nan", "1...inf",
    "1..2", "1...2...3", "LAN",
  ])
  func `what are no latencies is refused`(text: String) { #expect(Latencies(text) == nil) }

  // MARK: When things happen

  /// No message is anywhere before its link's latency has passed, also a process's own; and most take longer.
  /// Of one sender, what is at least fifo comes in the order of the sends (Amir et al., Appendix I).
  @Test(arguments: 1...8, ["5...150", "1...1"]) func `messages take their time and keep their order`(
    seed: UInt64, latencies: String
  ) throws {
    let plan = Self.plan(seed, latencies)
    let links = try #require(plan.links)
    let trace = try Trace.read([.bytes(Self.run(plan).trace.bytes, name: "run")])
    var sent: [Name: Sent] = [:]
    var last: [[Int]] = Array(repeating: Array(repeating: 0, count: 5), count: 5)
    var (delivered, late, now) = (0, 0, 0)
    for recorded in trace.events {
      let event = recorded.event
      let time = Int((try #require(event.time) * 1_000_000).rounded())
      #expect(time >= now)
      now = time
      guard event.layer == .gcs else { continue }
      let p = try #require(Process(event.at.string))
      switch event.action {
      case .send(let message, let service, _):
        let name = try #require(PacketName(message.string))
        sent[message] = Sent(
          sender: p, number: name.number, isOrdered: service != .reliable, time: time)
      case .deliver(let message):
        let origin = try #require(sent[message])
        let least = origin.time + links.latency(from: origin.sender, to: p)
        #expect(time >= least, "\(message) at \(p)")
        delivered += 1
        if time > least { late += 1 }
        if origin.isOrdered {
          #expect(origin.number > last[p.index][origin.sender.index])
          last[p.index][origin.sender.index] = origin.number
        }
      default: break
      }
    }
    #expect(delivered > 100)
    #expect(late > delivered / 2)
  }

  /// A change is noticed some time after it, by each member at another time; then the members acknowledge the flush,
  /// agree in a round trip, and hear of the view.
  @Test(arguments: 1...8) func `a view takes its time`(seed: UInt64) throws {
    let plan = Self.plan(seed)
    let links = try #require(plan.links)
    let least = links.latencies.range.lowerBound
    var joined: ProcessSet = []
    // Since the last agreement of which it is a member.
    var changed = [Int?](repeating: nil, count: 5)
    var flushed = [Int](repeating: 0, count: 5)
    var agreed = [(component: ProcessSet, time: Int)?](repeating: nil, count: 5)
    var (requests, agreements, installations) = (0, 0, 0)
    for (happening, time) in Self.steps(plan) {
      for turn in happening.turns where turn.actions.contains(.sendFlushOk) && !turn.isFlushOkUncalled {
        flushed[turn.process.index] = time
      }
      switch happening.step {
      case .connect, .suspect, .join, .leave, .crash, .recover:
        for p in 0..<5 { changed[p] = changed[p] ?? time }
        switch happening.step {
        case .join(let p), .recover(let p): joined.insert(p)
        case .leave(let p), .crash(let p): joined.remove(p)
        default: break
        }
      case .flushRequest(let p), .signal(let p):
        #expect(time >= (try #require(changed[p.index])) + least)
        requests += 1
      case .agree(let classes, _):
        let component = classes.reduce(ProcessSet(), |)
        #expect(component.isSubset(of: joined))
        let roundTrip = 2 * links.greatest(among: component)
        for p in component {
          #expect(time >= flushed[p.index] + roundTrip)
          changed[p.index] = nil
          agreed[p.index] = (component, time)
        }
        agreements += 1
      case .install(let p):
        let (component, agreement) = try #require(agreed[p.index])
        #expect(time >= agreement + links.latency(from: component.first!, to: p))
        installations += 1
      case .deliver, .send, .flushOk: break
      }
    }
    #expect(requests > 20)
    #expect(agreements > 10)
    #expect(installations > agreements)
  }

  /// What a person waits for: the view of the service, then the key; longer links, longer waits.
  @Test(arguments: 1...4) func `longer latencies make longer waits`(seed: UInt64) {
    let near = Self.run(Self.plan(seed, "1...2")).summary.waits
    let far = Self.run(Self.plan(seed, "50...100")).summary.waits
    for waits in [near, far] {
      #expect(waits.all.count > 10)
      #expect(waits.service.count == waits.all.count && waits.agreement.count == waits.all.count)
      #expect(waits.all.greatest >= max(waits.service.greatest, waits.agreement.greatest))
      #expect(waits.all.greatest <= waits.service.greatest + waits.agreement.greatest)
    }
    // A message, and a change that has to be noticed.
    #expect(near.agreement.median >= 1000 && near.service.median >= 4000)
    #expect(far.service.median > 20 * near.service.median)
    #expect(far.agreement.median > 20 * near.agreement.median)
  }

  /// GDH hands a token from new member to new member (V-A): the more there are, the longer it takes.
  @Test func `a greater group waits longer for its first key`() throws {
    func firstKey(_ members: Int) throws -> Int {
      var simulation = Simulation(symbolic: Self.plan(3, "10...10", members: members, events: 0))
      simulation.run()
      #expect(simulation.summary.waits.agreement.count >= members)
      return simulation.summary.waits.agreement.greatest
    }
    #expect(try firstKey(4) < firstKey(8))
    #expect(try firstKey(8) < firstKey(16))
  }

  @Test func `without latencies nobody waits`() {
    var plan = Self.plan(1)
    plan.latencies = nil
    #expect(Self.run(plan).summary.waits.all.count == 0)
  }

  @Test func `a seed is a run`() {
    let bytes = Self.run(Self.plan(7)).trace.bytes
    #expect(Self.run(Self.plan(7)).trace.bytes == bytes)
    #expect(Self.run(Self.plan(8)).trace.bytes != bytes)
    #expect(Self.run(Self.plan(7, "5...151")).trace.bytes != bytes)
  }

  // MARK: What may happen

  /// Theorems 1.1 to 1.15 and 2.1, key agreement, freshness, secrecy, and that all come to rest in SECURE.
  @Test(arguments: ScheduleTests.kinds) func `the repaired machines keep every promise`(
    algorithm: Algorithm, agreement: KeyAgreementProtocol
  ) throws {
    var (views, late, interrupted, refused) = (0, 0, 0, 0)
    var judged: Set<String> = []
    for seed in UInt64(1)...30 {
      var plan = Self.plan(seed, seed % 2 == 0 ? "lan" : "wan", members: 3 + Int(seed % 4))
      plan.algorithm = algorithm
      plan.agreement = agreement
      let run = Self.run(plan)
      let verdict = try RunVerdict(run.summary, run.trace.bytes, exposed: run.evidence.exposed)
      #expect(verdict.broken.isEmpty, "seed \(seed)")
      #expect(run.summary.dropped.isEmpty, "seed \(seed)")
      views += run.summary.secureViews
      late += run.summary.lateViews
      interrupted += run.summary.interrupted
      refused += run.summary.refused
      for property in verdict.report.properties where property.checked > 0 {
        judged.insert("\(property.layer)/\(property.property.rawValue)")
      }
    }
    #expect(views > 500)
    #expect(late > 0)
    #expect(interrupted > 50)
    #expect(refused > 0)
    #expect(judged.count == 34)
  }

  /// Latencies delay, and rule nothing out: what Spec/Errata.md names is found with them, too.
  @Test(arguments: [
    (Algorithm.basic, "not-possible: Final Token in FO"), (.basic, "not-possible: Final Token in KL"),
    (.basic, "secure/transitional-signal"), (.basic, "secure/sending-view-delivery"),
    (.basic, "not-possible: Data Message in KL"), (.basic, "secure/transitional-set.b"),
    (.basic, "secure/safe-delivery.b"), (.optimized, "termination"),
    (.optimized, "not-possible: flush ok that nobody asked for"),
    (.optimized, "not-possible: Partial Token in FT"),
  ])
  func `as printed they break what the errata say`(algorithm: Algorithm, broken: String) throws {
    let hit = try (UInt64(1)...200).contains { seed in
      var plan = Self.plan(seed, "5...20", members: 4)
      plan.algorithm = algorithm
      plan.repairs = .none
      let run = Self.run(plan)
      return try RunVerdict(run.summary, run.trace.bytes, exposed: run.evidence.exposed).broken.contains(
        broken)
    }
    #expect(hit)
  }

  /// Somebody between the members and the network changes nothing else of the run.
  @Test func `an adversary changes nothing`() {
    var plan = Self.plan(4)
    let trace = Self.run(plan).trace.bytes
    plan.adversary = true
    let attacked = Self.run(plan)
    #expect(attacked.trace.bytes == trace)
    #expect(attacked.summary.accepted.isEmpty)
    #expect(attacked.summary.refusals.count > 3)
  }
}

@Suite struct DurationTests {
  @Test func `of durations the middle and the greatest are told`() {
    var some = Durations()
    #expect(some.median == 0 && some.greatest == 0)
    for duration in [5, 1_234_567, 12, 7, 99_999] { some.insert(duration) }
    #expect(some.count == 5)
    #expect(some.median == 12)
    #expect(some.greatest == 1_234_567)
    var more = Durations()
    for _ in 0..<7 { more.insert(123_456) }
    #expect(more.median == 123_000)
    more.formUnion(some)
    #expect(more.count == 12)
    #expect(more.median == 123_000)
    #expect(more.greatest == 1_234_567)
  }

  @Test(arguments: [
    (0, "0 ms"), (1, "0 ms"), (850, "0.85 ms"), (9_996, "10 ms"), (12_340, "12.3 ms"), (412_000, "412 ms"),
    (1_234_567, "1.23 s"), (60_000_000, "60 s"),
  ])
  func `they are told in three digits`(duration: Int, text: String) {
    #expect(Durations.text(duration) == text)
  }
}
