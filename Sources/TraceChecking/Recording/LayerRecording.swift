internal import Traces

/// The events of one layer, as they are read: histories, cut into sections, and the messages in flight.
///
/// A *section* is the part of a history from one installation up to the next, or before the first. Events take
/// eight bytes (the message's slot, the line); a message 16, and what its name takes. What has been judged can be
/// retired (see `retire`), so that memory is bounded by the open views.
struct LayerRecording: ~Copyable {
  static let none: Int32 = -1

  struct Delivery {
    var message: UInt32
    var line: UInt32
  }

  struct Send {
    var message: UInt32
    var line: UInt32
    /// How many deliveries of the section stand before it.
    var deliveriesBefore: UInt32
    /// The only addressee, or `ScannedEvent.nobody`.
    var to: UInt32
    var service: Event.Service
  }

  /// An event that is neither a send nor a delivery.
  struct Mark {
    enum Kind: UInt8 { case signal, flushRequest, flushOk, leave, crash }
    var kind: Kind
    var line: UInt32
    var deliveriesBefore: UInt32
    var sendsBefore: UInt32
  }

  struct Section {
    var process: UInt32
    /// Counts the histories of the layer.
    var history: Int32
    /// An index into `views`, or `none`: before the first installation.
    var view: Int32
    /// The line of the installation.
    var line: UInt32 = 0
    /// Indices into `sets`, or `none`.
    var members = LayerRecording.none
    var transitional = LayerRecording.none
    /// An index into `keys`, or `none`.
    var key = LayerRecording.none
    /// The view that the history was in before, or `none`, and the line of its installation.
    var previousView = LayerRecording.none
    var previousLine: UInt32 = 0
    /// The section before and after in the same history, or `none`.
    var previous = LayerRecording.none
    var next = LayerRecording.none
    /// The greatest view that the process had installed before, in any history, and the line.
    var greatestBefore = LayerRecording.none
    var greatestLine: UInt32 = 0
    /// Where the section begins, the history has a flush request that no flush ok has answered.
    var pendingRequest = false
    var crashed = false
    var left = false
    /// Nothing can be added: the history went on to a further view, or ended.
    var closed = false
    var retired = false
    /// Deliveries before the first signal; `UInt32.max` where there is no signal.
    var signal = UInt32.max
    var deliveries = Column<Delivery>()
    var sends = Column<Send>()
    var marks = Column<Mark>()

    var hasNextView: Bool { next != LayerRecording.none }
    var hasLeftOrCrashed: Bool { crashed || left }
  }

  struct Message {
    /// The section of the first send, or `none`.
    var section = LayerRecording.none
    /// The index of the first send in that section.
    var index: UInt32 = 0
    /// All deliveries so far.
    var deliveries: UInt32 = 0
    /// There are further sends, in `furtherSends`.
    var sentAgain = false
  }

  struct View {
    var identifier: ViewIdentifier
    /// Its sections that are not retired, in the order of reading.
    var sections: [Int32] = []
    var retired = false
  }

  /// What a process has done in this layer.
  struct ProcessRecord {
    /// The section that grows, or `none`: no event yet.
    var section = LayerRecording.none
    /// The current history has a `leave`.
    var left = false
    /// The last event was a crash.
    var crashed = false
    /// The last section was given back though it could have grown.
    var isRetired = false
    /// The greatest view installed so far, and the line.
    var greatest = LayerRecording.none
    var greatestLine: UInt32 = 0
  }

  /// What a process did that excuses it, or not, from views it never installed, over all its histories.
  struct Course {
    /// The views that it installed and that were greater than all before.
    var reached: [Int32] = []
    /// How many of them it had reached when it first crashed or left.
    var departedAfter: Int?

    mutating func depart() { departedAfter = departedAfter ?? reached.count }
  }

  let layer: Event.Layer
  var sections = Column<Section>()
  /// By process.
  var processes = Column<ProcessRecord>()
  /// By process.
  var courses: [Course] = []
  var messages = Column<Message>()
  var names = MessageNames()
  var furtherSends: [UInt32: [(section: Int32, index: UInt32)]] = [:]
  var views: [View] = []
  /// The views that are not retired.
  private var open: Set<Int32> = []
  private var viewIndex: [ViewIdentifier: Int32] = [:]
  /// Sets of processes, ascending.
  var sets: [[UInt32]] = []
  private var setIndex: [[UInt32]: Int32] = [:]
  var keys: [Event.Key] = []
  private var keyIndex: [Event.Key: Int32] = [:]
  var histories: Int32 = 0
  /// Some installation had a transitional set.
  var hasTransitional = false
  /// An event with this layer's name on it stands in the trace.
  var hasEvents = false
  /// Sections, views and messages have been retired.
  var hasRetired = false
  /// An event speaks of something retired, or a history installs a view out of order after something was: the
  /// trace has to be judged as a whole.
  var needsWhole = false
  /// Deliveries and sends of sections not retired.
  var openEvents = 0

  init(layer: Event.Layer) { self.layer = layer }

  deinit {
    for index in 0..<sections.count { Self.free(sections.address(of: index)) }
    var (sections, processes, messages) = (sections, processes, messages)
    sections.free()
    processes.free()
    messages.free()
  }

  private static func free(_ section: UnsafeMutablePointer<Section>) {
    section.pointee.deliveries.free()
    section.pointee.sends.free()
    section.pointee.marks.free()
  }

  // MARK: Reading

  /// The section that an event of `process` is in.
  @inline(__always)
  private mutating func section(of process: UInt32) -> UnsafeMutablePointer<Section> {
    if Int(process) < processes.count {
      let section = processes[Int(process)].section
      if section >= 0 { return sections.address(of: Int(section)) }
    }
    return begin(process)
  }

  @inline(never)
  private mutating func begin(_ process: UInt32) -> UnsafeMutablePointer<Section> {
    if Int(process) < processes.count, processes[Int(process)].isRetired { needsWhole = true }
    processes.extend(to: Int(process) + 1, filledWith: ProcessRecord())
    while courses.count <= Int(process) { courses.append(Course()) }
    processes.address(of: Int(process)).pointee.section = Int32(sections.count)
    processes.address(of: Int(process)).pointee.left = false
    processes.address(of: Int(process)).pointee.crashed = false
    sections.append(Section(process: process, history: histories, view: Self.none))
    histories += 1
    return sections.address(of: sections.count - 1)
  }

  @inline(__always)
  private mutating func message(_ event: ScannedEvent) -> UInt32 {
    let slot = names.intern(event.message, Int(event.messageLength))
    if slot == MessageNames.retired { needsWhole = true }
    return slot
  }

  @inline(__always)
  mutating func deliver(_ event: ScannedEvent) {
    let slot = message(event)
    if slot == MessageNames.retired { return }
    if Int(slot) >= messages.count { messages.extend(to: Int(slot) + 1, filledWith: Message()) }
    messages.address(of: Int(slot)).pointee.deliveries &+= 1
    section(of: event.process).pointee.deliveries.append(Delivery(message: slot, line: event.line))
    openEvents &+= 1
  }

  mutating func send(_ event: ScannedEvent) {
    let slot = message(event)
    if slot == MessageNames.retired { return }
    if Int(slot) >= messages.count { messages.extend(to: Int(slot) + 1, filledWith: Message()) }
    let section = section(of: event.process)
    let place = processes[Int(event.process)].section
    let index = UInt32(section.pointee.sends.count)
    let message = messages.address(of: Int(slot))
    if message.pointee.section == Self.none {
      message.pointee.section = place
      message.pointee.index = index
    } else {
      message.pointee.sentAgain = true
      furtherSends[slot, default: []].append((place, index))
    }
    section.pointee.sends.append(
      Send(
        message: slot, line: event.line, deliveriesBefore: UInt32(section.pointee.deliveries.count),
        to: event.to, service: event.service))
    openEvents &+= 1
  }

  mutating func mark(_ kind: Mark.Kind, _ event: ScannedEvent) {
    let section = section(of: event.process)
    section.pointee.marks.append(
      Mark(
        kind: kind, line: event.line, deliveriesBefore: UInt32(section.pointee.deliveries.count),
        sendsBefore: UInt32(section.pointee.sends.count)))
    switch kind {
    case .signal:
      if section.pointee.signal == .max { section.pointee.signal = UInt32(section.pointee.deliveries.count) }
    case .leave:
      section.pointee.left = true
      processes.address(of: Int(event.process)).pointee.left = true
      courses[Int(event.process)].depart()
    case .crash:
      section.pointee.crashed = true
      section.pointee.closed = true
      processes.address(of: Int(event.process)).pointee.crashed = true
      courses[Int(event.process)].depart()
    case .flushRequest, .flushOk: break
    }
  }

  /// `join`: a new history where the current one has a `leave`.
  mutating func join(_ event: ScannedEvent) {
    _ = section(of: event.process)
    if processes[Int(event.process)].left { startHistory(event.process) }
  }

  /// `recover`: a new history; with no crash before, the process crashed right before.
  mutating func recover(_ event: ScannedEvent) {
    // A process whose first event is a recovery crashed before the recording began.
    let section = section(of: event.process)
    if !processes[Int(event.process)].crashed {
      section.pointee.crashed = true
      courses[Int(event.process)].depart()
    }
    startHistory(event.process)
  }

  private mutating func startHistory(_ process: UInt32) {
    let section = section(of: process)
    section.pointee.closed = true
    _ = begin(process)
  }

  mutating func install(
    _ event: ScannedEvent, _ identifier: ViewIdentifier, members: [UInt32], transitional: [UInt32]?,
    key: Event.Key?
  ) {
    let old = section(of: event.process)
    let oldIndex = processes[Int(event.process)].section
    let view = index(of: identifier)
    if views[Int(view)].retired { needsWhole = true }
    let record = processes.address(of: Int(event.process))
    var new = Section(process: event.process, history: old.pointee.history, view: view)
    new.line = event.line
    new.members = index(of: members)
    new.transitional = transitional.map { index(of: $0) } ?? Self.none
    new.key = key.map { index(of: $0) } ?? Self.none
    new.previousView = old.pointee.view
    new.previousLine = old.pointee.line
    new.previous = oldIndex
    new.greatestBefore = record.pointee.greatest
    new.greatestLine = record.pointee.greatestLine
    new.pendingRequest = Self.pendingRequest(atEndOf: old)
    if transitional != nil { hasTransitional = true }
    if record.pointee.greatest == Self.none
      || views[Int(record.pointee.greatest)].identifier < identifier
    {
      record.pointee.greatest = view
      record.pointee.greatestLine = event.line
      courses[Int(event.process)].reached.append(view)
    } else if hasRetired {
      needsWhole = true
    }
    old.pointee.next = Int32(sections.count)
    old.pointee.closed = true
    record.pointee.section = Int32(sections.count)
    views[Int(view)].sections.append(Int32(sections.count))
    sections.append(new)
  }

  private static func pendingRequest(atEndOf section: UnsafeMutablePointer<Section>) -> Bool {
    var pending = section.pointee.pendingRequest
    for mark in section.pointee.marks.elements {
      if mark.kind == .flushRequest { pending = true }
      if mark.kind == .flushOk { pending = false }
    }
    return pending
  }

  private mutating func index(of identifier: ViewIdentifier) -> Int32 {
    if let index = viewIndex[identifier] { return index }
    viewIndex[identifier] = Int32(views.count)
    views.append(View(identifier: identifier))
    open.insert(Int32(views.count - 1))
    return Int32(views.count - 1)
  }

  private mutating func index(of set: [UInt32]) -> Int32 {
    if let index = setIndex[set] { return index }
    setIndex[set] = Int32(sets.count)
    sets.append(set)
    return Int32(sets.count - 1)
  }

  private mutating func index(of key: Event.Key) -> Int32 {
    if let index = keyIndex[key] { return index }
    keyIndex[key] = Int32(keys.count)
    keys.append(key)
    return Int32(keys.count - 1)
  }

  // MARK: Asking

  /// The sends of a message that is not retired, in the order of reading.
  func sends(of message: UInt32) -> [(section: Int32, index: UInt32)] {
    let record = messages[Int(message)]
    guard record.section != Self.none else { return [] }
    let first = (section: record.section, index: record.index)
    return record.sentAgain ? [first] + furtherSends[message]! : [first]
  }

  /// Whether a set of processes, which stand in ascending order, has `process`.
  func contains(_ set: Int32, _ process: UInt32) -> Bool {
    let elements = sets[Int(set)]
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if elements[middle] < process { low = middle + 1 } else { high = middle }
    }
    return low < elements.count && elements[low] == process
  }

  /// What became of a process as a member of `view` that it did not install in time (safe-delivery b).
  enum Absence { case departed, movedOn, waiting }

  /// - Returns: nil where it installs the view before any greater one.
  func absence(of process: UInt32, from view: Int32) -> Absence? {
    guard Int(process) < courses.count else { return .waiting }
    let course = courses[Int(process)]
    let identifier = views[Int(view)].identifier
    var (low, high) = (0, course.reached.count)
    while low < high {
      let middle = (low + high) / 2
      if views[Int(course.reached[middle])].identifier < identifier {
        low = middle + 1
      } else {
        high = middle
      }
    }
    if let departed = course.departedAfter, departed <= low { return .departed }
    guard low < course.reached.count else { return .waiting }
    return course.reached[low] == view ? nil : .movedOn
  }

  // MARK: Retiring

  /// Whether nothing can come any more, in all likelihood, that concerns `view`: all its members have gone on, or
  /// never came, and its messages are known and cross no border. What was before must have been retired, so that
  /// no chain of events can come back into it. Anything that belies it later sets `needsWhole`.
  func canRetire(_ view: Int32) -> Bool {
    let candidate = views[Int(view)]
    guard !candidate.retired, let first = candidate.sections.first else { return false }
    var installed: Set<UInt32> = []
    var (delivered, expected) = (0, 0)
    for index in candidate.sections {
      let section = sections[Int(index)]
      guard section.closed || section.left, installed.insert(section.process).inserted,
        section.members == sections[Int(first)].members
      else { return false }
      if section.previous != Self.none {
        let previous = sections[Int(section.previous)]
        guard
          previous.retired
            || (previous.view == Self.none && previous.deliveries.count == 0 && previous.sends.count == 0)
        else { return false }
      }
    }
    for process in sets[Int(sections[Int(first)].members)] where !installed.contains(process) {
      if absence(of: process, from: view) == .waiting { return false }
    }
    for index in candidate.sections {
      let section = sections[Int(index)]
      delivered += section.deliveries.count
      for send in section.sends.elements {
        let message = messages[Int(send.message)]
        if message.sentAgain { return false }
        expected += Int(message.deliveries)
      }
      for delivery in section.deliveries.elements {
        let message = messages[Int(delivery.message)]
        guard message.section >= 0, sections[Int(message.section)].view == view else { return false }
      }
    }
    return delivered == expected
  }

  /// The views with sections that are not retired, by identifier.
  var openViews: [Int32] {
    open.sorted { views[Int($0)].identifier < views[Int($1)].identifier }
  }

  /// The sections of a view and what stands before them in no view: what is judged and retired together.
  func sectionsToRetire(_ view: Int32) -> [Int32] {
    views[Int(view)].sections.flatMap { index -> [Int32] in
      let previous = sections[Int(index)].previous
      return previous != Self.none && !sections[Int(previous)].retired ? [previous, index] : [index]
    }
  }

  /// Gives back the memory of sections that have been judged, and of the messages sent in them.
  mutating func retire(_ view: Int32) {
    hasRetired = true
    for index in sectionsToRetire(view) {
      let section = sections.address(of: Int(index))
      openEvents -= section.pointee.deliveries.count + section.pointee.sends.count
      for send in section.pointee.sends.elements {
        names.retire(send.message)
        messages[Int(send.message)] = Message()
      }
      section.pointee.retired = true
      Self.free(section)
      let process = processes.address(of: Int(section.pointee.process))
      if process.pointee.section == index, !section.pointee.closed {
        process.pointee.section = Self.none
        process.pointee.isRetired = true
      }
    }
    views[Int(view)].retired = true
    views[Int(view)].sections = []
    open.remove(view)
  }

  /// Gives back what names of retired messages took.
  mutating func forget() { names.shorten() }
}
