import CyclicGroups
import Testing

/// The laws that every group has to keep.
func checkLaws<Group: CyclicGroup>(_ group: Group) throws {
  var randomness = Randomness.seeded(10)
  let g = group.generator
  let (a, b) = (group.randomExponent(using: &randomness), group.randomExponent(using: &randomness))
  let (ga, gb) = (group.power(g, a), group.power(g, b))
  let gab = group.power(ga, b)
  #expect(Set([g, ga, gb, gab]).count == 4)
  #expect(group.power(gb, a) == gab)
  #expect(group.power(g, group.product(a, b)) == gab)
  #expect(group.product(a, b) == group.product(b, a))
  #expect(group.power(gab, group.inverse(b)) == ga)
  #expect(group.inverse(group.inverse(a)) == a)
  #expect(group.inverse(a) != a)
  #expect(group.inverse(group.product(a, b)) == group.product(group.inverse(a), group.inverse(b)))
  #expect(group.power(ga, group.product(a, group.inverse(a))) == ga)

  let key = group.exponent(from: gab)
  #expect(key == group.exponent(from: group.power(gb, a)))
  #expect(key != group.exponent(from: ga))
  #expect(group.power(group.power(ga, key), group.inverse(key)) == ga)

  for element in [g, ga, gb, gab, group.power(g, key)] {
    #expect(try group.element(from: group.bytes(of: element)) == element)
  }
  #expect(Set([g, ga, gb, gab].map(group.bytes(of:))).count == 4)
}
