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
    polynomial(Self.name(of: instance, phase: phase))[0] & 1 == 1
  }

  func share(of coin: [UInt8]) -> CoinShare {
    var value: UInt64 = 0
    let place = CoinShare.place(of: owner)
    for coefficient in polynomial(coin).reversed() {
      value = PrimeField61.sum(PrimeField61.product(value, place), coefficient)
    }
    return CoinShare(owner: owner, value: value)
  }

  /// Its coefficients, the secret first: four out of each block of HMAC-SHA256.
  private func polynomial(_ coin: [UInt8]) -> [UInt64] {
    let key = SymmetricKey(data: seed)
    var coefficients: [UInt64] = []
    var block: UInt8 = 0
    while coefficients.count < threshold {
      let code = Array(HMAC<SHA256>.authenticationCode(for: coin + [block], using: key))
      for start in stride(from: 0, to: 32, by: 8) {
        let word = code[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        coefficients.append(PrimeField61.reduced(word))
      }
      block += 1
    }
    return Array(coefficients.prefix(threshold))
  }
}

/// A server's share of one coin: the polynomial's value at its number plus one.
public struct CoinShare: Hashable, Sendable {
  let owner: Process
  let value: UInt64

  static func place(of server: Process) -> UInt64 { UInt64(server.index) + 1 }

  /// The coin that t_c + 1 shares of it open: Lagrange's interpolation at 0.
  static func toss(_ shares: some Collection<CoinShare>) -> Bool {
    var secret: UInt64 = 0
    for share in shares {
      let own = place(of: share.owner)
      var term = share.value
      for other in shares where other.owner != share.owner {
        let place = place(of: other.owner)
        term = PrimeField61.product(term, place)
        term = PrimeField61.product(term, PrimeField61.inverse(PrimeField61.difference(place, own)))
      }
      secret = PrimeField61.sum(secret, term)
    }
    return secret & 1 == 1
  }
}

/// The integers modulo 2^61 - 1.
enum PrimeField61 {
  static let modulus: UInt64 = (1 << 61) - 1

  static func reduced(_ word: UInt64) -> UInt64 { word % modulus }
  static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 { (a + b) % modulus }
  static func difference(_ a: UInt64, _ b: UInt64) -> UInt64 { (a + (modulus - b)) % modulus }

  static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return modulus.dividingFullWidth((high, low)).remainder
  }

  /// Of all but 0 (Fermat).
  static func inverse(_ a: UInt64) -> UInt64 {
    var (result, base, exponent): (UInt64, UInt64, UInt64) = (1, a, modulus - 2)
    while exponent > 0 {
      if exponent & 1 == 1 { result = product(result, base) }
      base = product(base, base)
      exponent >>= 1
    }
    return result
  }
}
