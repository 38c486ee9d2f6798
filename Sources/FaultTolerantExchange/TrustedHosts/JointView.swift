public import GroupCommunication

/// What a user and the adversary see of a run together: what is to look the same in the hybrid and the ideal system
/// (Cachin and Strobl, Section 3.2). Encryption is ideal here (`Sight`).
public struct JointView<Machine: KeyExchange>: Sendable where Machine.Encryption == SymbolicEncryption {
  public struct Occurrence: Hashable, Sendable {
    public let name: String
    public let servers: [Process]
    /// How many values it has shown.
    public let values: Int
  }

  /// What happened: a matter of the schedule, whatever the random choices.
  public private(set) var course: [Occurrence] = []
  /// The values that were seen, in order; of ciphertexts, where they were opened.
  public private(set) var values: [Machine.Space.Element] = []
  private var sight: Sight<Machine>

  /// - Parameter machine: any server.
  public init(on machine: Machine) { sight = Sight(machine) }

  public mutating func see(_ output: HybridSystem<Machine>.Output) {
    switch output {
    case .sent(let letter):
      add(letter.message.name, [letter.sender, letter.receiver], sight.machine.exposed(by: letter.message))
    case .proposed(_, let server, let value):
      add("propose", [server], sight.machine.exposed(byProposal: value))
    case .crashed(let server): add("crash", [server], [])
    case .state(let server, let machine): add("break-in", [server], machine.exposedState)
    case .finished(_, let server, let key): add("finish", [server], [.value(key)])
    }
  }

  /// A break-in that reads what should have been erased.
  public mutating func read(_ remains: [Machine.Exposed], at server: Process) {
    add("remains", [server], remains)
  }

  private mutating func add(_ name: String, _ servers: [Process], _ exposures: [Machine.Exposed]) {
    let new = sight.values(in: exposures)
    course.append(Occurrence(name: name, servers: servers, values: new.count))
    values += new
  }
}
