import CyclicGroups
import GroupCommunication
import Testing

@testable import FaultTolerantExchange

/// The dealer's coin: Shamir's shares, modulo 2^61 - 1.
@Suite struct CoinTests {
  @Test(arguments: [(1, 0), (3, 1), (7, 3), (9, 2), (31, 15)])
  func `any t_c + 1 shares open the same coin`(n: Int, crashes: Int) {
    let servers = Servers(n, crashes: crashes)
    var randomness = Randomness.seeded(UInt64(n))
    let hands = DealtHand.deal(to: servers, using: &randomness)
    var heads = 0
    for coin in UInt8(0)..<64 {
      let shares = hands.map { $0.share(of: [coin]) }
      let toss = CoinShare.toss(shares.prefix(crashes + 1))
      for _ in 0..<5 {
        #expect(CoinShare.toss(shares.shuffled(using: &randomness).prefix(crashes + 1)) == toss)
      }
      heads += toss ? 1 : 0
    }
    #expect((16...48).contains(heads), "\(heads) of 64")
  }

  /// With one share less, both sides are as likely: a share of the missing server can make either.
  @Test func `t_c shares say nothing`() {
    let servers = Servers(5, crashes: 2)
    var randomness = Randomness.seeded(1)
    let hands = DealtHand.deal(to: servers, using: &randomness)
    let two = hands.prefix(2).map { $0.share(of: [1]) }
    let sides = (0..<64).map { value in
      CoinShare.toss(two + [CoinShare(owner: Process(2), value: CoinShare.field.integer(value))])
    }
    #expect((16...48).contains(sides.count { $0 }))
  }

  @Test func `coins of other dealers and other names differ`() {
    let servers = Servers(3, crashes: 1)
    var randomness = Randomness.seeded(1)
    let (first, second) = (
      DealtHand.deal(to: servers, using: &randomness), DealtHand.deal(to: servers, using: &randomness)
    )
    #expect(first[0].share(of: [1]) != second[0].share(of: [1]))
    #expect(first[0].share(of: [1]) != first[0].share(of: [2]))
    #expect(first[0].share(of: [1]) != first[1].share(of: [1]))
  }
}
