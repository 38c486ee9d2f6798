public import Exploration
import KeyAgreement
public import SecureGroup

/// The robust model, where states are equal that differ only in what applications saw: in what decides which claims
/// hold, and not what happens next. Its states are those of `Spec/TLA/SecureGroup.tla` where nothing is watched.
public struct RobustCore: Model {
  public typealias Storage = ValueStorage<State>

  public struct State: Hashable, Sendable {
    var whole: RobustState

    public static func == (a: Self, b: Self) -> Bool {
      a.whole.service == b.whole.service && a.whole.members == b.whole.members
        && a.whole.budget == b.whole.budget && a.whole.sends == b.whole.sends
    }

    public func hash(into hasher: inout Hasher) {
      hasher.combine(whole.service)
      hasher.combine(whole.members)
      hasher.combine(whole.budget)
      hasher.combine(whole.sends)
    }
  }

  private let model: RobustModel

  public init(_ algorithm: RobustModel.Algorithm, _ repairs: Repairs, bounds: RobustModel.Bounds) {
    model = RobustModel(algorithm, .gdh, repairs, bounds: bounds, watchesSecrecy: false)
  }

  public var initialStates: [State] { model.initialStates.map { State(whole: $0) } }

  public func actions(of state: State, into actions: inout [RobustAction]) {
    model.actions(of: state.whole, into: &actions)
  }

  public func next(_ state: State, _ action: RobustAction) -> State? {
    model.next(state.whole, action).map { State(whole: $0) }
  }

  public var properties: [Property<State>] {
    let parts = model.parts
    return [
      .sometimes("all are in SECURE") { state in
        state.whole.members.allSatisfy { parts.members[$0].machine.state == .secure }
      }
    ]
  }
}
