import Traces

@testable import GroupCommunication

/// Whether the service can do what a trace tells: a search through its runs for one in which each process does just
/// what was recorded of it.
///
/// Nothing is recorded of the network, of suspicions and agreements: they are as the next view needs them. Views are
/// agreed in the order of their identifiers, each when all who install it are about to. What cannot keep any run from
/// going on is done at once; there remains the choice of what takes the next place in the total order of a view, when
/// somebody departs, what one whom others believe to come along delivers before or after they agree, and what a process
/// does after its recording stopped.
struct Acceptance {
  enum Verdict: Equatable {
    case accepted
    /// No run goes on. By process, how much the longest could do.
    case rejected([Int])
    /// There are more positions than could be looked at.
    case undecided
  }

  private typealias Service = VirtualSynchrony<Int>

  private struct Position: Hashable {
    var service: Service
    /// By process, how much of what it does is done.
    var done: [Int]
    /// How many views are agreed.
    var agreed = 0
    /// Who has asked to leave its view and is still served.
    var leaving: ProcessSet = []
    /// Who has asked to leave since it began: when it joins again it begins anew.
    var left: ProcessSet = []
  }

  private let run: RecordedRun
  /// By message, its name in the service.
  private var names: [MessageIdentifier?]
  /// How many positions have been looked at.
  private(set) var positions = 0

  init(_ run: RecordedRun) {
    self.run = run
    names = .init(repeating: nil, count: run.messages.count)
  }

  mutating func decide(within bound: Int = 20_000) -> Verdict {
    var known: Set<Position> = []
    var longest = [Int](repeating: 0, count: run.names.count)
    var start = Position(service: Service(processes: run.names.count), done: longest)
    settle(&start)
    var waiting = [start]
    while let position = waiting.popLast() {
      guard known.insert(position).inserted else { continue }
      positions += 1
      if position.done.reduce(0, +) > longest.reduce(0, +) { longest = position.done }
      if isEnd(position) { return .accepted }
      guard positions < bound else { return .undecided }
      waiting += successors(position).reversed()
    }
    return .rejected(longest)
  }

  private func isEnd(_ position: Position) -> Bool {
    guard zip(position.done, run.acts).allSatisfy({ $0 == $1.count }) else { return false }
    let service = position.service
    return !run.isComplete || service.joined.allSatisfy { service.mustDeliver($0).isEmpty }
  }

  private func next(_ p: Process, _ position: Position) -> RecordedRun.Act? {
    let done = position.done[p.index]
    return done < run.acts[p.index].count ? run.acts[p.index][done] : nil
  }

  /// Whether what `p` does is not recorded any more.
  private func isUnrecorded(_ p: Process, _ position: Position) -> Bool {
    !run.isComplete && next(p, position) == nil
  }

  // MARK: What is done at once

  private mutating func settle(_ position: inout Position) {
    var isSettled = false
    while !isSettled {
      isSettled = true
      for p in position.service.processes {
        while takeNext(p, &position) { isSettled = false }
        answerUnrecorded(p, &position)
      }
    }
  }

  /// - Returns: whether `p` could do what it does next, and nothing speaks for doing it later.
  private mutating func takeNext(_ p: Process, _ position: inout Position) -> Bool {
    guard let act = next(p, position) else { return false }
    switch act {
    case .join:
      if position.service.isCrashed(p) { return false }
      if position.service.isJoined(p) {
        if position.left.contains(p) { return false }
      } else {
        position.service.join(p)
      }
      position.left.remove(p)
    case .leave:
      position.left.insert(p)
      if position.service.isJoined(p) { position.leaving.insert(p) }
    case .crash: return false
    case .recover:
      guard position.service.isCrashed(p) else { return false }
      position.service.recover(p)
      position.left.remove(p)
    case .signal:
      makePending(p, &position)
      guard position.service.canSignal(p) else { return false }
      position.service.apply(.signal(p))
    case .flushRequest:
      makePending(p, &position)
      guard position.service.canRequestFlush(p) else { return false }
      position.service.apply(.flushRequest(p))
    case .flushOk:
      guard position.service.canFlushOk(p) else { return false }
      position.service.flushOk(p)
    case .send(let number):
      let message = run.messages[number]
      guard position.service.canSend(p), let view = position.service.view(of: p),
        message.to.map(view.members.contains) ?? true
      else { return false }
      names[number] = position.service.send(0, from: p, service: message.service, to: message.to)
    case .deliver(let number):
      guard canDeliver(number, p, position), !isChoice(number, p, position) else { return false }
      position.service.apply(.deliver(p, names[number]!))
    case .view(let number):
      guard position.agreed > number, canInstall(number, p, position) else { return false }
      install(p, &position)
    }
    position.done[p.index] += 1
    return true
  }

  private func canDeliver(_ number: Int, _ p: Process, _ position: Position) -> Bool {
    names[number].map { position.service.canDeliver(p, $0) } ?? false
  }

  /// Whether a delivery keeps others from something: it gives a message its place in the total order, or binds them.
  private func isChoice(_ number: Int, _ p: Process, _ position: Position) -> Bool {
    let message = run.messages[number]
    guard message.to == nil else { return false }
    return believers(p, position).contains { q in !message.deliveries.contains { $0.at == q } }
      || message.isInTotalOrder
        && (message.service == .safe && !position.service.isSignalled(p) || !isPlaced(number, position))
  }

  /// Who installs a view that is not agreed yet with `p` in its transitional set, though `p` does not.
  private func believers(_ p: Process, _ position: Position) -> ProcessSet {
    ProcessSet(
      run.views[position.agreed...].filter { !$0.installing.contains(p) }.flatMap { view in
        view.classes.filter { $0.contains(p) }.flatMap { $0 & view.installing }
      })
  }

  private func isPlaced(_ number: Int, _ position: Position) -> Bool {
    run.messages[number].deliveries.contains { $0.index < position.done[$0.at.index] }
  }

  private func canInstall(_ number: Int, _ p: Process, _ position: Position) -> Bool {
    position.service.target(of: p)?.identifier == identifier(number) && position.service.canInstall(p)
  }

  private func identifier(_ number: Int) -> GroupCommunication.ViewIdentifier {
    GroupCommunication.ViewIdentifier(Int64(number + 1))
  }

  private func install(_ p: Process, _ position: inout Position) {
    position.service.apply(.install(p))
    position.leaving.remove(p)
  }

  private func makePending(_ p: Process, _ position: inout Position) {
    if position.service.isJoined(p), !position.service.isPending(p) { position.service.glitch(p) }
  }

  /// What is not recorded comes when it leaves most open: signal and request at once, the answer after the last send.
  private func answerUnrecorded(_ p: Process, _ position: inout Position) {
    let missing = Set([Header.Record.signal, .flushRequest, .flushOk]).subtracting(run.records)
    guard !missing.isEmpty, position.service.view(of: p) != nil else { return }
    makePending(p, &position)
    if missing.contains(.signal), position.service.canSignal(p) { position.service.apply(.signal(p)) }
    if missing.contains(.flushRequest), position.service.canRequestFlush(p) {
      position.service.apply(.flushRequest(p))
    }
    if missing.contains(.flushOk), position.service.canFlushOk(p), !isToSend(p, position) {
      position.service.flushOk(p)
    }
  }

  /// Whether `p` sends something before its next view.
  private func isToSend(_ p: Process, _ position: Position) -> Bool {
    for act in run.acts[p.index][position.done[p.index]...] {
      switch act {
      case .send: return true
      case .view, .crash, .recover: return false
      case .join, .leave, .signal, .flushRequest, .flushOk, .deliver: continue
      }
    }
    return false
  }

  // MARK: What is a choice

  /// The more likely ones first.
  private mutating func successors(_ position: Position) -> [Position] {
    var next = deliveries(position) + agreeing(position)
    let departs = next.isEmpty ? position.service.processes : worthLosing(position)
    for p in position.service.processes {
      if departs.contains(p) { next += departing(p, position) }
      next += unrecorded(p, position)
    }
    for index in next.indices { settle(&next[index]) }
    return next
  }

  /// Whose departure can help: the next view does not come about with them, or somebody waits for them to deliver
  /// a safe message before its signal.
  private func worthLosing(_ position: Position) -> ProcessSet {
    let isHeldUp = position.service.processes.contains { p in
      guard case .deliver(let number) = next(p, position) else { return false }
      return run.messages[number].service == .safe && !canDeliver(number, p, position)
    }
    if isHeldUp { return position.service.processes }
    return position.agreed < run.views.count ? run.views[position.agreed].members : []
  }

  private func deliveries(_ position: Position) -> [Position] {
    var (likely, others): ([Position], [Position]) = ([], [])
    for p in position.service.processes {
      guard case .deliver(let number) = next(p, position), canDeliver(number, p, position) else { continue }
      var next = position
      next.service.apply(.deliver(p, names[number]!))
      next.done[p.index] += 1
      if isPreceded(number, position) { others.append(next) } else { likely.append(next) }
    }
    return likely + others
  }

  /// Whether somebody delivers something first that has no place in the total order yet.
  private func isPreceded(_ number: Int, _ position: Position) -> Bool {
    run.messages[number].deliveries.contains { q, index in
      let done = position.done[q.index]
      return done < index
        && run.acts[q.index][done..<index].contains { act in
          guard case .deliver(let other) = act else { return false }
          return run.messages[other].isInTotalOrder && !isPlaced(other, position)
        }
    }
  }

  private func departing(_ p: Process, _ position: Position) -> [Position] {
    var departed = position
    departed.leaving.remove(p)
    let service = position.service
    switch next(p, position) {
    case .crash, .recover:
      if !service.isCrashed(p) { departed.service.crash(p) }
      if case .crash = next(p, position) { departed.done[p.index] += 1 }
      return [departed]
    case .join where service.isJoined(p) && service.mustDeliver(p).isEmpty:
      departed.service.leave(p)
      return [departed]
    case .join, .leave, .signal, .flushRequest, .flushOk, .view, .send, .deliver, nil: break
    }
    guard service.isJoined(p) else { return [] }
    if position.leaving.contains(p) {
      departed.service.leave(p)
      return [departed]
    }
    guard next(p, position) == nil, !run.isComplete || !run.records.isSuperset(of: [.crash, .leave]) else {
      return []
    }
    departed.service.crash(p)
    return [departed]
  }

  /// What `p` can do once its recording has stopped, but for what an agreement has it do.
  private func unrecorded(_ p: Process, _ position: Position) -> [Position] {
    guard isUnrecorded(p, position) else { return [] }
    var next: [Position] = []
    if position.service.canInstall(p) {
      var installed = position
      install(p, &installed)
      next.append(installed)
    }
    let owed = position.service.mustDeliver(p)
    for message in position.service.deliverable(p) where owed.contains(message) {
      var delivered = position
      delivered.service.apply(.deliver(p, message))
      next.append(delivered)
    }
    return next
  }

  /// The next view is agreed, with the recorded transitional sets, if it can be.
  private func agreeing(_ position: Position) -> [Position] {
    guard position.agreed < run.views.count else { return [] }
    let view = run.views[position.agreed]
    let rests = view.installing.map { rest(of: $0, position) }
    guard !rests.contains(where: { $0 == nil }) else { return [] }
    var agreed = position
    for p in view.members where !agreed.service.isJoined(p) {
      if !agreed.service.isCrashed(p) {
        agreed.service.join(p)
      } else if isUnrecorded(p, position) {
        agreed.service.recover(p)
      } else {
        return []
      }
    }
    agreed.service.connect([view.members])
    for p in view.members where isUnrecorded(p, position) && agreed.service.view(of: p) != nil {
      makePending(p, &agreed)
      if agreed.service.canSignal(p) { agreed.service.apply(.signal(p)) }
      if agreed.service.canRequestFlush(p) { agreed.service.apply(.flushRequest(p)) }
      if agreed.service.canFlushOk(p) { agreed.service.flushOk(p) }
    }
    if let p = view.members.first { makePending(p, &agreed) }
    guard let agreement = agreement(on: view, rests: rests.map { $0! }, agreed.service) else { return [] }
    agreed.service.apply(.agree(agreement))
    agreed.agreed += 1
    return [agreed]
  }

  /// The broadcasts that `p` delivers before it installs the next view; nil: it does something else, too.
  private func rest(of p: Process, _ position: Position) -> [MessageIdentifier]? {
    var rest: [MessageIdentifier] = []
    for act in run.acts[p.index][position.done[p.index]...] {
      switch act {
      case .view(let number): return number == position.agreed ? rest : nil
      case .deliver(let number):
        guard let name = names[number] else { return nil }
        if run.messages[number].to == nil { rest.append(name) }
      case .leave: continue
      case .join, .crash, .recover, .signal, .flushRequest, .flushOk, .send: return nil
      }
    }
    return nil
  }

  /// Each class delivers what those in it who install the view are still to deliver.
  private func agreement(
    on view: RecordedRun.View, rests: [[MessageIdentifier]], _ service: Service
  ) -> Agreement? {
    guard let least = service.agreement(for: view.members, grouping: view.classes),
      view.classes.allSatisfy({ together in least.classes.contains { $0.members == together } })
    else { return nil }
    let classes = least.classes.map { together in
      let extra = zip(view.installing, rests).filter { together.members.contains($0.0) }.flatMap { $0.1 }
      return service.agreement(for: view.members, grouping: view.classes, extra: extra)!.classes
        .first { $0.members == together.members }!
    }
    return Agreement(members: view.members, classes: classes)
  }
}
