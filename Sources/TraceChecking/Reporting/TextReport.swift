import Traces

/// A report for people: a line for each property, then for each violation the argument, with the lines of the trace
/// that prove it.
public struct TextReport: Sendable {
  public var report: Report
  /// ANSI colours, for terminals.
  public var colours: Bool
  /// The trace as the caller named it, for the command that shrinks it; nil: no command is shown.
  public var arguments: [String]?

  public init(_ report: Report, colours: Bool = false, arguments: [String]? = nil) {
    self.report = report
    self.colours = colours
    self.arguments = arguments
  }

  /// All of it; ends in a line end.
  public var text: String {
    var blocks = [heading + "\n" + table]
    let open = openObligations
    if !open.isEmpty { blocks.append(open) }
    blocks += explanations
    blocks.append(conclusion)
    return blocks.joined(separator: "\n")
  }

  private static let width = 100
}

// MARK: - The table

extension TextReport {
  private var heading: String {
    let files = report.files.map(\.printable)
    let name =
      files.count <= 3 ? files.joined(separator: ", ") : "\(files[0]) and \(files.count - 1) more files"
    let group = report.header.group.map { ", group \($0.printable)" } ?? ""
    let recording = report.header.complete ? "complete" : "not complete"
    return painted(name, .bold) + ": profile \(report.profile.rawValue), \(recording)\(group)\n"
  }

  private var table: String {
    let layers = Set(report.properties.map(\.layer)).count > 1
    let names = report.properties.map(\.property.rawValue.count).max() ?? 0
    var text = ""
    for property in report.properties {
      let verdict = property.verdict
      text += "  " + painted(Self.mark(verdict), Self.colour(verdict)) + " "
      text += Self.padded(property.property.rawValue, to: names) + "  "
      if layers { text += Self.padded(property.layer.description, to: 6) + "  " }
      text += painted(Self.padded(Self.words(verdict), to: 14), Self.colour(verdict))
      text += "  " + detail(of: property) + "\n"
    }
    return text
  }

  private func detail(of property: PropertyReport) -> String {
    if property.verdict == .notApplicable { return "the trace does not record it" }
    var words = [property.checked == 0 ? "nothing to check" : "\(property.checked) checked"]
    if property.violationCount > 0 {
      words.append("\(Self.count(property.violationCount, "violation"))")
    }
    let verdicts = Set(property.parts.map(\.verdict))
    if verdicts.count > 1 {
      words.append(
        property.parts.map { "\($0.part.rawValue) \(Self.words($0.verdict))" }.joined(separator: ", "))
    }
    return words.joined(separator: "; ")
  }

  /// What keeps the inconclusive properties open; a few words for each.
  private var openObligations: String {
    var text = ""
    for property in report.properties where property.verdict == .inconclusive && !property.open.isEmpty {
      text += painted(Self.mark(.inconclusive), .yellow) + " " + painted(name(of: property), .bold)
      text += " is open where the recording stops:\n"
      for sentence in property.open.prefix(3) {
        text += Self.wrapped(sentence.printable, first: "    ", rest: "      ")
      }
    }
    return text
  }
}

// MARK: - The violations

extension TextReport {
  /// The violations of one property or part that are told on their own, and what follows from them.
  private struct Finding {
    var selector: PropertySelector
    var layer: Event.Layer
    var told: [Violation]
    /// Those beyond `told`.
    var more: Int
    var followers: [PropertySelector]
  }

  private var explanations: [String] { findings.map(explanation(of:)) }

  /// One finding for each part that has a violation of its own; what follows from a finding hangs on it.
  private var findings: [Finding] {
    var findings: [Finding] = []
    for property in report.properties where property.verdict == .violated {
      let parts = property.parts.filter { $0.verdict == .violated }.map { Optional($0.part) }
      for part in parts.isEmpty ? [nil] : parts {
        let selector = PropertySelector(property.property, part)
        let reported = property.violations.filter { $0.part == part || part == nil }
        let own = reported.filter { !follows($0, in: property.layer) }
        if !reported.isEmpty && own.isEmpty { continue }
        // How the violations beyond the reported ones fall to the parts is not known: the last part says how many.
        let beyond = part == parts.last ?? nil ? property.violationCount - property.violations.count : 0
        findings.append(
          Finding(
            selector: selector, layer: property.layer, told: own, more: beyond,
            followers: followers(of: selector, in: property.layer)))
      }
    }
    return findings
  }

  /// Whether the violation is told with the one it follows from.
  private func follows(_ violation: Violation, in layer: Event.Layer) -> Bool {
    guard let source = violation.followsFrom else { return false }
    return report.properties.contains { property in
      property.layer == layer && property.property == source.property
        && property.violations.contains {
          (source.part == nil || $0.part == source.part) && $0.followsFrom == nil
        }
    }
  }

  private func followers(of source: PropertySelector, in layer: Event.Layer) -> [PropertySelector] {
    var followers: [PropertySelector] = []
    for property in report.properties where property.layer == layer {
      for violation in property.violations where follows(violation, in: layer) {
        let selector = PropertySelector(property.property, violation.part)
        let from = violation.followsFrom
        let matches = from?.property == source.property && (from?.part == nil || from?.part == source.part)
        if matches && !followers.contains(selector) { followers.append(selector) }
      }
    }
    return followers
  }

  private func explanation(of finding: Finding) -> String {
    let property = finding.selector.property
    let layer =
      report.properties.contains { $0.layer != finding.layer } ? " in the layer \(finding.layer)" : ""
    var text =
      painted(Self.mark(.violated), .red) + " " + painted(finding.selector.description, .bold) + layer
    text += ": \(property.title) (\(property.paper))\n"
    text += Self.wrapped(finding.selector.definition, first: "  ", rest: "  ")
    text += arguments(of: finding.told, colours: colours)
    if finding.more > 0 { text += "\n  and \(finding.more) more; --witnesses N shows more of them.\n" }
    if !finding.followers.isEmpty {
      let names = Self.list(finding.followers.map(\.description))
      let verb = finding.followers.count == 1 ? "is" : "are"
      text += "\n" + Self.wrapped("Hence \(names) \(verb) violated, too.", first: "  ", rest: "  ")
    }
    return text
  }

  /// The definition and the arguments, without colours.
  func explanations(of selector: PropertySelector, _ violations: [Violation]) -> String {
    Self.wrapped(selector.definition, first: "", rest: "") + arguments(of: violations, colours: false)
  }

  private func arguments(of violations: [Violation], colours: Bool) -> String {
    var text = ""
    for (number, violation) in violations.enumerated() {
      text += "\n"
      let label = violations.count > 1 ? "\(number + 1). " : ""
      text += Self.wrapped(
        violation.summary.printable, first: "  " + label,
        rest: "  " + String(repeating: " ", count: label.count))
      for step in violation.argument { text += told(step, colours: colours) }
    }
    return text
  }

  /// A sentence, and the lines that prove it: beside it where there is room, else below.
  private func told(_ step: Violation.Step, colours: Bool) -> String {
    let indent = "    "
    let sentence = step.text.printable
    let places = step.places.map { "\(report.files[$0.file].printable):\($0.line)" }
    if places.isEmpty { return Self.wrapped(sentence, first: indent, rest: indent + "  ") }
    let joined = places.joined(separator: ", ")
    if indent.count + sentence.count + 2 + joined.count <= Self.width {
      return indent + sentence + "  " + painted(joined, .dim, colours: colours) + "\n"
    }
    let proof = Self.wrapped(joined, first: indent + "    ", rest: indent + "    ")
    return Self.wrapped(sentence, first: indent, rest: indent + "  ") + painted(proof, .dim, colours: colours)
  }
}

// MARK: - The conclusion

extension TextReport {
  private var conclusion: String {
    let verdict = report.verdict
    var words: [String] = []
    let findings = findings
    func name(_ selector: PropertySelector, _ layer: Event.Layer) -> String {
      let several = report.properties.contains { $0.layer != layer }
      return several ? "\(selector) (\(layer))" : selector.description
    }
    if !findings.isEmpty {
      words.append("not " + findings.map { name($0.selector, $0.layer) }.joined(separator: ", "))
      var also: [String] = []
      for finding in findings {
        for follower in finding.followers where !also.contains(name(follower, finding.layer)) {
          also.append(name(follower, finding.layer))
        }
      }
      if !also.isEmpty { words.append("hence also not " + also.joined(separator: ", ")) }
    }
    let holding = report.properties.count { $0.verdict == .holds && $0.checked > 0 }
    let idle = report.properties.count { $0.verdict == .holds && $0.checked == 0 }
    let open = report.properties.count { $0.verdict == .inconclusive }
    let silent = report.properties.count { $0.verdict == .notApplicable }
    if holding > 0 { words.append("\(holding) of \(Self.count(report.properties.count, "property")) hold") }
    if open > 0 { words.append("\(open) inconclusive") }
    if silent > 0 { words.append("\(silent) not applicable") }
    if idle > 0 { words.append("\(idle) with nothing to check") }
    words.append("\(Self.count(report.events, "event")) of \(Self.count(report.processes, "process"))")
    let label = painted(Self.words(verdict), Self.colour(verdict), .bold)
    var text = label + ": " + words.joined(separator: "; ") + "\n"
    if let arguments, let first = findings.first {
      let profile = report.profile == report.header.profile ? [] : ["--profile", report.profile.rawValue]
      let command = ["conclave", "shrink", "--property", first.selector.description] + profile + arguments
      text += "smallest trace that shows it: \(command.map(Self.shellQuoted).joined(separator: " "))\n"
    }
    return text
  }

  /// The word as a shell reads it; with an escape where it is not fit for a terminal.
  private static func shellQuoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
      (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || "-_./=:,+@%".utf8.contains($0)
    }
    if plain && !word.isEmpty { return word }
    if word.printable.utf8.elementsEqual(word.utf8) { return "'" + word.replacing("'", with: "'\\''") + "'" }
    var text = ""
    for scalar in word.unicodeScalars {
      switch scalar {
      case "'", "\\": text += "\\\(scalar)"
      case _ where String(scalar).printable.utf8.elementsEqual(String(scalar).utf8):
        text.unicodeScalars.append(scalar)
      default:
        let hex = String(scalar.value, radix: 16)
        text += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
      }
    }
    return "$'" + text + "'"
  }
}

// MARK: - Words and colours

extension TextReport {
  private enum Paint: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  private func painted(_ text: String, _ paints: Paint..., colours: Bool? = nil) -> String {
    guard colours ?? self.colours else { return text }
    // Each line for itself, so that no colour runs over a line's end.
    return text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.isEmpty ? "" : "\u{1b}[\(paints.map(\.rawValue).joined(separator: ";"))m\($0)\u{1b}[0m"
    }.joined(separator: "\n")
  }

  private func name(of property: PropertyReport) -> String {
    let several = report.properties.contains { $0.layer != property.layer }
    return several ? "\(property.property.rawValue) (\(property.layer))" : property.property.rawValue
  }

  private static func mark(_ verdict: Verdict) -> String {
    switch verdict {
    case .holds: "✓"
    case .violated: "✗"
    case .inconclusive: "?"
    case .notApplicable: "-"
    }
  }

  private static func colour(_ verdict: Verdict) -> Paint {
    switch verdict {
    case .holds: .green
    case .violated: .red
    case .inconclusive: .yellow
    case .notApplicable: .dim
    }
  }

  private static func words(_ verdict: Verdict) -> String {
    verdict == .notApplicable ? "not applicable" : verdict.rawValue
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    if number == 1 { return "1 \(noun)" }
    let plural =
      switch noun {
      case "process": "processes"
      case "property": "properties"
      default: noun + "s"
      }
    return "\(number) \(plural)"
  }

  /// "a", "a and b", "a, b and c".
  private static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `text` broken at spaces; ends in a line end.
  private static func wrapped(_ text: String, first: String, rest: String) -> String {
    var lines: [String] = []
    var line = first
    var started = false
    for word in text.split(separator: " ") {
      if started && line.count + 1 + word.count > width {
        lines.append(line)
        line = rest + word
      } else {
        line += (started ? " " : "") + word
      }
      started = true
    }
    lines.append(line)
    return lines.joined(separator: "\n") + "\n"
  }
}
