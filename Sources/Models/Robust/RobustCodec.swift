public import Exploration
import SecureGroup

/// Writes the numbers that a state has.
public struct RobustCodec: StateCodec {
  let processes: Int

  public func encode(_ state: RobustState, into writer: inout StateWriter) {
    writer.write(state.budget)
    writer.write(state.sends)
    writer.write(number: state.service.rawValue)
    for member in state.members { writer.write(number: member.rawValue) }
    writer.write(number: state.histories.rawValue)
    writer.write(number: state.overheard.rawValue)
    writer.write(number: state.broken.rawValue)
    if state.broken.contains(.possible) {
      writer.write(number: state.notPossible.map { Int($0.rawValue) + 1 } ?? 0)
    }
  }

  public func decode(_ reader: inout StateReader) -> RobustState {
    let (budget, sends) = (reader.read(), reader.read())
    func read() -> UInt32 { UInt32(reader.readNumber()) }
    var state = RobustState(
      service: .init(rawValue: read()), members: (0..<processes).map { _ in .init(rawValue: read()) },
      histories: .init(rawValue: read()), overheard: .init(rawValue: read()), budget: budget, sends: sends,
      broken: Claims(rawValue: read()))
    if state.broken.contains(.possible) {
      let number = read()
      state.notPossible = number > 0 ? .init(rawValue: number - 1) : nil
    }
    return state
  }
}
