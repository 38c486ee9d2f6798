import Foundation
import Testing
import TraceChecking
import Traces

@Suite struct ReportingTests {
  static func place(_ line: Int) -> Violation.Place { Violation.Place(file: 0, line: line) }

  static let agreed = Violation(
    part: .b, summary: "a and b deliver a1 and b1 in different orders.",
    argument: [
      Violation.Step("Let a1 and b1 be agreed messages.", [place(4), place(5)]),
      Violation.Step("Then a delivered a1 before b1.", [place(6), place(7)]),
      Violation.Step("However b delivered b1 before a1.", [place(9), place(8), place(6)]),
    ],
    processes: ["a", "b"], messages: ["a1", "b1"], views: [ViewIdentifier(2)])

  static let safe = Violation(
    part: .a, summary: "a and b deliver the safe messages a1 and b1 in different orders.",
    argument: [Violation.Step("Let a1 and b1 be safe messages.", [place(4)])],
    processes: ["a", "b"], messages: ["a1", "b1"], followsFrom: PropertySelector(.agreedDelivery, .b))

  static func report(
    files: [String] = ["trace.jsonl"], layer: Event.Layer = .gcs, _ properties: [PropertyReport]
  ) -> Report {
    Report(
      files: files, header: Header(complete: true), profile: .vs, processes: 3, events: 120,
      properties: properties)
  }

  static func property(
    _ property: Property, _ verdict: Verdict, checked: Int = 12, layer: Event.Layer = .gcs,
    parts: [Verdict] = [], count: Int? = nil, violations: [Violation] = [], open: [String] = []
  ) -> PropertyReport {
    PropertyReport(
      property: property, layer: layer, verdict: verdict, checked: checked,
      parts: zip(Property.Part.allCases, parts).map { .init(part: $0, verdict: $1) },
      violationCount: count ?? violations.count, violations: violations, open: open)
  }

  static let mixed = report([
    property(.selfInclusion, .holds),
    property(.fifoDelivery, .holds, checked: 0),
    property(
      .selfDelivery, .inconclusive, checked: 3, open: ["a has not delivered a1 where its recording stops."]),
    property(
      .agreedDelivery, .violated, checked: 310, parts: [.holds, .violated, .inconclusive], count: 3,
      violations: [agreed]),
    property(.safeDelivery, .violated, checked: 310, parts: [.violated, .holds], violations: [safe]),
    property(.blockedMessages, .notApplicable, checked: 0),
  ])

  // MARK: JSON

  @Test func `JSON is one line with the members of the documentation in their order`() {
    let report = Self.report([
      Self.property(.selfInclusion, .holds),
      Self.property(
        .agreedDelivery, .violated, checked: 310, parts: [.holds, .violated, .inconclusive],
        violations: [Self.agreed]),
    ])
    let expected = """
      {"trace":["trace.jsonl"],"verdict":"violated","complete":true,"processes":3,"events":120,"properties":[\
      {"id":"self-inclusion","layer":"gcs","verdict":"holds","checked":12,"violationCount":0,"violations":[]},\
      {"id":"agreed-delivery","layer":"gcs","verdict":"violated","checked":310,\
      "parts":{"a":"holds","b":"violated","c":"inconclusive"},"violationCount":1,"violations":[\
      {"part":"b","summary":"a and b deliver a1 and b1 in different orders.","events":[\
      {"file":"trace.jsonl","line":4},{"file":"trace.jsonl","line":5},{"file":"trace.jsonl","line":6},\
      {"file":"trace.jsonl","line":7},{"file":"trace.jsonl","line":9},{"file":"trace.jsonl","line":8}],\
      "processes":["a","b"],"messages":["a1","b1"],"views":["2"]}]}]}
      """
    #expect(report.json == expected)
  }

  @Test(arguments: ["\"quoted\" \\ and\nbroken", "\u{1}\u{1f}\u{7f}", "\u{2028}é\u{1F600}", "</script>"])
  func `JSON carries any name`(name: String) throws {
    var violation = Self.agreed
    violation.summary = name
    violation.processes = [Name(name)]
    violation.views = [try #require(ViewIdentifier([.integer(1), .string(Name(name))]))]
    let json = Self.report(files: [name], [Self.property(.selfInclusion, .violated, violations: [violation])])
      .json
    #expect(!json.contains("\n"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["trace"] as? [String] == [name])
    let property = try #require((object["properties"] as? [[String: Any]])?.first)
    let read = try #require((property["violations"] as? [[String: Any]])?.first)
    #expect(read["summary"] as? String == name)
    #expect(read["processes"] as? [String] == [name])
    let view = try #require((read["views"] as? [String])?.first)
    let components = try #require(try JSONSerialization.jsonObject(with: Data(view.utf8)) as? [Any])
    #expect(components.last as? String == name)
  }

  // MARK: Text

  @Test func `the text tells every property, then the arguments, what follows once, and the verdict`() {
    let text = TextReport(Self.mixed, arguments: ["trace.jsonl", "other one.jsonl"]).text
    let expected = """
      trace.jsonl: profile vs, complete

        ✓ self-inclusion    holds           12 checked
        ✓ fifo-delivery     holds           nothing to check
        ? self-delivery     inconclusive    3 checked
        ✗ agreed-delivery   violated        310 checked; 3 violations; a holds, b violated, c inconclusive
        ✗ safe-delivery     violated        310 checked; 1 violation; a violated, b holds
        - blocked-messages  not applicable  the trace does not record it

      ? self-delivery is open where the recording stops:
          a has not delivered a1 where its recording stops.

      ✗ agreed-delivery.b: Agreed Delivery (Amir et al., III-A, property 11)
        All who deliver two agreed messages deliver them in the same order.

        a and b deliver a1 and b1 in different orders.
          Let a1 and b1 be agreed messages.  trace.jsonl:4, trace.jsonl:5
          Then a delivered a1 before b1.  trace.jsonl:6, trace.jsonl:7
          However b delivered b1 before a1.  trace.jsonl:9, trace.jsonl:8, trace.jsonl:6

        and 2 more; a greater --witnesses tells more.

        It follows that this is violated, too: safe-delivery.a. Safe messages keep the order of agreed
          ones.

      violated: not agreed-delivery.b; also not safe-delivery.a; 1 of 6 properties hold; 1 inconclusive; 1
        not applicable; 1 with nothing to check; 120 events of 3 processes
      smallest trace that shows it: conclave shrink --same-manner --property agreed-delivery.b trace.jsonl 'other one.jsonl'

      """
    #expect(text == expected)
  }

  @Test func `what follows from something that is not reported is told by itself`() {
    let report = Self.report([
      Self.property(.safeDelivery, .violated, parts: [.violated, .holds], violations: [Self.safe])
    ])
    let text = TextReport(report).text
    #expect(text.contains("✗ safe-delivery.a: Safe Delivery"))
    #expect(text.contains(Self.safe.summary))
  }

  @Test func `what follows from something that is told with another finding follows from that`() {
    var causal = Self.agreed
    causal.part = nil
    var agreed = Self.agreed
    agreed.part = .a
    agreed.followsFrom = PropertySelector(.causalDelivery)
    var safe = Self.safe
    safe.followsFrom = PropertySelector(.agreedDelivery, .a)
    let report = Self.report([
      Self.property(.causalDelivery, .violated, violations: [causal]),
      Self.property(.agreedDelivery, .violated, parts: [.violated, .holds, .holds], violations: [agreed]),
      Self.property(.safeDelivery, .violated, parts: [.violated, .holds], violations: [safe]),
    ])
    let text = TextReport(report).text
    #expect(text.contains("It follows that this is violated, too: agreed-delivery.a."))
    #expect(text.contains("It follows that this is violated, too: safe-delivery.a."))
    #expect(!text.contains("The same lines"))
  }

  @Test func `what the same lines violate is told with them`() {
    var other = Self.agreed
    other.part = nil
    other.argument = [Violation.Step("Of these two lines,", [Self.place(8), Self.place(4)])]
    var apart = other
    apart.argument.append(Violation.Step("and of another.", [Self.place(99)]))
    apart.summary = "apart"
    let report = Self.report([
      Self.property(
        .agreedDelivery, .violated, parts: [.holds, .violated, .holds], violations: [Self.agreed]),
      Self.property(.transitionalSignal, .violated, violations: [other]),
      Self.property(.blockedMessages, .violated, violations: [other, apart]),
    ])
    let text = TextReport(report).text
    #expect(text.contains("  The same lines also violate: transitional-signal. Between two views"))
    #expect(!text.contains("also violate: blocked-messages"), "it has a finding of its own")
    #expect(!text.contains("✗ transitional-signal: "))
    #expect(text.contains("✗ blocked-messages: "))
    #expect(text.contains("apart"))
    #expect(text.contains("not agreed-delivery.b, blocked-messages; also not transitional-signal;"))
  }

  @Test func `what two processes do to each other is told once`() {
    var mirrored = Self.agreed
    mirrored.summary = "mirrored"
    mirrored.argument.reverse()
    mirrored.processes.reverse()
    var third = mirrored
    third.summary = "of a third process"
    third.processes = ["a", "c"]
    var message = mirrored
    message.summary = "of another message"
    message.messages = ["a1", "b2"]
    var line = mirrored
    line.summary = "of fewer lines"
    line.argument.removeLast()
    func told(_ violations: [Violation], count: Int) -> String {
      TextReport(
        Self.report([Self.property(.viewIdentity, .violated, count: count, violations: violations)])
      ).text
    }
    let alone = told([Self.agreed, mirrored], count: 2)
    #expect(!alone.contains("mirrored") && !alone.contains("more") && !alone.contains("  1. "))
    #expect(told([Self.agreed, mirrored], count: 3).contains("and 1 more"))
    let all = told([Self.agreed, mirrored, third, message, line], count: 5)
    #expect(!all.contains("mirrored"))
    for other in [third, message, line] { #expect(all.contains(other.summary)) }
    #expect(all.contains("  4. ") && !all.contains("  5. "))
    let report = Self.report([
      Self.property(.viewIdentity, .violated, violations: [Self.agreed, mirrored])
    ])
    #expect(report.json.contains("mirrored"))
  }

  @Test func `a part whose violations are all beyond the witnesses says how to see them`() {
    let report = Self.report([
      Self.property(
        .agreedDelivery, .violated, parts: [.violated, .violated, .holds], count: 9, violations: [Self.agreed]
      )
    ])
    let text = TextReport(report).text
    #expect(
      text.contains("None of its violations is among those told; --property agreed-delivery.a tells them."))
    #expect(text.contains("and 8 more"))
  }

  @Test func `without witnesses the text says how to get one`() {
    let report = Self.report([
      Self.property(.selfInclusion, .violated, count: 1),
      Self.property(.agreedDelivery, .violated, parts: [.violated, .violated, .holds], count: 9),
    ])
    let text = TextReport(report).text
    let parts = text.components(
      separatedBy: "\n  None of its violations is told; --witnesses 1 tells the first.\n")
    #expect(parts.count == 4)
    #expect(!text.contains("more") && !text.contains("among those told"))
  }

  @Test(arguments: [2, 5, 6]) func `each finding has its command to shrink, five at the most`(count: Int) {
    let broken = Property.allCases.prefix(count)
    let properties = broken.enumerated().map { number, property in
      var violation = Self.agreed
      violation.argument = [Violation.Step("Here.", [Self.place(number + 1)])]
      return Self.property(property, .violated, violations: [violation])
    }
    var again = properties[0]
    again.layer = .secure
    let text = TextReport(Self.report(properties + [again]), arguments: ["t.jsonl"]).text
    let commands = broken.prefix(5).map {
      "  conclave shrink --same-manner --property \($0.rawValue) t.jsonl\n"
    }
    #expect(text.hasSuffix("\nsmallest traces that show them:\n" + commands.joined()))
  }

  @Test func `a verdict is not repeated in its reason`() {
    let silent = Self.property(.transitionalSignal, .notApplicable, checked: 0)
    let text = TextReport(Self.report([silent, silent])).text
    #expect(text.contains("\nnot applicable: the trace records nothing that is judged; 120 events"))
    #expect(TextReport(Self.report([])).text.contains("\nnot applicable: no property is judged; 120 events"))
  }

  @Test func `the layer is told only where there are two`() {
    let one = Self.report([Self.property(.selfInclusion, .holds)])
    #expect(!TextReport(one).text.contains("gcs"))
    let two = Self.report([
      Self.property(.selfInclusion, .holds),
      Self.property(.selfInclusion, .violated, layer: .secure, violations: [Self.agreed]),
    ])
    let text = TextReport(two).text
    #expect(text.contains("  ✓ self-inclusion  gcs     holds"))
    #expect(text.contains("  ✗ self-inclusion  secure  violated"))
    #expect(text.contains("not self-inclusion (secure)"))
  }

  @Test func `colours stand only where they are asked for, and never over a line's end`() {
    #expect(!TextReport(Self.mixed).text.contains("\u{1b}"))
    let coloured = TextReport(Self.mixed, colours: true).text
    #expect(coloured.contains("\u{1b}[31m✗\u{1b}[0m"))
    for line in coloured.split(separator: "\n") {
      #expect(line.count(where: { $0 == "\u{1b}" }).isMultiple(of: 2))
    }
    let plain = coloured.replacing(/\u{1b}\[[0-9;]*m/, with: "")
    #expect(plain == TextReport(Self.mixed).text)
  }

  @Test func `no name reaches the terminal as a command`() {
    var violation = Self.agreed
    violation.summary = "\u{1b}[2Jgone \u{202e}turned\nnew line"
    let report = Self.report(
      files: ["\u{1b}]0;title\u{7}"], [Self.property(.selfInclusion, .violated, violations: [violation])])
    let text = TextReport(report, arguments: ["\u{1b}"]).text
    #expect(text.contains(#"\u{1b}[2Jgone \u{202e}turned\nnew line"#))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x202e })
  }

  @Test func `long sentences are broken, and their lines stand below`() {
    var violation = Self.agreed
    let sentence = "Then " + Array(repeating: "message", count: 30).joined(separator: " ") + "."
    violation.argument = [Violation.Step(sentence, (1...20).map(Self.place))]
    let report = Self.report([Self.property(.selfInclusion, .violated, violations: [violation])])
    let text = TextReport(report).text
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(text.contains("\n        trace.jsonl:1, trace.jsonl:2,"))
  }

  @Test func `long names are shortened in the text only`() throws {
    let name = "begin" + String(repeating: "é", count: 1_000_000) + "end"
    var violation = Self.agreed
    violation.summary = "a delivers \(name) and b does not"
    violation.argument = [Violation.Step("a delivers \(name).", [Self.place(4)])]
    var report = Self.report([
      Self.property(.selfInclusion, .violated, violations: [violation]),
      Self.property(.selfDelivery, .inconclusive, open: ["a has not delivered \(name) yet."]),
    ])
    report.header.group = name
    let text = TextReport(report).text
    #expect(text.utf8.count < 2000)
    let short = try #require(text.firstMatch(of: /a delivers (begin[^ ]*end) and b does not/)).1
    #expect(short.count == 60 && short.contains("…"))
    #expect(text.count(where: { $0 == "…" }) == 4)
    #expect(report.json.contains(name))
    let xml = JUnit.document([.checked(report)])
    #expect(xml.components(separatedBy: name).count == 5, "the message, the summary, a step; what is open")
  }

  @Test(arguments: [59, 60, 61, 62]) func `names of some 60 characters stay`(length: Int) {
    let name = String(repeating: "é", count: length)
    var violation = Self.agreed
    violation.summary = "a delivers \(name) and \(name)"
    let report = Self.report([Self.property(.selfInclusion, .violated, violations: [violation])])
    let text = TextReport(report).text
    #expect(text.contains(name) == (length <= 60))
    let short = String(repeating: "é", count: 30) + "…" + String(repeating: "é", count: 29)
    #expect(text.contains(short) == (length > 60))
  }

  @Test func `a long name of many words is shortened, too`() {
    var violation = Self.agreed
    violation.summary = Array(repeating: "word", count: 100_000).joined(separator: " ")
    let report = Self.report([Self.property(.selfInclusion, .violated, violations: [violation])])
    let text = TextReport(report).text
    #expect(text.utf8.count < 5000 && text.contains("…"))
  }

  // MARK: Definitions

  @Test(arguments: Property.allCases) func `every property and part is defined in a sentence of its own`(
    property: Property
  ) {
    for profile in Header.Profile.allCases {
      let parts = property.parts(profile: profile).map {
        PropertySelector(property, $0).definition(in: profile)
      }
      let sentences = parts + [property.definition(in: profile)]
      for sentence in sentences {
        #expect(sentence.hasSuffix("."))
        #expect(sentence.count(where: { $0 == "." }) == 1)
      }
      #expect(Set(sentences).count == sentences.count)
    }
    #expect(!property.title.isEmpty && !property.paper.isEmpty)
  }

  @Test(arguments: [Property.deliveryIntegrity, .fifoDelivery, .causalDelivery])
  func `a definition is that of the profile by which the layer is judged`(property: Property) {
    func definition(_ profile: Header.Profile, _ layer: Event.Layer) -> String {
      var report = Self.report([
        Self.property(property, .violated, layer: layer, violations: [Self.agreed])
      ])
      report.profile = profile
      let text = TextReport(report).text
      let sentence = property.definition(in: layer == .secure ? .secure : profile)
      // The text breaks its lines.
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains(sentence))
      #expect(
        JUnit.document([.checked(report)]).split(whereSeparator: \.isWhitespace)
          .joined(separator: " ").contains(sentence))
      return sentence
    }
    #expect(definition(.evs, .gcs) != definition(.vs, .gcs))
    #expect(definition(.evs, .secure) == definition(.vs, .gcs))
  }

  @Test func `one permission may answer several requests`() {
    let definition = PropertySelector(.flushAcknowledgment, .a).definition(in: .vs)
    #expect(!definition.contains("once") && definition.contains("unasked"))
  }

  // MARK: JUnit

  @Test func `JUnit has a suite per layer and a case per part`() {
    let xml = JUnit.document([
      .checked(Self.mixed), .unreadable(trace: "bad.jsonl", reason: "bad.jsonl:1:1: <what>"),
    ])
    #expect(xml.hasPrefix(#"<?xml version="1.0" encoding="UTF-8"?>"#))
    #expect(xml.contains(#"<testsuites name="conclave" tests="10" failures="2" errors="1" skipped="3">"#))
    #expect(
      xml.contains(#"<testsuite name="trace.jsonl (gcs)" tests="9" failures="2" errors="0" skipped="3">"#))
    #expect(xml.contains(#"<testcase name="self-inclusion" classname="trace.jsonl.gcs"/>"#))
    #expect(xml.contains(#"<testcase name="agreed-delivery.b" classname="trace.jsonl.gcs">"#))
    #expect(
      xml.contains(#"<skipped message="inconclusive: a has not delivered a1 where its recording stops."/>"#))
    #expect(xml.contains(#"<error message="bad.jsonl:1:1: &lt;what&gt;"/>"#))
    #expect(xml.contains("However b delivered b1 before a1."))
  }

  /// Python's parser is not ours, and every machine that runs the tests has it.
  @Test(arguments: [
    "plain", "<&>\"']]>", "\u{1}\u{8}\u{b}\u{1f}\u{fffe}\u{ffff}", "line\nfeed\ttab", "é\u{1F600}",
  ])
  func `JUnit is well-formed whatever the names are`(name: String) throws {
    var violation = Self.agreed
    violation.summary = name
    violation.argument = [Violation.Step(name, [Self.place(4)])]
    let report = Self.report(
      files: [name],
      [
        Self.property(.selfInclusion, .violated, violations: [violation]),
        Self.property(.selfDelivery, .inconclusive, open: [name]),
      ])
    let xml = JUnit.document([.checked(report), .unreadable(trace: name, reason: name)])
    let script = """
      import sys, xml.etree.ElementTree as tree
      root = tree.fromstring(sys.stdin.buffer.read())
      assert root.tag == 'testsuites'
      total = {key: int(root.get(key)) for key in ('tests', 'failures', 'errors', 'skipped')}
      count = dict.fromkeys(total, 0)
      for suite in root:
          assert suite.tag == 'testsuite' and suite.get('name')
          assert int(suite.get('tests')) == len(suite)
          for case in suite:
              assert case.tag == 'testcase' and case.get('name') and case.get('classname')
              count['tests'] += 1
              assert len(case) <= 1
              for outcome in case:
                  assert outcome.get('message')
                  count[{'failure': 'failures', 'error': 'errors', 'skipped': 'skipped'}[outcome.tag]] += 1
      assert count == total, (count, total)
      print('well-formed')
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(xml.utf8))
    try input.fileHandleForWriting.close()
    let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(answer == "well-formed\n")
  }

  /// Two lives of one process are one name.
  @Test func `Whom and what a violation speaks of stands there once`() {
    let violation = Violation(
      summary: "", argument: [], processes: ["b", "a", "b"], messages: ["m", "m"],
      views: [ViewIdentifier(3), ViewIdentifier(1), ViewIdentifier(3)])
    #expect(violation.processes == ["b", "a"])
    #expect(violation.messages == ["m"])
    #expect(violation.views == [ViewIdentifier(3), ViewIdentifier(1)])
  }
}
