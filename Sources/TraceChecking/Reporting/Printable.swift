extension String {
  /// The text for people's eyes: names come from the trace, and no name may move a terminal's cursor, fake a
  /// line of the report or turn the direction of writing.
  var printable: String {
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
