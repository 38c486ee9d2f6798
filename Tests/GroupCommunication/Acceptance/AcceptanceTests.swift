import GroupCommunication
import Testing
import TraceChecking
import Traces

/// The service is as permissive as the properties: what the checker finds legal it can do, but for what is told here,
/// one by one, and in `Spec/Service.md`. And what breaks a property it never does.
@Suite struct AcceptanceTests {
  /// Whether the service can do what a layer of a trace tells, in a word.
  private static func answer(_ trace: Trace, _ layer: Event.Layer, within bound: Int = 5000) throws -> String
  {
    do {
      var acceptance = Acceptance(try RecordedRun(trace, layer))
      switch acceptance.decide(within: bound) {
      case .accepted: return "accepted"
      case .rejected: return "rejected"
      case .undecided: return "undecided"
      }
    } catch is RecordedRun.Impossible {
      return "rejected"
    } catch let unfit as RecordedRun.Unfit {
      return unfit.rawValue
    }
  }

  /// Legal traces of the corpus that the service cannot do, and why.
  private static let unreachable: [String: String] = [
    "traps/cycles/three-agreed-orders gcs": oneOrder,
    "traps/cycles/three-agreed-orders-without-signals gcs": oneOrder,
    "traps/cycles/four-agreed-orders gcs": oneOrder,
    "vs/safe-delivery/a-inconclusive gcs": oneOrder,
    "secure/safe-delivery/a-inconclusive secure": oneOrder,
    "generated/secure-334 secure": oneOrder,
    "vs/transitional-set/b-holds-absent-member gcs": allAgree,
    "traps/departures/view-named-after-crashed-members gcs": allAgree,
    "traps/departures/a-member-that-never-installs-agreed gcs": allAgree,
    "vs/safe-delivery/b-never-installed-an-old-crash-voids gcs": crashOfOld,
    "vs/agreed-delivery/c-holds-leaves-after-the-signal gcs": leaving,
    "vs/safe-delivery/b-after-the-signal-leaves-before-the-next-view gcs": leaving,
    "vs/transitional-signal/holds-none-after-a-leave gcs": leaving,
    "vs/flush-acknowledgment/a-holds-answer-to-an-earlier-view gcs": leaving,
    "traps/unicasts/to-a-stranger gcs": stranger,
  ]
  private static let oneOrder = "agreed messages of a view have one order, which is extended at its end"
  private static let allAgree =
    "all members of a view have agreed on it, and so have answered a flush request"
  private static let crashOfOld =
    "a member is excused by a crash after the view was agreed, not by one before"
  private static let leaving = "who has left is served no more"
  private static let stranger = "messages go to members"

  @Test func `the corpus is decided as the checker decides it`() throws {
    let judged = Set(Property.judged(profile: .vs, layer: .gcs).map(\.rawValue))
    var tally: [String: Int] = [:]
    var unreachable: Set<String> = []
    for entry in try Corpus.read().entries {
      let layers = (entry.expected?.layers ?? [:]).filter { $0.value.keys.contains("blocked-messages") }
      guard !layers.isEmpty else { continue }
      let trace = try entry.trace()
      for (layer, properties) in layers {
        let worst = properties.filter { judged.contains($0.key) }.values.map(\.verdict).max()!
        let answer = try Self.answer(trace, layer == "gcs" ? .gcs : .secure)
        #expect(worst != .violated || answer != "accepted", "\(entry.id) \(layer)")
        if worst != .violated, answer == "rejected" { unreachable.insert("\(entry.id) \(layer)") }
        tally["\(worst.rawValue): \(answer)", default: 0] += 1
      }
    }
    #expect(unreachable == Set(Self.unreachable.keys))
    #expect(
      tally == [
        "holds: accepted": 240, "holds: rejected": 12,
        "holds: \(RecordedRun.Unfit.events.rawValue)": 24,
        "holds: \(RecordedRun.Unfit.transitionalSets.rawValue)": 12,
        "inconclusive: accepted": 18, "inconclusive: rejected": 3,
        "inconclusive: \(RecordedRun.Unfit.transitionalSets.rawValue)": 1,
        "inconclusive: \(RecordedRun.Unfit.unsent.rawValue)": 9,
        "violated: rejected": 218,
        "violated: \(RecordedRun.Unfit.events.rawValue)": 4,
        "violated: \(RecordedRun.Unfit.transitionalSets.rawValue)": 10,
        "violated: \(RecordedRun.Unfit.unsent.rawValue)": 8,
        "violated: \(RecordedRun.Unfit.length.rawValue)": 2,
        "notApplicable: \(RecordedRun.Unfit.events.rawValue)": 1,
      ])
  }

  /// Legal, by the checker's word, and whether the service can do it.
  private static let legal: [(why: String, isReachable: Bool, processes: [String])] = [
    (
      "a safe message waits for those who have yet to install the view: nobody can tell", true,
      [
        "a: view 1 a,b,c a; send m safe; deliver m; send x causal; deliver x",
        "b: view 1 a,b,c b; deliver m; deliver x",
        "c: crash",
      ]
    ),
    (
      "a unicast, though agreed, has no place in an order", true,
      [
        "a: view 1 a,b,c a; deliver u; deliver m; deliver w",
        "b: view 1 a,b,c b; send u agreed a; deliver m",
        "c: view 1 a,b,c c; send m agreed; send w agreed a; deliver m",
      ]
    ),
    (
      "after its signal b passes over what a delivers first", true,
      [
        "a: view 1 a,b a; send m agreed; request; ok; signal; deliver m; deliver n; view 2 a a",
        "b: view 1 a,b b; send n agreed; request; ok; signal; deliver n; view 3 b b",
      ]
    ),
    (
      "b, which the others believed to come along, goes elsewhere and hears more", true,
      [
        "a: view 1 a,b,c a; request; ok; signal; view 2 a,b a,b",
        "b: view 1 a,b,c b; request; ok; signal; deliver m; view 3 b,c b,c",
        "c: view 1 a,b,c c; send m agreed; deliver m; request; ok; signal; view 3 b,c b,c",
      ]
    ),
    (
      "b, after its signal, delivers n alone and crashes; a delivers the safe m before n", false,
      [
        "a: view 1 a,b a; send m safe; deliver m; deliver n",
        "b: view 1 a,b b; send n agreed; request; ok; signal; deliver n; crash",
      ]
    ),
    (
      "the same with an agreed m, which a delivers after it has heard from b of n", false,
      [
        "a: view 1 a,b a; send m agreed; deliver x; deliver m; deliver n",
        "b: view 1 a,b b; send n agreed; signal; deliver n; send x reliable a; crash",
      ]
    ),
    (
      "two orders that part before any signal: each delivers its own message, and no other", false,
      [
        "a: view 1 a,b a; send m agreed; deliver m; request; ok; signal; view 2 a a",
        "b: view 1 a,b b; send n agreed; deliver n; request; ok; signal; view 3 b b",
      ]
    ),
    (
      "a first view in whose transitional set stands somebody who never installs it", false,
      ["a: view 1 a,b a,b", "b: crash"]
    ),
  ]

  @Test(arguments: legal.indices) func `what the properties allow`(index: Int) throws {
    let (why, isReachable, processes) = Self.legal[index]
    let trace = smallRun(processes)
    let report = try TraceCheck().run([.bytes(Self.bytes(trace), name: why)])
    #expect(report.verdict == .holds, "\(why)")
    #expect(try Self.answer(trace, .gcs) == (isReachable ? "accepted" : "rejected"), "\(why)")
  }

  /// Own runs, whole or cut short, are accepted. Of runs with a change or two none is that breaks a property; those
  /// that are legal, or may become so, and not accepted are counted.
  @Test func `runs and altered runs`() throws {
    var tally: [String: Int] = [:]
    for seed in UInt64(0)..<120 {
      var run = RandomRun(seed: seed)
      run.run(actions: 10 + Int(seed % 6) * 12)
      let isWhole = seed % 2 == 0
      if isWhole { #expect(run.quiesce(within: 20_000) != nil) }
      #expect(try Self.answer(Self.trace(run.events, isWhole), .gcs) == "accepted", "seed \(seed)")
      var random = SplitMix64(seed: seed)
      for alteration in 1...3 {
        var events = run.events
        for _ in 0..<(alteration + 1) / 2 { Self.alter(&events, &random) }
        let trace = Self.trace(events, isWhole)
        guard let report = try? TraceCheck().run([.bytes(Self.bytes(trace), name: "seed \(seed)")]) else {
          continue
        }
        let answer = try Self.answer(trace, .gcs, within: 500)
        #expect(report.verdict != .violated || answer != "accepted", "seed \(seed), \(alteration)")
        tally["\(report.verdict.rawValue): \(answer)", default: 0] += 1
      }
    }
    #expect(
      tally == [
        "holds: accepted": 138, "inconclusive: accepted": 86, "inconclusive: rejected": 2,
        "violated: rejected": 126, "violated: undecided": 8,
      ])
  }

  private static func alter(_ events: inout [Event], _ random: inout SplitMix64) {
    guard let index = random.pick(Array(events.indices)) else { return }
    switch (events[index].action, random.below(3)) {
    case (.view(let view, let members, let transitional, _), 0...1):
      let other = random.pick(members.sorted())!
      let changed = transitional!.symmetricDifference([other])
      events[index].action = .view(view, members: members, transitional: changed, key: nil)
    case (.send(let message, _, let to), 0...1):
      events[index].action = .send(
        message: message, service: random.pick(Event.Service.allCases)!, to: to)
    case (.deliver, 0), (.signal, 0), (.flushRequest, 0), (.crash, 0): events.remove(at: index)
    default:
      let next = events.indices.first { $0 > index && events[$0].at == events[index].at }
      guard let next else { return }
      let action = events[index].action
      events[index].action = events[next].action
      events[next].action = action
    }
  }

  private static func trace(_ events: [Event], _ isComplete: Bool) -> Trace {
    Trace(
      header: Header(complete: isComplete), files: ["run"],
      events: events.enumerated().map { LocatedEvent(event: $1, file: 0, line: $0 + 1) })
  }

  private static func bytes(_ trace: Trace) -> [UInt8] {
    var writer = TraceWriter(header: trace.header)
    for located in trace.events { writer.append(located.event) }
    return writer.bytes
  }
}
