import Exploration
import GroupCommunication
import KeyAgreement

/// The Virtual Synchrony services of states, by number, and what becomes of them.
///
/// A service is kept as the numbers of its network and of its open views. A step that concerns one member in its view
/// changes that view and nothing else, whatever the rest of the service is: so it is taken once for all services that
/// have this view.
final class Services: Sendable {
  typealias Payload = Parts<RobustState.Payload>.Number
  typealias Service = VirtualSynchrony<Payload>
  typealias Number = Parts<Parted>.Number

  struct Parted: Hashable, Sendable {
    var network: Parts<Service.Network>.Number
    /// By identifier.
    var views: [Parts<Service.OpenView>.Number]
  }

  /// What can be done with a service, and what is often asked.
  struct Outlook: Hashable, Sendable {
    var joined: ProcessSet
    /// Who is to have another view.
    var pending: ProcessSet
    var open: [ViewIdentifier]
    /// By process, which of the open views it is in.
    var current: [Int?]
    /// By process.
    var steps: [[RobustAction]]
    /// Of the component of which the process is the first.
    var agreements: [[RobustAction]]
    var adversity: [RobustAction]
    /// Nothing can happen here of itself.
    let isAtRest: Bool
    /// Whom nothing concerns that others do, but for what they send.
    var undisturbed: ProcessSet
    /// Those of them who have begun to leave their view, and have not had and answered all that this takes.
    var leaving: ProcessSet
    /// By process, the others that can send in its view.
    var companions: [ProcessSet]
    /// By process, what it may deliver.
    var mail: [Mail]

    init(of service: Service, adversity: [RobustAction], mail: [Mail]) {
      let (processes, joined) = (service.processes, service.joined)
      self.joined = joined
      pending = ProcessSet(joined.filter { service.isPending($0) })
      open = service.openViews.map(\.identifier)
      current = processes.map { p in
        service.view(of: p).flatMap { view in
          service.openViews.firstIndex { $0.identifier == view.identifier }
        }
      }
      steps = processes.map { p in joined.contains(p) ? service.steps(at: p).map { .service($0) } : [] }
      agreements = processes.map { p in
        let component = service.component(of: p)
        return component.first == p ? service.agreements(for: component).map { .service(.agree($0)) } : []
      }
      self.adversity = adversity
      isAtRest = steps.allSatisfy(\.isEmpty) && agreements.allSatisfy(\.isEmpty)
      undisturbed = ProcessSet(joined.filter { service.isUndisturbed($0) })
      leaving = ProcessSet(
        undisturbed.filter {
          service.target(of: $0) == nil && (service.isSignalled($0) || service.isFlushRequested($0))
        })
      companions = processes.map { service.companions(of: $0) }
      self.mail = mail
    }
  }

  /// Kinds of messages that somebody has not delivered.
  struct Mail: OptionSet, Hashable, Sendable {
    var rawValue: UInt8
    static let partialToken = Self(rawValue: 1)
    static let finalToken = Self(rawValue: 2)
    static let factOut = Self(rawValue: 4)
    static let keyList = Self(rawValue: 8)
    static let data = Self(rawValue: 16)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ payload: RobustState.Payload) {
      self =
        switch payload {
        case .agreement(.partialToken): .partialToken
        case .agreement(.finalToken): .finalToken
        case .agreement(.factOut): .factOut
        case .agreement(.keyList): .keyList
        case .user: .data
        }
    }
  }

  /// What happens to a member in its view.
  enum LocalEvent: Hashable, Sendable {
    case step(ServiceStep)
    case flushOk(Process)
    case send(Payload, Process, Service, to: Process?)
    typealias Service = GroupCommunication.Service
  }

  /// What comes of it.
  struct Outcome: Sendable {
    /// False for a flush ok that nobody asked for, or a message after it.
    var isPossible = true
    /// What is delivered.
    var payload: Payload?
    /// Of the message that is sent.
    var name: MessageIdentifier?
  }

  private struct Installing: Hashable, Sendable {
    var service: Number
    var process: Process
  }

  private struct Local: Hashable, Sendable {
    var view: Parts<Service.OpenView>.Number
    var event: LocalEvent
  }

  private let parted = Parts<Parted>()
  private let networks = Parts<Service.Network>()
  private let openViews = Parts<Service.OpenView>()
  private let outlooks = Parts<Outlook>()
  private let known = Notes<Parted, Outlook>()
  private let installed = Memo<Installing, Number>()
  private let changes = Memo<Local, (view: Parts<Service.OpenView>.Number, outcome: Outcome)>()
  private let partitions: [[ProcessSet]]
  private let hasCrashes: Bool
  private let hasSuspicions: Bool
  private let payloads: Parts<RobustState.Payload>

  init(processes: Int, hasCrashes: Bool, hasSuspicions: Bool, payloads: Parts<RobustState.Payload>) {
    partitions = RobustModel.partitions(of: processes)
    self.hasCrashes = hasCrashes
    self.hasSuspicions = hasSuspicions
    self.payloads = payloads
  }

  func number(of service: Service) -> Number {
    parted.number(
      of: Parted(
        network: networks.number(of: service.network),
        views: service.openViews.map { openViews.number(of: $0) }))
  }

  subscript(_ number: Number) -> Service {
    let parted = parted[number]
    return Service(networks[parted.network], parted.views.map { openViews[$0] })
  }

  /// The view that `p` is in.
  func view(of p: Process, _ number: Number) -> View? { networks[parted[number].network].view(of: p) }

  // MARK: What happens

  /// For what concerns more than one view.
  func change<Result>(_ number: inout Number, _ change: (inout Service) -> Result) -> Result {
    var service = self[number]
    defer { number = self.number(of: service) }
    return change(&service)
  }

  func install(_ p: Process, _ number: inout Number) -> View {
    number = installed.answer(Installing(service: number, process: p)) {
      var service = self[number]
      service.apply(.install(p))
      return self.number(of: service)
    }
    return networks[parted[number].network].view(of: p)!
  }

  func take(_ event: LocalEvent, at p: Process, _ number: inout Number) -> Outcome {
    guard let current = self[outlook: number].current[p.index] else { return Outcome(isPossible: false) }
    var parts = parted[number]
    let (view, outcome) = changes.answer(Local(view: parts.views[current], event: event)) {
      var service = self[number]
      let outcome = Self.take(event, &service)
      return (openViews.number(of: service.openViews[current]), outcome)
    }
    parts.views[current] = view
    number = parted.number(of: parts)
    return outcome
  }

  private static func take(_ event: LocalEvent, _ service: inout Service) -> Outcome {
    var outcome = Outcome()
    switch event {
    case .step(let step):
      if case .deliver(let message) = service.apply(step) { outcome.payload = message.payload }
    case .flushOk(let p):
      outcome.isPossible = service.canFlushOk(p)
      if outcome.isPossible { service.flushOk(p) }
    case .send(let payload, let p, let kind, let to):
      outcome.isPossible = service.canSend(p)
      if outcome.isPossible { outcome.name = service.send(payload, from: p, service: kind, to: to) }
    }
    return outcome
  }

  // MARK: What can happen

  subscript(outlook number: Number) -> Outlook {
    _read {
      yield outlooks[known.value(for: number) { outlooks.number(of: outlook(of: self[number])) }]
    }
  }

  private func outlook(of service: Service) -> Outlook {
    Outlook(
      of: service, adversity: adversity(in: service),
      mail: service.processes.map { p in
        Mail(service.undelivered(p).map { Mail(payloads[service.payload(of: $0)]) })
      })
  }

  private func adversity(in service: Service) -> [RobustAction] {
    var actions: [RobustAction] = []
    for parts in partitions
    where !parts.allSatisfy({ part in part.allSatisfy { service.connected(with: $0) == part } }) {
      actions.append(.connect(parts))
    }
    for p in service.joined {
      let component = service.component(of: p)
      if hasSuspicions, component.first == p, !service.needsView(component) { actions.append(.glitch(p)) }
      if hasCrashes { actions.append(.crash(p)) }
    }
    for p in service.processes where service.isCrashed(p) { actions.append(.recover(p)) }
    return actions
  }
}
