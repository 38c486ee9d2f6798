public import ArgumentParser
import TraceChecking
public import Traces

extension Header.Profile: ExpressibleByArgument {}

/// When something is shown on the terminal.
enum Occasion: String, ExpressibleByArgument, CaseIterable {
  case auto, never
}

/// - Throws: ValidationError where `text` names no property.
func propertySelector(_ text: String) throws -> PropertySelector {
  if let selector = PropertySelector(text) { return selector }
  let name = text.prefix { $0 != "." }
  guard let property = Property(rawValue: String(name)) else {
    let names = Property.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("There is no property '\(name)'; the properties are: \(names).")
  }
  let parts = property.parts(profile: .vs).map(\.rawValue).joined(separator: ", ")
  throw ValidationError(
    parts.isEmpty
      ? "The property '\(name)' has no parts." : "The parts of the property '\(name)' are: \(parts).")
}

extension TraceError {
  var status: ExitCode {
    switch self {
    case .malformed: Status.malformed
    case .noInput: Status.noInput
    case .inputOutput: Status.inputOutput
    }
  }
}

extension ParsableCommand {
  /// Refuses a command line that only the running showed to be wrong, as the parser does, which no longer
  /// knows the verb.
  static func refuse(_ error: some CustomStringConvertible) -> ExitCode {
    Output.complain(
      """
      Error: \(error).
      Usage: \(Conclave.usageString(for: self))
        See 'conclave \(_commandName) --help' for more information.
      """)
    return Status.usage
  }
}

/// - Throws: ValidationError where `files` name standard input twice: it can be read once only.
func requireStandardInputOnce(_ files: [String]) throws {
  if files.count(where: { $0 == "-" }) > 1 {
    throw ValidationError("Standard input (-) is named twice.")
  }
}
