@testable import Traces

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func one<Element>(_ elements: [Element]) -> Element {
    elements[Int(next() % UInt64(elements.count))]
  }
  mutating func chance(_ n: UInt64) -> Bool { next() % n == 0 }
  mutating func upTo(_ n: Int) -> Int { Int(next() % UInt64(n + 1)) }
}

/// Lines of traces, mostly well-formed, in all sorts of writing.
struct LineMaker {
  var random: Seeded

  static let names = [
    "a", "b", "p1", "n1-5184", "seven_7", "eight__8", "nine____9", "fifteen_bytes__", "sixteen__bytes__",
    "seventeen__bytes_", "a name of many more bytes than all the others have", "é", "e\u{301}", "😀",
    "naïve-process-ü",
    "q\"q", "b\\b", "tab\t", "\u{7f}", "nul\u{0}", "nul", " ", "{\"at\":\"a\"}",
  ]
  static let services = ["reliable", "fifo", "causal", "agreed", "safe"]
  static let numbers = [
    "0", "-0", "1", "12.5", "4037.810382", "-3.25", "1e3", "2E-5", "1e999", "01", "1.", ".5", "-", "+1",
    "0.0", "00", "1.5.5",
    "123456789012345678901234567890", "0x1", "NaN", "1 2", "-01", "1e", "1e+",
  ]

  mutating func name() -> String {
    random.one(random.chance(3) ? LineMaker.names : ["a", "b", "p1", "n1-5184"])
  }

  /// A name as a JSON string, sometimes with needless escapes.
  mutating func string(_ name: String) -> String {
    guard random.chance(12), let first = name.unicodeScalars.first, first.value < 0x80, first.value >= 0x20
    else {
      return JSONText.quoted(name)
    }
    let hex = String(first.value, radix: 16)
    let escaped = "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    return "\"" + escaped + JSONText.quoted(String(name.unicodeScalars.dropFirst())).dropFirst()
  }

  mutating func value() -> String {
    switch random.upTo(9) {
    case 0: "null"
    case 1: random.one(["true", "false"])
    case 2: "[" + random.one(["", "1", "1,2", "\"a\",{}", "[[]]"]) + "]"
    case 3: "{" + random.one(["", "\"k\":1", "\"k\":1,\"k\":2", "\"k\":{\"k\":null}"]) + "}"
    case 4...5: random.one(LineMaker.numbers)
    default: string(name())
    }
  }

  mutating func space() -> String { random.one(["", "", "", "", " ", "  ", "\t", "\r"]) }

  /// One line, without its line feed.
  mutating func line() -> String {
    let kind = random.one(["deliver", "deliver", "deliver", "send", "send", "send", "signal", "view", "join"])
    var members: [(String, String)] = [("at", string(name()))]
    let layer = random.chance(6) ? string(random.one(["gcs", "secure", "secure", "Secure"])) : nil
    if let layer { members.append(("layer", layer)) }
    members.append(("event", string(kind)))
    if random.chance(3) {
      members.append(
        ("time", random.one(random.chance(4) ? LineMaker.numbers : ["1", "4037.810382", "0.5"])))
    }
    switch kind {
    case "deliver":
      members.append(("message", string(name())))
      if random.chance(4) { members.append(("service", random.chance(4) ? value() : string("agreed"))) }
      if random.chance(16) { members.append(("to", value())) }
    case "send":
      members.append(("message", string(name())))
      members.append(("service", string(random.chance(20) ? "best" : random.one(LineMaker.services))))
      if random.chance(8) { members.append(("to", random.chance(8) ? value() : string(name()))) }
    case "view":
      members.append(("view", random.one(["1", "[1,\"a\"]", "-0", "9223372036854775808", "[]", "1.0"])))
      members.append(("members", "[" + string(name()) + "," + string(name()) + "]"))
      if random.chance(2) { members.append(("transitional", "[" + string(name()) + "]")) }
    default: break
    }
    while random.chance(6) {
      let keys = [
        "x", "seq", "key", "session", "value", "sevenby", "eightbyt", "ninebytes", "é", "", "x\"y", "vstrac",
        "view",
      ]
      members.append((random.one(keys), value()))
    }
    if random.chance(24) {
      let i = random.upTo(members.count - 1)
      members[i].1 = value()
    }
    if random.chance(24) { members.remove(at: random.upTo(members.count - 1)) }
    if random.chance(24), let member = members.last { members.append(member) }
    if random.chance(400) { members.append(("vstrace", "1")) }
    if random.chance(4) { members.shuffle(using: &random) }
    let loose = random.chance(3)
    var line = loose ? space() + "{" : "{"
    for (i, member) in members.enumerated() {
      if i > 0 { line += "," }
      if loose { line += space() }
      line += string(member.0)
      if loose { line += space() }
      line += ":"
      if loose { line += space() }
      line += member.1
      if loose { line += space() }
    }
    return line + "}" + (loose ? space() : "")
  }

  /// Changes bytes, cuts, doubles.
  mutating func mutate(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let i = random.upTo(bytes.count - 1)
    let likely: [UInt8] = [
      0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x20, 0x0d, 0x0a, 0x30, 0x2d, 0x2e, 0x65, 0x00, 0x1f,
      0x7f,
      0x80, 0xc0, 0xc3, 0xa9, 0xe2, 0xed, 0xa0, 0xf0, 0xf4, 0xff,
    ]
    switch random.upTo(6) {
    case 0: bytes[i] = random.one(likely)
    case 1: bytes[i] ^= 1 << UInt8(random.upTo(7))
    case 2: bytes.insert(random.one(likely), at: i)
    case 3: bytes.remove(at: i)
    case 4: bytes.removeSubrange(i..<min(bytes.count, i + 1 + random.upTo(12)))
    case 5:
      let j = min(bytes.count, i + 1 + random.upTo(20))
      bytes.insert(contentsOf: bytes[i..<j], at: random.upTo(bytes.count - 1))
    default: bytes[i] = UInt8(truncatingIfNeeded: random.next())
    }
  }
}
