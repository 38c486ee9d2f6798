import Traces

/// A seeded run of a group that keeps every promise of the profile `vs`, event by event as it might have
/// happened.
///
/// Each component of the network has one order of messages, in which every member delivers them, each at its
/// own pace; messages below causal are now and then overtaken by one of another sender. Every so often all
/// views change: the members are asked for their permission and give it, the transitional signal takes its
/// place in the order, and once a member has delivered all that is in the order, it installs its next view.
/// Every third change partitions the group in two, and the next one merges it.
struct LegalRun {
  enum Happening {
    case view(number: Int, members: [Int], transitional: [Int])
    case signal, flushRequest, flushOk
    case send(sender: Int, number: Int, service: Event.Service)
    case deliver(sender: Int, number: Int)
  }

  private struct Message {
    var sender: Int
    /// Of its sender; 0: the transitional signal.
    var number: Int
    var service: Event.Service
  }

  /// The members of a view and what they deliver in it.
  private struct Component {
    var number: Int
    var members: [Int]
    var order: [Message] = []
    var signalled = false
    /// Those of its members who have not given their permission to leave it.
    var unwilling: Int
    /// Nothing will be added to `order`.
    var closed = false
  }

  private struct Process {
    var component: Int
    var installed = false
    /// How much of the component's order it has delivered.
    var cursor = 0
    /// A message that another is about to overtake: an index into the order.
    var held: Int?
    var overtaken = false
    var asked = false
    var willing = false
    var sent = 0
    /// The component before, whose members it comes with.
    var previous: Int?
  }

  private let messagesPerView: Int
  private var processes: [Process]
  /// The current epoch's, and the one's before, which may have members still.
  private var components: [Int: Component] = [:]
  private var nextNumber = 1
  private var epoch = 0
  private var messagesInEpoch = 0
  private var changing = false
  private var random: SplitMix64

  /// - Parameter messagesPerView: how many messages are sent between two changes of the views.
  init(processes: Int, messagesPerView: Int = 2000, seed: UInt64 = 1) {
    self.messagesPerView = messagesPerView
    self.processes = (0..<processes).map { _ in Process(component: 0) }
    random = SplitMix64(state: seed)
    form([Array(0..<processes)])
  }

  /// Goes on until at least `events` have happened, then lets everybody deliver what was sent: the run is
  /// complete.
  mutating func run(events: Int, _ emit: (Int, Happening) -> Void) {
    var count = 0
    while count < events {
      let process = random.below(processes.count)
      if let happening = step(process) {
        emit(process, happening)
        count += 1
      }
    }
    for process in processes.indices {
      while let happening = delivery(process) ?? installation(process) { emit(process, happening) }
    }
  }

  private mutating func step(_ process: Int) -> Happening? {
    if !processes[process].installed { return installation(process) }
    let component = processes[process].component
    if changing && !processes[process].willing && random.below(8) == 0 { return flush(process) }
    let pending = components[component]!.order.count - processes[process].cursor
    if random.below(processes.count + 1) == 0, let sending = sending(process) { return sending }
    if pending > 0 || processes[process].held != nil { return delivery(process) }
    return components[component]!.closed ? installation(process) : nil
  }

  private mutating func sending(_ process: Int) -> Happening? {
    let component = processes[process].component
    guard !processes[process].willing, !components[component]!.closed else { return nil }
    // Nobody runs ahead of the slowest by much: a window, as every engine has one.
    let slowest = components[component]!.members.lazy.map { [processes] in
      processes[$0].component == component ? processes[$0].cursor : 0
    }.min()!
    guard components[component]!.order.count - slowest < 64 else { return nil }
    processes[process].sent += 1
    let services: [Event.Service] = [.agreed, .agreed, .agreed, .fifo, .fifo, .causal, .safe, .reliable]
    let message = Message(
      sender: process, number: processes[process].sent, service: services[random.below(services.count)])
    components[component]!.order.append(message)
    messagesInEpoch += 1
    if messagesInEpoch >= messagesPerView { changing = true }
    return .send(sender: process, number: message.number, service: message.service)
  }

  private mutating func delivery(_ process: Int) -> Happening? {
    guard processes[process].installed else { return nil }
    let component = processes[process].component
    let cursor = processes[process].cursor
    if let held = processes[process].held, processes[process].overtaken {
      processes[process].held = nil
      return delivered(components[component]!.order[held])
    }
    let available = components[component]!.order.count
    guard cursor < available else {
      // What was to overtake it has not come.
      guard let held = processes[process].held else { return nil }
      processes[process].held = nil
      return delivered(components[component]!.order[held])
    }
    let message = components[component]!.order[cursor]
    if let held = processes[process].held {
      let first = components[component]!.order[held]
      if message.number > 0 && message.sender != first.sender {
        processes[process].overtaken = true
        processes[process].cursor += 1
        return delivered(message)
      }
      processes[process].held = nil
      return delivered(first)
    }
    processes[process].cursor += 1
    if message.number > 0, message.service < .causal, cursor + 1 < available, random.below(4) == 0 {
      processes[process].held = cursor
      processes[process].overtaken = false
      return delivery(process)
    }
    return delivered(message)
  }

  private func delivered(_ message: Message) -> Happening {
    message.number == 0 ? .signal : .deliver(sender: message.sender, number: message.number)
  }

  private mutating func flush(_ process: Int) -> Happening {
    if !processes[process].asked {
      processes[process].asked = true
      return .flushRequest
    }
    processes[process].willing = true
    let component = processes[process].component
    components[component]!.unwilling -= 1
    if components[component]!.unwilling <= components[component]!.members.count / 2 { signal(component) }
    changeViews()
    return .flushOk
  }

  /// The transitional signal takes its place in the order.
  private mutating func signal(_ component: Int) {
    if components[component]!.signalled { return }
    components[component]!.signalled = true
    components[component]!.order.append(Message(sender: 0, number: 0, service: .reliable))
  }

  /// The next views, once all members of all components are willing and have installed the present ones.
  private mutating func changeViews() {
    guard processes.allSatisfy({ $0.willing && $0.installed }) else { return }
    epoch += 1
    for number in components.keys { components[number]!.closed = true }
    let all = Array(processes.indices)
    if epoch % 3 == 0 && all.count > 1 {
      let pivot = (epoch / 3) % all.count
      let rotated = Array(all[pivot...] + all[..<pivot])
      let half = (all.count + 1) / 2
      form([rotated[..<half].sorted(), rotated[half...].sorted()])
    } else {
      form([all])
    }
    changing = false
    messagesInEpoch = 0
  }

  /// Where each process goes next.
  private var destinations: [Int: Int] = [:]

  private mutating func form(_ groups: [[Int]]) {
    let present = Set(processes.map(\.component))
    components = components.filter { present.contains($0.key) }
    for members in groups {
      components[nextNumber] = Component(number: nextNumber, members: members, unwilling: members.count)
      for member in members { destinations[member] = nextNumber }
      nextNumber += 1
    }
  }

  private mutating func installation(_ process: Int) -> Happening? {
    let present = processes[process].component
    guard let next = destinations[process] else { return nil }
    if present != 0 {
      let component = components[present]!
      guard component.closed, processes[process].cursor == component.order.count,
        processes[process].held == nil
      else { return nil }
    }
    destinations[process] = nil
    processes[process].previous = present == 0 ? nil : present
    processes[process].component = next
    processes[process].installed = true
    processes[process].cursor = 0
    processes[process].asked = false
    processes[process].willing = false
    let members = components[next]!.members
    let companions = present == 0 ? [process] : components[present]!.members.filter(members.contains)
    return .view(number: next, members: members, transitional: companions)
  }
}

/// Sebastiano Vigna's generator: small, seeded, the same everywhere.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number from 0 up to, not including, `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}
