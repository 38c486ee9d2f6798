import CyclicGroups
import KeyAgreement
import SecureGroup
import Testing
import Traces

@testable import Simulation

/// The symbolic group, but a process draws the same exponent again and again: nothing it refreshes changes.
private struct Unrefreshed: CyclicGroup {
  private let group = SymbolicGroup()

  var name: String { "unrefreshed" }
  var generator: SymbolicGroup.Element { group.generator }

  func randomExponent(using randomness: inout Randomness) -> SymbolicGroup.Exponent {
    var copy = randomness
    return group.randomExponent(using: &copy)
  }

  func power(_ base: SymbolicGroup.Element, _ exponent: SymbolicGroup.Exponent) -> SymbolicGroup.Element {
    group.power(base, exponent)
  }
  func product(_ a: SymbolicGroup.Exponent, _ b: SymbolicGroup.Exponent) -> SymbolicGroup.Exponent {
    group.product(a, b)
  }
  func inverse(_ exponent: SymbolicGroup.Exponent) -> SymbolicGroup.Exponent { group.inverse(exponent) }
  func exponent(from element: SymbolicGroup.Element) -> SymbolicGroup.Exponent {
    group.exponent(from: element)
  }
  func bytes(of element: SymbolicGroup.Element) -> [UInt8] { group.bytes(of: element) }
  func element(from bytes: some Collection<UInt8>) throws(NotAnElement) -> SymbolicGroup.Element {
    try group.element(from: bytes)
  }
}

@Suite struct SecrecyTests {
  /// Sections I and V-B: keys are independent, and neither former nor future members can compute them, because a change
  /// of the group refreshes a contribution. Where none does the verdict must say so; the rest of the run stays as it is.
  @Test(arguments: ScheduleTests.kinds) func `secrecy rests on the refresh`(
    algorithm: Algorithm, agreement: KeyAgreementProtocol
  ) throws {
    for seed in UInt64(1)...8 {
      let (refreshed, _) = try run(seed, algorithm, agreement)
      #expect(refreshed.evidence.exposed.isEmpty)

      let plan = Plan(seed: seed, events: 25, algorithm: algorithm, agreement: agreement)
      var simulation = Simulation(plan, Unrefreshed(), SymbolicSignatures(), suite: CipherSuite.none)
      simulation.run()
      let exposed = simulation.evidence.exposed
      #expect(!exposed.isEmpty, "seed \(seed)")
      let verdict = try RunVerdict(simulation.summary, simulation.trace.bytes, exposed: exposed)
      #expect(verdict.broken.contains("secrecy"))
      #expect(verdict.broken.filter { $0 != "secrecy" && $0 != "secure/key-freshness" } == [])
      #expect(simulation.summary.secureViews == refreshed.summary.secureViews)
    }
  }
}
