import CyclicGroups
import Exploration
import FaultTolerantExchange
import GroupCommunication
import Models
import Testing
import TraceChecking
import Traces

/// Cachin and Strobl, Definitions 1 and 6, as far as states tell: agreement, validity and termination.
@Suite struct KeyExchangeModelTests {
  @Test func `omega keeps its promises, and something has happened`() {
    let outcome = OmegaModel(Servers(3, crashes: 1), crashes: 0).explore(
      SearchOptions(limits: .init(depth: 12)))
    #expect(outcome.verdict == .undecided)
    for finding in outcome.findings {
      #expect(finding.verdict == (finding.property.kind == .sometimes ? .holds : .undecided))
    }
    let small = OmegaModel(Servers(2, crashes: 0)).explore()
    #expect(small.end == .exhausted)
    for finding in small.findings where finding.property.kind == .always {
      #expect(finding.verdict == .holds)
    }
  }

  @Test func `omega with forward secrecy keeps its promises`() {
    let outcome = ForwardSecretOmegaModel(Servers(2, crashes: 0), breakIns: 1).explore()
    #expect(outcome.end == .exhausted)
    for finding in outcome.findings where finding.property.kind == .always {
      #expect(finding.verdict == .holds)
    }
  }

  /// A search in which nobody ever decides shows nothing, and fails.
  @Test func `what never happens is told`() {
    let outcome = OmegaModel(Servers(2, crashes: 0), proposalsNeeded: 3).explore()
    #expect(outcome.verdict == .violated)
    #expect(
      outcome.findings.filter { $0.verdict == .violated }.map(\.property.name) == [
        "termination", "all finish",
      ])
  }

  /// Spec/Errata.md, E8: where n - t_c is zero in the field, the differences tell the key.
  @Test func `in characteristic 2 the key is public`() throws {
    let model = OmegaModel(Servers(3, crashes: 1), field: PrimeField(prime: 2)!)
    let outcome = model.explore(SearchOptions(stopsAtViolation: true))
    let broken = outcome.findings.filter { $0.verdict == .violated }
    #expect(broken.map(\.property.name) == ["secrecy"])
    let run = try #require(broken.first?.runs.first)
    #expect(run.steps.count == 5)
    // Nothing of this shows in the trace.
    let report = try TraceCheck().run([.bytes(model.trace(of: run), name: "run")])
    #expect(report.properties.allSatisfy { $0.verdict != .violated })
    #expect(report.properties.first { $0.property.rawValue == "gke-integrity" }?.verdict == .holds)
  }

  /// Spec/Errata.md, E9: where consensus decides before n - t_c servers have proposed, others may wait for ever.
  @Test func `a decision of few leaves others behind`() throws {
    let few = ForwardSecretOmegaModel(Servers(2, crashes: 0), breakIns: 1, proposalsNeeded: 1)
    let broken = few.explore().findings.filter { $0.verdict == .violated }
    #expect(broken.map(\.property.name) == ["termination"])
    let run = try #require(broken.first?.runs.first)
    #expect(run.steps.count == 10)
    let report = try TraceCheck().run([.bytes(few.trace(of: run), name: "run")])
    let property = report.properties.first { $0.property.rawValue == "gke-termination" }
    #expect(property?.verdict == .violated)
  }

  /// The same with four servers, of which one may crash and one be broken into.
  @Test func `random walks find those who are left behind`() {
    let servers = Servers(4, crashes: 1)
    let walks = SearchOptions(
      strategy: .randomWalks(seed: 1, count: 300, length: 200), stopsAtViolation: true)
    let few = ForwardSecretOmegaModel(servers, breakIns: 1, proposalsNeeded: 1).explore(walks)
    #expect(few.findings.filter { $0.verdict == .violated }.map(\.property.name) == ["termination"])
    let repaired = ForwardSecretOmegaModel(servers, breakIns: 1).explore(walks)
    for finding in repaired.findings { #expect(finding.verdict != .violated) }
  }
}
