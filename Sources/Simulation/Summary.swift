public import CyclicGroups
public import GroupCommunication
import SecureGroup

/// What happened in a run.
public struct Summary: Hashable, Sendable {
  /// Virtual seconds.
  public var time = 0.0
  /// Where the network has latencies.
  public var waits = Waits()
  public var partitions = 0
  public var crashes = 0
  public var recoveries = 0
  public var leaves = 0
  public var falseSuspicions = 0
  /// VS views that were agreed on, and those of them that became secure views of somebody.
  public var viewsAgreed = 0
  public var keys = 0
  /// Installations of VS views, and of secure views.
  public var views = 0
  public var secureViews = 0
  /// Secure views that were installed after the flush (repair E5).
  public var lateViews = 0
  /// Key agreements that another view, a crash or a leave ended.
  public var interrupted = 0
  /// Messages of applications, and of key agreements.
  public var messages = 0
  public var agreementMessages = 0
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
  /// The members in SECURE, those together that have the same key.
  public var secure: [ProcessSet] = []
  /// Live members that are not in SECURE though nothing is under way any more, or that something always is.
  public var stuck: [String] = []

  public init() {}

  /// Adds what happened in another run; `secure` and `stuck`, which tell how one ends, stay as they are.
  public mutating func add(_ other: Self) {
    time += other.time
    waits.formUnion(other.waits)
    partitions += other.partitions
    crashes += other.crashes
    recoveries += other.recoveries
    leaves += other.leaves
    falseSuspicions += other.falseSuspicions
    viewsAgreed += other.viewsAgreed
    keys += other.keys
    views += other.views
    secureViews += other.secureViews
    lateViews += other.lateViews
    interrupted += other.interrupted
    messages += other.messages
    agreementMessages += other.agreementMessages
    steps += other.steps
    counts = counts + other.counts
    refused += other.refused
    lines.formUnion(other.lines)
    dropped += other.dropped
    refusals.merge(other.refusals) { $0.merging($1, uniquingKeysWith: +) }
    accepted += other.accepted
    notPossible += other.notPossible
  }
}
