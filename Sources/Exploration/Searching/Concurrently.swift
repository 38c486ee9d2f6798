internal import Dispatch

/// Runs `body` once for each of `count` workers, on as many threads as there are processors for them, and returns
/// when all are done.
@usableFromInline
func concurrently(_ count: Int, _ body: (Int) -> Void) {
  if count == 1 { return body(0) }
  withoutActuallyEscaping(body) { body in
    // What the workers share is made for it: see VisitedStates.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: count) { body($0) }
  }
}
