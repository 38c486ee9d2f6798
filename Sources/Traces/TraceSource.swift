/// Where the lines of a trace come from. `.gz` content is recognised by its first bytes and unpacked.
public enum TraceSource: Hashable, Sendable {
  case file(String)
  case standardInput
  /// Bytes in memory under a name for messages.
  case bytes([UInt8], name: String)
}
