extension String {
  /// The text for people's eyes: names come from the trace, and no name may move a terminal's cursor, fake a
  /// line of the report or turn the direction of writing.
  package var printable: String {
    func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
      case .unassigned: scalar.value & 0xfffe == 0xfffe
      default: false
      }
    }
    guard unicodeScalars.contains(where: needsEscape) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where needsEscape(scalar): text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension String {
  /// The text with each of its words, and the whole of it, shortened in the middle where it is too long to
  /// read: names come from the trace and may be of any length.
  var readable: String { shortenedWords(to: 60).shortened(to: 2000) }

  /// The text, or its begin and end, where it has more than `length` scalars.
  func shortened(to length: Int) -> String {
    guard utf8.count > length, unicodeScalars.dropFirst(length).first != nil else { return self }
    return String(unicodeScalars.prefix(length / 2)) + "…" + String(unicodeScalars.suffix((length - 1) / 2))
  }

  private func shortenedWords(to length: Int) -> String {
    guard utf8.count > length else { return self }
    return utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { String(Substring($0)).shortened(to: length) }.joined(separator: " ")
  }
}
