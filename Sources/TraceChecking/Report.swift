public import Traces

/// Everything that the checker says of one trace.
public struct Report: Sendable {
  /// The files of the trace, as they are printed.
  public var files: [String]
  public var header: Header
  /// The profile judged: the caller's choice, or the header's.
  public var profile: Header.Profile
  /// Processes with at least one event.
  public var processes: Int
  public var events: Int
  /// By layer, then in the order of `Property`.
  public var properties: [PropertyReport]

  /// The worst over the properties.
  public var verdict: Verdict { properties.map(\.verdict).max() ?? .notApplicable }

  public init(
    files: [String], header: Header, profile: Header.Profile, processes: Int, events: Int,
    properties: [PropertyReport]
  ) {
    self.files = files
    self.header = header
    self.profile = profile
    self.processes = processes
    self.events = events
    self.properties = properties
  }
}

/// What the checker says of one property in one layer.
public struct PropertyReport: Sendable {
  public struct PartVerdict: Hashable, Sendable {
    public var part: Property.Part
    public var verdict: Verdict
    public init(part: Property.Part, verdict: Verdict) {
      self.part = part
      self.verdict = verdict
    }
  }

  public var property: Property
  public var layer: Event.Layer
  /// The worst over the parts judged.
  public var verdict: Verdict
  /// How many instances were judged: what an instance is stands in the documentation of each property.
  public var checked: Int
  /// Empty where the property has no lettered parts.
  public var parts: [PartVerdict]
  /// All violations, also those beyond `violations`.
  public var violationCount: Int
  /// The first witnesses, by process and position.
  public var violations: [Violation]
  /// Where the verdict is inconclusive: what is still open, in one sentence each; the first few.
  public var open: [String]

  public init(
    property: Property, layer: Event.Layer, verdict: Verdict, checked: Int, parts: [PartVerdict],
    violationCount: Int, violations: [Violation], open: [String]
  ) {
    self.property = property
    self.layer = layer
    self.verdict = verdict
    self.checked = checked
    self.parts = parts
    self.violationCount = violationCount
    self.violations = violations
    self.open = open
  }
}

/// A witness: events of the trace that together break a property, and the argument.
public struct Violation: Hashable, Sendable {
  /// A line of the trace.
  public struct Place: Hashable, Sendable {
    /// An index into `Report.files`.
    public var file: Int
    public var line: Int
    public init(file: Int, line: Int) {
      self.file = file
      self.line = line
    }
  }

  /// A sentence of the argument and the lines that prove it.
  public struct Step: Hashable, Sendable {
    public var text: String
    public var places: [Place]
    public init(_ text: String, _ places: [Place] = []) {
      self.text = text
      self.places = places
    }
  }

  public var part: Property.Part?
  /// The whole in one sentence.
  public var summary: String
  /// "Let ...", "Then ...", "However ...".
  public var argument: [Step]
  /// Who and what it speaks of, each once, in the order of the argument.
  public var processes: [Name]
  public var messages: [Name]
  public var views: [ViewIdentifier]
  /// A violation that this one follows from, where one is reported: the text tells it once.
  public var followsFrom: PropertySelector?

  /// The lines of the argument, each once, in its order.
  public var places: [Place] { Self.once(argument.flatMap(\.places)) }

  private static func once<Element: Equatable>(_ elements: [Element]) -> [Element] {
    var first: [Element] = []
    for element in elements where !first.contains(element) { first.append(element) }
    return first
  }

  public init(
    part: Property.Part? = nil, summary: String, argument: [Step], processes: [Name], messages: [Name] = [],
    views: [ViewIdentifier] = [], followsFrom: PropertySelector? = nil
  ) {
    self.part = part
    self.summary = summary
    self.argument = argument
    self.processes = Self.once(processes)
    self.messages = Self.once(messages)
    self.views = Self.once(views)
    self.followsFrom = followsFrom
  }
}
