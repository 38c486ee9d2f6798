import CyclicGroups
import GroupCommunication

extension Simulation {
  /// Runs to the end on a network with latencies: what happens next is what is due first.
  mutating func run<Failure: Error>(
    on links: Links, _ observe: (Happening<Group>) throws(Failure) -> Void
  ) throws(Failure) {
    var agenda = Agenda(links, .seeded(schedule.next()))
    var watch = Stopwatch(members: plan.members)
    // Microseconds.
    var (now, nextEvent) = (0, 0)
    var joining = stack.processes[...]
    // After those of the plan the network is perhaps whole again; then nothing new happens.
    var eventsLeft = plan.events + 1
    var left = stepsAtTheEnd
    while left > 0 {
      let next = agenda.next(stack, at: now, maySend: eventsLeft > 0)
      let step: Step?
      if let p = joining.popFirst() {
        step = .join(p)
        if joining.isEmpty { nextEvent = pause(links) }
      } else if eventsLeft > 0, nextEvent <= next?.due ?? .max {
        now = nextEvent
        nextEvent += pause(links)
        eventsLeft -= 1
        step = eventsLeft > 0 ? fate() : reunion()
      } else if let next {
        now = next.due
        if eventsLeft == 0 { left -= 1 }
        step = self.step(next.entry)
        agenda.strike(next.entry)
      } else {
        break
      }
      stack.time = Double(now) / 1_000_000
      if let step {
        let happening = take(step)
        agenda.note(happening, at: now, stack)
        watch.note(happening, at: now, stack)
        try observe(happening)
      }
      let p = Process(draw(plan.members))
      if stack.isUp(p) { stack.attack(p) }
    }
    summary = stack.summary
    summary.waits = watch.waits
  }

  /// Some events come in the middle of an agreement, some when nothing is under way any more.
  private mutating func pause(_ links: Links) -> Int {
    let longest = [1, 6, 12, 60][draw(4)] * links.latencies.range.upperBound
    return draw(longest + 1)
  }

  private mutating func step(_ entry: Agenda.Entry) -> Step? {
    switch entry {
    case .step(let step): step
    case .agreement(let component): agree(component)
    case .send(let p): stack.maySend(p) ? send(p) : mischief.next() % 4 == 0 ? misbehave(p) : nil
    }
  }
}
