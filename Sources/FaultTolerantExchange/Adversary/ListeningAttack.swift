public import CyclicGroups

extension Omega {
  /// The session key, computed from nothing but the value that the servers agree on, which everybody sees: where the
  /// characteristic of the field divides n - t_c (E8 in Spec/Errata.md).
  ///
  /// The sum of n - t_c contributions is n - t_c times one of them less multiples of the differences. The former is
  /// zero, whatever the contribution.
  ///
  /// - Parameter value: what was decided.
  /// - Returns: nil where the field keeps secrets, and of bytes that are no proposal.
  public func keyByListening(to value: [UInt8]) -> Space.Element? {
    guard !servers.keepSecrets(in: space.scalars),
      let proposal = try? Proposal(bytes: value, in: space, of: servers)
    else { return nil }
    return proposal.sum(from: space.zero, of: 0, in: space)
  }
}
