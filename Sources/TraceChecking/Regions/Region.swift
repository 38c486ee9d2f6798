internal import Traces

/// A part of a layer that can be judged by itself: some views, all that their members did in them, and every
/// message sent or delivered there.
///
/// In a run that keeps Sending View Delivery each view is a region. Messages that cross views join all views
/// between them (see `Regions`).
struct Region {
  struct Row {
    var process: UInt32
    /// Into `Region.sections`, in the order of the history.
    var sections: Range<Int>
  }

  struct Section {
    /// The index in the recording.
    var index: Int32
    var row: Int
    var view: Int32
    /// Into `Region.sends` and `Region.deliveries`.
    var sends: Range<Int>
    var deliveries: Range<Int>
    /// Of the row's deliveries, the first that stands after the signal; `Int.max` without a signal.
    var signal: Int
    var facts: LayerRecording.Section
  }

  struct Send {
    var message: Int32
    var row: Int32
    var section: Int32
    /// Deliveries of the row before it.
    var deliveriesBefore: Int32
    var line: UInt32
    var to: UInt32
    var service: Event.Service

    /// `process` is an addressee.
    func addresses(_ process: UInt32) -> Bool { to == ScannedEvent.nobody || to == process }
  }

  struct Delivery {
    var message: Int32
    var row: Int32
    var section: Int32
    /// Sends of the row before it.
    var sendsBefore: Int32
    var line: UInt32
  }

  /// Histories.
  var rows: [Row] = []
  var sections: [Section] = []
  /// By row, in order.
  var sends: [Send] = []
  /// By row, in order.
  var deliveries: [Delivery] = []
  /// By message: its slot in the recording.
  var messages: [UInt32] = []
  /// The views of the region, by identifier.
  var views: [Int32] = []

  private var sendStart: [Int32] = []
  private var sendList: [Int32] = []
  private var deliveryStart: [Int32] = []
  private var deliveryList: [Int32] = []

  /// A region without its messages: enough for what speaks of installations.
  ///
  /// - Parameter indices: sections of the recording, those of one history together and in its order.
  init(sections indices: [Int32], views: [Int32], of recording: borrowing LayerRecording) {
    self.views = views
    for index in indices { _ = add(index, recording.sections[Int(index)]) }
  }

  private mutating func add(_ index: Int32, _ facts: LayerRecording.Section) -> Int {
    if sections.last?.facts.history != facts.history {
      rows.append(Row(process: facts.process, sections: sections.count..<sections.count))
    }
    let row = rows.count - 1
    sections.append(
      Section(
        index: index, row: row, view: facts.view, sends: sends.count..<sends.count,
        deliveries: deliveries.count..<deliveries.count,
        signal: facts.signal == .max ? Int.max : deliveries.count + Int(facts.signal), facts: facts))
    rows[row].sections = rows[row].sections.lowerBound..<sections.count
    return row
  }

  /// - Parameter indices: sections of the recording, those of one history together and in its order.
  init(_ indices: [Int32], views: [Int32], of recording: borrowing LayerRecording, scratch: inout MessageScratch) {
    self.views = views
    for index in indices {
      let facts = recording.sections[Int(index)]
      let row = add(index, facts)
      let local = Int32(sections.count - 1)
      let firstSend = sends.count
      let firstDelivery = deliveries.count
      let first = rows[row].sections.lowerBound
      let sendBase = sections[first].sends.lowerBound
      let deliveryBase = sections[first].deliveries.lowerBound
      for send in facts.sends.elements {
        sends.append(
          Send(
            message: scratch.local(send.message, &messages), row: Int32(row), section: local,
            deliveriesBefore: Int32(firstDelivery - deliveryBase) + Int32(send.deliveriesBefore),
            line: send.line, to: send.to, service: send.service))
      }
      var next = 0
      let own = facts.sends.elements
      for (position, delivery) in facts.deliveries.elements.enumerated() {
        while next < own.count, Int(own[next].deliveriesBefore) <= position { next += 1 }
        deliveries.append(
          Delivery(
            message: scratch.local(delivery.message, &messages), row: Int32(row), section: local,
            sendsBefore: Int32(firstSend - sendBase + next), line: delivery.line))
      }
      sections[Int(local)].sends = firstSend..<sends.count
      sections[Int(local)].deliveries = firstDelivery..<deliveries.count
    }
    scratch.reset(messages)
    (sendStart, sendList) = Self.index(sends.lazy.map(\.message), count: messages.count)
    (deliveryStart, deliveryList) = Self.index(deliveries.lazy.map(\.message), count: messages.count)
  }

  private static func index(
    _ keys: some Collection<Int32>, count: Int
  ) -> (start: [Int32], list: [Int32]) {
    var start = [Int32](repeating: 0, count: count + 1)
    for key in keys { start[Int(key) + 1] += 1 }
    for key in 0..<count { start[key + 1] += start[key] }
    var next = start
    var list = [Int32](repeating: 0, count: keys.count)
    for (index, key) in keys.enumerated() {
      list[Int(next[Int(key)])] = Int32(index)
      next[Int(key)] += 1
    }
    return (start, list)
  }

  /// The sends of a message, as indices into `sends`; mostly one.
  func sends(of message: Int32) -> ArraySlice<Int32> {
    sendList[Int(sendStart[Int(message)])..<Int(sendStart[Int(message) + 1])]
  }

  /// The deliveries of a message, as indices into `deliveries`: by row, in order.
  func deliveries(of message: Int32) -> ArraySlice<Int32> {
    deliveryList[Int(deliveryStart[Int(message)])..<Int(deliveryStart[Int(message) + 1])]
  }

  /// The first delivery of a message in a row, as an index into `deliveries`.
  func firstDelivery(of message: Int32, row: Int32) -> Int32? {
    let list = deliveries(of: message)
    var (low, high) = (list.startIndex, list.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if deliveries[Int(list[middle])].row < row { low = middle + 1 } else { high = middle }
    }
    return low < list.endIndex && deliveries[Int(list[low])].row == row ? list[low] : nil
  }

  func process(_ row: Int32) -> UInt32 { rows[Int(row)].process }
  func view(ofSend send: Int) -> Int32 { sections[Int(sends[send].section)].view }
  func view(ofDelivery delivery: Int) -> Int32 { sections[Int(deliveries[delivery].section)].view }
  func isAfterSignal(_ delivery: Int) -> Bool { delivery >= sections[Int(deliveries[delivery].section)].signal }

  /// Some send of the message is at least `service`.
  func isAtLeast(_ service: Event.Service, _ message: Int32) -> Bool {
    sends(of: message).contains { sends[Int($0)].service >= service }
  }
}

/// Numbers the messages of a region; kept from one region to the next so that it costs nothing to clear.
struct MessageScratch {
  private var locals: [Int32] = []

  mutating func local(_ slot: UInt32, _ messages: inout [UInt32]) -> Int32 {
    if Int(slot) >= locals.count {
      locals.append(contentsOf: repeatElement(-1, count: max(Int(slot) + 1 - locals.count, locals.count)))
    }
    if locals[Int(slot)] < 0 {
      locals[Int(slot)] = Int32(messages.count)
      messages.append(slot)
    }
    return locals[Int(slot)]
  }

  mutating func reset(_ messages: [UInt32]) {
    for slot in messages { locals[Int(slot)] = -1 }
  }
}
