import Testing
import Traces

@testable import TraceChecking

/// Views that are over are judged and given back while a trace is read. Nothing of it may show in the report.
@Suite struct RetirementTests {
  @Test(arguments: LongTrace.all)
  func `The report is the same whether views are retired or not`(_ trace: LongTrace) throws {
    let source = TraceSource.bytes(trace.run.bytes, name: "trace")
    let whole = try #require(try TraceCheck().run([source], retiring: false, nil))
    #expect(Self.notHolding(whole) == trace.expected)
    let retired = try TraceCheck().run([source], retiring: true, nil)
    if trace.isBelied {
      // That what has been given back is spoken of shows that it has been given back.
      #expect(retired == nil)
    } else {
      #expect(try #require(retired).json == whole.json)
    }
    #expect(try TraceCheck().run([source]).json == whole.json)
  }

  @Test(arguments: LongTrace.all)
  func `The verdicts are the same where one process follows the other`(_ trace: LongTrace) throws {
    for order in [trace.run.parted(), trace.run.parted().reversed()] {
      let files = order.map { TraceSource.bytes($0.bytes, name: "\($0.lines.count)") }
      #expect(Self.notHolding(try TraceCheck().run(files)) == trace.expected)
    }
  }

  /// By property, or part of one.
  private static func notHolding(_ report: Report) -> [String: Verdict] {
    var found: [String: Verdict] = [:]
    for property in report.properties {
      let id = property.property.rawValue
      if property.parts.isEmpty, property.verdict != .holds { found[id] = property.verdict }
      for part in property.parts where part.verdict != .holds {
        found["\(id).\(part.part.rawValue)"] = part.verdict
      }
    }
    return found
  }
}

/// A run long enough for most of its views to be retired, and perhaps something that speaks of them.
struct LongTrace: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var run: Run
  /// What does not hold.
  var expected: [String: Verdict] = [:]
  /// Something speaks of what has been retired: the trace has to be judged as a whole.
  var isBelied = false

  static let views = 26

  /// Writes the events of processes that move from view to view together and keep every promise.
  struct Run: Sendable {
    var lines: [(process: String, text: String)] = []
    var header = #"{"vstrace":1}"#
    var members: [String]
    var view = 0
    var sent = 0
    var suffix = ""

    init(_ members: String = "abc") { self.members = members.map(String.init) }

    var bytes: [UInt8] { Array(([header] + lines.map(\.text)).joined(separator: "\n").utf8) + [10] }

    /// A run for each process.
    func parted() -> [Run] {
      Set(lines.map(\.process)).sorted().map { process in
        var run = self
        run.lines = lines.filter { $0.process == process }
        return run
      }
    }

    mutating func event(_ process: String, _ event: String, _ details: String = "") {
      let details = details.isEmpty ? "" : "," + details
      lines.append((process, #"{"at":"\#(process)","event":"\#(event)"\#(details)}"#))
    }

    mutating func send(_ process: String, _ message: String, _ service: String = "reliable") {
      event(process, "send", #""message":"\#(message)","service":"\#(service)""#)
    }

    mutating func deliver(_ process: String, _ message: String) {
      event(process, "deliver", #""message":"\#(message)""#)
    }

    mutating func install(_ process: String, _ view: Int, _ members: [String], transitional: [String]?) {
      func set(_ names: [String]) -> String { "[" + names.map { #""\#($0)""# }.joined(separator: ",") + "]" }
      let moved = transitional.map { #","transitional":\#(set($0))"# } ?? ""
      event(process, "view", #""view":\#(view),"members":\#(set(members))\#(moved)"#)
    }

    mutating func flush(_ process: String) {
      for word in ["flushRequest", "flushOk", "signal"] { event(process, word) }
    }

    /// Everybody goes on to the next view.
    mutating func change(recordingSets: Bool = true) {
      view += 1
      for process in members {
        if view > 1 { flush(process) }
        let moved = view > 1 ? members : [process]
        install(process, view, members, transitional: recordingSets ? moved : nil)
      }
    }

    /// All send in turn, and deliver in one order, in bursts.
    mutating func exchange(_ messages: Int) {
      let services = Event.Service.allCases
      var burst: [String] = []
      for index in 1...messages {
        sent += 1
        let sender = members[(sent - 1) % members.count]
        let message = "\(sender)\(sent)\(suffix)"
        send(sender, message, services[sent % services.count].description)
        burst.append(message)
        guard burst.count == 6 || index == messages else { continue }
        for process in members {
          for message in burst { deliver(process, message) }
        }
        burst = []
      }
    }

    mutating func views(_ count: Int, messages: Int = 500, recordingSets: Bool = true) {
      for _ in 0..<count {
        change(recordingSets: recordingSets)
        exchange(messages)
      }
    }
  }

  private init(
    _ description: String, _ expected: [String: Verdict] = [:], isBelied: Bool = false,
    members: String = "abc", _ write: (inout Run) -> Void
  ) {
    testDescription = description
    self.expected = expected
    self.isBelied = isBelied
    run = Run(members)
    write(&run)
  }

  static let duplicated: [String: Verdict] = [
    "sending-view-delivery": .violated, "delivery-integrity": .violated, "no-duplication": .violated,
  ]

  static let all: [LongTrace] = [
    LongTrace("nothing is wrong") { $0.views(views) },
    LongTrace("a message of a retired view is delivered again", duplicated, isBelied: true) {
      $0.views(views)
      $0.deliver("a", "b5")
    },
    LongTrace("the same where names have no counters", duplicated, isBelied: true) {
      $0.suffix = "x"
      $0.views(views)
      $0.deliver("a", "b5x")
    },
    LongTrace("a message of a retired view is sent again by a stranger", duplicated, isBelied: true) {
      $0.views(views)
      $0.send("e", "b5")
    },
    LongTrace(
      "a recovered process installs a retired view again",
      [
        "local-monotonicity": .violated, "transitional-set.b": .violated, "transitional-set.c": .violated,
        "safe-delivery.b": .inconclusive,
      ], isBelied: true
    ) {
      $0.views(views)
      $0.event("c", "recover")
      $0.install("c", 2, ["a", "b", "c"], transitional: ["c"])
    },
    LongTrace(
      "a stranger installs a retired view with other members", ["view-identity": .violated], isBelied: true
    ) {
      $0.views(views)
      $0.install("d", 2, ["d"], transitional: ["d"])
    },
    LongTrace("a process that left goes on in a retired view", isBelied: true, members: "abcd") {
      $0.views(1)
      $0.event("d", "leave")
      $0.members = ["a", "b", "c"]
      $0.views(views)
      $0.send("d", "late")
      $0.deliver("d", "late")
    },
    LongTrace("a process that crashed in a retired view comes back", members: "abcd") {
      $0.views(1)
      $0.event("d", "crash")
      $0.members = ["a", "b", "c"]
      $0.views(views)
      $0.event("d", "recover")
      for process in $0.members { $0.flush(process) }
      for process in ["a", "b", "c", "d"] {
        $0.install(process, 99, ["a", "b", "c", "d"], transitional: process == "d" ? ["d"] : $0.members)
      }
    },
    LongTrace(
      "a silent member moves on at last", ["safe-delivery.b": .violated], members: "ab"
    ) {
      $0.view = 1
      for process in $0.members { $0.install(process, 1, ["a", "b", "c"], transitional: [process]) }
      $0.exchange(60)
      $0.views(views)
      $0.install("c", 99, ["c"], transitional: ["c"])
    },
    LongTrace(
      "a member that one installation names moves on at last",
      ["safe-delivery.b": .violated, "view-identity": .violated], members: "ab"
    ) {
      $0.view = 1
      $0.install("a", 1, ["a", "b"], transitional: ["a"])
      $0.install("b", 1, ["a", "b", "c"], transitional: ["b"])
      $0.exchange(60)
      $0.views(views)
      $0.install("c", 99, ["c"], transitional: ["c"])
    },
    LongTrace(
      "a member that one installation names leaves at last", ["view-identity": .violated], members: "ab"
    ) {
      $0.header = #"{"vstrace":1,"complete":true}"#
      $0.view = 1
      $0.install("a", 1, ["a", "b"], transitional: ["a"])
      $0.install("b", 1, ["a", "b", "c"], transitional: ["b"])
      $0.exchange(60)
      $0.views(views)
      $0.event("c", "leave")
    },
    LongTrace(
      "a message is sent twice and never delivered",
      ["no-duplication": .violated, "self-delivery": .violated]
    ) {
      $0.change()
      $0.send("a", "x")
      $0.send("a", "x")
      $0.views(views)
    },
    LongTrace(
      "a message is sent in two views and never delivered",
      ["no-duplication": .violated, "self-delivery": .violated]
    ) {
      $0.change()
      $0.send("a", "x")
      $0.change()
      $0.send("a", "x")
      $0.views(views)
    },
    LongTrace(
      "a cause goes through a lower view", ["local-monotonicity": .violated, "causal-delivery": .violated]
    ) {
      $0.install("a", 2, $0.members, transitional: ["a"])
      $0.send("a", "m", "causal")
      $0.deliver("a", "m")
      $0.flush("a")
      $0.install("a", 1, ["a", "b"], transitional: ["a"])
      $0.send("a", "x")
      $0.deliver("a", "x")
      $0.install("b", 1, ["a", "b"], transitional: ["b"])
      $0.deliver("b", "x")
      $0.flush("b")
      $0.install("b", 2, $0.members, transitional: ["b"])
      $0.send("b", "n", "causal")
      $0.deliver("b", "n")
      $0.install("c", 2, $0.members, transitional: ["c"])
      $0.deliver("c", "n")
      for process in $0.members {
        $0.flush(process)
        $0.install(process, 3, $0.members, transitional: process == "a" ? ["a"] : ["b", "c"])
      }
      $0.view = 3
      $0.views(views)
    },
    LongTrace(
      "a message is delivered before any view",
      ["sending-view-delivery": .violated, "delivery-integrity": .inconclusive]
    ) {
      $0.deliver("a", "u")
      $0.views(views)
    },
    LongTrace(
      "a message is delivered again in the next view",
      duplicated.merging(["virtual-synchrony": .violated]) { $1 }
    ) {
      $0.views(2, messages: 60)
      $0.deliver("a", "b5")
      $0.views(views)
    },
    LongTrace("transitional sets come late") {
      $0.change(recordingSets: false)
      $0.send("a", "x")
      $0.deliver("a", "x")
      $0.views(views, recordingSets: false)
      $0.change()
    },
  ]
}
