public import CyclicGroups

/// What can be computed, over the unknowns that servers drew, from all that the adversary saw and read: the network,
/// the proposals, and the states of servers that were broken into.
///
/// Encryption is ideal here: a ciphertext says something to those only who have read its private key. Then whatever the
/// adversary has is a linear form, and a key is either in their span, or uniform whatever he has.
public struct Eavesdropper<Machine: KeyExchange, Coefficients: FiniteField>: Sendable
where Machine.Space == LinearForms<Coefficients>, Machine.Encryption == SymbolicEncryption {
  /// Any server: what all know.
  private let machine: Machine
  private var span: Span<Coefficients>
  private var keys: Set<UInt64> = []
  /// Those whose keys are not known, by key.
  private var closed: [UInt64: [[UInt8]]] = [:]

  public init(on machine: Machine) {
    self.machine = machine
    span = Span(in: machine.space)
  }

  /// How many independent linear forms he knows.
  public var rank: Int { span.rank }

  public mutating func see(_ message: Machine.Message) { take(machine.exposed(by: message)) }
  public mutating func see(proposal value: [UInt8]) { take(machine.exposed(byProposal: value)) }
  /// A break-in.
  public mutating func read(_ state: Machine) { take(state.exposedState) }

  public func canCompute(_ key: Machine.Space.Element) -> Bool { span.contains(key) }

  private mutating func take(_ exposures: [Machine.Exposed]) {
    for exposure in exposures {
      switch exposure {
      case .value(let form): span.insert(form)
      case .ciphertext(let ciphertext):
        if keys.contains(ciphertext.key) {
          take(machine.exposed(byPlaintext: ciphertext.plaintext))
        } else {
          closed[ciphertext.key, default: []].append(ciphertext.plaintext)
        }
      case .privateKey(let key):
        keys.insert(key.number)
        for plaintext in closed.removeValue(forKey: key.number) ?? [] {
          take(machine.exposed(byPlaintext: plaintext))
        }
      }
    }
  }
}
