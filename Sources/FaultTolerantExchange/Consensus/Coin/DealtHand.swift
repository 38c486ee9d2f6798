import Crypto
public import CyclicGroups
import GroupCommunication

/// What the dealer gives one server: its share of every coin there will ever be.
///
/// A coin is the last bit of a secret that Shamir's scheme shares among the servers, by a polynomial of degree t_c:
/// t_c + 1 shares open it, and t_c say nothing, which is Rabin's dealer ("Randomized Byzantine generals", FOCS 1983).
/// His servers hold a stock of shares; Cachin, Kursawe and Shoup replace the stock by a threshold pseudo-random
/// function, so that it never ends. This hand never ends either, by simpler means: it holds the seed from which the
/// dealer makes the polynomials, and gives away one value of each. A machine that took more than its `share` would be
/// no model of theirs; and who breaks into a server learns the coins, which threatens no more than that consensus ends.
public struct DealtHand: Hashable, Sendable {
  let owner: Process
  let threshold: Int
  fileprivate let seed: [UInt8]

  public static func deal(to servers: Servers, using randomness: inout Randomness) -> [DealtHand] {
    let seed = (0..<4).flatMap { _ in withUnsafeBytes(of: randomness.next().bigEndian, Array.init) }
    return servers.all.map { DealtHand(owner: $0, threshold: servers.crashes + 1, seed: seed) }
  }

  /// The name of the coin of a phase of Algorithm 22.
  static func name(of instance: [UInt8], phase: Int) -> [UInt8] {
    instance + withUnsafeBytes(of: UInt64(phase).bigEndian, Array.init)
  }

  /// How the coin of a phase of Algorithm 22 will fall, which the machine does not know before it has enough shares.
  public func outcome(of instance: [UInt8], phase: Int) -> Bool {
    CoinShare.lastBit(of: polynomial(Self.name(of: instance, phase: phase))[0])
  }

  func share(of coin: [UInt8]) -> CoinShare {
    CoinShare(owner: owner, value: CoinShare.sharing.share(of: owner, polynomial(coin)))
  }

  /// Its coefficients, the secret first: four out of each block of HMAC-SHA256.
  private func polynomial(_ coin: [UInt8]) -> [PrimeField.Element] {
    let key = SymmetricKey(data: seed)
    var coefficients: [PrimeField.Element] = []
    var block: UInt8 = 0
    while coefficients.count < threshold {
      let code = Array(HMAC<SHA256>.authenticationCode(for: coin + [block], using: key))
      for start in stride(from: 0, to: 32, by: 8) {
        let word = code[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        coefficients.append(CoinShare.field.integer(Int(word % CoinShare.modulus)))
      }
      block += 1
    }
    return Array(coefficients.prefix(threshold))
  }
}

/// A server's share of one coin, modulo 2^61 - 1.
public struct CoinShare: Hashable, Sendable {
  static let modulus: UInt64 = (1 << 61) - 1
  static let field = PrimeField(prime: modulus)!
  static let sharing = SecretSharing(space: field)

  let owner: Process
  let value: PrimeField.Element

  /// The coin that t_c + 1 shares of it open.
  static func toss(_ shares: some Collection<CoinShare>) -> Bool {
    lastBit(of: sharing.secret(from: shares.map { (owner: $0.owner, share: $0.value) }))
  }

  static func lastBit(of secret: PrimeField.Element) -> Bool { field.bytes(of: secret).last! & 1 == 1 }
}
