import Exploration
import Testing

@Suite struct StorageTests {
  /// What a search found, without what depends on the storage.
  private func summary<M: Model>(_ outcome: Outcome<M>) -> [String] {
    [
      "\(outcome.end) \(outcome.statistics.states) \(outcome.statistics.transitions)",
      "\(outcome.statistics.depth)",
    ]
      + outcome.findings.map { finding in
        let runs = finding.runs.map { run in "\(run.initial) \(run.steps.map { "\($0.action) \($0.state)" })"
        }
        return "\(finding.property.name) \(finding.verdict) \(runs)"
      }
  }

  @Test(arguments: [1, 2], [false, true])
  func `values, codes and fingerprints lead to the same`(workers: Int, usesSymmetry: Bool) {
    let model = Counters(processes: 4, bound: 5, forbidden: 3)
    var options = SearchOptions(workers: workers, usesSymmetry: usesSymmetry, counterexamples: 3)
    let expected = summary(model.explore(options))
    #expect(summary(EncodedCounters(base: model).explore(options)) == expected)

    options.usesFingerprints = true
    for outcome in [
      summary(model.explore(options)), summary(EncodedCounters(base: model).explore(options)),
    ] {
      #expect(outcome.dropLast() == expected.dropLast())
      #expect(outcome.last!.contains("undecided"), "the states are gone when one would have to look back")
    }
  }

  @Test(arguments: [1, 2])
  func `inline states and values lead to the same`(workers: Int) {
    let model = InlineCounters(bound: 16)
    var options = SearchOptions(workers: workers, counterexamples: 4)
    let expected = summary(Claims(base: model, properties: model.properties).explore(options))
    #expect(summary(model.explore(options)) == expected)
    options.usesFingerprints = true
    #expect(summary(model.explore(options)).dropLast() == expected.dropLast())
  }

  @Test func `fingerprints tell their odds, and only they`() {
    let model = InlineCounters(bound: 16)
    #expect(model.explore().statistics.oddsOfMissedState == 0)
    let statistics = model.explore(SearchOptions(usesFingerprints: true)).statistics
    let pairs = Double(statistics.states) * Double(statistics.states - 1) / 2
    #expect(abs(statistics.oddsOfMissedState / (pairs / 0x1p64) - 1) < 1e-9)
    #expect(statistics.description.contains("a state missed with odds of about 1e-"))
  }

  /// Nothing but the time depends on the number of workers: not the counts, not the runs.
  @Test(arguments: [UInt8(1), 2, 3, 9])
  func `any number of workers leads to the same`(forbidden: UInt8) {
    let model = EncodedCounters(base: Counters(processes: 4, bound: 4, forbidden: forbidden))
    let expected = summary(model.explore(SearchOptions(counterexamples: 3)))
    for workers in [2, 3, 7] {
      for _ in 0..<3 {
        #expect(summary(model.explore(SearchOptions(workers: workers, counterexamples: 3))) == expected)
      }
    }
  }

  @Test func `a state costs few bytes besides its own`() {
    let statistics = InlineCounters(bound: 30).explore().statistics
    #expect(statistics.states > 30_000)
    #expect(statistics.memory / statistics.states < 120)
  }

  @Test func `padding is refused`() async {
    struct Padded: Model {
      struct State: Hashable, BitwiseCopyable {
        var small: UInt8 = 0
        var large: UInt64 = 0
      }
      typealias Storage = InlineStorage<State>
      var initialStates: [State] { [State()] }
      func actions(of state: State, into actions: inout [Int]) {}
      func next(_ state: State, _ action: Int) -> State? { nil }
      var properties: [Property<State>] { [] }
    }
    await #expect(processExitsWith: .failure) { _ = Padded().explore() }
  }

  @Test func `a codec that loses something is noticed`() async {
    struct Lossy: Model, StateCodec {
      typealias Storage = EncodedStorage<Lossy>
      var initialStates: [Int] { [0] }
      func actions(of state: Int, into actions: inout [Int]) { actions.append(300) }
      func next(_ state: Int, _ action: Int) -> Int? { action }
      var properties: [Property<Int>] { [] }
      func encode(_ state: Int, into writer: inout StateWriter) {
        writer.write(UInt8(truncatingIfNeeded: state))
      }
      func decode(_ reader: inout StateReader) -> Int { Int(reader.read()) }
    }
    await #expect(processExitsWith: .failure) { _ = Lossy().explore() }
  }

  @Test(arguments: [0, 1, 127, 128, 300, 1 << 40, Int.max])
  func `long states and large numbers survive encoding`(number: Int) {
    struct Long: Model, StateCodec {
      typealias Storage = EncodedStorage<Long>
      var number: Int
      var initialStates: [[Int]] { [[]] }
      func actions(of state: [Int], into actions: inout [Int]) {
        if state.count < 200 { actions.append(number) }
      }
      func next(_ state: [Int], _ action: Int) -> [Int]? { state + repeatElement(action, count: 20) }
      var properties: [Property<[Int]>] { [.sometimes("long") { $0.count == 200 }] }
      func encode(_ state: [Int], into writer: inout StateWriter) {
        writer.write(number: state.count)
        for number in state { writer.write(number: number) }
      }
      func decode(_ reader: inout StateReader) -> [Int] {
        (0..<reader.readNumber()).map { _ in reader.readNumber() }
      }
    }
    let outcome = Long(number: number).explore()
    #expect(outcome.verdict == .holds)
    #expect(outcome.findings[0].runs[0].last == Array(repeating: number, count: 200))
  }
}
