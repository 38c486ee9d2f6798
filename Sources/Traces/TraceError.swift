/// Why a trace cannot be read.
public enum TraceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The input is not what the trace format says. `line` and `column` (in bytes) count from 1.
  case malformed(file: String, line: Int, column: Int, reason: String)
  /// There is no such file or folder, or it must not be read.
  case noInput(file: String, reason: String)
  /// The system failed while reading.
  case inputOutput(file: String, reason: String)

  public var description: String {
    switch self {
    case .malformed(let file, let line, let column, let reason): "\(file):\(line):\(column): \(reason)"
    case .noInput(let file, let reason), .inputOutput(let file, let reason): "\(file): \(reason)"
    }
  }
}
