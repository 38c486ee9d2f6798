public import GroupCommunication

/// Names one run of a key agreement: "protocol run identifiers" (Amir et al., IV-B).
///
/// It tells runs apart quickly, but it is 64 bits of a digest that is not collision resistant. So a signature never
/// rests on it: what is signed begins with everything it was made of.
public struct RunIdentifier: Hashable, Sendable, CustomStringConvertible {
  public let number: UInt64

  public init(_ number: UInt64) { self.number = number }

  /// - Parameter agreement: the name of the key agreement that is run.
  public init(group: String, view: ViewIdentifier, members: ProcessSet, agreement: String) {
    self.init(
      inputs: Self.inputs(group: group, view: view, members: members, agreement: agreement))
  }

  init(inputs: [UInt8]) {
    var digest = FastDigest()
    digest.absorb(inputs)
    number = digest.words.0
  }

  /// What tells this run from all others; different runs have different bytes. Signed bytes begin with them, and they
  /// with words that nothing else signed with the same keys should begin with.
  static func inputs(
    group: String, view: ViewIdentifier, members: ProcessSet, agreement: String
  ) -> [UInt8] {
    var inputs = Array("conclave protocol message".utf8)
    inputs.append(prefixed: group)
    inputs.append(bigEndian: view.number)
    inputs.append(bigEndian: members.bits)
    inputs.append(prefixed: agreement)
    return inputs
  }

  /// 16 hexadecimal digits.
  public var description: String {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: number)
    return bytes.hexadecimal
  }
}
