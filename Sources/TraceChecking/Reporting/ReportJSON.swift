import Traces

extension Report {
  /// The report as one JSON object on one line, without a line end. Other people's programs read it: members,
  /// their names and their order are those of the command line's documentation.
  public var json: String {
    let properties = properties.map(json(of:)).joined(separator: ",")
    return #"{"trace":\#(array(files)),"verdict":"\#(verdict.rawValue)","complete":\#(header.complete),"#
      + #""processes":\#(processes),"events":\#(events),"properties":[\#(properties)]}"#
  }

  private func json(of report: PropertyReport) -> String {
    var text = #"{"id":"\#(report.property.rawValue)","layer":"\#(report.layer)","#
    text += #""verdict":"\#(report.verdict.rawValue)","checked":\#(report.checked),"#
    if !report.parts.isEmpty {
      let parts = report.parts.map { #""\#($0.part.rawValue)":"\#($0.verdict.rawValue)""# }
      text += #""parts":{\#(parts.joined(separator: ","))},"#
    }
    let violations = report.violations.map(json(of:)).joined(separator: ",")
    return text + #""violationCount":\#(report.violationCount),"violations":[\#(violations)]}"#
  }

  private func json(of violation: Violation) -> String {
    let part = violation.part.map { #""part":"\#($0.rawValue)","# } ?? ""
    let events = violation.places.map { #"{"file":\#(JSONText.quoted(files[$0.file])),"line":\#($0.line)}"# }
    return #"{\#(part)"summary":\#(JSONText.quoted(violation.summary)),"#
      + #""events":[\#(events.joined(separator: ","))],"processes":\#(array(violation.processes.map(\.string))),"#
      + #""messages":\#(array(violation.messages.map(\.string))),"#
      + #""views":\#(array(violation.views.map(\.description)))}"#
  }

  private func array(_ strings: [String]) -> String {
    "[" + strings.lazy.map(JSONText.quoted).joined(separator: ",") + "]"
  }
}
