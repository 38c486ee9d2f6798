import CyclicGroups
import GroupCommunication
import SecureGroup

/// Measures how long each member waits for a secure view. Times are microseconds since the start.
struct Stopwatch {
  private struct Member {
    /// With whom it was connected at the last step.
    var component: ProcessSet = []
    /// When its component changed last, or somebody in it was suspected.
    var changed = 0
    /// The change that the view agreed for it answers.
    var answered = 0
    /// The same of the view that it is in, and when it installed that.
    var cause = 0
    var installed = 0
  }

  private var members: [Member]
  private(set) var waits = Waits()

  init(members: Int) { self.members = .init(repeating: Member(), count: members) }

  mutating func note<Group, Scheme>(
    _ happening: Happening<Group>, at now: Int, _ stack: Stack<Group, Scheme>
  ) {
    switch happening.step {
    case .connect, .join, .leave, .crash, .recover:
      for p in stack.processes where members[p.index].component != stack.component(of: p) {
        members[p.index].component = stack.component(of: p)
        members[p.index].changed = now
      }
    case .suspect(let p):
      for q in stack.component(of: p) { members[q.index].changed = now }
    case .agree(let classes, _):
      for p in classes.joined() { members[p.index].answered = members[p.index].changed }
    case .install(let p):
      members[p.index].cause = members[p.index].answered
      members[p.index].installed = now
    case .flushRequest, .signal, .deliver, .send, .flushOk: break
    }
    for turn in happening.turns {
      // Who is alone waits for nobody.
      for case .deliverView(let view) in turn.actions where view.members.count > 1 {
        stop(turn.process, at: now)
      }
    }
  }

  private mutating func stop(_ p: Process, at now: Int) {
    let member = members[p.index]
    waits.all.insert(now - member.cause)
    waits.service.insert(member.installed - member.cause)
    waits.agreement.insert(now - member.installed)
  }
}
