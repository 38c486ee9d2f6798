import GroupCommunication
import Traces

/// One layer of a trace, in the terms of the service: what each process does, one thing after the other.
struct RecordedRun {
  enum Act {
    case join, leave, crash, recover, signal, flushRequest, flushOk
    case view(Int)
    case send(Int)
    case deliver(Int)
  }

  struct View {
    var members: ProcessSet
    /// The transitional sets of those who install it.
    var classes: [ProcessSet] = []
    var installing: ProcessSet = []
  }

  struct Message {
    var sender: Process
    var service: GroupCommunication.Service
    var to: Process?
    /// Who delivers it, and where in what the process does.
    var deliveries: [(at: Process, index: Int)] = []

    var isInTotalOrder: Bool { service >= .agreed && to == nil }
  }

  /// Why the question does not arise.
  enum Unfit: String, Error {
    case events = "views, sends, deliveries are not all recorded"
    case transitionalSets = "a view came without its transitional set"
    case unsent = "a recording that just stops lacks the send of what was delivered"
    case length = "longer than a search can be"
  }

  /// What no service does, whatever came before.
  enum Impossible: String, Error {
    case duplicate = "a message is sent twice"
    case unsent = "a message is delivered that is never sent"
    case identity = "one view with different members"
    case outside = "a view at somebody who is not its member"
    case foreign = "a transitional set that lacks its process, or has more than members"
    case overlap = "transitional sets that overlap"
    case unanswered = "asked again to flush, without an answer before the next view"
  }

  /// The processes, by number.
  private(set) var names: [Name] = []
  /// By process.
  private(set) var acts: [[Act]] = []
  /// By identifier, ascending.
  private(set) var views: [View] = []
  private(set) var messages: [Message] = []
  let isComplete: Bool
  let records: Set<Header.Record>

  /// What a process has been asked and has answered in its view: the service asks once, and to be asked again before
  /// the next view, and to answer that, is the same to it.
  private struct Flush {
    var isRequested = false
    var isAnswered = false
    var isRequestedAgain = false
    var hasLeft = false
  }

  private var flushes: [Flush] = []
  private var numbers: [Name: Process] = [:]
  private var messageNumbers: [Name: Int] = [:]

  /// - Throws: `Unfit`, `Impossible`.
  init(_ trace: Trace, _ layer: Event.Layer) throws {
    isComplete = trace.header.complete
    records = trace.header.records
    guard records.isSuperset(of: [.view, .send, .deliver]) else { throw Unfit.events }
    guard trace.events.count <= 1000 else { throw Unfit.length }
    let events = trace.events.map(\.event).filter { $0.layer == layer || $0.layer == nil }

    var identifiers: Set<Traces.ViewIdentifier> = []
    for event in events {
      switch event.action {
      case .view(let identifier, let members, let transitional, _):
        if transitional == nil { throw Unfit.transitionalSets }
        identifiers.insert(identifier)
        number(event.at)
        for name in members.sorted() { number(name) }
      case .send(let message, let service, let to):
        let sender = number(event.at)
        if let to { number(to) }
        guard messageNumbers.updateValue(messages.count, forKey: message) == nil else {
          throw Impossible.duplicate
        }
        messages.append(
          Message(
            sender: sender, service: GroupCommunication.Service(rawValue: service.rawValue)!,
            to: to.map { numbers[$0]! }))
      case .deliver, .join, .leave, .crash, .recover, .signal, .flushRequest, .flushOk: number(event.at)
      case .breakIn, .start, .finish, .propose, .decide: break
      }
    }
    for name in trace.header.processes ?? [] { number(name) }

    acts = .init(repeating: [], count: names.count)
    flushes = .init(repeating: Flush(), count: names.count)
    let order = Dictionary(uniqueKeysWithValues: identifiers.sorted().enumerated().map { ($1, $0) })
    var views = [View?](repeating: nil, count: order.count)
    for event in events {
      guard let p = numbers[event.at], let act = try act(of: event, order, &views) else { continue }
      acts[p.index].append(act)
    }
    self.views = views.map { $0! }
  }

  @discardableResult private mutating func number(_ name: Name) -> Process {
    if let process = numbers[name] { return process }
    let process = Process(names.count)
    numbers[name] = process
    names.append(name)
    return process
  }

  private mutating func act(
    of event: Event, _ order: [Traces.ViewIdentifier: Int], _ views: inout [View?]
  ) throws -> Act? {
    let p = numbers[event.at]!
    switch event.action {
    case .join:
      if flushes[p.index].hasLeft { flushes[p.index] = Flush() }
      return .join
    case .leave:
      flushes[p.index].hasLeft = true
      return .leave
    case .crash: return .crash
    case .recover:
      flushes[p.index] = Flush()
      return .recover
    case .signal: return .signal
    case .flushRequest:
      guard flushes[p.index].isRequested else {
        flushes[p.index].isRequested = true
        return .flushRequest
      }
      flushes[p.index].isRequestedAgain = true
      return nil
    case .flushOk:
      defer { flushes[p.index] = Flush(isRequested: true, isAnswered: true) }
      return flushes[p.index].isAnswered && flushes[p.index].isRequestedAgain ? nil : .flushOk
    case .send(let message, _, _): return .send(messageNumbers[message]!)
    case .deliver(let name):
      guard let message = messageNumbers[name] else {
        if isComplete { throw Impossible.unsent }
        throw Unfit.unsent
      }
      messages[message].deliveries.append((p, acts[p.index].count))
      return .deliver(message)
    case .view(let identifier, let members, let transitional, _):
      if flushes[p.index].isRequestedAgain, !flushes[p.index].hasLeft { throw Impossible.unanswered }
      flushes[p.index] = Flush()
      let set = ProcessSet(members.map { numbers[$0]! })
      let number = order[identifier]!
      var view = views[number] ?? View(members: set)
      guard view.members == set else { throw Impossible.identity }
      guard set.contains(p) else { throw Impossible.outside }
      let named = transitional!.compactMap { numbers[$0] }
      let together = ProcessSet(named)
      guard named.count == transitional!.count, together.isSubset(of: set), together.contains(p) else {
        throw Impossible.foreign
      }
      if !view.classes.contains(together) {
        guard view.classes.allSatisfy({ ($0 & together).isEmpty }) else { throw Impossible.overlap }
        view.classes.append(together)
      }
      view.installing.insert(p)
      views[number] = view
      return .view(number)
    case .breakIn, .start, .finish, .propose, .decide: return nil
    }
  }
}
