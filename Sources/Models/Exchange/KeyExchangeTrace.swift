import CyclicGroups
public import Exploration
import FaultTolerantExchange
import GroupCommunication
import SecureGroup
import Traces

extension KeyExchangeModel {
  /// The trace of a run of the model, of profile gke, as `conclave simulate --protocol omega` writes it.
  ///
  /// It is `complete` where all has happened that must.
  public func trace(of run: Run<Self>) -> [UInt8] {
    var state = run.initial
    var events: [Event] = []
    for step in run.steps {
      events += self.events(step.action, state, step.state)
      state = step.state
    }
    var writer = TraceWriter(header: .exchange(servers, complete: hasEnded(state)))
    for event in events { writer.append(event) }
    return writer.bytes
  }

  private func events(_ action: Action, _ before: State, _ after: State) -> [Event] {
    let (session, instance) = (Name(self.session.name), Name("\(self.session.name)/cs"))
    var events: [Event] = []
    switch action {
    case .start(let p): events.append(Event(at: p, .start(session: session)))
    case .decide(let p, let value):
      events.append(Event(at: p, .decide(instance: instance, value: Name(value.hexadecimal))))
    case .crash(let p): events.append(.crash(of: p))
    case .receive: break
    }
    for p in servers.all {
      if before.proposals[p.index] == nil, let value = after.proposals[p.index] {
        events.append(Event(at: p, .propose(instance: instance, value: Name(value.hexadecimal))))
      }
      if before.keys[p.index] == nil, let key = after.keys[p.index] {
        let bytes = after.machines[p.index].space.bytes(of: key)
        let fingerprint = Event.Key(CipherSuite.none.fingerprint(of: bytes))!
        events.append(Event(at: p, .finish(session: session, key: fingerprint)))
      }
    }
    return events
  }
}

extension Header {
  /// Of a run of servers.
  static func exchange(_ servers: Servers, complete: Bool) -> Self {
    Header(
      complete: complete, records: [.start, .finish, .propose, .decide, .crash], profile: .gke,
      processes: servers.all.map { Name($0.description) }, tolerates: servers.crashes, group: "conclave",
      source: "conclave explore")
  }
}

extension Event {
  init(at p: Process, _ action: Action) { self.init(at: Name(p.description), layer: .gcs, action: action) }

  static func crash(of p: Process) -> Self { Self(at: Name(p.description), layer: nil, action: .crash) }
}
