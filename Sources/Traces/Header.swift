/// What the first line of a file says about the trace (trace format, "Header").
public struct Header: Hashable, Sendable {
  /// What a system promises; it chooses the properties that are judged.
  public enum Profile: String, Hashable, Sendable, CaseIterable {
    case vs, evs, secure, gke
  }

  /// What a recorder can see.
  public enum Record: String, Hashable, Sendable, CaseIterable {
    case view, transitional, signal, flushRequest, flushOk, send, deliver, crash, leave, key
    case start, finish, propose, decide, breakIn
  }

  /// Every process that the trace names is recorded to its end and the run has quiesced: what has not happened
  /// never will. `false`: each recording just stops somewhere.
  public var complete: Bool
  /// What the recorder could see; all where the header does not say.
  public var records: Set<Record>
  public var profile: Profile
  /// All processes of the run, in the header's order without repetitions; nil: those that have an event.
  public var processes: [Name]?
  /// t_c of Cachin and Strobl, for the profile `gke`.
  public var tolerates: Int?
  public var group: String?
  public var source: String?
  public var note: String?

  public init(
    complete: Bool = false, records: Set<Record> = Set(Record.allCases), profile: Profile = .vs,
    processes: [Name]? = nil, tolerates: Int? = nil, group: String? = nil, source: String? = nil,
    note: String? = nil
  ) {
    self.complete = complete
    self.records = records
    self.profile = profile
    self.processes = processes
    self.tolerates = tolerates
    self.group = group
    self.source = source
    self.note = note
  }
}
