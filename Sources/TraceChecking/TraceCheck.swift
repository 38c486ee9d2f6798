public import Traces

/// Checks a recorded execution, property by property.
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

  /// - Returns: nil where the trace has to be judged as a whole.
  private func run(
    _ sources: [TraceSource], retiring: Bool, _ progress: ((Int) -> Void)?
  ) throws -> Report? {
    var reader = try TraceReader(sources)
    let profile = profile ?? reader.header.profile
    var gcs = LayerRecording(layer: .gcs)
    var secure = LayerRecording(layer: .secure)
    var gcsExchange = ExchangeRecording()
    var secureExchange = ExchangeRecording()
    var files: [Int] = []
    var batches = 0

    while let batch = try reader.nextBatch() {
      let known = reader.processes.count
      if files.count < known { files += repeatElement(-1, count: known - files.count) }
      files.withUnsafeMutableBufferPointer { files in
        for event in batch.events {
          files[Int(event.process)] = batch.file
          if event.layers != .secure {
            gcs.take(event, batch, isOwn: event.layers == .gcs, &gcsExchange)
          }
          if event.layers != .gcs {
            secure.take(event, batch, isOwn: event.layers == .secure, &secureExchange)
          }
        }
      }
      if gcs.needsWhole || secure.needsWhole { return nil }
      batches += 1
      if batches % 64 == 0 { progress?(reader.bytesRead) }
    }

    var names = reader.processes
    if let listed = reader.header.processes {
      let known = Set(names)
      names += listed.filter { !known.contains($0) }
    }
    files += repeatElement(-1, count: names.count - files.count)
    var layers: [Event.Layer] = []
    if gcs.hasEvents || !secure.hasEvents { layers.append(.gcs) }
    if secure.hasEvents { layers.append(.secure) }
    try requireSelected(profile, layers)

    var properties: [PropertyReport] = []
    for layer in layers {
      var scene = Scene(
        header: reader.header, profile: layer == .secure && profile != .gke ? .secure : profile, layer: layer,
        names: names, files: files)
      let judged = selected(profile, layer)
      let findings: Findings
      if layer == .gcs {
        findings = Self.judge(gcs, gcsExchange, judged, witnesses, &scene)
      } else {
        findings = Self.judge(secure, secureExchange, judged, witnesses, &scene)
      }
      for property in Property.allCases where judged[property] != nil {
        properties.append(findings.report(property, scene, applicable: property.applicableParts(scene)))
      }
    }
    return Report(
      files: reader.files, header: reader.header, profile: profile, processes: reader.processesWithEvents,
      events: reader.events, properties: properties)
  }

  private static func judge(
    _ recording: borrowing LayerRecording, _ exchange: ExchangeRecording,
    _ judged: [Property: Set<Property.Part>], _ witnesses: Int, _ scene: inout Scene
  ) -> Findings {
    scene.recordsTransitional =
      scene.records(.transitional) && (recording.views.isEmpty || recording.hasTransitional)
    if scene.profile == .gke {
      var findings = Findings(selected: judged, limit: witnesses)
      let listed = scene.header.processes.map { Set($0) }
      let processes = scene.names.indices.filter {
        listed?.contains(scene.names[$0]) ?? (scene.files[$0] >= 0)
      }
      GroupKeyExchange(recording: exchange, scene: scene, processes: processes.map(UInt32.init))
        .judge(&findings)
      return findings
    }
    var judge = LayerJudge(Findings(selected: judged, limit: witnesses), scene)
    for part in Regions.parts(of: recording, scene.profile) { judge.judge(part, of: recording, scene) }
    judge.finish(of: recording, scene)
    return judge.findings
  }

  /// What is judged of a layer, with the lettered parts.
  private func selected(_ profile: Header.Profile, _ layer: Event.Layer) -> [Property: Set<Property.Part>] {
    let layerProfile = layer == .secure && profile != .gke ? Header.Profile.secure : profile
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
        let layerProfile = layer == .secure && profile != .gke ? Header.Profile.secure : profile
        let isJudged =
          selector.property == .signalSynchrony
          || Property.judged(profile: profile, layer: layer).contains(selector.property)
        return isJudged && (selector.part.map(selector.property.parts(profile: layerProfile).contains) ?? true)
      }
      if !exists { throw NotInProfile(selector: selector, profile: profile) }
    }
  }
}

extension LayerRecording {
  /// - Parameter isOwn: the event names this layer; else it happens to both.
  @inline(__always)
  fileprivate mutating func take(
    _ event: ScannedEvent, _ batch: EventBatch, isOwn: Bool, _ exchange: inout ExchangeRecording
  ) {
    if isOwn { hasEvents = true }
    switch event.kind {
    case .deliver: deliver(event)
    case .send: send(event)
    case .signal: mark(.signal, event)
    case .flushRequest: mark(.flushRequest, event)
    case .flushOk: mark(.flushOk, event)
    case .view:
      if case .view(let identifier, let members, let transitional, let key) = batch.details[Int(event.detail)] {
        install(event, identifier, members: members, transitional: transitional, key: key)
      }
    case .join:
      join(event)
      exchange.note(.join, event.process)
    case .leave:
      mark(.leave, event)
      exchange.note(.leave, event.process)
    case .crash:
      mark(.crash, event)
      exchange.note(.crash, event.process)
    case .recover:
      recover(event)
      exchange.note(.recover, event.process)
    case .start, .finish, .propose, .decide: exchange.add(event, batch.details[Int(event.detail)])
    case .breakIn: break
    }
  }
}
