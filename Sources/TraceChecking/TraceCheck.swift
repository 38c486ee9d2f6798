public import Traces

/// Checks a trace: `try TraceCheck().run([.file("trace.jsonl")])`.
public struct TraceCheck: Sendable {
  /// nil: the header's.
  public var profile: Header.Profile?
  /// What to judge; empty: all that the profile promises.
  public var properties: [PropertySelector]
  /// What to leave out.
  public var except: [PropertySelector]
  /// How many witnesses a property reports at the most.
  public var witnesses: Int

  public init(
    profile: Header.Profile? = nil, properties: [PropertySelector] = [], except: [PropertySelector] = [],
    witnesses: Int = 5
  ) {
    self.profile = profile
    self.properties = properties
    self.except = except
    self.witnesses = witnesses
  }

  /// A selector names a property that the trace's profile does not have.
  public struct NotInProfile: Error, Hashable, Sendable, CustomStringConvertible {
    public var selector: PropertySelector
    public var profile: Header.Profile
    public var description: String {
      "\(selector) is not a property of the profile \(profile.rawValue)"
    }
  }

  /// Reads one trace, all `sources` together, to its end and judges it.
  ///
  /// - Parameter progress: told now and then how many bytes of the input have been read.
  /// - Throws: `TraceError`, `NotInProfile`.
  public func run(_ sources: [TraceSource], progress: ((Int) -> Void)? = nil) throws -> Report {
    fatalError()
  }
}
