internal import Traces

/// One layer of a trace that is being checked: what is recorded of it, and what has been judged so far.
struct LayerCheck: ~Copyable {
  private let profile: Header.Profile
  private let layer: Event.Layer
  private let judged: [Property: Set<Property.Part>]
  private let witnesses: Int
  private var recording: LayerRecording
  private var exchange = ExchangeRecording()
  private var judge: LayerJudge?
  /// Open events at which it is worth a look whether views can be retired.
  private var nextLook = 1 << 15

  private static let lookStep = 1 << 15

  init(
    _ profile: Header.Profile, _ layer: Event.Layer, judged: [Property: Set<Property.Part>], witnesses: Int
  ) {
    self.profile = profile
    self.layer = layer
    self.judged = judged
    self.witnesses = witnesses
    recording = LayerRecording(layer: layer)
  }

  deinit { judge?.free() }

  var hasEvents: Bool { recording.hasEvents }
  var needsWhole: Bool { recording.needsWhole }

  /// - Parameter isOwn: the event names this layer; else it happens to both.
  @inline(__always)
  mutating func take(_ event: ScannedEvent, _ batch: EventBatch, isOwn: Bool) {
    if isOwn { recording.hasEvents = true }
    switch event.kind {
    case .deliver: recording.deliver(event)
    case .send: recording.send(event)
    default: takeRare(event, batch)
    }
  }

  @inline(never)
  private mutating func takeRare(_ event: ScannedEvent, _ batch: EventBatch) {
    switch event.kind {
    case .deliver, .send, .breakIn: break
    case .signal: recording.mark(.signal, event)
    case .flushRequest: recording.mark(.flushRequest, event)
    case .flushOk: recording.mark(.flushOk, event)
    case .view:
      if case .view(let identifier, let members, let transitional, let key) = batch.details[Int(event.detail)]
      {
        recording.install(event, identifier, members: members, transitional: transitional, key: key)
      }
    case .join:
      recording.join(event)
      exchange.note(.join, event.process)
    case .leave:
      recording.mark(.leave, event)
      exchange.note(.leave, event.process)
    case .crash:
      recording.mark(.crash, event)
      exchange.note(.crash, event.process)
    case .recover:
      recording.recover(event)
      exchange.note(.recover, event.process)
    case .start, .finish, .propose, .decide: exchange.add(event, batch.details[Int(event.detail)])
    }
  }

  private func scene(_ run: Scene.Run) -> Scene {
    let isRecorded = run.header.records.contains(.transitional)
    return Scene(
      run, layer, recordsTransitional: isRecorded && (recording.views.isEmpty || recording.hasTransitional))
  }

  /// Judges the views that are over and gives back their memory, if it is time for that.
  mutating func retire(_ run: Scene.Run) {
    guard recording.openEvents >= nextLook, profile == .vs || profile == .secure || layer == .secure else {
      return
    }
    // Whether transitional sets count as recorded is known for good once one has been seen.
    guard recording.hasTransitional || !run.header.records.contains(.transitional) else { return }
    let scene = scene(run)
    var judge = self.judge ?? LayerJudge(Findings(selected: judged, limit: witnesses), scene)
    self.judge = nil
    for view in recording.openViews where recording.canRetire(view) {
      let part = Regions.Part(sections: recording.sectionsToRetire(view), views: [view], isRegular: true)
      judge.judge(part, of: recording, scene)
      recording.retire(view)
    }
    recording.forget()
    self.judge = judge
    nextLook = max(Self.lookStep, 2 * recording.openEvents)
  }

  /// Judges what is left.
  mutating func finish(_ run: Scene.Run) -> [PropertyReport] {
    let scene = scene(run)
    var findings = Findings(selected: judged, limit: witnesses)
    if scene.profile == .gke {
      let listed = scene.header.processes.map { Set($0) }
      let processes = scene.names.indices.filter {
        listed?.contains(scene.names[$0]) ?? (scene.files[$0] >= 0)
      }
      GroupKeyExchange(recording: exchange, scene: scene, processes: processes.map(UInt32.init)).judge(
        &findings)
    } else {
      var judge = self.judge ?? LayerJudge(findings, scene)
      self.judge = nil
      for part in Regions.parts(of: recording, scene.profile) { judge.judge(part, of: recording, scene) }
      judge.finish(of: recording, scene)
      findings = judge.findings
      judge.free()
    }
    return Property.allCases.filter { judged[$0] != nil }.map {
      findings.report($0, scene, applicable: $0.applicableParts(scene))
    }
  }
}
