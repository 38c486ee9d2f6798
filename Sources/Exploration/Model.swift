/// A system of which every reachable state can be visited: where it starts, what may happen, and what shall be
/// true.
///
/// Two processes that take turns (Peterson's algorithm), and two claims about it:
///
///     struct Peterson: Model {
///       enum Line { case idle, entering, waiting, critical }
///       struct State: Hashable {
///         var line = [Line.idle, .idle]
///         var turn = 0
///       }
///
///       var initialStates: [State] { [State()] }
///
///       func actions(of state: State, into actions: inout [Int]) { actions += [0, 1] }
///
///       func next(_ state: State, _ process: Int) -> State? {
///         var state = state
///         let other = 1 - process
///         switch state.line[process] {
///         case .idle: state.line[process] = .entering
///         case .entering: (state.turn, state.line[process]) = (other, .waiting)
///         case .waiting:
///           guard state.line[other] == .idle || state.turn == process else { return nil }
///           state.line[process] = .critical
///         case .critical: state.line[process] = .idle
///         }
///         return state
///       }
///
///       var properties: [Property<State>] {
///         [
///           .always("mutual exclusion") { $0.line != [.critical, .critical] },
///           .sometimes("both want to enter") { $0.line == [.waiting, .waiting] },
///           .alwaysReachable("the first can enter") { $0.line[0] == .critical },
///         ]
///       }
///     }
///
///     let outcome = Peterson().explore()
///     print(outcome.verdict, outcome.statistics)
///
/// The same functions of the same arguments must give the same results, in the same order: runs are found again
/// by executing the model again.
public protocol Model: Sendable {
  /// All that decides what may happen next, and whether a property holds.
  associatedtype State: Hashable & Sendable
  /// What happens between two states.
  associatedtype Action: Hashable & Sendable
  /// How visited states are kept: as they are, unless the model says otherwise. `InlineStorage` is much faster
  /// for states without parts elsewhere on the heap, `EncodedStorage` smaller and faster for the others.
  associatedtype Storage: StateStorage<State> = ValueStorage<State>

  var initialStates: [State] { get }

  /// Appends what may happen in `state`, at most 16,777,215 actions; some of it may prove impossible (`next` says
  /// so). A state in which nothing may happen is where runs end.
  func actions(of state: State, into actions: inout [Action])

  /// The state after `action`, or nil where it is not possible in `state`.
  ///
  /// What goes wrong *during* a step, rather than in a state, belongs into the state after it: a set of flags
  /// that an `always` reads.
  func next(_ state: State, _ action: Action) -> State?

  /// What is claimed; at most 64 properties, at most 8 of them `alwaysReachable`.
  var properties: [Property<State>] { get }

  /// Only for a codec that is not the model itself there is something to be said here.
  var storage: Storage { get }

  /// For a system whose processes can be renamed without any difference: maps all states that differ only in
  /// names to the same one of them, or as many as it can. Properties must not depend on names then. Nil where
  /// the model offers none.
  var symmetry: (@Sendable (State) -> State)? { get }

  /// Tells violations of one property apart: of those of one kind, one counterexample is enough.
  /// - Parameter action: the last one before the violation; nil where an initial state violates it.
  func kind(of action: Action?, to state: State) -> String

  /// The state as a person reads it.
  func label(state: State) -> String
  /// The action as a person reads it.
  func label(action: Action) -> String
}

extension Model {
  @inlinable public var storage: Storage { Storage(for: self) }
  public var symmetry: (@Sendable (State) -> State)? { nil }
  public func kind(of action: Action?, to state: State) -> String { action.map(label(action:)) ?? "" }
  public func label(state: State) -> String { "\(state)" }
  public func label(action: Action) -> String { "\(action)" }
}
