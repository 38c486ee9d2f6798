import GroupCommunication

extension Step: CustomStringConvertible {
  /// As a scenario file has it: `agree a b | c with a.3`.
  public var description: String {
    switch self {
    case .connect(let components): "connect \(Self.text(components))"
    case .suspect(let p): "suspect \(p)"
    case .join(let p): "join \(p)"
    case .leave(let p): "leave \(p)"
    case .crash(let p): "crash \(p)"
    case .recover(let p): "recover \(p)"
    case .flushRequest(let p): "flush-request \(p)"
    case .signal(let p): "signal \(p)"
    case .deliver(let p, let packet): "deliver \(p) \(packet)"
    case .agree(let classes, let extra):
      "agree \(Self.text(classes))"
        + (extra.isEmpty ? "" : " with " + extra.map(\.description).joined(separator: " "))
    case .install(let p): "install \(p)"
    case .send(let p, let service): "send \(p) \(service)"
    case .flushOk(let p): "flush-ok \(p)"
    }
  }

  private static func text(_ parts: [ProcessSet]) -> String {
    parts.map { $0.map(\.description).joined(separator: " ") }.joined(separator: " | ")
  }

  /// Reads a `description`.
  /// - Parameter members: how many processes there are.
  public init(_ text: String, members: Int) throws(ScenarioError) {
    var words = WordReader(text[...], line: 1)
    let steps = try Step.read(&words, members: members)
    guard let step = steps.first, steps.count == 1 else { throw words.error("this is more than one step") }
    self = step
  }

  /// Where a step needs one process only, there can be several: a step for each.
  static func read(_ words: inout WordReader, members: Int) throws(ScenarioError) -> [Step] {
    let start = words
    let word = String(words.peek)
    words.skip()
    var steps: [Step]
    switch word {
    case "connect": steps = [.connect(try words.partition(of: members))]
    case "suspect": steps = try words.processes(of: members).map { .suspect($0) }
    case "join": steps = try words.processes(of: members).map { .join($0) }
    case "leave": steps = try words.processes(of: members).map { .leave($0) }
    case "crash": steps = try words.processes(of: members).map { .crash($0) }
    case "recover": steps = try words.processes(of: members).map { .recover($0) }
    case "flush-request": steps = try words.processes(of: members).map { .flushRequest($0) }
    case "signal": steps = try words.processes(of: members).map { .signal($0) }
    case "install": steps = try words.processes(of: members).map { .install($0) }
    case "flush-ok": steps = try words.processes(of: members).map { .flushOk($0) }
    case "deliver":
      let p = try words.process(of: members)
      steps = try words.packets(of: members).map { .deliver(p, $0) }
    case "agree":
      let classes = try words.partition(of: members)
      var extra: [PacketName] = []
      if words.takes("with") {
        extra = try words.packets(of: members)
      }
      steps = [.agree(classes, extra: extra)]
    case "send":
      let p = try words.process(of: members)
      steps = [.send(p, try words.service())]
    default: throw start.error(word.isEmpty ? "a command is missing" : "there is no such command")
    }
    try words.end()
    return steps
  }
}

extension WordReader {
  mutating func service() throws(ScenarioError) -> GroupCommunication.Service {
    let all = GroupCommunication.Service.allCases
    return try take("one of " + all.map(\.description).joined(separator: ", ")) { word in
      all.first { $0.description == word }
    }
  }
}
