import CyclicGroups
import GroupCommunication

extension HybridSystem {
  /// Makes it so that in a session every server has had another contribution, greater by `offset`, and that yet the same
  /// messages were sent and the same was proposed. This is what the transfer of contributions is non-committing for
  /// (Cachin and Strobl, Section 4.3).
  ///
  /// Differences of contributions stay what they are. What was sent padded stays, too, since the pad gets smaller by as
  /// much as what it hides gets greater: of the pad nobody has seen anything but a ciphertext whose private key is
  /// erased. A share that nobody has seen yet may change.
  ///
  /// - Parameter offset: t_b + 1 components.
  mutating func shift<Space: VectorSpace, Encryption: EncryptionScheme>(
    _ session: Session, by offset: [Space.Element]
  ) where Machine == ForwardSecretOmega<Space, Encryption> {
    let space = machines[0].space
    let vectors = machines[0].vectors
    let sum = vectors.multiple(machines[0].servers.quorum, of: offset)
    let shareOffsets = machines.map { SecretSharing(space: space).share(of: $0.me, sum) }
    func isUnderWay(_ name: String, _ sender: Process, _ receiver: Process) -> Bool {
      network.contains {
        $0.sender == sender && $0.receiver == receiver && $0.message.session == session
          && $0.message.name == name
      }
    }
    for receiver in machines.map(\.me) {
      guard var exchange = machines[receiver.index].exchanges[session] else { continue }
      exchange.contribution = exchange.contribution.map { vectors.add($0, offset) }
      exchange.share = exchange.share.map { space.add($0, shareOffsets[receiver.index]) }
      for sender in machines.map(\.me) {
        if var pad = exchange.ownPads[sender.index] {
          if exchange.contributions[sender.index] != nil || isUnderWay("key_part", sender, receiver) {
            pad = vectors.subtract(Array(pad.dropLast()), offset) + [pad.last!]
          }
          if exchange.shares[sender.index] != nil || isUnderWay("share", sender, receiver) {
            pad[offset.count] = space.subtract(pad[offset.count], shareOffsets[sender.index])
          }
          exchange.ownPads[sender.index] = pad
        }
        exchange.contributions[sender.index] = exchange.contributions[sender.index].map {
          vectors.add($0, offset)
        }
        exchange.shares[sender.index] = exchange.shares[sender.index].map {
          space.add($0, shareOffsets[sender.index])
        }
      }
      machines[receiver.index].exchanges[session] = exchange
    }
  }
}
