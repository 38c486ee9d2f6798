import Exploration

/// The example of `Model`.
struct Peterson: Model {
  enum Line { case idle, entering, waiting, critical }
  struct State: Hashable {
    var line = [Line.idle, .idle]
    var turn = 0
  }

  var initialStates: [State] { [State()] }

  func actions(of state: State, into actions: inout [Int]) { actions += [0, 1] }

  func next(_ state: State, _ process: Int) -> State? {
    var state = state
    let other = 1 - process
    switch state.line[process] {
    case .idle: state.line[process] = .entering
    case .entering: (state.turn, state.line[process]) = (other, .waiting)
    case .waiting:
      guard state.line[other] == .idle || state.turn == process else { return nil }
      state.line[process] = .critical
    case .critical: state.line[process] = .idle
    }
    return state
  }

  var properties: [Property<State>] {
    [
      .always("mutual exclusion") { $0.line != [.critical, .critical] },
      .sometimes("both want to enter") { $0.line == [.waiting, .waiting] },
      .alwaysReachable("the first can enter") { $0.line[0] == .critical },
    ]
  }
}
