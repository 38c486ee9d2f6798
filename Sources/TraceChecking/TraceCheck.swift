public import Traces

/// Checks a recorded execution, property by property.
///
/// Time grows with the number of events, and with the size of the group by what a vector clock costs. Memory is
/// bounded by the views that are open as the lines come: what all members have left is judged and given back. Where
/// nothing can be given back before the end (one process after the other in a file, a member that stops without a
/// word, a pipe, the profile `evs`) an event takes some 20 bytes, if names are a prefix and a number. A view that
/// breaks a promise, or whose messages cross its border, is looked at property by property: that takes some 100
/// bytes for each of its events, and for each of its messages 4 bytes a history.
///
/// ```swift
/// let report = try TraceCheck().run([.file("run.jsonl")])
/// for property in report.properties where property.verdict == .violated {
///   print(property.property.rawValue, property.violations.first?.summary ?? "")
/// }
/// ```
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
    if let report = try run(sources, retiring: true, progress) { return report }
    // Something spoke of what had been judged and given back: once more, keeping everything.
    return try run(sources, retiring: false, progress)!
  }

  /// - Parameter retiring: judge views that are over, and give back their memory, while reading.
  /// - Returns: nil where the trace has to be judged as a whole.
  func run(
    _ sources: [TraceSource], retiring: Bool, _ progress: ((Int) -> Void)?
  ) throws -> Report? {
    var reader = try TraceReader(sources)
    let profile = profile ?? reader.header.profile
    var gcs = LayerCheck(profile, .gcs, judged: selected(profile, .gcs), witnesses: witnesses)
    var secure = LayerCheck(profile, .secure, judged: selected(profile, .secure), witnesses: witnesses)
    let retires = retiring && reader.isRepeatable
    var run = Scene.Run(header: reader.header, profile: profile)
    var batches = 0

    while let batch = try reader.nextBatch() {
      run.meet(reader.processes)
      run.files.withUnsafeMutableBufferPointer { files in
        for event in batch.events {
          files[Int(event.process)] = batch.file
          if event.layers != .secure { gcs.take(event, batch, isOwn: event.layers == .gcs) }
          if event.layers != .gcs { secure.take(event, batch, isOwn: event.layers == .secure) }
        }
      }
      if retires {
        gcs.retire(run)
        secure.retire(run)
        if gcs.needsWhole || secure.needsWhole { return nil }
      }
      batches += 1
      if batches % 64 == 0 { progress?(reader.bytesRead) }
    }

    run.meet(reader.processes)
    if let listed = reader.header.processes { run.meet(listed) }
    var layers: [Event.Layer] = []
    if gcs.hasEvents || !secure.hasEvents { layers.append(.gcs) }
    if secure.hasEvents { layers.append(.secure) }
    try requireSelected(profile, layers)
    let properties = layers.flatMap { $0 == .gcs ? gcs.finish(run) : secure.finish(run) }
    return Report(
      files: reader.files, header: reader.header, profile: profile, processes: reader.processesWithEvents,
      events: reader.events, properties: properties)
  }

  /// What is judged of a layer, with the lettered parts.
  private func selected(_ profile: Header.Profile, _ layer: Event.Layer) -> [Property: Set<Property.Part>] {
    let layerProfile = Scene.profile(of: layer, in: profile)
    var selected: [Property: Set<Property.Part>] = [:]
    for property in Property.judged(profile: profile, layer: layer) + [.signalSynchrony] {
      let parts = Set(property.parts(profile: layerProfile))
      let named = properties.filter { $0.property == property }
      if named.isEmpty, !properties.isEmpty || property == .signalSynchrony { continue }
      if named.isEmpty || named.contains(where: { $0.part == nil }) {
        selected[property] = parts
      } else {
        let letters = parts.intersection(named.compactMap(\.part))
        if !letters.isEmpty { selected[property] = letters }
      }
    }
    for selector in except {
      guard let parts = selected[selector.property] else { continue }
      let left = selector.part.map { parts.subtracting([$0]) } ?? []
      selected[selector.property] = left.isEmpty ? nil : left
    }
    return selected
  }

  private func requireSelected(_ profile: Header.Profile, _ layers: [Event.Layer]) throws(NotInProfile) {
    let known = layers + (profile == .secure ? [.secure] : [])
    for selector in properties + except {
      let exists = known.contains { layer in
        let layerProfile = Scene.profile(of: layer, in: profile)
        let isJudged =
          selector.property == .signalSynchrony
          || Property.judged(profile: profile, layer: layer).contains(selector.property)
        return isJudged
          && (selector.part.map(selector.property.parts(profile: layerProfile).contains) ?? true)
      }
      if !exists { throw NotInProfile(selector: selector, profile: profile) }
    }
  }
}
