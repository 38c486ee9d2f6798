public import SecureGroup

extension Transitions {
  /// The machine in the language of Graphviz. Arrows lead to other states; events after which the state is the same
  /// stand in its box, those that are illegal in it in grey.
  ///
  /// - Parameter start: the state in which a process begins when it joins.
  public func dot(start: State) -> String {
    let all = all
    let states = State.allCases.filter { state in all.contains { $0.from == state || $0.to == state } }
    var text = """
      digraph machine {
        node [shape=box, style=rounded, fontname="Helvetica", fontsize=11, margin="0.08,0.05"]
        edge [fontname="Helvetica", fontsize=10]
        nodesep=0.5
        ranksep=0.6
        join [shape=point, width=0.12]
        join -> \(start) [label="  join"]

      """
    for row in Self.sameHeight where row.allSatisfy(states.contains) {
      text += "  {rank=same \(row.map(\.description).joined(separator: " "))}\n"
    }
    for state in states {
      let rows = all.filter { $0.from == state && $0.to == state }
      text += "  \(state) [color=\"\(state.color)\", label=<\(box(state, rows))>]\n"
    }
    for from in states {
      for to in states where to != from {
        let transitions = all.filter { $0.from == from && $0.to == to }
        if transitions.isEmpty { continue }
        let rows = transitions.flatMap { [row(["", $0.event, ""]), row(["", lines(of: $0), ""])] }
        text += "  \(from) -> \(to) [color=\"\(from.color)\", fontcolor=\"\(from.color)\", "
        text += "label=<\(Self.table(rows))>]\n"
      }
    }
    return text + "}\n"
  }

  private static let sameHeight: [[State]] = [
    [.waitForSelfJoin, .waitForMembership], [.waitForPartialToken, .waitForFinalToken],
  ]

  private func box(_ state: State, _ transitions: [Transition]) -> String {
    let title = #"<tr><td colspan="3"><b>\#(state.title) (\#(state))</b></td></tr>"#
    return Self.table(
      [title] + transitions.map { row([$0.event, lines(of: $0)], color: $0.isRefused ? "gray45" : nil) })
  }

  private func row(_ cells: [String], color: String? = nil) -> String {
    let cells = cells.map { text in
      let words = color.map { #"<font color="\#($0)">\#(text)</font>"# } ?? text
      return #"<td align="left">\#(words)</td>"#
    }
    return "<tr>\(cells.joined(separator: #"<td width="12"></td>"#))</tr>"
  }

  private static func table(_ rows: [String]) -> String {
    #"<table border="0" cellborder="0" cellspacing="0" cellpadding="1">\#(rows.joined())</table>"#
  }
}

extension State {
  /// As the paper writes it.
  fileprivate var title: String {
    switch self {
    case .secure: "SECURE"
    case .waitForPartialToken: "WAIT FOR PARTIAL TOKEN"
    case .waitForFinalToken: "WAIT FOR FINAL TOKEN"
    case .collectFactOuts: "COLLECT FACT OUTS"
    case .waitForKeyList: "WAIT FOR KEY LIST"
    case .waitForCascadingMembership: "WAIT FOR CASCADING MEMBERSHIP"
    case .waitForSelfJoin: "WAIT FOR SELF JOIN"
    case .waitForMembership: "WAIT FOR MEMBERSHIP"
    }
  }

  /// Of its box and of the arrows from it, so that one can follow them where they cross.
  fileprivate var color: String {
    switch self {
    case .secure: "#1b7837"
    case .waitForPartialToken: "#b35806"
    case .waitForFinalToken: "#2166ac"
    case .collectFactOuts: "#6b6b00"
    case .waitForKeyList: "#762a83"
    case .waitForCascadingMembership: "#b2182b"
    case .waitForSelfJoin: "#404040"
    case .waitForMembership: "#01665e"
    }
  }
}
