import Testing

@testable import Traces

struct Refused: Sendable, CustomTestStringConvertible {
  var bytes: [UInt8]
  var column: Int
  var reason: String
  var testDescription: String { String(decoding: bytes, as: UTF8.self) }

  /// - Parameter line: `^` stands where the fault is, and is taken out.
  init(_ line: String, _ reason: String) {
    self.init(Array(line.utf8), reason)
  }

  init(_ line: [UInt8], _ reason: String) {
    let place = line.firstIndex(of: UInt8(ascii: "^"))!
    bytes = Array(line[..<place] + line[(place + 1)...])
    column = place + 1
    self.reason = reason
  }
}

private func + (text: String, byte: UInt8) -> [UInt8] { Array(text.utf8) + [byte] }
private func + (bytes: [UInt8], text: String) -> [UInt8] { bytes + Array(text.utf8) }

@Suite struct RefusedLines {
  static let lines: [Refused] = [
    // Not an object.
    Refused(#"^[1]"#, #"unexpected "[": a line is a JSON object; "{" is expected"#),
    Refused(#"  ^null"#, #"unexpected "n": a line is a JSON object; "{" is expected"#),
    Refused(
      "^\u{feff}{\"at\":\"a\",\"event\":\"signal\"}", "a byte order mark; a trace is UTF-8 without one"),
    Refused("^\u{c}", #"unexpected "\u000c": a line is a JSON object; "{" is expected"#),
    Refused(#"{"at":"a","event":"signal"} ^{}"#, #"unexpected "{": nothing may follow the line's object"#),
    Refused(#"{"at":"a","event":"signal"}^,"#, #"unexpected ",": nothing may follow the line's object"#),
    // Cut off.
    Refused(#"{^"#, "the line ends too early: a key in quotes is expected"),
    Refused(
      #"{"at":"a","event":"signal"^"#, #"the line ends too early: "," or "}" is expected after a member"#),
    Refused(#"{"at":"a","event":"sig^"#, "the line ends inside a string"),
    Refused(#"{"at":"a\^"#, "the line ends inside a string"),
    Refused(#"{"at":"a","event":^"#, "the line ends too early: a value is expected"),
    Refused(#"{"at":"a","event"^"#, #"the line ends too early: ":" is expected after a key"#),
    Refused(#"{"at":"a","x":[1^"#, #"the line ends too early: "," or "]" is expected after an element"#),
    // Syntax.
    Refused(#"{"at":"a",^}"#, #"unexpected "}": a key in quotes is expected"#),
    Refused(#"{^at:"a"}"#, #"unexpected "a": a key in quotes is expected"#),
    Refused(#"{"at"^;"a"}"#, #"unexpected ";": ":" is expected after a key"#),
    Refused(#"{"at":"a" ^"event":"signal"}"#, #"unexpected "\"": "," or "}" is expected after a member"#),
    Refused(#"{"at":^'a'}"#, #"unexpected "'": a value is expected"#),
    Refused(#"{"at":"a","x":[1,^]}"#, #"unexpected "]": a value is expected"#),
    Refused(#"{"at":"a","x":^tru}"#, #"unexpected "t": a value is expected"#),
    Refused(#"{"at":"a","x":^NaN}"#, #"unexpected "N": a value is expected"#),
    Refused(#"{"at":"a","x":^é}"#, #"unexpected "é": a value is expected"#),
    Refused(#"{"at":"a","x":^nul}"#, #"unexpected "n": a value is expected"#),
    // Numbers.
    Refused(#"{"at":"a","event":"signal","time":^01}"#, "a number has no leading zeros"),
    Refused(#"{"at":"a","event":"signal","time":-^00}"#, "a number has no leading zeros"),
    Refused(#"{"at":"a","event":"signal","time":-^}"#, #"unexpected "}": a digit is expected"#),
    Refused(#"{"at":"a","event":"signal","time":^+1}"#, #"unexpected "+": a value is expected"#),
    Refused(
      #"{"at":"a","event":"signal","time":1.^}"#,
      #"unexpected "}": a digit is expected after the decimal point"#),
    Refused(
      #"{"at":"a","event":"signal","time":1e+^,}"#, #"unexpected ",": a digit is expected in the exponent"#),
    Refused(
      #"{"at":"a","event":"signal","time":0^x1}"#, #"unexpected "x": "," or "}" is expected after a member"#),
    Refused(#"{"at":"a","event":"signal","time":-^Infinity}"#, #"unexpected "I": a digit is expected"#),
    // Strings.
    Refused("{\"at\":\"a^\tb\"}", "a control character in a string must be escaped"),
    Refused("{\"at\":\"a^\u{0}b\"}", "a control character in a string must be escaped"),
    Refused(#"{"at":"^\x"}"#, "no such escape sequence in JSON"),
    Refused(#"{"at":"^\u12g4"}"#, #""\u" needs four hexadecimal digits"#),
    Refused(#"{"at":"^\u+123"}"#, #""\u" needs four hexadecimal digits"#),
    Refused(#"{"at":"^\ud800"}"#, "a surrogate stands alone"),
    Refused(#"{"at":"^\udc00\ud800"}"#, "a surrogate stands alone"),
    Refused(#"{"at":"^\ud800x"}"#, "a surrogate stands alone"),
    Refused(#"{"at":"a","x":["^\ud800\ud800"]}"#, "a surrogate stands alone"),
    // UTF-8: stray and missing continuations, overlong forms, surrogates, beyond Unicode; in ignored members,
    // too.
    Refused(("{\"at\":\"^" + 0x80) + "\"}", "invalid UTF-8"),
    Refused(("{\"at\":\"^" + 0xff) + "\"}", "invalid UTF-8"),
    Refused(("{\"at\":\"é^" + 0xc3) + "\"}", "invalid UTF-8"),
    Refused((("{\"at\":\"^" + 0xc0) + [0xaf]) + "\"}", "invalid UTF-8"),
    Refused((("{\"at\":\"^" + 0xe0) + [0x9f, 0xbf]) + "\"}", "invalid UTF-8"),
    Refused((("{\"at\":\"^" + 0xed) + [0xa0, 0x80]) + "\"}", "invalid UTF-8"),
    Refused((("{\"at\":\"^" + 0xf0) + [0x8f, 0xbf, 0xbf]) + "\"}", "invalid UTF-8"),
    Refused((("{\"at\":\"^" + 0xf4) + [0x90, 0x80, 0x80]) + "\"}", "invalid UTF-8"),
    Refused(
      (("{\"at\":\"a\",\"event\":\"signal\",\"x\":[{\"^" + 0xe2) + [0x82]) + "\":1}]}", "invalid UTF-8"),
    Refused(("{\"at\":\"a\",\"event\":\"deliver\",\"message\":\"m^" + 0x80) + "\"}", "invalid UTF-8"),
    Refused(("{\"at\":\"a\",\"event\":\"signal\"}^" + 0xfe), "invalid UTF-8"),
    // Keys that stand twice, as they read unescaped, at any depth.
    Refused(#"{"at":"a",^"at":"a","event":"signal"}"#, #"the key "at" stands twice"#),
    Refused(#"{"at":"a","event":"signal",^"\u0061t":null}"#, #"the key "at" stands twice"#),
    Refused(#"{"at":"a","event":"signal","x":1,^"x":1}"#, #"the key "x" stands twice"#),
    Refused(#"{"at":"a","event":"signal","members":1,^"members":1}"#, #"the key "members" stands twice"#),
    Refused(
      #"{"at":"a","event":"signal","x":[{"k":{"at":1,"é":2,^"\u00e9":3}}]}"#, #"the key "é" stands twice"#),
    Refused(
      #"{"at":"a","event":"signal","x":{"#
        + (0..<40).map { "\"k\($0)\":0" }.joined(separator: ",") + #",^"k3":0}}"#,
      #"the key "k3" stands twice"#),
    // Depth.
    Refused(#"{"at":"a","event":"signal","x":[[[[[[[[[[[[[[[^[1]]]]]]]]]]]]]]]]}"#, "nested deeper than 16"),
    Refused(
      #"{"at":"a","event":"signal","x":"# + String(repeating: #"{"k":"#, count: 15) + "^{"
        + String(repeating: "}", count: 16) + "}", "nested deeper than 16"),
    // Members.
    Refused(#"{^}"#, #"the member "at" is missing"#),
    Refused(#"{"event":"signal"^}"#, #"the member "at" is missing"#),
    Refused(#"{"at":"a"^}"#, #"the member "event" is missing"#),
    Refused(#"{"at":"a","evnt":"signal"^}"#, #"the member "event" is missing; "evnt" may be meant to be it"#),
    Refused(#"{"at":^null,"event":"signal"}"#, #""at" must not be null here"#),
    Refused(#"{"at":^7,"event":"signal"}"#, #""at" must be a string, not the number 7"#),
    Refused(#"{"at":^["a"],"event":"signal"}"#, #""at" must be a string, not an array"#),
    Refused(#"{"at":^"","event":"signal"}"#, #""at" must not be empty"#),
    Refused(#"{"at":"a","event":^true}"#, #""event" must be a string, not true"#),
    Refused(
      #"{"at":"a","event":^"delivr","message":"m"}"#,
      #"unknown event "delivr", did you mean "deliver"? It must be one of deliver, send, view, signal, flushRequest, flushOk, join, leave, crash, recover, breakIn, start, finish, propose, decide"#
    ),
    Refused(
      #"{"at":"a","event":^"flushok"}"#,
      #"unknown event "flushok", did you mean "flushOk"? It must be one of deliver, send, view, signal, flushRequest, flushOk, join, leave, crash, recover, breakIn, start, finish, propose, decide"#
    ),
    Refused(
      #"{"at":"a","event":"signal","layer":^"upper"}"#,
      #"unknown layer "upper"; it must be one of gcs, secure"#),
    Refused(#"{"at":"a","event":"crash","layer":^1}"#, #""layer" must be a string, not the number 1"#),
    Refused(#"{"at":"a","event":"signal","time":^"1"}"#, #""time" must be a number, not the string "1""#),
    Refused(#"{"at":"a","event":"deliver"^}"#, #"the member "message" is missing"#),
    Refused(#"{"at":"a","event":"deliver","message":^""}"#, #""message" must not be empty"#),
    Refused(#"{"at":"a","event":"deliver","message":^{}}"#, #""message" must be a string, not an object"#),
    Refused(#"{"at":"a","event":"send","message":"m"^}"#, #"the member "service" is missing"#),
    Refused(
      #"{"at":"a","event":"send","message":"m","service":^"aggreed"}"#,
      #"unknown service "aggreed", did you mean "agreed"? It must be one of reliable, fifo, causal, agreed, safe"#
    ),
    Refused(
      #"{"at":"a","event":"send","message":"m","service":^"FIFO"}"#,
      #"unknown service "FIFO", did you mean "fifo"? It must be one of reliable, fifo, causal, agreed, safe"#),
    Refused(
      #"{"at":"a","event":"send","message":"m","service":"safe","to":^""}"#, #""to" must not be empty"#),
    Refused(
      #"{"at":"a","event":"send","message":"m","service":"safe","to":^["b"]}"#,
      #""to" must be a string, not an array"#),
    Refused(#"{"at":"a","event":"view","members":["a"]^}"#, #"the member "view" is missing"#),
    Refused(#"{"at":"a","event":"view","view":1^}"#, #"the member "members" is missing"#),
    Refused(
      #"{"at":"a","event":"view","view":1,"members":^"a"}"#,
      #""members" must be an array of process names, not the string "a""#),
    Refused(
      #"{"at":"a","event":"view","view":1,"members":["a", ^1]}"#,
      #""members" must hold process names, not the number 1"#),
    Refused(
      #"{"at":"a","event":"view","view":1,"members":["a",^""]}"#,
      #"a process name in "members" must not be empty"#),
    Refused(
      #"{"at":"a","event":"view","view":1,"members":[],"transitional":[ ^null ]}"#,
      #""transitional" must hold process names, not null"#),
    Refused(
      #"{"at":"a","event":"view","view":^9223372036854775808,"members":[]}"#,
      "the number 9223372036854775808 does not fit into 64 bits"),
    Refused(
      #"{"at":"a","event":"view","view":^1.0,"members":[]}"#,
      #""view" must be an integer or an array of integers and strings, not the number 1.0"#),
    Refused(
      #"{"at":"a","event":"view","view":[1,^1e2],"members":[]}"#,
      #""view" must hold integers and strings, not the number 1e2"#),
    Refused(
      #"{"at":"a","event":"view","view":[^[1]],"members":[]}"#,
      #""view" must hold integers and strings, not an array"#),
    Refused(
      #"{"at":"a","event":"view","view":[^-9223372036854775809],"members":[]}"#,
      "the number -9223372036854775809 does not fit into 64 bits"),
    Refused(#"{"at":"a","event":"view","view":^[],"members":[]}"#, #""view" must not be an empty array"#),
    Refused(
      #"{"at":"a","event":"view","view":^"1","members":[]}"#,
      #""view" must be an integer or an array of integers and strings, not the string "1""#),
    Refused(#"{"at":"a","event":"view","view":1,"members":[],"key":^""}"#, #""key" must not be empty"#),
    Refused(
      #"{"at":"a","event":"view","view":1,"members":[],"key":^"0x1"}"#,
      #""key" must be hexadecimal digits, not "0x1""#),
    Refused(#"{"at":"a","event":"start"^}"#, #"the member "session" is missing"#),
    Refused(#"{"at":"a","event":"start","session":^""}"#, #""session" must not be empty"#),
    Refused(#"{"at":"a","event":"finish","session":"s"^}"#, #"the member "key" is missing"#),
    Refused(#"{"at":"a","event":"finish","session":"s","key":^null}"#, #""key" must not be null here"#),
    Refused(#"{"at":"a","event":"propose","instance":^"","value":"v"}"#, #""instance" must not be empty"#),
    Refused(#"{"at":"a","event":"decide","instance":"i"^}"#, #"the member "value" is missing"#),
    Refused(
      #"{"at":"a","event":"decide","instance":"i","value":^0}"#,
      #""value" must be a string, not the number 0"#),
  ]

  @Test(arguments: lines) func areRefused(_ line: Refused) {
    func refusal(_ number: Int) -> Outcome {
      .failure(.malformed(file: "t", line: number, column: line.column, reason: line.reason))
    }
    #expect(Outcome([.bytes(line.bytes, name: "t")]) == refusal(1))
    let before = Array("{\"at\":\"z\",\"event\":\"signal\"}\n\n".utf8)
    #expect(Outcome([.bytes(before + line.bytes + [0x0a], name: "t")]) == refusal(3))
    #expect(
      Outcome([.bytes(before + line.bytes + [0x0a], name: "t")], TraceReader.Options()) == refusal(3))
  }
}
