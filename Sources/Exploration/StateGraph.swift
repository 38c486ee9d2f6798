/// The states of a small model and the steps between them.
public struct StateGraph<M: Model>: Sendable {
  public struct Edge: Hashable, Sendable {
    public var from: Int
    public var action: M.Action
    public var to: Int
  }

  /// By number, breadth-first; the initial states are the first ones.
  public private(set) var states: [M.State] = []
  public private(set) var initialCount = 0
  /// In the order of the states they come from, then of the actions.
  public private(set) var edges: [Edge] = []
  /// Whether all reachable states are there.
  public private(set) var isComplete = true

  private let model: M

  /// - Parameter limit: at most so many states; those found by then have all their steps among each other.
  public init(_ model: M, limit: Int = 2000) {
    self.model = model
    var numbers: [M.State: Int] = [:]
    for state in model.initialStates where numbers[state] == nil {
      numbers[state] = states.count
      states.append(state)
    }
    initialCount = states.count
    var actions: [M.Action] = []
    var from = 0
    while from < states.count {
      actions.removeAll(keepingCapacity: true)
      model.actions(of: states[from], into: &actions)
      for action in actions {
        guard let next = model.next(states[from], action) else { continue }
        if numbers[next] == nil, states.count >= limit {
          isComplete = false
          continue
        }
        let to = numbers[next] ?? states.count
        if to == states.count {
          numbers[next] = to
          states.append(next)
        }
        edges.append(Edge(from: from, action: action, to: to))
      }
      from += 1
    }
  }

  /// The graph in the language of Graphviz, with the model's labels; what semicolons part in those of states
  /// stands on lines of its own. Initial states have a double frame, states that violate an `always` are red.
  /// Steps between the same two states share an arrow.
  public var dot: String {
    let claims = model.properties.filter { $0.kind == .always }
    var text = "digraph states {\n  node [shape=box, fontname=\"monospace\", fontsize=11]\n"
    text += "  edge [fontname=\"monospace\", fontsize=9]\n"
    for (number, state) in states.enumerated() {
      text += "  s\(number) [label=\(Self.quoted(model.label(state: state).replacing("; ", with: "\n")))"
      if number < initialCount { text += ", peripheries=2" }
      if !claims.allSatisfy({ $0.holds(state) }) { text += ", color=red" }
      text += "]\n"
    }
    for arrow in arrows {
      let label = arrow.map { model.label(action: $0.action) }.joined(separator: "\n")
      text += "  s\(arrow[0].from) -> s\(arrow[0].to) [label=\(Self.quoted(label))]\n"
    }
    return text + "}\n"
  }

  /// The edges, those from one state to one other together.
  private var arrows: [[Edge]] {
    var arrows: [[Edge]] = []
    var first = 0
    for edge in edges {
      if first < arrows.count, arrows[first][0].from != edge.from { first = arrows.count }
      if let place = arrows[first...].firstIndex(where: { $0[0].to == edge.to }) {
        arrows[place].append(edge)
      } else {
        arrows.append([edge])
      }
    }
    return arrows
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result + "\""
  }
}
