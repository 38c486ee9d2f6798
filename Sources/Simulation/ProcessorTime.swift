import Foundation

/// Time on the processor: on a busy machine the clock says more than the truth.
public enum ProcessorTime {
  /// Seconds that this thread has had.
  public static var ofThisThread: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
