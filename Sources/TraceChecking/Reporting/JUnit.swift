import Traces

/// JUnit's XML, as build servers read it: a suite per trace and layer, a case per property or lettered part.
///
/// What is violated is a failure with the argument in it; what is inconclusive or does not apply is skipped,
/// with the reason; a trace that cannot be read is a suite with an error.
public struct JUnit: Sendable {
  public enum Outcome: Sendable {
    case checked(Report)
    case unreadable(trace: String, reason: String)
  }

  /// The document for these traces, in their order.
  public static func document(_ outcomes: [Outcome]) -> String {
    var suites: [Suite] = []
    for outcome in outcomes {
      switch outcome {
      case .checked(let report):
        let name = report.files.joined(separator: " ")
        for layer in Event.Layer.allCases {
          let properties = report.properties.filter { $0.layer == layer }
          if properties.isEmpty { continue }
          let cases = properties.flatMap { Self.cases(of: $0, in: report) }
          suites.append(Suite(name: "\(name) (\(layer))", cases: cases))
        }
      case .unreadable(let trace, let reason):
        let element = "<error message=\(attribute(reason))/>"
        suites.append(
          Suite(name: trace, cases: [Case(name: "trace", className: trace, outcome: .error(element))]))
      }
    }
    let all = suites.flatMap(\.cases)
    return #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
      + "<testsuites name=\"conclave\" \(counts(all))>\n" + suites.map(\.xml).joined() + "</testsuites>\n"
  }

  private struct Suite {
    var name: String
    var cases: [Case]
    var xml: String {
      "  <testsuite name=\(JUnit.attribute(name)) \(JUnit.counts(cases))>\n" + cases.map(\.xml).joined()
        + "  </testsuite>\n"
    }
  }

  private struct Case {
    enum Outcome {
      case passed
      case failed(String)
      case skipped(String)
      case error(String)
    }
    var name: String
    var className: String
    var outcome: Outcome

    var xml: String {
      let start = "    <testcase name=\(JUnit.attribute(name)) classname=\(JUnit.attribute(className))"
      switch outcome {
      case .passed: return start + "/>\n"
      case .failed(let element), .skipped(let element), .error(let element):
        return start + ">\n      \(element)\n    </testcase>\n"
      }
    }
  }

  private static func counts(_ cases: [Case]) -> String {
    var failed = 0
    var skipped = 0
    var errors = 0
    for one in cases {
      switch one.outcome {
      case .passed: break
      case .failed: failed += 1
      case .skipped: skipped += 1
      case .error: errors += 1
      }
    }
    return "tests=\"\(cases.count)\" failures=\"\(failed)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
  }

  private static func cases(of property: PropertyReport, in report: Report) -> [Case] {
    let className = "\(report.files.joined(separator: " ")).\(property.layer)"
    if property.parts.isEmpty {
      let outcome = outcome(property.verdict, PropertySelector(property.property), property, in: report)
      return [Case(name: property.property.rawValue, className: className, outcome: outcome)]
    }
    return property.parts.map {
      let selector = PropertySelector(property.property, $0.part)
      return Case(
        name: selector.description, className: className,
        outcome: outcome($0.verdict, selector, property, in: report))
    }
  }

  private static func outcome(
    _ verdict: Verdict, _ selector: PropertySelector, _ property: PropertyReport, in report: Report
  ) -> Case.Outcome {
    switch verdict {
    case .holds: return .passed
    case .notApplicable:
      return .skipped("<skipped message=\(attribute("not applicable: the trace does not record it"))/>")
    case .inconclusive:
      let open = property.open.isEmpty ? "" : ": " + property.open.joined(separator: " ")
      return .skipped("<skipped message=\(attribute("inconclusive" + open))/>")
    case .violated:
      let violations = property.violations.filter { selector.part == nil || $0.part == selector.part }
      let text = TextReport(report)
      let explanation = text.explanations(of: selector, property.layer, violations)
      let message = violations.first?.summary ?? text.definition(of: selector, property.layer)
      return .failed(
        "<failure message=\(attribute(message)) type=\"violated\">\(escaped(explanation))</failure>")
    }
  }

  /// A quoted value of an attribute, on one line.
  private static func attribute(_ text: String) -> String { "\"\(escaped(text.printable))\"" }

  /// XML 1.0 has no way to write most control characters: `text` comes without them (`String.printable`),
  /// line feeds of our own layout apart.
  private static func escaped(_ text: String) -> String {
    var xml = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": xml += "&amp;"
      case "<": xml += "&lt;"
      case ">": xml += "&gt;"
      case "\"": xml += "&quot;"
      default: xml.unicodeScalars.append(scalar)
      }
    }
    return xml
  }
}
