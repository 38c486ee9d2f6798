public import Exploration
import FaultTolerantExchange
import GroupCommunication
import SecureGroup
import Traces

extension ConsensusModel {
  /// The trace of a run of the model, of profile gke, as `conclave simulate --protocol consensus` writes it.
  ///
  /// It is `complete` where all has happened that must, and no message was beyond the bound.
  ///
  public func trace(of run: Run<Self>) -> [UInt8] {
    var state = run.initial
    var events: [Event] = []
    let instance = Name("cs")
    for step in run.steps {
      let before = state
      state = step.state
      switch step.action {
      case .propose(let p, let value, _):
        events.append(Event(at: p, .propose(instance: instance, value: name(value))))
      case .crash(let p): events.append(.crash(of: p))
      case .receive, .suspect, .trust: break
      }
      for p in servers.all where before.machines[p.index].decision == nil {
        guard let value = state.machines[p.index].decision else { continue }
        events.append(Event(at: p, .decide(instance: instance, value: name(value))))
      }
    }
    var writer = TraceWriter(header: .exchange(servers, complete: !state.isCut && hasEnded(state)))
    for event in events { writer.append(event) }
    return writer.bytes
  }

  private func name(_ value: Machine.Value) -> Name { Name(Machine.bytes(of: value).hexadecimal) }
}
