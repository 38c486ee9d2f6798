import Testing

@testable import Traces

@Suite struct Headers {
  static func header(_ texts: String...) -> Result<Header, TraceError> {
    let sources = texts.enumerated().map { source($1, name: "f\($0)") }
    do throws(TraceError) { return .success(try Trace.read(sources).header) } catch { return .failure(error) }
  }

  @Test func hasDefaults() {
    let all = Header(complete: false, records: Set(Header.Record.allCases), profile: .vs)
    #expect(Headers.header("") == .success(all))
    #expect(Headers.header(#"{"at":"a","event":"signal"}"#) == .success(all))
    #expect(
      Headers.header(
        #"{"vstrace":1,"complete":null,"records":null,"profile":null,"processes":null,"tolerates":null,"group":null,"x":[]}"#
      ) == .success(all))
  }

  @Test func isRead() {
    let text = #"""
      {"note":"n\n","at":7,"source":"s","group":"","tolerates":0,"processes":["b","a","b"],"profile":"gke",
      "records":["view","key","view"],"complete":true,"vstrace":1}
      """#.replacing("\n", with: "")
    let header = Header(
      complete: true, records: [.view, .key], profile: .gke, processes: ["b", "a"], tolerates: 0, group: "",
      source: "s", note: "n\n")
    #expect(Headers.header("\n\r\n" + text + "\n") == .success(header))
    #expect(Headers.header(TraceWriter.line(for: header)) == .success(header))
  }

  @Test func isMerged() {
    let merged = Headers.header(
      #"{"at":"a","event":"signal"}"#,
      #"{"vstrace":1,"complete":true,"processes":["a","b"],"group":"g"}"#, "",
      #"{"vstrace":1,"processes":["b","a","a"],"complete":null,"tolerates":1,"group":"h","note":"n"}"#,
      #"{"vstrace":1,"complete":true,"profile":"evs","records":["signal","view"]}"#,
      #"{"vstrace":1,"records":["view","signal","view"]}"#)
    #expect(
      merged
        == .success(
          Header(
            complete: true, records: [.view, .signal], profile: .evs, processes: ["a", "b"], tolerates: 1,
            group: "g", note: "n")))
  }

  static let refused = [
    Refused(#"{"vstrace":^2}"#, #""vstrace" must be 1, the only version there is, not the number 2"#),
    Refused(#"{"vstrace":^1.0}"#, #""vstrace" must be 1, the only version there is, not the number 1.0"#),
    Refused(#"{"vstrace":^"1"}"#, #""vstrace" must be 1, the only version there is, not the string "1""#),
    Refused(#"{"vstrace":^null}"#, #""vstrace" must not be null here"#),
    Refused(#"{"vstrace":1,^"vstrace":1}"#, #"the key "vstrace" stands twice"#),
    Refused(#"{"vstrace":1,"complete":^1}"#, #""complete" must be true or false, not the number 1"#),
    Refused(
      #"{"vstrace":1,"records":^"view"}"#, #""records" must be an array of words, not the string "view""#),
    Refused(#"{"vstrace":1,"records":["view",^null]}"#, #""records" must hold words, not null"#),
    Refused(
      #"{"vstrace":1,"records":["view",^"delivers"]}"#,
      #"unknown word in "records" "delivers", did you mean "deliver"? It must be one of view, transitional, signal, flushRequest, flushOk, send, deliver, crash, leave, key, start, finish, propose, decide, breakIn"#
    ),
    Refused(
      #"{"vstrace":1,"records":[^"join"]}"#, #""records" must not name "join", which may always stand"#),
    Refused(
      #"{"vstrace":1,"profile":^"VS"}"#,
      #"unknown profile "VS", did you mean "vs"? It must be one of vs, evs, secure, gke"#),
    Refused(#"{"vstrace":1,"processes":[^""]}"#, #"a process name in "processes" must not be empty"#),
    Refused(
      #"{"vstrace":1,"processes":^{}}"#, #""processes" must be an array of process names, not an object"#),
    Refused(
      #"{"vstrace":1,"tolerates":^-1}"#, #""tolerates" must be a non-negative integer, not the number -1"#),
    Refused(
      #"{"vstrace":1,"tolerates":^1e2}"#, #""tolerates" must be a non-negative integer, not the number 1e2"#),
    Refused(
      #"{"vstrace":1,"tolerates":^99999999999999999999}"#,
      #""tolerates" must be a non-negative integer, not the number 99999999999999999999"#),
    Refused(#"{"vstrace":1,"note":^1}"#, #""note" must be a string, not the number 1"#),
  ]

  @Test(arguments: refused) func isRefused(_ line: Refused) {
    #expect(
      Headers.header("", "\n" + String(decoding: line.bytes, as: UTF8.self))
        == .failure(.malformed(file: "f1", line: 2, column: line.column, reason: line.reason)))
  }

  @Test(arguments: [
    (#"{"vstrace":1,"complete":true}"#, #"{"vstrace":1,"complete":^false}"#, "complete"),
    (#"{"vstrace":1,"records":["view"]}"#, #"{"vstrace":1,"records":^["view","send"]}"#, "records"),
    (#"{"vstrace":1,"profile":"vs"}"#, #"{"vstrace":1,"profile":^"evs"}"#, "profile"),
    (#"{"vstrace":1,"processes":["a"]}"#, #"{"vstrace":1,"processes":^["a","b"]}"#, "processes"),
    (#"{"vstrace":1,"tolerates":1}"#, #"{"vstrace":1,"tolerates":^2}"#, "tolerates"),
  ]) func mustAgree(_ first: String, _ second: String, _ member: String) {
    let refused = Refused(second, "\"\(member)\" is not what the header at f0:2 says")
    #expect(
      Headers.header("\n" + first, "{\"vstrace\":1}", String(decoding: refused.bytes, as: UTF8.self))
        == .failure(.malformed(file: "f2", line: 1, column: refused.column, reason: refused.reason)))
  }

  @Test(arguments: [
    "{\"vstrace\":1}\n{\"vstrace\":^1}",
    "{\"at\":\"a\",\"event\":\"signal\"}\n{\"vstrace\":^1}",
    "{\"at\":\"a\",\"event\":\"signal\"}\n{\"at\":\"a\",\"event\":\"deliver\",\"message\":\"m\",\"vstrace\":^null}",
  ]) func standsFirst(_ text: String) {
    let last = Refused(String(text.split(separator: "\n").last!), "")
    let error = TraceError.malformed(
      file: "f0", line: 2, column: last.column,
      reason: "a header stands on the first line of a file or nowhere")
    #expect(Headers.header(text.replacing("^", with: "")) == .failure(error))
  }

  static let kinds: [(String, String)] = [
    ("view", #""view":1,"members":[]"#), ("signal", ""), ("flushRequest", ""), ("flushOk", ""),
    ("send", #""message":"m","service":"safe""#), ("deliver", #""message":"m""#), ("crash", ""),
    ("leave", ""),
    ("start", #""session":"s""#), ("finish", #""session":"s","key":"0""#),
    ("propose", #""instance":"i","value":"""#), ("decide", #""instance":"i","value":"""#), ("breakIn", ""),
  ]

  /// An event stands only where `records` has its word, even in the fast tiers.
  @Test(arguments: kinds) func admitsEvents(_ kind: String, _ members: String) {
    let event = "{\"at\":\"a\",\"event\":\"\(kind)\"\(members.isEmpty ? "" : "," + members)}\n"
    let always = "{\"at\":\"a\",\"event\":\"join\"}\n{\"at\":\"a\",\"event\":\"recover\"}\n"
    let others = Headers.kinds.map { "\"\($0.0)\"" }.filter { $0 != "\"\(kind)\"" }.joined(separator: ",")
    for options in [TraceReader.Options(), TraceReader.Options(strictOnly: true)] {
      let with = source("{\"vstrace\":1,\"records\":[\"\(kind)\"]}\n" + always + event)
      guard case .trace(let trace) = Outcome([with], options) else {
        Issue.record("\(Outcome([with], options))")
        continue
      }
      #expect(trace.events.count == 3)
      let without = source("{\"vstrace\":1,\"records\":[\(others)]}\n" + always + event)
      let reason = "an event \"\(kind)\", which the header's \"records\" leaves out"
      #expect(
        Outcome([without], options) == .failure(.malformed(file: "t", line: 4, column: 19, reason: reason)))
    }
  }

  /// `transitional` and the `key` of a view are then ignored, whatever they are.
  @Test func admitsMembers() throws {
    let view = #"{"at":"a","event":"view","view":1,"members":["a"],"transitional":["b"],"key":"AB"}"#
    let odd = #"{"at":"a","event":"view","view":1,"members":["a"],"transitional":7,"key":"?"}"#
    let none = try Trace.read([source(#"{"vstrace":1,"records":["view"]}"# + "\n" + view + "\n" + odd)])
    let plain = Event(at: "a", action: .view(ViewIdentifier(1), members: ["a"], transitional: nil, key: nil))
    #expect(none.events.map(\.event) == [plain, plain])
    let all = try Trace.read([source(view)])
    #expect(
      all.events[0].event.action
        == .view(ViewIdentifier(1), members: ["a"], transitional: ["b"], key: Event.Key("ab")))
  }
}

/// What concerns more than one line.
@Suite struct Processes {
  @Test func standInOneFile() throws {
    let line = #"{"at":"a","event":"deliver","message":"m"}"#
    let mention = #"{"at":"b","event":"send","message":"n","service":"safe","to":"a"}"#
    let reason = #"the process "a" has events in t, too: all of a process stand in one file"#
    let error = TraceError.malformed(file: "u", line: 2, column: 7, reason: reason)
    #expect(Outcome([source(line), source(mention + "\n" + line, name: "u")]) == .failure(error))
    #expect(Outcome([source(line), source(mention + "\n" + line, name: "u")], .init()) == .failure(error))
    #expect(try Trace.read([source(mention), source(line, name: "u")]).events.count == 2)
  }

  /// A history as words, `kind` or `kind@layer`; `!` before the word where it may not stand.
  @Test(arguments: [
    "crash recover signal", "crash !signal", "crash !crash", "crash !join", "crash !deliver", "crash !leave",
    "crash !signal@secure", "crash !crash@secure", "crash recover@gcs signal",
    "crash recover@gcs !signal@secure",
    "crash recover@gcs !leave", "crash recover@gcs recover@secure leave", "crash@secure signal deliver",
    "crash@secure !signal@secure", "crash@secure !leave", "crash@secure !crash",
    "crash@secure crash@gcs recover leave",
    "crash@secure recover leave", "crash@gcs !deliver", "crash@gcs signal@secure deliver@secure",
    "recover recover",
    "crash !breakIn", "deliver crash !deliver", "leave signal join",
  ]) func areUpOrDown(_ history: String) {
    var lines: [String] = []
    var refused = false
    for word in history.split(separator: " ") {
      refused = word.hasPrefix("!")
      let parts = word.drop { $0 == "!" }.split(separator: "@")
      let layer = parts.count > 1 ? ",\"layer\":\"\(parts[1])\"" : ""
      lines.append("{\"at\":\"a\",\"event\":\"\(parts[0])\",\"message\":\"m\"\(layer)}")
    }
    for options in [TraceReader.Options(), TraceReader.Options(strictOnly: true)] {
      switch Outcome([source(lines.joined(separator: "\n"))], options) {
      case .trace(let trace):
        #expect(!refused)
        #expect(trace.events.count == lines.count)
      case .failure(let error):
        #expect(refused)
        let crash = lines.lastIndex { $0.contains("crash") && $0 != lines.last! } ?? 0
        let reason = "\"a\" crashed on line \(crash + 1); only \"recover\" may follow"
        #expect(error == .malformed(file: "t", line: lines.count, column: 19, reason: reason))
      }
    }
  }
}
