/// What of messages and states is open to an adversary before whom encryption is ideal: a ciphertext says something to
/// those only who have read its private key, be it before it is sent or after.
struct Sight<Machine: KeyExchange>: Sendable where Machine.Encryption == SymbolicEncryption {
  /// Any server: what all know.
  let machine: Machine
  private var keys: Set<UInt64> = []
  /// Those whose keys are not known, by key.
  private var closed: [UInt64: [[UInt8]]] = [:]

  init(_ machine: Machine) { self.machine = machine }

  /// What becomes open, in order: the values among `exposures`, and those in ciphertexts that can be opened now.
  mutating func values(in exposures: [Machine.Exposed]) -> [Machine.Space.Element] {
    exposures.flatMap { exposure -> [Machine.Space.Element] in
      switch exposure {
      case .value(let value): return [value]
      case .ciphertext(let ciphertext):
        if keys.contains(ciphertext.key) {
          return values(in: machine.exposed(byPlaintext: ciphertext.plaintext))
        }
        closed[ciphertext.key, default: []].append(ciphertext.plaintext)
        return []
      case .privateKey(let key):
        keys.insert(key.number)
        let opened = closed.removeValue(forKey: key.number) ?? []
        return opened.flatMap { values(in: machine.exposed(byPlaintext: $0)) }
      }
    }
  }
}
