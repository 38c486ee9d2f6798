/// The fast tiers of the reader. They know two kinds of events, `deliver` and `send`, of processes that have
/// been met in the same file and are up, in lines without escapes. They take a line only if the strict parser
/// takes it and makes the same event of it; every other line they leave to it.
///
/// They look at eight bytes at once and may look at up to 40 bytes behind the end of a line. All lines before
/// the end of the memory must be whole.
struct FastScanner {
  private let slots: UnsafePointer<ProcessTable.Slot>
  private let states: UnsafePointer<UInt64>
  private let shift: UInt64
  private let mask: Int
  private let here: UInt64
  private let deliveries: Bool
  private let sends: Bool

  /// What it holds of the table is valid until the table's next change.
  ///
  /// - Parameters:
  ///   - here: the state of processes that have events in the current file and are up.
  ///   - recorded: the kinds of events that the header admits.
  init(_ table: ProcessTable, here: UInt64, _ recorded: RecordedKinds) {
    slots = UnsafePointer(table.slots)
    states = UnsafePointer(table.states)
    shift = table.shift
    mask = 1 << Int(64 - table.shift) - 1
    self.here = here
    deliveries = recorded.contains(.deliver)
    sends = recorded.contains(.send)
  }

  // MARK: The canonical line

  /// Takes a line in the writer's form: `at`, perhaps `layer`, `event`, perhaps `time`, `message`, and
  /// `service`, which a `deliver` may have, too.
  ///
  /// - Returns: where the next line begins; nil where this one is left to another tier.
  @inline(__always)
  func canonical(
    _ p: UnsafeRawPointer, line: UInt32, into out: UnsafeMutablePointer<ScannedEvent>
  ) -> UnsafeRawPointer? {
    guard load(p) & low(7) == word("{\"at\":\"") else { return nil }
    var q = p + 7
    var first = load(q)
    var second: UInt64 = 0
    var stop = specials(first)
    if stop != 0 {
      first &= below(stop)
      q += index(stop)
    } else {
      second = load(q + 8)
      stop = specials(second)
      // A name of 16 bytes has no stop; that a quote follows is seen below.
      second &= stop == 0 ? .max : below(stop)
      q += stop == 0 ? 16 : 8 + index(stop)
    }
    guard let process = process(first, second) else { return nil }

    var layers = ScannedEvent.Layers.gcs
    if load(q) != word("\",\"event") {
      guard load(q) == word("\",\"layer"), load(q + 8) == word("\":\"secur"),
        byte(q + 16) == UInt8(ascii: "e")
      else { return nil }
      layers = .secure
      q += 17
      guard load(q) == word("\",\"event") else { return nil }
    }
    guard load(q + 3) == word("event\":\"") else { return nil }
    q += 11

    let event = load(q)
    let isDeliver = event == word("deliver\"")
    if isDeliver {
      guard deliveries else { return nil }
      q += 8
    } else {
      guard event & low(5) == word("send\"\0\0\0"), sends else { return nil }
      q += 5
    }

    if load(q) != word(",\"messag") {
      guard load(q) == word(",\"time\":"), let end = number(q + 8) else { return nil }
      q = end
      guard load(q) == word(",\"messag") else { return nil }
    }
    guard load(q + 4) == word("ssage\":\"") else { return nil }
    let message = q + 12
    q = message
    stop = specials(load(q))
    while stop == 0 {
      q += 8
      guard q - message < 1 << 16 else { return nil }
      stop = specials(load(q))
    }
    q += index(stop)
    let length = q - message
    guard length > 0 else { return nil }

    var service = Event.Service.reliable
    if isDeliver && load(q) & low(3) == word("\"}\n\0\0\0\0\0") {
      q += 3
    } else {
      guard load(q) == word("\",\"servi"), load(q + 5) == word("rvice\":\"") else { return nil }
      q += 13
      let text = load(q)
      if text == word("agreed\"}") {
        service = .agreed
        q += 6
      } else if text & low(5) == word("safe\"\0\0\0") {
        service = .safe
        q += 4
      } else if text & low(5) == word("fifo\"\0\0\0") {
        service = .fifo
        q += 4
      } else if text == word("causal\"}") {
        service = .causal
        q += 6
      } else {
        guard text == word("reliable") else { return nil }
        q += 8
      }
      guard load(q) & low(3) == word("\"}\n\0\0\0\0\0") else { return nil }
      q += 3
      if isDeliver { service = .reliable }
    }
    out.initialize(
      to: ScannedEvent(
        message: message, messageLength: UInt32(truncatingIfNeeded: length), process: process,
        to: ScannedEvent.nobody, line: line, detail: .max, kind: isDeliver ? .deliver : .send, layers: layers,
        service: service))
    return q
  }

  // MARK: Any order

  /// Takes a line with its members in any order, with any spaces, with `to`, with names of valid UTF-8, and
  /// with up to four members of its own that hold no arrays or objects and have keys of at most seven bytes.
  ///
  /// - Returns: where the next line begins; nil where this one is left to the strict parser.
  @inline(never)
  func anyOrder(
    _ p: UnsafeRawPointer, line: UInt32, into out: UnsafeMutablePointer<ScannedEvent>
  ) -> UnsafeRawPointer? {
    var q = afterSpace(p)
    guard byte(q) == UInt8(ascii: "{") else { return nil }
    q += 1
    var seen: UInt32 = 0
    var at: (start: UnsafeRawPointer, count: Int) = (p, 0)
    var message = at
    var to = at
    var kind: Event.Kind?
    var service: Event.Service?
    var layers = ScannedEvent.Layers.gcs
    var others: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    repeat {
      q = afterSpace(q)
      guard byte(q) == UInt8(ascii: "\"") else { return nil }
      q += 1
      let text = load(q)
      let stop = specials(text)
      guard stop != 0 else { return nil }
      let key = text & below(stop)
      q += index(stop)
      guard byte(q) == UInt8(ascii: "\"") else { return nil }
      q = afterSpace(q + 1)
      guard byte(q) == UInt8(ascii: ":") else { return nil }
      q = afterSpace(q + 1)

      let bit: UInt32
      if key == word("at\0\0\0\0\0\0") {
        bit = 1
        guard let end = string(q) else { return nil }
        at = (q + 1, end - q - 2)
        q = end
      } else if key == word("event\0\0\0") {
        bit = 2
        let event = load(q + 1)
        guard byte(q) == UInt8(ascii: "\"") else { return nil }
        if event == word("deliver\"") {
          kind = .deliver
          q += 9
        } else {
          guard event & low(5) == word("send\"\0\0\0") else { return nil }
          kind = .send
          q += 6
        }
      } else if key == word("message\0") {
        bit = 4
        guard let end = string(q) else { return nil }
        message = (q + 1, end - q - 2)
        q = end
      } else if key == word("service\0") {
        bit = 8
        guard let end = string(q) else { return nil }
        service = self.service(q + 1, end - q - 2)
        q = end
      } else if key == word("to\0\0\0\0\0\0") {
        bit = 16
        guard let end = string(q) else { return nil }
        to = (q + 1, end - q - 2)
        q = end
      } else if key == word("time\0\0\0\0") {
        bit = 32
        guard let end = number(q) else { return nil }
        q = end
      } else if key == word("layer\0\0\0") {
        bit = 64
        if load(q) == word("\"secure\"") {
          layers = .secure
          q += 8
        } else {
          guard load(q) & low(5) == word("\"gcs\"\0\0\0") else { return nil }
          q += 5
        }
      } else {
        // A key that the format gives to other events is ignored like any, but not one that makes a header;
        // an empty one cannot be told from a free place.
        guard key != word("vstrace\0"), key != 0 else { return nil }
        guard key != others.0, key != others.1, key != others.2, others.3 == 0 else { return nil }
        others = (key, others.0, others.1, others.2)
        guard let end = scalar(q) else { return nil }
        q = end
        bit = 0
      }
      guard seen & bit == 0 else { return nil }
      seen |= bit
      q = afterSpace(q)
      q += 1
    } while byte(q - 1) == UInt8(ascii: ",")
    guard byte(q - 1) == UInt8(ascii: "}") else { return nil }
    q = afterSpace(q)
    guard byte(q) == UInt8(ascii: "\n") else { return nil }

    guard at.count > 0, message.count > 0, message.count < 1 << 16, let kind,
      let process = process(named: at)
    else { return nil }
    var addressee = ScannedEvent.nobody
    if kind == .send {
      guard sends, service != nil else { return nil }
      if seen & 16 != 0 {
        guard let index = number(named: to) else { return nil }
        addressee = index
      }
    } else {
      guard deliveries else { return nil }
      service = .reliable
    }
    out.initialize(
      to: ScannedEvent(
        message: message.start, messageLength: UInt32(truncatingIfNeeded: message.count), process: process,
        to: addressee, line: line, detail: .max, kind: kind, layers: layers, service: service ?? .reliable))
    return q + 1
  }

  // MARK: Processes

  /// The process of a name, padded with zeros, if it has events in this file and is up.
  @inline(__always)
  private func process(_ first: UInt64, _ second: UInt64) -> UInt32? {
    guard let index = number(first, second), states[Int(index)] == here else { return nil }
    return index
  }

  private func process(named name: (start: UnsafeRawPointer, count: Int)) -> UInt32? {
    guard let index = number(named: name), states[Int(index)] == here else { return nil }
    return index
  }

  @inline(__always)
  private func number(_ first: UInt64, _ second: UInt64) -> UInt32? {
    var i = ProcessTable.firstSlot(first, second, shift)
    while slots[i].low != first || slots[i].high != second {
      guard slots[i].index != ProcessTable.nobody else { return nil }
      i = (i + 1) & mask
    }
    return slots[i].index
  }

  private func number(named name: (start: UnsafeRawPointer, count: Int)) -> UInt32? {
    guard name.count > 0 && name.count <= 16 else { return nil }
    let first = load(name.start)
    guard name.count > 8 else { return number(first & low(name.count), 0) }
    return number(first, load(name.start + 8) & low(name.count - 8))
  }

  // MARK: Bytes

  @inline(__always)
  private func load(_ p: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: p.loadUnaligned(as: UInt64.self))
  }

  @inline(__always)
  private func byte(_ p: UnsafeRawPointer) -> UInt8 { p.load(as: UInt8.self) }

  /// The first eight bytes of a text of at least seven, whose end a zero follows, as `load` gives them.
  @inline(__always)
  private func word(_ text: StaticString) -> UInt64 { load(UnsafeRawPointer(text.utf8Start)) }

  /// The mask of the first `count` bytes, 1 to 8.
  @inline(__always)
  private func low(_ count: Int) -> UInt64 { .max &>> (64 &- 8 &* UInt64(truncatingIfNeeded: count)) }

  /// Marks the bytes that end a simple string or do not belong in one: quotes, backslashes, control
  /// characters, and whatever is not ASCII. Only the first mark is certain.
  @inline(__always)
  private func specials(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let marks =
      ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 0x20) & ~word)
      | word
    return marks & (ones &* 0x80)
  }

  /// The number of bytes before the first mark.
  @inline(__always)
  private func index(_ marks: UInt64) -> Int { marks.trailingZeroBitCount &>> 3 }

  /// The mask of the bytes before the first mark.
  @inline(__always)
  private func below(_ marks: UInt64) -> UInt64 { (marks ^ (marks &- 1)) &>> 8 }

  @inline(__always)
  private func isDigit(_ p: UnsafeRawPointer) -> Bool { byte(p) &- UInt8(ascii: "0") < 10 }

  @inline(__always)
  private func afterSpace(_ start: UnsafeRawPointer) -> UnsafeRawPointer {
    var p = start
    while byte(p) == UInt8(ascii: " ") || byte(p) == UInt8(ascii: "\t") || byte(p) == UInt8(ascii: "\r") {
      p += 1
    }
    return p
  }

  /// - Returns: behind the number at `start`, which must have no exponent.
  @inline(__always)
  private func number(_ start: UnsafeRawPointer) -> UnsafeRawPointer? {
    var p = start
    if byte(p) == UInt8(ascii: "-") { p += 1 }
    guard isDigit(p) else { return nil }
    if byte(p) == UInt8(ascii: "0") {
      p += 1
    } else {
      while isDigit(p) { p += 1 }
    }
    if byte(p) == UInt8(ascii: ".") {
      p += 1
      guard isDigit(p) else { return nil }
      while isDigit(p) { p += 1 }
    }
    // Whatever comes instead of "," or "}", a digit after a leading zero or an exponent included, is seen
    // there.
    return p
  }

  /// - Returns: behind the closing quote of the string at `start`, which must have no escapes.
  private func string(_ start: UnsafeRawPointer) -> UnsafeRawPointer? {
    guard byte(start) == UInt8(ascii: "\"") else { return nil }
    var p = start + 1
    while true {
      var marks = specials(load(p))
      while marks == 0 {
        p += 8
        marks = specials(load(p))
      }
      p += index(marks)
      if byte(p) == UInt8(ascii: "\"") { return p + 1 }
      guard byte(p) >= 0x80 else { return nil }
      let bytes = p.assumingMemoryBound(to: UInt8.self)
      // A sequence that the line's end cuts off has a line feed where a byte of its own should be.
      let length = lengthOfUTF8(at: bytes, before: bytes + 4)
      guard length > 0 else { return nil }
      p += length
    }
  }

  /// - Returns: behind the string without escapes, number without exponent or literal at `p`.
  private func scalar(_ p: UnsafeRawPointer) -> UnsafeRawPointer? {
    switch byte(p) {
    case UInt8(ascii: "\""): return string(p)
    case UInt8(ascii: "t"): return load(p) & low(4) == word("true\0\0\0\0") ? p + 4 : nil
    case UInt8(ascii: "f"): return load(p) & low(5) == word("false\0\0\0") ? p + 5 : nil
    case UInt8(ascii: "n"): return load(p) & low(4) == word("null\0\0\0\0") ? p + 4 : nil
    default: return number(p)
    }
  }

  private func service(_ p: UnsafeRawPointer, _ count: Int) -> Event.Service? {
    guard count > 0 && count <= 8 else { return nil }
    let text = load(p) & low(count)
    if text == word("agreed\0\0") { return .agreed }
    if text == word("safe\0\0\0\0") { return .safe }
    if text == word("fifo\0\0\0\0") { return .fifo }
    if text == word("causal\0\0") { return .causal }
    return text == word("reliable") ? .reliable : nil
  }
}
