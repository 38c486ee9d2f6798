internal import Traces

/// What a group key exchange promises (Cachin and Strobl, Section 2), and the consensus under it: the two have the
/// same form, a session that is started and finished with a key, an instance proposed to and decided with a value.
struct GroupKeyExchange {
  let recording: ExchangeRecording
  let scene: Scene
  /// All processes of the run: the header's, or those that have an event.
  let processes: [UInt32]

  func judge(_ findings: inout Findings) {
    judgeAgreement(.gkeAgreement, .finish, "session", "finishes", "key", &findings)
    judgeFreshness(&findings)
    judgeIntegrity(.gkeIntegrity, .start, .finish, ("session", "started", "finishes"), &findings)
    judgeTermination(.gkeTermination, .start, .finish, ("session", "start", "finish"), &findings)
    judgeAgreement(.consensusAgreement, .decide, "instance", "decides", "value", &findings)
    judgeValidity(&findings)
    judgeIntegrity(.consensusIntegrity, .propose, .decide, ("instance", "proposed to", "decides"), &findings)
    judgeTermination(
      .consensusTermination, .propose, .decide, ("instance", "propose to", "decide"), &findings)
  }

  private typealias Entry = ExchangeRecording.Entry

  /// By process name, then position, so that witnesses do not depend on the order of files.
  private func entries(_ kind: Entry.Kind) -> [Entry] {
    recording.entries.filter { $0.kind == kind }
      .sorted { (scene.names[Int($0.process)], $0.line) < (scene.names[Int($1.process)], $1.line) }
  }

  private func name(_ index: Int32) -> Name { recording.names[Int(index)] }
  private func place(_ entry: Entry) -> Violation.Place { scene.place(entry.process, entry.line) }
  private func both(_ p: Entry, _ q: Entry) -> [Name] {
    [scene.names[Int(p.process)], scene.names[Int(q.process)]]
  }

  /// All who finish a session have the same key; all who decide in an instance have the same value. Instances:
  /// finishes, decisions.
  private func judgeAgreement(
    _ property: Property, _ kind: Entry.Kind, _ subject: String, _ verb: String, _ value: String,
    _ findings: inout Findings
  ) {
    var first: [Int32: Entry] = [:]
    for entry in entries(kind) {
      findings.checked(property)
      guard let other = first[entry.subject] else {
        first[entry.subject] = entry
        continue
      }
      guard other.value != entry.value, findings.violated(property, at: entry.process, entry.line, scene)
      else {
        continue
      }
      func step(_ word: String, _ one: Entry) -> Violation.Step {
        .init(
          "\(word)\(scene.name(one.process)) \(verb) \(subject) \(name(one.subject)) with the \(value) "
            + "\(name(one.value)).", [place(one)])
      }
      findings.witness(
        Violation(
          summary: other.process == entry.process
            ? "\(scene.name(entry.process)) \(verb) \(subject) \(name(entry.subject)) with two \(value)s"
            : "\(scene.name(other.process)) and \(scene.name(entry.process)) have different \(value)s in "
              + "\(subject) \(name(entry.subject))",
          argument: [step("", other), step("However, ", entry)], processes: both(other, entry)))
    }
  }

  /// Different sessions have different keys. An instance is a session that somebody finishes.
  private func judgeFreshness(_ findings: inout Findings) {
    var first: [Int32: Entry] = [:]
    var sessions: Set<Int32> = []
    var seen: Set<[Int32]> = []
    let finishes = entries(.finish).sorted {
      (name($0.subject), scene.names[Int($0.process)], $0.line)
        < (name($1.subject), scene.names[Int($1.process)], $1.line)
    }
    for entry in finishes {
      if sessions.insert(entry.subject).inserted { findings.checked(.gkeFreshness) }
      if !seen.insert([entry.subject, entry.value]).inserted { continue }
      guard let other = first[entry.value] else {
        first[entry.value] = entry
        continue
      }
      guard other.subject != entry.subject,
        findings.violated(.gkeFreshness, at: entry.process, entry.line, scene)
      else { continue }
      findings.witness(
        Violation(
          summary: "sessions \(name(other.subject)) and \(name(entry.subject)) have the same key",
          argument: [
            .init(
              "\(scene.name(other.process)) finishes session \(name(other.subject)) with the key "
                + "\(name(other.value)).", [place(other)]),
            .init(
              "However, \(scene.name(entry.process)) finishes session \(name(entry.subject)) with the same key.",
              [place(entry)]),
          ], processes: both(other, entry)))
    }
  }

  /// Per history, a finish follows its start and comes at most once; a decision follows its proposal. Instances:
  /// finishes, decisions.
  private func judgeIntegrity(
    _ property: Property, _ begin: Entry.Kind, _ end: Entry.Kind,
    _ words: (subject: String, begun: String, ends: String),
    _ findings: inout Findings
  ) {
    struct Key: Hashable {
      var history: Int32
      var subject: Int32
    }
    var begun: [Key: Entry] = [:]
    var ended: [Key: Entry] = [:]
    for entry in recording.entries {
      let key = Key(history: entry.history, subject: entry.subject)
      if entry.kind == begin, begun[key] == nil { begun[key] = entry }
      guard entry.kind == end else { continue }
      findings.checked(property)
      let p = scene.name(entry.process)
      let subject = "\(words.subject) \(name(entry.subject))"
      if begun[key] == nil, findings.violated(property, at: entry.process, entry.line, scene) {
        findings.witness(
          Violation(
            summary: "\(p) \(words.ends) \(subject), which it has not \(words.begun)",
            argument: [
              .init("\(p) \(words.ends) \(subject).", [place(entry)]),
              .init("However, it has not \(words.begun) it before."),
            ], processes: [scene.names[Int(entry.process)]]))
      }
      if let earlier = ended[key], findings.violated(property, at: entry.process, entry.line, scene) {
        findings.witness(
          Violation(
            summary: "\(p) \(words.ends) \(subject) twice",
            argument: [
              .init("\(p) \(words.ends) \(subject).", [place(earlier)]),
              .init("However, it \(words.ends) \(subject) again.", [place(entry)]),
            ], processes: [scene.names[Int(entry.process)]]))
      }
      if ended[key] == nil { ended[key] = entry }
    }
  }

  /// A decided value was proposed by some process in that instance. An instance is a decision.
  private func judgeValidity(_ findings: inout Findings) {
    var proposed: Set<[Int32]> = []
    for entry in recording.entries where entry.kind == .propose {
      proposed.insert([entry.subject, entry.value])
    }
    for entry in entries(.decide) {
      findings.checked(.consensusValidity)
      if proposed.contains([entry.subject, entry.value]) { continue }
      let p = scene.name(entry.process)
      if !scene.header.complete {
        findings.open(
          .consensusValidity, at: entry.process, entry.line, scene,
          "\(p) decides \(name(entry.value)) in instance \(name(entry.subject)) (line \(entry.line)), and no "
            + "proposal of it is recorded")
        continue
      }
      guard findings.violated(.consensusValidity, at: entry.process, entry.line, scene) else { continue }
      findings.witness(
        Violation(
          summary:
            "\(p) decides \(name(entry.value)) in instance \(name(entry.subject)), which nobody proposed",
          argument: [
            .init("\(p) decides \(name(entry.value)) in instance \(name(entry.subject)).", [place(entry)]),
            .init("However, the trace is complete, and nobody proposes that value there."),
          ], processes: [scene.names[Int(entry.process)]]))
    }
  }

  /// At most t_c processes crash, ever: a session that all the others start, all the others finish. An instance is
  /// a session that all the others start.
  private func judgeTermination(
    _ property: Property, _ begin: Entry.Kind, _ end: Entry.Kind,
    _ words: (subject: String, begin: String, end: String),
    _ findings: inout Findings
  ) {
    let crashed = recording.crashed
    guard let tolerated = scene.header.tolerates, crashed.count <= tolerated else { return }
    let others = processes.filter { !crashed.contains($0) }
      .sorted { scene.names[Int($0)] < scene.names[Int($1)] }
    var begun: [Int32: [UInt32: Entry]] = [:]
    var ended: [Int32: Set<UInt32>] = [:]
    for entry in recording.entries {
      if entry.kind == begin, begun[entry.subject]?[entry.process] == nil {
        begun[entry.subject, default: [:]][entry.process] = entry
      }
      if entry.kind == end { ended[entry.subject, default: []].insert(entry.process) }
    }
    for subject in begun.keys.sorted(by: { name($0) < name($1) }) {
      let starts = begun[subject]!
      guard others.allSatisfy({ starts[$0] != nil }) else { continue }
      findings.checked(property)
      for process in others where !(ended[subject]?.contains(process) ?? false) {
        let p = scene.name(process)
        let title = "\(words.subject) \(name(subject))"
        guard scene.header.complete, scene.records(.crash) else {
          findings.open(
            property, at: process, starts[process]!.line, scene,
            "all\(crashed.isEmpty ? "" : " the others") \(words.begin) \(title), \(p) in line "
              + "\(starts[process]!.line), and it does not \(words.end) where its recording stops")
          continue
        }
        guard findings.violated(property, at: process, starts[process]!.line, scene) else { continue }
        findings.witness(
          Violation(
            summary: "\(p) never \(words.end)\(words.end == "finish" ? "es" : "s") \(title)",
            argument: [
              .init(
                "At most \(tolerated) may crash, and \(crashed.isEmpty ? "none" : "\(crashed.count)") did; "
                  + "all\(crashed.isEmpty ? "" : " the others"), \(scene.title(others)), \(words.begin) "
                  + "\(title).",
                others.prefix(10).map { place(starts[$0]!) }),
              .init("However, the trace is complete, and \(p) does not \(words.end) it."),
            ], processes: [scene.names[Int(process)]]))
      }
    }
  }
}
