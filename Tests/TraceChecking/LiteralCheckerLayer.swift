import TraceChecking
import Traces

/// One layer of a trace in the words of properties.md: histories, sections, installations, sends, deliveries, with
/// numbers for names.
struct LiteralLayer {
  typealias Finding = LiteralChecker.Finding
  typealias Obligation = LiteralChecker.Obligation

  /// An event. Numbers of what it does not have are -1.
  struct Step {
    var kind: Event.Kind
    var process: Int
    var history = -1
    var section = -1
    /// Its place in its history.
    var place = -1
    /// Its place among the events of its process.
    var placeInProcess = -1
    /// A message, session or instance.
    var subject = -1
    var service = Event.Service.reliable
    var to = -1
    /// A view; numbers are in the order of identifiers.
    var view = -1
    /// A fingerprint of a key, a value of a proposal or decision.
    var value = -1
  }

  /// The events of one history from one installation up to its next, or the history's end; or those before its
  /// first installation, the section in no view.
  struct Section {
    var history: Int
    var process: Int
    /// The event that installs its view, and the view; -1: in no view.
    var installation = -1
    var view = -1
    var members: [Bool] = []
    /// nil: the event has none, or they are not recorded.
    var transitional: [Bool]?
    var key = -1
    var steps: [Int] = []
    /// The sections of the view that its history installed right before, and installs right after.
    var previous: Int?
    var next: Int?
    var hasCrash = false
    var hasLeave = false

    var departs: Bool { hasCrash || hasLeave }
  }

  let complete: Bool
  let records: Set<Header.Record>
  let tolerates: Int?
  let rules: LiteralChecker.Rules
  /// All processes of the run.
  let run: [Int]

  /// Process by process, each in its order.
  private(set) var steps: [Step] = []
  private(set) var sections: [Section] = []
  /// The sections of each history, the one in no view first.
  private(set) var histories: [[Int]] = []
  private(set) var processCount = 0
  private(set) var messageCount = 0
  private(set) var transitionalSetsRecorded = false

  // Numbers of steps or sections.
  private(set) var installations: [Int] = []
  private(set) var sends: [Int] = []
  private(set) var deliveries: [Int] = []
  private(set) var sendsOf: [[Int]] = []
  private(set) var deliveriesOf: [[Int]] = []
  private var happensBefore: [[UInt64]] = []

  init(header: Header, events: [Event], layer: Event.Layer, rules: LiteralChecker.Rules) {
    complete = header.complete
    records = header.records
    tolerates = header.tolerates
    self.rules = rules

    // Numbers for names.
    var processNumbers: [Name: Int] = [:]
    func number(_ name: Name, in numbers: inout [Name: Int]) -> Int {
      if let number = numbers[name] { return number }
      let number = numbers.count
      numbers[name] = number
      return number
    }
    for name in header.processes ?? [] { _ = number(name, in: &processNumbers) }
    for event in events {
      _ = number(event.at, in: &processNumbers)
      switch event.action {
      case .view(_, let members, let transitional, _):
        for name in members { _ = number(name, in: &processNumbers) }
        for name in transitional ?? [] { _ = number(name, in: &processNumbers) }
      case .send(_, _, let to?): _ = number(to, in: &processNumbers)
      default: break
      }
    }
    let processCount = processNumbers.count
    self.processCount = processCount
    var isOfRun = [Bool](repeating: false, count: processCount)
    for name in header.processes ?? events.map(\.at) { isOfRun[processNumbers[name]!] = true }
    run = (0..<processCount).filter { isOfRun[$0] }
    func row(_ names: Set<Name>) -> [Bool] {
      var row = [Bool](repeating: false, count: processCount)
      for name in names { row[processNumbers[name]!] = true }
      return row
    }

    // The events of the layer, process by process.
    var ofProcess = [[Event]](repeating: [], count: processCount)
    for event in events where event.layer == nil || event.layer == layer {
      ofProcess[processNumbers[event.at]!].append(event)
    }
    let layerEvents = ofProcess.flatMap { $0 }

    // Transitional sets count as recorded unless `records` lacks the word, or the layer has views and none has one.
    var hasView = false
    var hasTransitional = false
    var identifiers: [ViewIdentifier] = []
    for event in layerEvents {
      guard case .view(let identifier, _, let transitional, _) = event.action else { continue }
      hasView = true
      hasTransitional = hasTransitional || transitional != nil
      identifiers.append(identifier)
    }
    transitionalSetsRecorded = header.records.contains(.transitional) && (!hasView || hasTransitional)
    identifiers.sort()
    var viewNumbers: [ViewIdentifier: Int] = [:]
    for identifier in identifiers where viewNumbers[identifier] == nil {
      viewNumbers[identifier] = viewNumbers.count
    }

    var messageNumbers: [Name: Int] = [:]
    var sessionNumbers: [Name: Int] = [:]
    var instanceNumbers: [Name: Int] = [:]
    var valueNumbers: [Name: Int] = [:]
    for (process, own) in ofProcess.enumerated() {
      var historyHasLeave = false
      var hasCrashed = false
      for (placeInProcess, event) in own.enumerated() {
        // A history starts with the process, a `recover`, or a `join` that follows a `leave`.
        var starts = placeInProcess == 0
        if case .recover = event.action {
          // With no crash before it, it crashed right before.
          if placeInProcess > 0, !hasCrashed { sections[sections.count - 1].hasCrash = true }
          starts = true
        }
        if case .join = event.action, historyHasLeave { starts = true }
        if starts {
          histories.append([sections.count])
          sections.append(Section(history: histories.count - 1, process: process))
          historyHasLeave = false
          hasCrashed = false
        }

        var step = Step(kind: .join, process: process)
        var opened: Section?
        switch event.action {
        case .join: step.kind = .join
        case .recover: step.kind = .recover
        case .breakIn: step.kind = .breakIn
        case .signal: step.kind = .signal
        case .flushRequest: step.kind = .flushRequest
        case .flushOk: step.kind = .flushOk
        case .leave:
          step.kind = .leave
          historyHasLeave = true
          sections[sections.count - 1].hasLeave = true
        case .crash:
          step.kind = .crash
          hasCrashed = true
          sections[sections.count - 1].hasCrash = true
        case .view(let identifier, let members, let transitional, let key):
          step.kind = .view
          step.view = viewNumbers[identifier]!
          var section = Section(history: histories.count - 1, process: process)
          section.installation = steps.count
          section.view = step.view
          section.members = row(members)
          section.transitional = transitionalSetsRecorded ? transitional.map(row) : nil
          if let key { section.key = number(Name(key.fingerprint), in: &valueNumbers) }
          opened = section
        case .send(let message, let service, let to):
          step.kind = .send
          step.subject = number(message, in: &messageNumbers)
          step.service = service
          if let to { step.to = processNumbers[to]! }
        case .deliver(let message):
          step.kind = .deliver
          step.subject = number(message, in: &messageNumbers)
        case .start(let session):
          step.kind = .start
          step.subject = number(session, in: &sessionNumbers)
        case .finish(let session, let key):
          step.kind = .finish
          step.subject = number(session, in: &sessionNumbers)
          step.value = number(Name(key.fingerprint), in: &valueNumbers)
        case .propose(let instance, let value):
          step.kind = .propose
          step.subject = number(instance, in: &instanceNumbers)
          step.value = number(value, in: &valueNumbers)
        case .decide(let instance, let value):
          step.kind = .decide
          step.subject = number(instance, in: &instanceNumbers)
          step.value = number(value, in: &valueNumbers)
        }

        if var section = opened {
          let before = sections.count - 1
          if sections[before].installation >= 0 {
            section.previous = before
            sections[before].next = before + 1
          }
          histories[histories.count - 1].append(sections.count)
          installations.append(sections.count)
          sections.append(section)
        }
        step.history = histories.count - 1
        step.section = sections.count - 1
        step.placeInProcess = placeInProcess
        // Steps are in the order of processes, then histories: the number itself tells the place.
        step.place = steps.count
        sections[sections.count - 1].steps.append(steps.count)
        steps.append(step)
      }
    }

    messageCount = messageNumbers.count
    sends = steps.indices.filter { steps[$0].kind == .send }
    deliveries = steps.indices.filter { steps[$0].kind == .deliver }
    sendsOf = .init(repeating: [], count: messageCount)
    deliveriesOf = .init(repeating: [], count: messageCount)
    for s in sends { sendsOf[steps[s].subject].append(s) }
    for d in deliveries { deliveriesOf[steps[d].subject].append(d) }
    if rules != .gke { happensBefore = closure() }
  }

  /// *Happens before*: the transitive closure of the orders of the histories and of each send -> each delivery of
  /// the same message (Warshall). Row i, bit j: i happens before j.
  private func closure() -> [[UInt64]] {
    let count = steps.count
    let words = (count + 63) / 64
    var rows = [[UInt64]](repeating: .init(repeating: 0, count: words), count: count)
    for i in steps.indices.dropFirst() where steps[i - 1].history == steps[i].history {
      rows[i - 1][i / 64] |= 1 << UInt64(i % 64)
    }
    for s in sends {
      for d in deliveriesOf[steps[s].subject] { rows[s][d / 64] |= 1 << UInt64(d % 64) }
    }
    for k in 0..<count {
      let rowOfK = rows[k]
      for i in 0..<count where rows[i][k / 64] >> UInt64(k % 64) & 1 == 1 {
        for word in 0..<words { rows[i][word] |= rowOfK[word] }
      }
    }
    return rows
  }

  // MARK: Words

  func happensBefore(_ i: Int, _ j: Int) -> Bool { happensBefore[i][j / 64] >> UInt64(j % 64) & 1 == 1 }

  /// The view that an event is in; -1: in no view.
  func view(of step: Int) -> Int { sections[steps[step].section].view }

  /// Whether a `signal` stands before it in the same installation.
  func isAfterSignal(_ step: Int) -> Bool {
    sections[steps[step].section].steps.contains { steps[$0].kind == .signal && $0 < step }
  }

  func isAddressee(_ process: Int, of send: Int) -> Bool {
    steps[send].to == -1 || steps[send].to == process
  }

  func atLeast(_ service: Event.Service, _ send: Int) -> Bool { steps[send].service >= service }

  /// Whether the history of `step` delivers `message` before `step`.
  func hasDelivered(_ message: Int, before step: Int) -> Bool {
    deliveriesOf[message].contains { steps[$0].history == steps[step].history && $0 < step }
  }

  /// Whether completeness can break an obligation: not where crashes or leaves are not recorded.
  var completenessBreaks: Bool { complete && records.contains(.crash) && records.contains(.leave) }

  /// How the obligation to deliver `message` stands that a history has in its installation of a view.
  func obligation(in section: Int, toDeliver message: Int, afterSignal: Bool) -> Obligation {
    let met = deliveriesOf[message].contains {
      steps[$0].section == section && (!afterSignal || isAfterSignal($0))
    }
    if met { return .met }
    if sections[section].departs { return .void }
    if sections[section].next != nil || completenessBreaks { return .broken }
    return .open
  }

  func needs(_ words: Header.Record...) -> Bool { words.allSatisfy(records.contains) }

  // MARK: Verdicts

  /// The findings of a property, by part where it has parts.
  func judge(_ property: Property) -> [(part: Property.Part?, finding: Finding)] {
    func parts(_ findings: KeyValuePairs<Property.Part, Finding>) -> [(Property.Part?, Finding)] {
      findings.map { ($0.key, $0.value) }
    }
    switch property {
    case .selfInclusion: return [(nil, selfInclusion())]
    case .localMonotonicity: return [(nil, localMonotonicity())]
    case .sendingViewDelivery: return [(nil, sendingViewDelivery())]
    case .sameViewDelivery: return [(nil, sameViewDelivery())]
    case .deliveryIntegrity: return [(nil, deliveryIntegrity())]
    case .noDuplication: return [(nil, noDuplication())]
    case .selfDelivery: return [(nil, selfDelivery())]
    case .transitionalSet:
      return parts([.a: transitionalSetA(), .b: transitionalSetB(), .c: transitionalSetC()])
    case .virtualSynchrony: return [(nil, virtualSynchrony())]
    case .fifoDelivery: return [(nil, fifoDelivery())]
    case .causalDelivery: return [(nil, causalDelivery(atLeast: .causal))]
    case .agreedDelivery:
      let b = sameOrder(atLeast: .agreed)
      let c = agreedPrefix(atLeast: .agreed)
      if rules == .evs { return parts([.b: b, .c: c]) }
      return parts([.a: causalDelivery(atLeast: .agreed), .b: b, .c: c])
    case .safeDelivery:
      if rules == .evs { return parts([.b: safeDeliveryB()]) }
      return parts([.a: safeDeliveryA(), .b: safeDeliveryB()])
    case .transitionalSignal: return [(nil, transitionalSignal())]
    case .flushAcknowledgment: return parts([.a: flushAcknowledgmentA(), .b: flushAcknowledgmentB()])
    case .blockedMessages: return [(nil, blockedMessages())]
    case .viewIdentity: return [(nil, viewIdentity())]
    case .signalSynchrony: return [(nil, signalSynchrony())]
    case .keyAgreement: return [(nil, keyAgreement())]
    case .keyFreshness: return [(nil, keyFreshness())]
    case .gkeAgreement: return [(nil, agreement(.finish))]
    case .gkeFreshness: return [(nil, gkeFreshness())]
    case .gkeIntegrity: return [(nil, integrity(.start, .finish))]
    case .gkeTermination: return [(nil, termination(.start, .finish))]
    case .consensusAgreement: return [(nil, agreement(.decide))]
    case .consensusValidity: return [(nil, consensusValidity())]
    case .consensusIntegrity: return [(nil, integrity(.propose, .decide))]
    case .consensusTermination: return [(nil, termination(.propose, .decide))]
    }
  }
}
