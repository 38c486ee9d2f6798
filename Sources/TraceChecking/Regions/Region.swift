internal import Traces

/// A part of a layer that can be judged by itself: some views, all that their members did in them, and every
/// message sent or delivered there.
///
/// In a run that keeps Sending View Delivery each view is a region. Messages that cross views join all views
/// between them (see `Regions`).
final class Region {
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
  let rows: [Row]
  let sections: [Section]
  /// By row, in order.
  let sends: [Send]
  /// By row, in order.
  let deliveries: [Delivery]
  /// By message: its slot in the recording.
  let messages: [UInt32]
  /// The views of the region, by identifier.
  let views: [Int32]

  private let sendStart: [Int32]
  private let sendList: [Int32]
  private let deliveryStart: [Int32]
  private let deliveryList: [Int32]

  /// - Parameters:
  ///   - indices: sections of the recording, those of one history together and in its order.
  ///   - scratch: nil for a region without its messages: enough for what speaks of installations.
  init(
    _ indices: [Int32], views: [Int32], of recording: borrowing LayerRecording, scratch: inout MessageScratch?
  ) {
    var rows: [Row] = []
    var sections: [Section] = []
    var sends: [Send] = []
    var deliveries: [Delivery] = []
    var messages: [UInt32] = []
    for index in indices {
      let facts = recording.sections[Int(index)]
      if sections.last?.facts.history != facts.history {
        rows.append(Row(process: facts.process, sections: sections.count..<sections.count))
      }
      let row = rows.count - 1
      let local = sections.count
      let (firstSend, firstDelivery) = (sends.count, deliveries.count)
      if scratch != nil {
        let first = rows[row].sections.lowerBound
        let sendBase = first < local ? sections[first].sends.lowerBound : firstSend
        let deliveryBase = first < local ? sections[first].deliveries.lowerBound : firstDelivery
        let own = facts.sends.elements
        for send in own {
          sends.append(
            Send(
              message: scratch!.local(send.message, &messages), row: Int32(row), section: Int32(local),
              deliveriesBefore: Int32(firstDelivery - deliveryBase) + Int32(send.deliveriesBefore),
              line: send.line, to: send.to, service: send.service))
        }
        var next = 0
        for (position, delivery) in facts.deliveries.elements.enumerated() {
          while next < own.count, Int(own[next].deliveriesBefore) <= position { next += 1 }
          deliveries.append(
            Delivery(
              message: scratch!.local(delivery.message, &messages), row: Int32(row), section: Int32(local),
              sendsBefore: Int32(firstSend - sendBase + next), line: delivery.line))
        }
      }
      sections.append(
        Section(
          index: index, row: row, view: facts.view, sends: firstSend..<sends.count,
          deliveries: firstDelivery..<deliveries.count,
          signal: facts.signal == .max ? Int.max : firstDelivery + Int(facts.signal), facts: facts))
      rows[row].sections = rows[row].sections.lowerBound..<sections.count
    }
    scratch?.reset(messages)
    (sendStart, sendList) = Self.index(sends.lazy.map(\.message), count: messages.count)
    (deliveryStart, deliveryList) = Self.index(deliveries.lazy.map(\.message), count: messages.count)
    (self.rows, self.sections, self.sends, self.deliveries) = (rows, sections, sends, deliveries)
    (self.messages, self.views) = (messages, views)
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
  func isAfterSignal(_ delivery: Int) -> Bool {
    delivery >= sections[Int(deliveries[delivery].section)].signal
  }

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
