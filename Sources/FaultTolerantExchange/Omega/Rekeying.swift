import Crypto
import Foundation

/// Session keys without a new exchange (Cachin and Strobl, end of Section 3.1): the key of one session is the index of a
/// pseudo-random function, and its values at the tags of further sessions are their keys.
///
/// The function is HMAC-SHA256, by HKDF's expansion (RFC 5869). There is no forward secrecy: every server keeps the
/// index, and who reads it at one has all keys, past and to come.
public struct Rekeying: Hashable, Sendable {
  /// The index. Secret.
  private let index: [UInt8]

  /// - Parameter key: the bytes of a session key that an exchange has agreed on.
  public init(from key: [UInt8]) {
    let index = HKDF<SHA256>.extract(
      inputKeyMaterial: SymmetricKey(data: key), salt: Array("conclave rekeying".utf8))
    self.index = Array(index)
  }

  /// 32 bytes, the same at all servers; without the index not to be told from random ones, whatever other keys are
  /// known.
  public func key(of session: Session) -> [UInt8] {
    HKDF<SHA256>.expand(pseudoRandomKey: index, info: Array(session.name.utf8), outputByteCount: 32)
      .withUnsafeBytes { Array($0) }
  }
}
