import CyclicGroups
public import Exploration
import GroupCommunication
import SecureGroup

/// Keeps the parts that many states have in common once; of a state only their numbers are written (what Holzmann's
/// Spin calls collapse compression).
public struct RobustCodec: StateCodec {
  public typealias State = RobustState

  private let networks = Parts<VirtualSynchrony<State.Payload>.Network>()
  private let openViews = Parts<VirtualSynchrony<State.Payload>.OpenView>()
  private let members = Parts<State.Member>()
  private let secureViews = Parts<SecureHistories.SecureView>()
  private let histories = Parts<SecureHistories>()
  private let overheard = Parts<[SymbolicGroup.Element]>()
  private let events = Parts<NotPossible?>()

  public func encode(_ state: State, into writer: inout StateWriter) {
    writer.write(state.budget)
    writer.write(state.sends)
    writer.write(number: networks.number(of: state.service.network))
    write(state.service.openViews, openViews, &writer)
    write(state.members, members, &writer)
    write(state.histories.views, secureViews, &writer)
    var histories = state.histories
    histories.views = []
    writer.write(number: self.histories.number(of: histories))
    writer.write(number: overheard.number(of: state.overheard))
    writer.write(fixed: state.broken.rawValue)
    if state.broken != [] { writer.write(number: events.number(of: state.notPossible)) }
  }

  public func decode(_ reader: inout StateReader) -> State {
    let (budget, sends) = (reader.read(), reader.read())
    let network = networks[reader.readNumber()]
    let service = VirtualSynchrony(network, read(openViews, &reader))
    let members = read(members, &reader)
    let views = read(secureViews, &reader)
    var histories = histories[reader.readNumber()]
    histories.views = views
    let overheard = overheard[reader.readNumber()]
    let broken = Claims(rawValue: reader.read(fixed: UInt32.self))
    return State(
      service: service, members: members, histories: histories, overheard: overheard, budget: budget,
      sends: sends, broken: broken, notPossible: broken == [] ? nil : events[reader.readNumber()])
  }

  private func write<Part>(_ values: [Part], _ parts: Parts<Part>, _ writer: inout StateWriter) {
    writer.write(number: values.count)
    for value in values { writer.write(number: parts.number(of: value)) }
  }

  private func read<Part>(_ parts: Parts<Part>, _ reader: inout StateReader) -> [Part] {
    (0..<reader.readNumber()).map { _ in parts[reader.readNumber()] }
  }
}
