internal import Crypto
public import CyclicGroups

/// How members sign: "every protocol message is signed by its sender and verified by all receivers" (Amir et al., II).
public protocol SignatureScheme: Sendable {
  associatedtype PrivateKey: Sendable
  associatedtype PublicKey: Hashable & Sendable

  init()

  /// In bytes, the same for every signature.
  var signatureLength: Int { get }

  /// A seeded generator always gives the same key, of no more than the seed's 64 bits of entropy: for simulations.
  func generateKey(using randomness: inout Randomness) -> PrivateKey
  func publicKey(of privateKey: PrivateKey) -> PublicKey
  func sign(_ bytes: [UInt8], with privateKey: PrivateKey) -> [UInt8]
  /// False for whatever `sign` did not make of these bytes with the key's private half; any `signature` will do.
  func isValid(_ signature: [UInt8], of bytes: [UInt8], by publicKey: PublicKey) -> Bool
}

/// Ed25519 (RFC 8032).
public struct Ed25519: SignatureScheme {
  /// Wiped when the last copy of it goes.
  public struct PrivateKey: Sendable {
    fileprivate let key: Curve25519.Signing.PrivateKey

    fileprivate init(key: Curve25519.Signing.PrivateKey) { self.key = key }

    /// - Parameter seed: the 32 bytes that RFC 8032 calls the private key. nil for any other number of bytes.
    public init?(seed: [UInt8]) {
      guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { return nil }
      self.key = key
    }
  }

  public struct PublicKey: Hashable, Sendable {
    /// The 32 bytes of RFC 8032.
    public let bytes: [UInt8]

    /// - Returns: nil for any other number of bytes than 32.
    public init?(_ bytes: [UInt8]) {
      guard bytes.count == 32 else { return nil }
      self.bytes = bytes
    }

    fileprivate init(_ key: Curve25519.Signing.PublicKey) { bytes = [UInt8](key.rawRepresentation) }
  }

  public init() {}

  public var signatureLength: Int { 64 }

  public func generateKey(using randomness: inout Randomness) -> PrivateKey {
    // Here no copy of the seed stays behind in memory that nobody wipes.
    if case .system = randomness { return PrivateKey(key: Curve25519.Signing.PrivateKey()) }
    guard let key = PrivateKey(seed: randomness.seed()) else { preconditionFailure("a seed has 32 bytes") }
    return key
  }

  public func publicKey(of privateKey: PrivateKey) -> PublicKey { PublicKey(privateKey.key.publicKey) }

  public func sign(_ bytes: [UInt8], with privateKey: PrivateKey) -> [UInt8] {
    guard let signature = try? privateKey.key.signature(for: bytes) else {
      preconditionFailure("Ed25519 signs everything")
    }
    return [UInt8](signature)
  }

  public func isValid(_ signature: [UInt8], of bytes: [UInt8], by publicKey: PublicKey) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey.bytes) else {
      return false
    }
    return key.isValidSignature(signature, for: bytes)
  }
}

/// What stands in for signatures in symbolic runs, where Ed25519 would take nearly all the time.
///
/// There is no security in it: the private key is the public one, and anybody who knows it can sign. An adversary of the
/// virtual network is therefore not allowed to make a signature of its own; it may keep, change and repeat the ones it
/// sees.
public struct SymbolicSignatures: SignatureScheme {
  public init() {}

  public var signatureLength: Int { 16 }

  /// Takes as much from the generator as `Ed25519` does, so that whatever is drawn afterwards is the same with both.
  public func generateKey(using randomness: inout Randomness) -> UInt64 {
    randomness.seed().withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
  }

  public func publicKey(of privateKey: UInt64) -> UInt64 { privateKey }

  public func sign(_ bytes: [UInt8], with privateKey: UInt64) -> [UInt8] {
    var digest = FastDigest(key: privateKey)
    digest.absorb(bytes)
    return digest.bytes
  }

  public func isValid(_ signature: [UInt8], of bytes: [UInt8], by publicKey: UInt64) -> Bool {
    signature == sign(bytes, with: publicKey)
  }
}

extension Randomness {
  /// 32 bytes: four numbers, each with its lowest byte first.
  fileprivate mutating func seed() -> [UInt8] {
    var seed: [UInt8] = []
    for _ in 0..<4 { seed.append(bigEndian: next().byteSwapped) }
    return seed
  }
}
