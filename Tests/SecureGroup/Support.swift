import CyclicGroups
import GroupCommunication

@testable import SecureGroup

let a = Process(0)
let b = Process(1)
let c = Process(2)

/// Members who know each other's keys.
struct Members<Scheme: SignatureScheme> {
  let privateKeys: [Process: Scheme.PrivateKey]

  init(_ members: ProcessSet = [a, b, c]) {
    var randomness = Randomness.seeded(1)
    privateKeys = Dictionary(
      uniqueKeysWithValues: members.map { ($0, Scheme().generateKey(using: &randomness)) })
  }

  /// In a run of view 7 of the group "reactor", unless told otherwise.
  func authentication(
    of me: Process, group: String = "reactor", view: Int64 = 7, members: ProcessSet = [a, b, c],
    agreement: String = "gdh", knowing known: ProcessSet = [a, b, c]
  ) -> Authentication<Scheme> {
    var authentication = Authentication(
      me: me, group: group, scheme: Scheme(), privateKey: privateKeys[me]!,
      publicKeys: privateKeys.filter { known.contains($0.key) }.mapValues { Scheme().publicKey(of: $0) })
    authentication.enter(view: ViewIdentifier(view), members: members, agreement: agreement)
    return authentication
  }
}

extension Authentication {
  /// A key list for everybody, of second 1 on the sender's clock.
  mutating func message(
    _ body: [UInt8] = [1, 2, 3], to destination: Process? = nil, at time: Int64 = 1000
  ) -> [UInt8] {
    sign(type: .keyList, body: body, to: destination, now: time).bytes
  }

  /// nil: it is let in.
  mutating func refusal(of bytes: [UInt8], at now: Int64 = 1000) -> Refusal? {
    do throws(Refusal) {
      _ = try check(bytes, now: now)
      return nil
    } catch { return error }
  }
}

/// Every way to flip a single bit, with the number of the bit.
func flips(of bytes: [UInt8]) -> [(Int, [UInt8])] {
  (0..<8 * bytes.count).map { bit in
    var flipped = bytes
    flipped[bit / 8] ^= 1 << (bit % 8)
    return (bit, flipped)
  }
}

extension [UInt8] {
  /// - Parameter text: an even number of hexadecimal digits.
  init(hexadecimal text: String) {
    let digits = text.map { UInt8($0.hexDigitValue!) }
    self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  init(random count: Int, _ randomness: inout Randomness) {
    self = (0..<count).map { _ in UInt8.random(in: 0...255, using: &randomness) }
  }
}
