public import Exploration
public import GroupCommunication

/// The Virtual Synchrony service with users who send a few messages and answer flush requests at any time, and with an
/// adversary who has a budget of re-partitions, false suspicions, crashes and joins; the same as
/// `Spec/TLA/ServiceModel.tla`.
public struct ServiceModel: Model {
  public typealias Storage = ValueStorage<State>
  public typealias Service = GroupCommunication.Service

  /// What messages say here.
  public enum Content: Hashable, Sendable { case nothing }

  public struct State: Hashable, Sendable {
    public var service: VirtualSynchrony<Content>
    /// What is left of the adversary's budget.
    public var budget: Int
    /// How many messages may still be sent, by all users together.
    public var messages: Int
  }

  public enum Action: Hashable, Sendable {
    case step(ServiceStep)
    case flushOk(Process)
    case send(Process, Service, to: Process?)
    case adversity(Adversity)
  }

  public let processes: Int
  /// Who has joined at the start.
  public let founders: ProcessSet
  public let budget: Int
  public let messages: Int
  /// With which services messages are sent.
  public let services: [Service]

  public init(
    processes: Int, founders: ProcessSet? = nil, budget: Int, messages: Int = 0,
    services: [Service] = [.fifo, .causal, .agreed, .safe]
  ) {
    self.processes = processes
    self.founders = founders ?? ProcessSet((0..<processes).map { Process($0) })
    self.budget = budget
    self.messages = messages
    self.services = services
  }

  public var initialStates: [State] {
    var service = VirtualSynchrony<Content>(processes: processes)
    for p in founders { service.join(p) }
    return [State(service: service, budget: budget, messages: messages)]
  }

  public func actions(of state: State, into actions: inout [Action]) {
    let service = state.service
    actions += service.allSteps.map(Action.step)
    for p in service.joined {
      if service.canFlushOk(p) { actions.append(.flushOk(p)) }
      if state.messages > 0, service.canSend(p) {
        for kind in services {
          actions.append(.send(p, kind, to: nil))
          actions += service.view(of: p)!.members.map { .send(p, kind, to: $0) }
        }
      }
    }
    if state.budget > 0 { actions += Adversity.all(in: service).map(Action.adversity) }
  }

  public func next(_ state: State, _ action: Action) -> State? {
    var state = state
    switch action {
    case .step(let step): state.service.apply(step)
    case .flushOk(let p): state.service.flushOk(p)
    case .send(let p, let kind, let to):
      state.service.send(.nothing, from: p, service: kind, to: to)
      state.messages -= 1
    case .adversity(let adversity):
      adversity.strike(&state.service)
      state.budget -= 1
    }
    return state
  }

  public var properties: [Property<State>] {
    [
      .always("self inclusion", title: "whoever installs a view is in it") { state in
        state.views.allSatisfy { p, view in
          view.transitional.contains(p) && view.transitional.isSubset(of: view.members)
        }
      },
      .always("transitional set", title: "those named in one name the same") { state in
        state.views.allSatisfy { p, view in
          state.views.allSatisfy { q, other in
            view.identifier != other.identifier
              || view.members == other.members
                && (!view.transitional.contains(q) || view.transitional == other.transitional)
          }
        }
      },
      .always("flush acknowledgment", title: "no view without flush ok and signal") { state in
        let service = state.service
        return service.joined.allSatisfy { p in
          service.target(of: p) == nil || service.view(of: p) == nil
            || service.isFlushRequested(p) && service.isFlushed(p) && service.isSignalled(p)
        }
      },
      .always("termination", title: "where nothing can happen, all are settled") { state in
        let service = state.service
        let isAtRest = service.allSteps.isEmpty && !service.joined.contains { service.canFlushOk($0) }
        return !isAtRest || state.isSettled
      },
      .alwaysReachable("no livelock", title: "all can settle from everywhere") { $0.isSettled },
      .sometimes("a class of two") { state in
        state.views.contains { _, view in view.transitional.count > 1 }
      },
    ]
  }
}

extension ServiceModel.State {
  /// The views that processes are in or are to install.
  fileprivate var views: [(Process, View)] {
    service.joined.flatMap { p in
      [service.view(of: p), service.target(of: p)].compactMap { $0 }.map { (p, $0) }
    }
  }

  /// All are in one view with just those that they are connected with, and nothing is under way.
  fileprivate var isSettled: Bool {
    service.joined.allSatisfy { p in
      service.view(of: p) != nil && service.target(of: p) == nil && !service.isPending(p)
        && service.mustDeliver(p).isEmpty
    }
  }
}

extension VirtualSynchrony {
  /// All that can happen next but for what processes and the adversary do.
  var allSteps: [ServiceStep] {
    joined.flatMap { p in
      let component = component(of: p)
      return steps(at: p) + (component.first == p ? agreements(for: component).map(ServiceStep.agree) : [])
    }
  }
}
