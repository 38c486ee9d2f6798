import Exploration

/// Moves a token over a graph whose edges are listed; what is claimed is given.
struct Graph: Model {
  var edges: [Int: [Int]]
  var initial = [0]
  var properties: [Property<Int>] = []

  var initialStates: [Int] { initial }

  func actions(of state: Int, into actions: inout [Int]) { actions += edges[state] ?? [] }

  func next(_ state: Int, _ action: Int) -> Int? { action < 0 ? nil : action }
}

/// Processes that each count up to a bound, and one shared flag that a process at its bound may take or leave;
/// the flag is part of nobody's count. Processes can be renamed.
struct Counters: Model {
  struct State: Hashable, Sendable {
    var counts: [UInt8]
    var holder: UInt8?
  }

  enum Action: Hashable, Sendable {
    case count(Int)
    case take(Int)
    case leave(Int)
  }

  var processes: Int
  var bound: UInt8
  /// A count that shall never be reached by all.
  var forbidden: UInt8 = .max

  var initialStates: [State] { [State(counts: Array(repeating: 0, count: processes))] }

  func actions(of state: State, into actions: inout [Action]) {
    for process in 0..<processes {
      actions.append(.count(process))
      actions.append(.take(process))
      actions.append(.leave(process))
    }
  }

  func next(_ state: State, _ action: Action) -> State? {
    var next = state
    switch action {
    case .count(let process):
      guard state.counts[process] < bound, state.holder == nil else { return nil }
      next.counts[process] += 1
    case .take(let process):
      guard state.counts[process] == bound, state.holder == nil else { return nil }
      next.holder = UInt8(process)
    case .leave(let process):
      guard state.holder == UInt8(process) else { return nil }
      next.holder = nil
      next.counts[process] = 0
    }
    return next
  }

  var properties: [Property<State>] {
    [
      .always("not all at the forbidden count") { [forbidden] state in
        state.counts.contains { $0 != forbidden }
      },
      .sometimes("held") { $0.holder != nil },
      .alwaysReachable("back to the beginning") { $0.counts.allSatisfy { $0 == 0 } },
    ]
  }

  /// Sorts the processes by their counts; the holder comes last among its equals.
  var symmetry: (@Sendable (State) -> State)? {
    { state in
      let order = state.counts.indices.sorted {
        (state.counts[$0], state.holder == UInt8($0) ? 1 : 0) < (
          state.counts[$1], state.holder == UInt8($1) ? 1 : 0
        )
      }
      return State(
        counts: order.map { state.counts[$0] },
        holder: state.holder.map { holder in UInt8(order.firstIndex(of: Int(holder))!) })
    }
  }

  func kind(of action: Action?, to state: State) -> String {
    switch action {
    case .count: "count"
    case .take: "take"
    case .leave: "leave"
    case nil: ""
    }
  }
}

/// The same model with its states encoded.
struct EncodedCounters: Model, StateCodec {
  typealias Storage = EncodedStorage<EncodedCounters>

  var base: Counters

  var initialStates: [Counters.State] { base.initialStates }
  func actions(of state: Counters.State, into actions: inout [Counters.Action]) {
    base.actions(of: state, into: &actions)
  }
  func next(_ state: Counters.State, _ action: Counters.Action) -> Counters.State? {
    base.next(state, action)
  }
  var properties: [Property<Counters.State>] { base.properties }
  var symmetry: (@Sendable (Counters.State) -> Counters.State)? { base.symmetry }
  func kind(of action: Counters.Action?, to state: Counters.State) -> String {
    base.kind(of: action, to: state)
  }

  func encode(_ state: Counters.State, into writer: inout StateWriter) {
    writer.write(number: state.counts.count)
    for count in state.counts { writer.write(count) }
    writer.write(fixed: UInt16(state.holder.map { UInt16($0) + 1 } ?? 0))
  }

  func decode(_ reader: inout StateReader) -> Counters.State {
    let counts = (0..<reader.readNumber()).map { _ in reader.read() }
    let holder = reader.read(fixed: UInt16.self)
    return Counters.State(counts: counts, holder: holder == 0 ? nil : UInt8(holder - 1))
  }
}

/// Three counters in eight bytes and a tail: every width of an inline word.
struct InlineCounters: Model {
  typealias Storage = InlineStorage<State>

  struct State: Hashable, BitwiseCopyable {
    var steps: UInt64 = 0
    var second: UInt32 = 0
    var third: UInt16 = 0
    var fourth: UInt8 = 0
  }

  var bound: UInt64

  var initialStates: [State] { [State()] }

  func actions(of state: State, into actions: inout [Int]) { actions += 0..<4 }

  func next(_ state: State, _ action: Int) -> State? {
    guard state.steps < bound else { return nil }
    var next = state
    next.steps += 1
    switch action {
    case 0: next.second += 1
    case 1: next.third += 1
    case 2: next.fourth += 1
    default: break
    }
    return next
  }

  var properties: [Property<State>] {
    [
      .always("less than three everywhere") { !($0.second >= 3 && $0.third >= 3 && $0.fourth >= 3) },
      .alwaysReachable("the end") { [bound] in $0.steps == bound },
    ]
  }
}
