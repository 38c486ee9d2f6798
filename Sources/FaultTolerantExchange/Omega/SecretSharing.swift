import CyclicGroups
import GroupCommunication

/// Shamir's: a polynomial of degree t over the scalars, with coefficients wherever keys live. Server i has its value at
/// the field's element i + 1; the secret is its value at zero.
struct SecretSharing<Space: VectorSpace>: Hashable, Sendable {
  let space: Space

  static func place(of process: Process, in field: Space.Scalars) -> Space.Scalars.Element {
    field.element(numbered: process.index + 1)
  }

  /// The share of `process`.
  ///
  /// - Parameter coefficients: from the constant one on, which is the secret.
  func share(of process: Process, _ coefficients: [Space.Element]) -> Space.Element {
    let place = Self.place(of: process, in: space.scalars)
    return coefficients.reversed().reduce(space.zero) { space.add(space.scale(place, $0), $1) }
  }

  /// The secret, from the shares of one more than the degree.
  func secret(from shares: [(owner: Process, share: Space.Element)]) -> Space.Element {
    interpolate(shares, at: space.scalars.zero)
  }

  /// The share of `process`, from others.
  func share(
    of process: Process, from shares: [(owner: Process, share: Space.Element)]
  ) -> Space.Element {
    interpolate(shares, at: Self.place(of: process, in: space.scalars))
  }

  /// The coefficients of the polynomial that is one at zero, and zero at the places of `servers`.
  ///
  /// - Parameter degree: at least as many as there are servers; the coefficients beyond are zero.
  func vanishing(at servers: ProcessSet, degree: Int) -> [Space.Scalars.Element] {
    let field = space.scalars
    let one = [field.one] + Array(repeating: field.zero, count: degree)
    return servers.reduce(one) { polynomial, server in
      // Times 1 - x / place.
      let slope = field.inverse(Self.place(of: server, in: field))
      return zip(polynomial, [field.zero] + polynomial).map {
        field.subtract($0, field.multiply(slope, $1))
      }
    }
  }

  /// Lagrange.
  private func interpolate(
    _ shares: [(owner: Process, share: Space.Element)], at x: Space.Scalars.Element
  ) -> Space.Element {
    let field = space.scalars
    return space.sum(
      shares.map { own in
        let place = Self.place(of: own.owner, in: field)
        let weight = shares.reduce(field.one) { weight, other in
          if other.owner == own.owner { return weight }
          let otherPlace = Self.place(of: other.owner, in: field)
          let factor = field.multiply(
            field.subtract(x, otherPlace), field.inverse(field.subtract(place, otherPlace)))
          return field.multiply(weight, factor)
        }
        return space.scale(weight, own.share)
      })
  }
}
