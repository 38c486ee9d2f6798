public import CyclicGroups

/// What can be computed, over the unknowns that servers drew, from all that the adversary saw and read: the network,
/// the proposals, and the states of servers that were broken into.
///
/// Encryption is ideal here (`Sight`). Then whatever the adversary has is a linear form, and a key is either in their
/// span, or uniform whatever he has.
public struct Eavesdropper<Machine: KeyExchange, Coefficients: FiniteField>: Sendable
where Machine.Space == LinearForms<Coefficients>, Machine.Encryption == SymbolicEncryption {
  private var sight: Sight<Machine>
  private var span: Span<Coefficients>

  /// - Parameter machine: any server.
  public init(on machine: Machine) {
    sight = Sight(machine)
    span = Span(in: machine.space)
  }

  /// How many independent linear forms he knows.
  public var rank: Int { span.rank }

  public mutating func see(_ message: Machine.Message) { take(sight.machine.exposed(by: message)) }
  public mutating func see(proposal value: [UInt8]) { take(sight.machine.exposed(byProposal: value)) }
  /// A break-in.
  public mutating func read(_ state: Machine) { take(state.exposedState) }

  public func canCompute(_ key: Machine.Space.Element) -> Bool { span.contains(key) }

  private mutating func take(_ exposures: [Machine.Exposed]) {
    for form in sight.values(in: exposures) { span.insert(form) }
  }
}
