import Traces

/// A report for people: a line for each property, then for each violation the argument, with the lines of the
/// trace that prove it.
public struct TextReport: Sendable {
  public var report: Report
  /// ANSI colours, for terminals.
  public var colours: Bool
  /// The trace as the caller named it, for the command that shrinks it; nil: no command is shown.
  public var arguments: [String]?
  /// Whether names too long to read are shortened.
  private var shortens = true

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
    let group = report.header.group.map { ", group \($0.shortened(to: 60).printable)" } ?? ""
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
        text += Self.wrapped(shown(sentence), first: "    ", rest: "      ")
      }
    }
    return text
  }
}

// MARK: - The violations

extension TextReport {
  /// The violations of one property or part that are told on their own, and those that are told with them.
  private struct Finding {
    var selector: PropertySelector
    var layer: Event.Layer
    var told: [Violation]
    /// Violations of the property that have no witness in the report.
    var more = 0
    var companions: [Companion] = []
  }

  /// A property or part that the lines of a finding break, too.
  private struct Companion: Equatable {
    var selector: PropertySelector
    /// It follows from the finding; else it is merely seen in the same lines.
    var isConsequence: Bool
  }

  private var explanations: [String] { findings.map(explanation(of:)) }

  /// One finding for each part that has a violation of its own.
  private var findings: [Finding] {
    var findings: [Finding] = []
    for property in report.properties where property.verdict == .violated {
      let parts = property.parts.filter { $0.verdict == .violated }.map { Optional($0.part) }
      for part in parts.isEmpty ? [nil] : parts {
        let selector = PropertySelector(property.property, part)
        let reported = property.violations.filter { part == nil || $0.part == part }
        var own: [Violation] = []
        for violation in reported {
          guard let host = host(of: violation, property.layer, findings) else {
            if !own.contains(where: { Self.mirrors($0, violation) }) { own.append(violation) }
            continue
          }
          let companion = Companion(selector: selector, isConsequence: host.isConsequence)
          if !findings[host.index].companions.contains(companion) {
            findings[host.index].companions.append(companion)
          }
        }
        if own.isEmpty && !reported.isEmpty { continue }
        findings.append(Finding(selector: selector, layer: property.layer, told: own))
      }
      // How the violations beyond the reported ones fall to the parts is not known.
      let last = findings.indices.last {
        findings[$0].selector.property == property.property && findings[$0].layer == property.layer
      }
      if let last { findings[last].more = property.violationCount - property.violations.count }
    }
    // What has a finding of its own need not be announced.
    return findings.map { finding in
      var finding = finding
      finding.companions.removeAll { companion in
        findings.contains { $0.selector == companion.selector && $0.layer == finding.layer }
      }
      return finding
    }
  }

  /// The same seen from the other process: what p and q do is a violation of p's and one of q's.
  private static func mirrors(_ a: Violation, _ b: Violation) -> Bool {
    let lines = Set(a.places)
    return !lines.isEmpty && lines == Set(b.places) && Set(a.processes) == Set(b.processes)
      && Set(a.messages) == Set(b.messages)
  }

  /// The finding that tells the violation already: the one that it follows from, or one with all of its
  /// lines.
  private func host(
    of violation: Violation, _ layer: Event.Layer, _ findings: [Finding]
  ) -> (index: Int, isConsequence: Bool)? {
    let candidates = findings.indices.filter { findings[$0].layer == layer }
    if let source = violation.followsFrom {
      func isSource(_ selector: PropertySelector) -> Bool {
        selector.property == source.property && (source.part == nil || selector.part == source.part)
      }
      // What it follows from may itself be told with another finding.
      let cause =
        candidates.first { isSource(findings[$0].selector) }
        ?? candidates.first { findings[$0].companions.contains { isSource($0.selector) } }
      if let cause { return (cause, true) }
    }
    let lines = Set(violation.places)
    let same = candidates.first { findings[$0].told.contains { lines.isSubset(of: $0.places) } }
    return lines.isEmpty ? nil : same.map { ($0, false) }
  }

  private func explanation(of finding: Finding) -> String {
    let property = finding.selector.property
    let layer =
      report.properties.contains { $0.layer != finding.layer } ? " in the layer \(finding.layer)" : ""
    var text =
      painted(Self.mark(.violated), .red) + " " + painted(finding.selector.description, .bold) + layer
    text += ": \(property.title) (\(property.paper))\n"
    text += Self.wrapped(definition(of: finding.selector, finding.layer), first: "  ", rest: "  ")
    text += arguments(of: finding.told)
    if finding.told.isEmpty {
      let reported = report.properties.contains {
        $0.property == property && $0.layer == finding.layer && !$0.violations.isEmpty
      }
      text +=
        reported
        ? "\n  None of its violations is among those told; --property \(finding.selector) tells them.\n"
        : "\n  None of its violations is told; --witnesses 1 tells the first.\n"
    } else if finding.more > 0 {
      text += "\n  and \(finding.more) more; a greater --witnesses tells more.\n"
    }
    if !finding.companions.isEmpty { text += "\n" }
    for companion in finding.companions {
      let lead =
        companion.isConsequence ? "It follows that this is violated, too" : "The same lines also violate"
      let definition = definition(of: companion.selector, finding.layer)
      text += Self.wrapped("\(lead): \(companion.selector). \(definition)", first: "  ", rest: "    ")
    }
    return text
  }

  /// The definition and the arguments, without colours and with whole names.
  func explanations(
    of selector: PropertySelector, _ layer: Event.Layer, _ violations: [Violation]
  ) -> String {
    var whole = self
    whole.colours = false
    whole.shortens = false
    return Self.wrapped(definition(of: selector, layer), first: "", rest: "")
      + whole.arguments(of: violations)
  }

  func definition(of selector: PropertySelector, _ layer: Event.Layer) -> String {
    selector.definition(in: Scene.profile(of: layer, in: report.profile))
  }

  private func arguments(of violations: [Violation]) -> String {
    var text = ""
    for (number, violation) in violations.enumerated() {
      text += "\n"
      let label = violations.count > 1 ? "\(number + 1). " : ""
      text += Self.wrapped(
        shown(violation.summary), first: "  " + label,
        rest: "  " + String(repeating: " ", count: label.count))
      for step in violation.argument { text += told(step) }
    }
    return text
  }

  /// A sentence, and the lines that prove it: beside it where there is room, else below.
  private func told(_ step: Violation.Step) -> String {
    let indent = "    "
    let sentence = shown(step.text)
    let places = step.places.map { "\(report.files[$0.file].printable):\($0.line)" }
    if places.isEmpty { return Self.wrapped(sentence, first: indent, rest: indent + "  ") }
    let joined = places.joined(separator: ", ")
    if indent.count + sentence.count + 2 + joined.count <= Self.width {
      return indent + sentence + "  " + painted(joined, .dim) + "\n"
    }
    let proof = Self.wrapped(joined, first: indent + "    ", rest: indent + "    ")
    return Self.wrapped(sentence, first: indent, rest: indent + "  ") + painted(proof, .dim)
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
        for companion in finding.companions.map({ name($0.selector, finding.layer) })
        where !also.contains(companion) {
          also.append(companion)
        }
      }
      if !also.isEmpty { words.append("also not " + also.joined(separator: ", ")) }
    }
    let holding = report.properties.count { $0.verdict == .holds && $0.checked > 0 }
    let idle = report.properties.count { $0.verdict == .holds && $0.checked == 0 }
    let open = report.properties.count { $0.verdict == .inconclusive }
    let silent = report.properties.count { $0.verdict == .notApplicable }
    if holding > 0 { words.append("\(holding) of \(Self.count(report.properties.count, "property")) hold") }
    if open > 0 { words.append("\(open) inconclusive") }
    if verdict == .notApplicable {
      words.append(silent == 0 ? "no property is judged" : "the trace records nothing that is judged")
    } else if silent > 0 {
      words.append("\(silent) not applicable")
    }
    if idle > 0 { words.append("\(idle) with nothing to check") }
    words.append("\(Self.count(report.events, "event")) of \(Self.count(report.processes, "process"))")
    let label = Self.words(verdict) + ":"
    var text = Self.wrapped(words.joined(separator: "; "), first: label + " ", rest: "  ")
    text = painted(label, Self.colour(verdict), .bold) + text.dropFirst(label.count)
    let commands = shrinkCommands(for: findings)
    if commands.count == 1 {
      text += "smallest trace that shows it: \(commands[0])\n"
    } else if !commands.isEmpty {
      text += "smallest traces that show them:\n"
      for command in commands.prefix(5) { text += "  \(command)\n" }
    }
    return text
  }

  /// A command for each finding; findings of two layers share one.
  private func shrinkCommands(for findings: [Finding]) -> [String] {
    guard let arguments else { return [] }
    let profile = report.profile == report.header.profile ? [] : ["--profile", report.profile.rawValue]
    var commands: [String] = []
    for finding in findings {
      let words =
        ["conclave", "shrink", "--same-manner", "--property", finding.selector.description] + profile
        + arguments
      let command = words.map(Self.shellQuoted).joined(separator: " ")
      if !commands.contains(command) { commands.append(command) }
    }
    return commands
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

  private func shown(_ sentence: String) -> String {
    (shortens ? sentence.readable : sentence).printable
  }

  private func painted(_ text: String, _ paints: Paint...) -> String {
    guard colours else { return text }
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
