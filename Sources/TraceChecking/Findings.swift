internal import Traces

/// What everybody who judges needs to know of the trace, and how to name its parts.
final class Scene {
  /// What the layers share.
  struct Run {
    var header: Header
    /// The profile of the whole trace.
    var profile: Header.Profile
    /// By process.
    var names: [Name] = []
    /// By process: the file with its events, or -1.
    var files: [Int] = []

    init(header: Header, profile: Header.Profile) {
      self.header = header
      self.profile = profile
    }

    /// The processes as the reader numbers them; others that are not known yet come behind.
    mutating func meet(_ processes: [Name]) {
      if processes.count == names.count { return }
      if processes.starts(with: names) {
        names = processes
      } else {
        let known = Set(names)
        names += processes.filter { !known.contains($0) }
      }
      files += repeatElement(-1, count: names.count - files.count)
    }
  }

  let header: Header
  /// By process.
  let names: [Name]
  /// By process: the file with its events, or -1.
  let files: [Int]
  let layer: Event.Layer
  /// The profile that the layer is judged by.
  let profile: Header.Profile
  /// Transitional sets count as recorded (see `VirtualSynchrony`).
  let recordsTransitional: Bool

  init(_ run: Run, _ layer: Event.Layer, recordsTransitional: Bool) {
    header = run.header
    names = run.names
    files = run.files
    self.layer = layer
    profile = Self.profile(of: layer, in: run.profile)
    self.recordsTransitional = recordsTransitional
  }

  /// The secure layer of a trace that does not record a group key exchange is always judged as such.
  static func profile(of layer: Event.Layer, in profile: Header.Profile) -> Header.Profile {
    layer == .secure && profile != .gke ? .secure : profile
  }

  func records(_ words: Header.Record...) -> Bool { words.allSatisfy(header.records.contains) }

  /// What has not happened never will: an obligation that is neither met nor void is broken.
  var completenessBreaks: Bool { header.complete && records(.crash, .leave) }

  func place(_ process: UInt32, _ line: UInt32) -> Violation.Place {
    Violation.Place(file: files[Int(process)], line: Int(line))
  }
}

/// Collects what is found of each property in one layer: counts, and the first witnesses by process and position.
struct Findings {
  private struct Witness {
    var process: Name
    var line: UInt32
    var violation: Violation
  }

  private struct Open {
    var process: Name
    var line: UInt32
    var sentence: String
  }

  private struct Record {
    var checked = 0
    var violations = 0
    var violatedParts: Set<Property.Part> = []
    var openParts: Set<Property.Part> = []
    var isOpen = false
    var witnesses: [Witness] = []
    var open: [Open] = []
  }

  /// Where the next `witness` belongs.
  private var pending: (property: Property, process: Name, line: UInt32, index: Int)?
  private var records: [Property: Record] = [:]
  private let selected: [Property: Set<Property.Part>]
  private let limit: Int
  private static let openLimit = 5

  /// - Parameters:
  ///   - selected: what to judge; of a property without lettered parts, an empty set.
  ///   - limit: witnesses a property.
  init(selected: [Property: Set<Property.Part>], limit: Int) {
    self.selected = selected
    self.limit = limit
  }

  func judges(_ property: Property) -> Bool { selected[property] != nil }
  func judges(_ property: Property, _ part: Property.Part) -> Bool {
    selected[property]?.contains(part) ?? false
  }

  mutating func checked(_ property: Property, _ instances: Int = 1) {
    if instances != 0 { records[property, default: Record()].checked += instances }
  }

  /// Counts a violation. Where this answers true its witness is among the first: hand it to `witness` next.
  mutating func violated(
    _ property: Property, _ part: Property.Part? = nil, at process: UInt32, _ line: UInt32, _ scene: Scene
  ) -> Bool {
    records[property, default: Record()].violations += 1
    if let part { records[property]!.violatedParts.insert(part) }
    let name = scene.names[Int(process)]
    let witnesses = records[property]!.witnesses
    let index = witnesses.firstIndex { (name, line) < ($0.process, $0.line) } ?? witnesses.count
    guard index < limit else { return false }
    pending = (property, name, line, index)
    return true
  }

  mutating func witness(_ violation: Violation) {
    guard let place = pending else { return }
    pending = nil
    records[place.property]!.witnesses.insert(
      Witness(process: place.process, line: place.line, violation: violation), at: place.index)
    if records[place.property]!.witnesses.count > limit { records[place.property]!.witnesses.removeLast() }
  }

  /// An obligation is open where the recording stops; the first ones by process and position are told.
  mutating func open(
    _ property: Property, _ part: Property.Part? = nil, at process: UInt32, _ line: UInt32, _ scene: Scene,
    _ sentence: @autoclosure () -> String
  ) {
    records[property, default: Record()].isOpen = true
    if let part { records[property]!.openParts.insert(part) }
    let name = scene.names[Int(process)]
    let told = records[property]!.open
    let index = told.firstIndex { (name, line) < ($0.process, $0.line) } ?? told.count
    guard index < Self.openLimit else { return }
    records[property]!.open.insert(Open(process: name, line: line, sentence: sentence()), at: index)
    if told.count == Self.openLimit { records[property]!.open.removeLast() }
  }

  /// - Parameter applicable: the parts that the trace records enough for; nil: not even the property.
  func report(_ property: Property, _ scene: Scene, applicable: Set<Property.Part>?) -> PropertyReport {
    let record = applicable == nil ? Record() : records[property] ?? Record()
    let letters = property.parts(profile: scene.profile).filter { judges(property, $0) }
    let parts = letters.map { part -> PropertyReport.PartVerdict in
      let verdict: Verdict =
        applicable?.contains(part) != true
        ? .notApplicable
        : record.violatedParts.contains(part)
          ? .violated : record.openParts.contains(part) ? .inconclusive : .holds
      return PropertyReport.PartVerdict(part: part, verdict: verdict)
    }
    let whole: Verdict =
      applicable == nil
      ? .notApplicable : record.violations > 0 ? .violated : record.isOpen ? .inconclusive : .holds
    return PropertyReport(
      property: property, layer: scene.layer,
      verdict: letters.isEmpty ? whole : parts.map(\.verdict).max()!, checked: record.checked, parts: parts,
      violationCount: record.violations, violations: record.witnesses.map(\.violation),
      open: record.open.map(\.sentence))
  }
}
