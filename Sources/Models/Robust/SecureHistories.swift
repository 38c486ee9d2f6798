import CyclicGroups
import GroupCommunication
import SecureGroup

/// What has to be remembered of what applications saw, to decide the claims about it as things happen: the definitions of
/// Spec/Properties.md, layer `secure`.
struct SecureHistories: Hashable, Sendable {
  /// Of messages, by their numbers; at most eight.
  typealias Messages = UInt8

  struct Sent: Hashable, Sendable {
    var sender: Process
    var life: UInt8
    var view: ViewIdentifier?
    var service: Service
    /// What happened before the send.
    var past: Messages
  }

  /// The stay of a process in a secure view.
  struct Installation: Hashable, Sendable {
    var process: Process
    var life: UInt8
    var transitional: ProcessSet
    var previous: ViewIdentifier?
    /// In order.
    var deliveries: [UInt8] = []
    /// How many of them came before the signal.
    var early = 0
    var isSignalled = false
    var isFlushRequested = false
    var isFlushed = false
    /// The next view with its transitional set.
    var next: ViewIdentifier?
    var nextTransitional: ProcessSet = []
    var hasDeparted = false

    /// What it had signalled and flushed is of no account any more.
    mutating func depart() {
      hasDeparted = true
      (isSignalled, isFlushRequested, isFlushed) = (false, false, false)
    }

    var set: Messages { deliveries.reduce(0) { $0 | 1 << $1 } }
    func place(of message: Int) -> Int? { deliveries.firstIndex { Int($0) == message } }
  }

  struct SecureView: Hashable, Sendable {
    var identifier: ViewIdentifier
    var members: ProcessSet
    /// Those that members installed it with, ascending: one, as is claimed.
    var keys: [SymbolicGroup.Element] = []
    var installations: [Installation] = []
  }

  struct Life: Hashable, Sendable {
    var number: UInt8 = 0
    /// It crashed or left, once.
    var hasDeparted = false
    var view: ViewIdentifier?
    /// Across its histories.
    var greatest: ViewIdentifier?
    /// What it sent or delivered, and what happened before that.
    var past: Messages = 0
    var delivered: Messages = 0
  }

  var sent: [Sent] = []
  var lives: [Life]
  /// By identifier.
  var views: [SecureView] = []

  init(processes: Int) { lives = Array(repeating: Life(), count: processes) }

  /// The stay of `p` in the view it is in.
  private func current(_ p: Process) -> (view: Int, installation: Int)? {
    guard let identifier = lives[p.index].view,
      let view = views.firstIndex(where: { $0.identifier == identifier }),
      let installation = views[view].installations.firstIndex(where: {
        $0.process == p && $0.life == lives[p.index].number
      })
    else { return nil }
    return (view, installation)
  }

  // MARK: What happens

  enum Event: Hashable, Sendable {
    case depart(Process)
    case send(Process, Service)
    case signal(Process)
    case requestFlush(Process)
    case flushOk(Process)
    /// The message with this number.
    case deliver(Process, Int)
    case install(Process, SecureGroup.SecureView<SymbolicGroup.Element>)
    /// Only these VS views are still open.
    case forget(open: [ViewIdentifier])
  }

  /// - Returns: the claims that it breaks.
  mutating func take(_ event: Event) -> Claims {
    var broken: Claims = []
    switch event {
    case .depart(let p): depart(p)
    case .send(let p, let service): send(p, service, &broken)
    case .signal(let p): signal(p, &broken)
    case .requestFlush(let p): requestFlush(p, &broken)
    case .flushOk(let p): flushOk(p, &broken)
    case .deliver(let p, let message): deliver(p, message, &broken)
    case .install(let p, let view): install(p, view, &broken)
    case .forget(let open): forget { open.contains($0) }
    }
    return broken
  }

  private mutating func depart(_ p: Process) {
    if let (view, installation) = current(p) { views[view].installations[installation].depart() }
    let life = lives[p.index]
    lives[p.index] = Life(number: life.number + 1, hasDeparted: true, greatest: life.greatest)
  }

  private mutating func send(_ p: Process, _ service: Service, _ broken: inout Claims) {
    let life = lives[p.index]
    if let (view, installation) = current(p), views[view].installations[installation].isFlushed {
      broken.insert(.sendingIsBlocked)
    }
    if life.view == nil { broken.insert(.sendingViewDelivery) }
    sent.append(Sent(sender: p, life: life.number, view: life.view, service: service, past: life.past))
    lives[p.index].past |= 1 << Messages(sent.count - 1)
  }

  private mutating func signal(_ p: Process, _ broken: inout Claims) {
    guard let (view, installation) = current(p) else {
      broken.insert(.transitionalSignal)
      broken.insert(.flushBeforeView)
      return
    }
    if views[view].installations[installation].isSignalled { broken.insert(.transitionalSignal) }
    views[view].installations[installation].isSignalled = true
  }

  private mutating func requestFlush(_ p: Process, _ broken: inout Claims) {
    guard let (view, installation) = current(p) else {
      broken.insert(.flushBeforeView)
      return
    }
    views[view].installations[installation].isFlushRequested = true
  }

  private mutating func flushOk(_ p: Process, _ broken: inout Claims) {
    guard let (view, installation) = current(p), views[view].installations[installation].isFlushRequested
    else {
      broken.insert(.flushBeforeView)
      return
    }
    views[view].installations[installation].isFlushed = true
  }

  private mutating func deliver(_ p: Process, _ message: Int, _ broken: inout Claims) {
    let life = lives[p.index]
    if life.delivered & 1 << message != 0 { broken.insert(.noDuplication) }
    lives[p.index].delivered |= 1 << message
    lives[p.index].past |= 1 << message | sent[message].past
    if life.view == nil || life.view != sent[message].view { broken.insert(.sendingViewDelivery) }
    for earlier in sent.indices where earlier != message && life.delivered & 1 << earlier == 0 {
      let (a, b) = (sent[earlier], sent[message])
      guard a.view == b.view, a.view != nil else { continue }
      if a.sender == b.sender, a.life == b.life, earlier < message, min(a.service, b.service) >= .fifo {
        broken.insert(.fifoDelivery)
      }
      guard b.past & 1 << earlier != 0 else { continue }
      if min(a.service, b.service) >= .causal { broken.insert(.causalDelivery) }
      if min(a.service, b.service) >= .agreed { broken.insert(.agreedDelivery) }
      if min(a.service, b.service) >= .safe { broken.insert(.safeDelivery) }
    }
    guard let (view, installation) = current(p) else {
      broken.insert(.flushBeforeView)
      return
    }
    if life.view != sent[message].view { broken.insert(.deliveryIntegrity) }
    views[view].installations[installation].deliveries.append(UInt8(message))
    if !views[view].installations[installation].isSignalled {
      views[view].installations[installation].early += 1
    }
    judgeOrder(views[view], installation, &broken)
    if isSafeBroken(views[view]) { broken.insert(.safeDelivery) }
  }

  private mutating func install(
    _ p: Process, _ new: SecureGroup.SecureView<SymbolicGroup.Element>, _ broken: inout Claims
  ) {
    let life = lives[p.index]
    if !new.members.contains(p) { broken.insert(.selfInclusion) }
    if let greatest = life.greatest, new.identifier <= greatest { broken.insert(.localMonotonicity) }
    if !new.transitional.contains(p) { broken.insert(.transitionalSetHasSelf) }
    let previous = current(p)
    if let previous {
      let old = views[previous.view].installations[previous.installation]
      if !old.isSignalled { broken.insert(.transitionalSignal) }
      if !old.isFlushRequested || !old.isFlushed { broken.insert(.flushBeforeView) }
      for message in sent.indices
      where sent[message].view == life.view && sent[message].sender == p && sent[message].life == life.number
      {
        if old.place(of: message) == nil { broken.insert(.selfDelivery) }
      }
      views[previous.view].installations[previous.installation].next = new.identifier
      views[previous.view].installations[previous.installation].nextTransitional = new.transitional
    }
    let index = enter(p, new, previous: life.view)
    judgeMeeting(views[index], of: p, &broken)
    if let previous, let old = views.first(where: { $0.identifier == life.view }) {
      judgeOrder(old, previous.installation, &broken)
    }
    for view in views where isSafeBroken(view) { broken.insert(.safeDelivery) }
  }

  private mutating func enter(
    _ p: Process, _ new: SecureGroup.SecureView<SymbolicGroup.Element>, previous: ViewIdentifier?
  ) -> Int {
    var index = views.firstIndex { $0.identifier >= new.identifier } ?? views.count
    if index == views.count || views[index].identifier != new.identifier {
      views.insert(
        SecureView(identifier: new.identifier, members: new.members), at: index)
    }
    index = views.firstIndex { $0.identifier == new.identifier }!
    if !views[index].keys.contains(new.key) { views[index].keys = (views[index].keys + [new.key]).sorted() }
    views[index].installations.append(
      Installation(
        process: p, life: lives[p.index].number, transitional: new.transitional, previous: previous))
    views[index].installations.sort { ($0.process, $0.life) < ($1.process, $1.life) }
    lives[p.index].view = new.identifier
    lives[p.index].greatest = max(lives[p.index].greatest ?? new.identifier, new.identifier)
    return index
  }

  // MARK: What is claimed

  /// Theorems 1.8 to 1.10 for `p`, which has just installed the view, and whoever has before.
  private func judgeMeeting(_ view: SecureView, of p: Process, _ broken: inout Claims) {
    let mine = view.installations.last { $0.process == p && $0.life == lives[p.index].number }!
    for other in view.installations where other.process != p {
      let (to, from) = (mine.transitional.contains(other.process), other.transitional.contains(p))
      guard to || from else { continue }
      if mine.previous == nil || mine.previous != other.previous {
        broken.insert(.transitionalSetSamePrevious)
      }
      if mine.transitional != other.transitional { broken.insert(.transitionalSetSymmetry) }
      guard let previous = mine.previous, previous == other.previous,
        let before = views.first(where: { $0.identifier == previous })
      else { continue }
      let sets = [mine, other].map { stay in
        before.installations.first { $0.process == stay.process && $0.life == stay.life }?.set
      }
      if sets[0] != sets[1] { broken.insert(.virtualSynchrony) }
    }
  }

  /// Theorem 1.13, parts b and c, for one stay and all others in the view.
  private func judgeOrder(_ view: SecureView, _ installation: Int, _ broken: inout Claims) {
    let one = view.installations[installation]
    for (index, other) in view.installations.enumerated() where index != installation {
      judge(one, other, &broken)
      judge(other, one, &broken)
    }
  }

  private func judge(_ p: Installation, _ q: Installation, _ broken: inout Claims) {
    for (place, later) in p.deliveries.enumerated() where sent[Int(later)].service >= .agreed {
      guard let there = q.place(of: Int(later)) else { continue }
      for earlier in p.deliveries[..<place] where sent[Int(earlier)].service >= .agreed {
        let isBinding =
          there < q.early || q.next != nil && q.nextTransitional.contains(sent[Int(earlier)].sender)
        let place = q.place(of: Int(earlier))
        if let place, place > there { broken.insert(.agreedDelivery) }
        if place == nil, isBinding { broken.insert(.agreedDelivery) }
      }
    }
  }

  /// Theorem 1.14, of which the first claim speaks of the members listed.
  private func isSafeBroken(_ view: SecureView) -> Bool {
    for p in view.installations {
      for (place, number) in p.deliveries.enumerated() where sent[Int(number)].service == .safe {
        if place < p.early {
          if view.members.contains(where: { q in lacks(view, q, Int(number)) }) { return true }
        } else if p.next != nil {
          for q in view.installations where q.process != p.process && p.nextTransitional.contains(q.process) {
            guard q.next != nil, !q.hasDeparted else { continue }
            guard let there = q.place(of: Int(number)), there >= q.early else { return true }
          }
        }
      }
    }
    return false
  }

  /// Whether a member has gone on without a message, in whichever history.
  private func lacks(_ view: SecureView, _ q: Process, _ message: Int) -> Bool {
    let stays = view.installations.filter { $0.process == q }
    if stays.isEmpty {
      return !lives[q.index].hasDeparted && lives[q.index].greatest.map { $0 > view.identifier } ?? false
    }
    return stays.contains { $0.next != nil && !$0.hasDeparted && $0.place(of: message) == nil }
  }

  /// Whether `p` is in that secure view, or was and went on, in its present history.
  func hasInstalled(_ p: Process, _ view: ViewIdentifier) -> Bool {
    views.first { $0.identifier == view }?.installations.contains {
      $0.process == p && $0.life == lives[p.index].number
    } ?? false
  }

  /// The messages that `p` sent in its view and has not delivered.
  func lacksOwn(_ p: Process) -> Bool {
    guard let (view, installation) = current(p) else { return false }
    return sent.indices.contains { message in
      sent[message].view == lives[p.index].view && sent[message].sender == p
        && sent[message].life == lives[p.index].number
        && views[view].installations[installation].place(of: message) == nil
    }
  }

  // MARK: What may be forgotten

  /// Forgets the views of which nothing can be claimed any more, and their messages.
  ///
  /// - Parameter isOpen: whether somebody is in the VS view, or may still install it.
  private mutating func forget(_ isOpen: (ViewIdentifier) -> Bool) {
    let needed = views.filter { view in
      isOpen(view.identifier) || lives.contains { $0.view == view.identifier }
        || view.members.contains { q in
          !lives[q.index].hasDeparted && lives[q.index].greatest ?? ViewIdentifier(0) < view.identifier
        }
    }
    let previous = needed.flatMap { $0.installations.compactMap(\.previous) }
    let kept = views.filter { view in
      previous.contains(view.identifier) || needed.contains { $0.identifier == view.identifier }
    }
    guard kept.count < views.count else { return }
    views = kept
    for message in sent.indices {
      guard let view = sent[message].view, !kept.contains(where: { $0.identifier == view }) else { continue }
      sent[message] = Sent(sender: Process(0), life: 0, view: nil, service: .reliable, past: 0)
      let others = ~(Messages(1) << message)
      for index in sent.indices { sent[index].past &= others }
      for index in lives.indices {
        lives[index].past &= others
        lives[index].delivered &= others
      }
      for view in views.indices {
        for stay in views[view].installations.indices {
          views[view].installations[stay].remove(message)
        }
      }
    }
  }
}

extension SecureHistories.Installation {
  /// A message of another view that was delivered in this one.
  fileprivate mutating func remove(_ message: Int) {
    guard let place = place(of: message) else { return }
    deliveries.remove(at: place)
    if place < early { early -= 1 }
  }
}
