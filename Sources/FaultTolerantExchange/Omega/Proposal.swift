import CyclicGroups
import GroupCommunication

/// What the servers agree on: of whom the contributions are whose sum is the key, and how they differ (Section 3.1).
struct Proposal<Space: VectorSpace>: Hashable, Sendable {
  /// u_1, u_2, ... of which there are n - t_c.
  var contributors: [Process]
  /// d_l is the difference of the contributions of u_l and u_(l+1); after the last comes the first.
  var differences: [Space.Element]

  init(contributors: [Process], differences: [Space.Element]) {
    self.contributors = contributors
    self.differences = differences
  }

  /// The sum of all contributions, from that of u_m, where m counts from 0. Each of the others is u_m's less the
  /// differences on the way to it: so d_m is in all but one, the next in one less, and so on.
  func sum(from contribution: Space.Element, of m: Int, in space: Space) -> Space.Element {
    let count = contributors.count
    var sum = space.multiple(count, of: contribution)
    for step in 0..<count - 1 {
      let difference = differences[(m + step) % count]
      sum = space.subtract(sum, space.multiple(count - 1 - step, of: difference))
    }
    return sum
  }

  /// A byte for each of the contributors, then the differences.
  func bytes(in space: Space) -> [UInt8] {
    contributors.map(\.number) + Vectors(differences.count, of: space).bytes(of: differences)
  }

  init(bytes: [UInt8], in space: Space, of servers: Servers) throws(NotAnElement) {
    let numbers = bytes.prefix(servers.quorum)
    guard numbers.count == servers.quorum, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }),
      numbers.allSatisfy({ $0 < servers.count })
    else { throw NotAnElement("not n - t_c servers in ascending order") }
    contributors = numbers.map { Process(Int($0)) }
    differences = try Vectors(servers.quorum, of: space).element(from: bytes.dropFirst(servers.quorum))
  }
}
