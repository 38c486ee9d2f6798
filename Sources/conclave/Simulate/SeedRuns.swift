import Foundation
import Synchronization

/// Runs of many seeds on all cores.
enum SeedRuns {
  /// Makes a run of each seed and hands over what came of it, in the order of the seeds.
  static func forEach<Outcome: Sendable>(
    in seeds: ClosedRange<UInt64>, run: @Sendable (UInt64) throws -> Outcome,
    then take: (UInt64, Outcome) throws -> Void
  ) throws {
    let batch = UInt64(32 * ProcessInfo.processInfo.activeProcessorCount)
    var first = seeds.lowerBound
    while true {
      let count = min(batch - 1, seeds.upperBound - first) + 1
      let outcomes = Mutex([Result<Outcome, any Error>?](repeating: nil, count: Int(count)))
      DispatchQueue.concurrentPerform(iterations: Int(count)) { [first] number in
        let outcome = Result { try run(first + UInt64(number)) }
        outcomes.withLock { $0[number] = outcome }
      }
      for (number, outcome) in outcomes.withLock({ $0 }).enumerated() {
        try take(first + UInt64(number), outcome!.get())
      }
      if seeds.upperBound - first < count { return }
      first += count
    }
  }
}
