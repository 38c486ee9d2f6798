public import CyclicGroups
import SecureGroup

/// What happened in a run.
public struct Summary: Hashable, Sendable {
  /// Virtual seconds.
  public var time = 0.0
  public var partitions = 0
  public var crashes = 0
  public var recoveries = 0
  public var leaves = 0
  public var falseSuspicions = 0
  /// Installations of VS views, and of secure views.
  public var views = 0
  public var secureViews = 0
  /// Secure views that were installed after the flush (repair E5).
  public var lateViews = 0
  /// Key agreements that another view, a crash or a leave ended.
  public var interrupted = 0
  /// Messages of applications.
  public var messages = 0
  /// Events that machines have handled.
  public var steps = 0
  public var counts = OperationCounts()
  /// What applications asked for when they might not.
  public var refused = 0
  /// The lines of pseudo-code that were executed.
  public var lines = ExecutedLines()
  /// True messages that members refused at the door.
  public var dropped: [String] = []
  /// What an adversary tried, and how often it was refused for which reason (`DoorRefusal.kind`).
  public var refusals: [Attack: [String: Int]] = [:]
  /// What of it was let in.
  public var accepted: [String] = []
  /// Events that the paper says are not possible, as the machines saw them; they were left out.
  public var notPossible: [String] = []
  /// Live members that are not in SECURE though nothing is under way any more, or that something always is.
  public var stuck: [String] = []

  public init() {}
}
