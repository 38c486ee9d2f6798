import Foundation

/// What a command took.
struct Measurement {
  /// Seconds of the processor, the system's for it included: on a busy machine the clock says more than the
  /// truth.
  var processor: Double
  /// Seconds of the clock.
  var clock: Double
  /// Bytes; never less than what this process itself had when it started the command, which Linux counts in.
  var peakMemory: Int
  var status: Int32

  /// Runs a command to its end.
  ///
  /// - Parameter output: the file that its output goes to.
  /// - Throws: `Output.Failed` where it cannot be started.
  static func run(_ command: [String], output: String = "/dev/null") throws(Output.Failed) -> Measurement {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let start = ContinuousClock.now
    let failure = posix_spawnp(&child, command[0], &actions, nil, &arguments, environ)
    if failure != 0 {
      throw Output.Failed(description: "\(command[0]): \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0 && errno == EINTR {}
    let clock = (ContinuousClock.now - start) / .seconds(1)
    return Measurement(
      processor: seconds(usage.ru_utime) + seconds(usage.ru_stime), clock: clock,
      peakMemory: usage.ru_maxrss * 1024, status: status & 0x7f == 0 ? status >> 8 & 0xff : -1)
  }

  /// The one in the middle, by processor time; its memory is the most of all.
  static func median(_ runs: [Measurement]) -> Measurement {
    var middle = runs.sorted { $0.processor < $1.processor }[runs.count / 2]
    middle.peakMemory = runs.map(\.peakMemory).max()!
    return middle
  }

  /// Seconds of the processor that this process has had.
  static var ownProcessorTime: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
