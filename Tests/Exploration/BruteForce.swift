import Exploration

/// The reachable states and what is true about them, by the plainest means.
struct BruteForce<M: Model> {
  /// Of each reachable state: the least number of steps to it.
  var depths: [M.State: Int] = [:]
  var transitions = 0
  private var predecessors: [M.State: [M.State]] = [:]

  init(_ model: M) {
    var level = Array(Set(model.initialStates))
    for state in level { depths[state] = 0 }
    var depth = 0
    while !level.isEmpty {
      depth += 1
      var following: [M.State] = []
      for state in level {
        var actions: [M.Action] = []
        model.actions(of: state, into: &actions)
        for next in actions.compactMap({ model.next(state, $0) }) {
          transitions += 1
          predecessors[next, default: []].append(state)
          if depths[next] == nil {
            depths[next] = depth
            following.append(next)
          }
        }
      }
      level = following
    }
  }

  /// The least number of steps to a state that is so; nil where none is.
  func depth(where condition: (M.State) -> Bool) -> Int? {
    depths.filter { condition($0.key) }.map(\.value).min()
  }

  /// The states from which no good one can be reached.
  func hopeless(_ isGood: (M.State) -> Bool) -> Set<M.State> {
    var hopeful = Set(depths.keys.filter(isGood))
    var open = Array(hopeful)
    while let state = open.popLast() {
      for previous in predecessors[state] ?? [] where hopeful.insert(previous).inserted {
        open.append(previous)
      }
    }
    return Set(depths.keys).subtracting(hopeful)
  }
}

/// Whether a run is one of the model.
func isExecution<M: Model>(_ run: Run<M>, of model: M) -> Bool {
  var state = run.initial
  guard model.initialStates.contains(state) else { return false }
  for step in run.steps {
    var actions: [M.Action] = []
    model.actions(of: state, into: &actions)
    guard actions.contains(step.action), model.next(state, step.action) == step.state else { return false }
    state = step.state
  }
  return true
}
