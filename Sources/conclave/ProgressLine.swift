import Foundation
import Synchronization
import Traces

/// A line on the terminal at standard error that is drawn over and over, at most ten times a second.
///
/// It is gone when the work is done, and also when the user interrupts it.
final class ProgressLine {
  private static let clearing: StaticString = "\r\u{1b}[K"

  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var drawn: ContinuousClock.Instant?

  /// - Returns: nil where there is no terminal to draw on, or nobody wants it.
  init?(_ occasion: Occasion) {
    guard occasion == .auto, Terminal.isTerminal(2) else { return nil }
    start = clock.now
    signal(SIGINT) { number in
      _ = Foundation.write(2, ProgressLine.clearing.utf8Start, ProgressLine.clearing.utf8CodeUnitCount)
      signal(number, SIG_DFL)
      raise(number)
    }
  }

  /// Draws what `text` makes of the seconds since the start, if it is time to.
  func draw(_ text: (Double) -> String) {
    let now = clock.now
    if now - (drawn ?? start) < .milliseconds(100) { return }
    drawn = now
    let seconds = (now - start) / .seconds(1)
    try? Output(descriptor: 2, name: "").write("\(Self.clearing)\(text(seconds))")
  }

  func clear() {
    if drawn != nil { try? Output(descriptor: 2, name: "").write("\(Self.clearing)") }
    drawn = nil
  }
}

/// The progress of reading some sources.
struct ReadingProgress {
  private let line: ProgressLine
  private let total: Int?

  init?(_ sources: [TraceSource], _ occasion: Occasion) {
    guard let line = ProgressLine(occasion) else { return nil }
    self.line = line
    var total: Int? = 0
    for source in sources {
      var status = stat()
      if case .file(let path) = source, stat(path, &status) == 0,
        status.st_mode & S_IFMT == S_IFREG
      {
        total = total.map { $0 + Int(status.st_size) }
      } else {
        total = nil
      }
    }
    self.total = total
  }

  func show(bytes: Int) {
    line.draw { seconds in
      let read = Double(bytes) / 1e6
      let speed = String(format: "%.0f MB/s", read / seconds)
      guard let total, total > 0 else { return String(format: "%.0f MB, ", read) + speed }
      let share = min(100, bytes * 100 / total)
      return String(format: "%.0f of %.0f MB (%d %%), ", read, Double(total) / 1e6, share) + speed
    }
  }

  func clear() { line.clear() }
}
