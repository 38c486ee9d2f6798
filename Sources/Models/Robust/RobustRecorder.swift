import CyclicGroups
import GroupCommunication
import SecureGroup

/// What happens in a run of the model, layer by layer, for whoever writes it down.
enum RobustHappening {
  case join, crash, recover
  case view(View)
  case signal, flushRequest, flushOk
  case send(MessageIdentifier, Service, Process?)
  case deliver(MessageIdentifier)
  case secureView(SecureGroup.SecureView<SymbolicGroup.Element>)
  case secureSignal, secureFlushRequest, secureFlushOk
  case secureSend(Int, Service)
  case secureDeliver(Int)
}

protocol RobustRecorder {
  func record(_ p: Process, _ happening: RobustHappening)
}

/// Nobody writes.
struct Ignored: RobustRecorder {
  func record(_ p: Process, _ happening: RobustHappening) {}
}
