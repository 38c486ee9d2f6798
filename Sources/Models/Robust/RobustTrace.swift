import CyclicGroups
import Exploration
import GroupCommunication
import KeyAgreement
import SecureGroup
import Traces

extension RobustModel {
  /// The trace of a run of the model: both layers, as `conclave simulate` writes it.
  ///
  /// It is `complete` where nothing can happen any more without the adversary.
  public func trace(of actions: [Action]) -> [UInt8] {
    let recorder = TraceRecorder()
    var state = joiningState
    let processes = (0..<bounds.processes).map { Process($0) }
    for p in processes { recorder.record(p, .join) }
    for action in (bounds.beginning == .secure ? opening : []) + actions { take(action, &state, recorder) }
    var steps: [Action] = []
    appendSteps(of: state, into: &steps)
    var writer = TraceWriter(
      header: Header(
        complete: steps.isEmpty,
        records: [
          .view, .transitional, .signal, .flushRequest, .flushOk, .send, .deliver, .crash, .leave, .key,
        ],
        profile: .secure, processes: processes.map(\.name), group: "conclave",
        source: "conclave explore",
        note: "\(algorithm.rawValue) \(agreement.rawValue) \(repairs)"))
    for event in recorder.events { writer.append(event) }
    return writer.bytes
  }
}

/// Writes down the events of both layers.
private final class TraceRecorder: RobustRecorder {
  private(set) var events: [Event] = []

  func record(_ p: Process, _ happening: RobustHappening) {
    let (layer, action) = event(happening, p)
    events.append(Event(at: p.name, layer: layer, action: action))
  }

  private func event(_ happening: RobustHappening, _ p: Process) -> (Event.Layer?, Event.Action) {
    switch happening {
    case .join: (nil, .join)
    case .crash: (nil, .crash)
    case .recover: (nil, .recover)
    case .view(let view):
      (
        .gcs,
        .view(
          Traces.ViewIdentifier(view.identifier.number), members: view.members.names,
          transitional: view.transitional.names, key: nil)
      )
    case .signal: (.gcs, .signal)
    case .flushRequest: (.gcs, .flushRequest)
    case .flushOk: (.gcs, .flushOk)
    case .send(let message, let service, let to):
      (.gcs, .send(message: Name(message.description), service: service.traced, to: to?.name))
    case .deliver(let message): (.gcs, .deliver(message: Name(message.description)))
    case .secureView(let view):
      (
        .secure,
        .view(
          Traces.ViewIdentifier(view.identifier.number), members: view.members.names,
          transitional: view.transitional.names,
          key: Event.Key(CipherSuite.none.fingerprint(of: SymbolicGroup().bytes(of: view.key))))
      )
    case .secureSignal: (.secure, .signal)
    case .secureFlushRequest: (.secure, .flushRequest)
    case .secureFlushOk: (.secure, .flushOk)
    case .secureSend(let number, let service):
      (.secure, .send(message: Name("m\(number + 1)"), service: service.traced, to: nil))
    case .secureDeliver(let number): (.secure, .deliver(message: Name("m\(number + 1)")))
    }
  }
}

extension Process {
  fileprivate var name: Name { Name(description) }
}

extension ProcessSet {
  fileprivate var names: Set<Name> { Set(map(\.name)) }
}

extension Service {
  fileprivate var traced: Event.Service { Event.Service(rawValue: rawValue)! }
}
