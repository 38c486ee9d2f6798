internal import Glibc
internal import Traces

/// Acquits a view in which nothing is wrong, quickly: one pass over its deliveries in causal order.
///
/// It is a shortcut, never a judge. What it asks for is sufficient for every property that speaks of messages:
/// every message is a broadcast and delivered at most once by each member; those at least fifo arrive in the order
/// of each sender; those at least causal after all that they depend on; each message at least agreed has the same
/// predecessor wherever it is delivered, so that the orders of the members are paths of one tree; who moves
/// together delivered the same set. Whatever else happens, rightly or wrongly, is left to the properties themselves
/// (`Region`).
struct RegularView {
  /// How many instances were found to hold, by property.
  struct Acquittal {
    var deliveries = 0
    var sends = 0
    var selfDeliveries = 0
    var pairs = 0
    var fifo = 0
    var causal = 0
    /// agreed-delivery a, b, c.
    var agreed = (a: 0, b: 0, c: 0)
    /// safe-delivery a, without and with what it asks of gaps, and b.
    var safe = (a: 0, gaps: 0, b: 0)
  }

  private struct Message {
    /// Its place among its sender's messages that are at least fifo.
    var fifoRank: UInt32 = 0
    /// The message at least agreed before it, plus one; 0: it is the first; `unknown`: not delivered yet.
    var predecessor: UInt32 = RegularView.unknown
    var sender: UInt32
    /// What its service is at least; empty until it is sent.
    var service: Services = []
    /// What it depends on: the services of the messages before it.
    var dependsOn: Services = []
    /// Some message before it in the agreed order is safe.
    var followsSafe = false
    /// It is safe, and somebody delivered it before the signal.
    var isStable = false
  }

  /// What a message is at least. One flag a service lets the loop do without branches, which would be mispredicted
  /// where services mix.
  private struct Services: OptionSet {
    var rawValue: UInt8
    static let reliable = Services(rawValue: 1)
    static let fifo = Services(rawValue: 2)
    static let causal = Services(rawValue: 4)
    static let agreed = Services(rawValue: 8)
    static let safe = Services(rawValue: 16)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// All up to `service`.
    init(_ service: Event.Service) { rawValue = 2 &<< service.rawValue &- 1 }

    /// 1 or 0.
    @inline(__always)
    func count(_ service: Event.Service) -> UInt32 { UInt32(rawValue &>> service.rawValue) & 1 }
  }

  private static let unknown = UInt32.max
  private typealias Lane = SIMD8<Int32>
  private static let laneWidth = 8

  private struct Member {
    var deliveries: UnsafePointer<LayerRecording.Delivery>?
    var deliveryCount: Int
    var sends: UnsafePointer<LayerRecording.Send>?
    var sendCount: Int
    /// The number of its first message.
    var firstMessage: Int
    var nextDelivery = 0
    var nextSend = 0
    var fifoSent: UInt32 = 0
    var causalSent: Int32 = 0
    /// What its next send depends on.
    var dependsOn: Services = []
    /// The last message at least agreed that it delivered, plus one.
    var lastAgreed: UInt32 = 0
    var followsSafe = false
    var signal: Int
    /// It delivered a safe message after its signal.
    var hasLateSafe = false
    /// It waits for a send of another.
    var isWaiting = false
  }

  private var members = Column<Member>()
  private var messages = Column<Message>()
  /// By message a row of clocks: how many messages at least causal of each member its send depends on.
  private var clocks = Column<Lane>()
  /// By member: how many messages at least causal it has delivered of each; what it knows of beyond these.
  private var delivered = Column<Lane>()
  private var beyond = Column<Lane>()
  /// By member and sender: how many messages at least fifo it has delivered.
  private var fifo = Column<UInt32>()
  /// By member: the messages that it delivered; of these, the safe ones after its signal.
  private var sets = Column<UInt64>()
  private var lateSets = Column<UInt64>()
  /// By slot of the recording: the message.
  private var messageOfSlot = Column<UInt32>()
  private var memberOfProcess = Column<Int32>()

  mutating func free() {
    members.free()
    messages.free()
    clocks.free()
    delivered.free()
    beyond.free()
    fifo.free()
    sets.free()
    lateSets.free()
    messageOfSlot.free()
    memberOfProcess.free()
  }

  /// - Returns: nil where the properties have to be judged one by one.
  mutating func acquit(
    _ part: Regions.Part, of recording: borrowing LayerRecording, _ scene: Scene
  ) -> Acquittal? {
    guard part.isRegular, part.views.count == 1, scene.profile != .evs else { return nil }
    let sections = part.sections.filter { recording.sections[Int($0)].view == part.views[0] }
    guard prepare(sections, of: recording) else { return nil }
    defer {
      for section in sections {
        memberOfProcess[Int(recording.sections[Int(section)].process)] = -1
      }
    }
    var acquittal = Acquittal()
    guard deliverAll(of: recording, &acquittal),
      haveDeliveredTheirOwn(sections, of: recording, &acquittal),
      haveMovedTogether(sections, of: recording, scene, &acquittal),
      areStable(sections, of: recording, scene, &acquittal)
    else { return nil }
    countAgreed(&acquittal)
    return acquittal
  }

  // MARK: Preparing

  private var lanes: Int { (members.count + Self.laneWidth - 1) / Self.laneWidth }
  private var words: Int { (messages.count + 63) / 64 }

  private mutating func prepare(_ sections: [Int32], of recording: borrowing LayerRecording) -> Bool {
    messageOfSlot.extend(to: recording.messages.count, filledWith: 0)
    memberOfProcess.extend(to: recording.processes.count, filledWith: -1)
    members.removeAll()
    var count = 0
    var isSimple = true
    for index in sections {
      let section = recording.sections.address(of: Int(index))
      if memberOfProcess[Int(section.pointee.process)] >= 0 { isSimple = false }
      // Who had installed a greater view before has passed this one by: its coming late mends nothing.
      let greatest = section.pointee.greatestBefore
      if greatest != LayerRecording.none,
        recording.views[Int(section.pointee.view)].identifier < recording.views[Int(greatest)].identifier
      {
        isSimple = false
      }
      memberOfProcess[Int(section.pointee.process)] = Int32(members.count)
      members.append(
        Member(
          deliveries: section.pointee.deliveries.base.map { UnsafePointer($0) },
          deliveryCount: section.pointee.deliveries.count,
          sends: section.pointee.sends.base.map { UnsafePointer($0) }, sendCount: section.pointee.sends.count,
          firstMessage: count, signal: section.pointee.signal == .max ? Int.max : Int(section.pointee.signal))
      )
      count += section.pointee.sends.count
    }
    messages.removeAll()
    for (member, index) in sections.enumerated() {
      for send in recording.sections[Int(index)].sends.elements {
        messageOfSlot[Int(send.message)] = UInt32(messages.count)
        messages.append(Message(sender: UInt32(member)))
      }
    }
    clocks.reset(to: count * lanes, filledWith: Lane())
    delivered.reset(to: members.count * lanes, filledWith: Lane())
    beyond.reset(to: members.count * lanes, filledWith: Lane())
    fifo.reset(to: members.count * members.count, filledWith: 0)
    sets.reset(to: members.count * words, filledWith: 0)
    lateSets.reset(to: 0, filledWith: 0)
    if !isSimple {
      for index in sections {
        memberOfProcess[Int(recording.sections[Int(index)].process)] = -1
      }
    }
    return isSimple
  }

  // MARK: Delivering

  /// Runs the members in causal order: one that delivers what has not been sent yet waits for the sender.
  private mutating func deliverAll(of recording: borrowing LayerRecording, _ acquittal: inout Acquittal)
    -> Bool
  {
    var waiting: [(member: Int, untilSent: Int)] = []
    for start in 0..<members.count {
      waiting.append((start, Int.max))
      members.address(of: start).pointee.isWaiting = true
      while let (member, goal) = waiting.last {
        switch run(member, untilSent: goal, of: recording, &acquittal) {
        case .reached:
          members.address(of: member).pointee.isWaiting = false
          waiting.removeLast()
        case .needs(let sender, let send):
          // A member that waits for itself: the order of events has a cycle.
          if members[sender].isWaiting { return false }
          members.address(of: sender).pointee.isWaiting = true
          waiting.append((sender, send + 1))
        case .fails: return false
        }
      }
    }
    return true
  }

  private enum Progress {
    case reached
    case needs(sender: Int, send: Int)
    case fails
  }

  /// Runs one member until it has sent `goal` messages, or to its end.
  private mutating func run(
    _ index: Int, untilSent goal: Int, of recording: borrowing LayerRecording, _ acquittal: inout Acquittal
  ) -> Progress {
    let member = members.address(of: index)
    let lanes = lanes
    let delivered = self.delivered.address(of: index * lanes)
    let deliveredCounts = UnsafeMutableRawPointer(delivered).assumingMemoryBound(to: UInt32.self)
    let beyond = self.beyond.address(of: index * lanes)
    let fifo = self.fifo.address(of: index * members.count)
    let set = sets.base.map { $0 + index * words }
    let messages = self.messages.base
    let clocks = self.clocks.base
    let messageOfSlot = self.messageOfSlot.base
    let deliveries = member.pointee.deliveries
    let end = member.pointee.deliveryCount
    let signal = member.pointee.signal

    var next = member.pointee.nextDelivery
    var dependsOn = member.pointee.dependsOn
    var lastAgreed = member.pointee.lastAgreed
    var followsSafe = member.pointee.followsSafe
    var nextSend = member.pointee.nextSend
    var fifoCount: UInt32 = 0
    var causalCount: UInt32 = 0
    var agreedCount: UInt32 = 0
    var safeOrderCount: UInt32 = 0
    var safeCount: UInt32 = 0
    defer {
      member.pointee.nextDelivery = next
      member.pointee.dependsOn = dependsOn
      member.pointee.lastAgreed = lastAgreed
      member.pointee.followsSafe = followsSafe
      member.pointee.nextSend = nextSend
      acquittal.fifo += Int(fifoCount)
      acquittal.causal += Int(causalCount)
      acquittal.agreed.a += Int(agreedCount)
      acquittal.safe.a += Int(safeOrderCount)
      acquittal.safe.b += Int(safeCount)
    }

    /// After how many deliveries the next send stands.
    func sendPosition(_ send: Int) -> Int {
      send < member.pointee.sendCount
        ? Int(member.pointee.sends.unsafelyUnwrapped[send].deliveriesBefore) : Int.max
    }
    var position = sendPosition(nextSend)

    while true {
      while position <= next {
        let send = member.pointee.sends.unsafelyUnwrapped + nextSend
        if send.pointee.to != ScannedEvent.nobody { return .fails }
        let number = member.pointee.firstMessage &+ nextSend
        let message = messages.unsafelyUnwrapped + number
        let service = Services(send.pointee.service)
        message.pointee.service = service
        message.pointee.dependsOn = dependsOn
        message.pointee.fifoRank = member.pointee.fifoSent
        let clock = clocks.unsafelyUnwrapped + number &* lanes
        for lane in 0..<lanes {
          clock[lane] = delivered[lane].replacing(with: beyond[lane], where: beyond[lane] .> delivered[lane])
        }
        UnsafeMutableRawPointer(clock).assumingMemoryBound(to: Int32.self)[index] = member.pointee.causalSent
        member.pointee.fifoSent &+= service.count(.fifo)
        member.pointee.causalSent &+= Int32(service.count(.causal))
        dependsOn.formUnion(service)
        nextSend &+= 1
        position = sendPosition(nextSend)
      }
      if nextSend >= goal || next == end { return .reached }

      let number = Int(messageOfSlot.unsafelyUnwrapped[Int(deliveries.unsafelyUnwrapped[next].message)])
      let message = messages.unsafelyUnwrapped + number
      let service = message.pointee.service
      let sender = Int(message.pointee.sender)
      if service.isEmpty { return .needs(sender: sender, send: number &- members[sender].firstMessage) }

      let word = set.unsafelyUnwrapped + number &>> 6
      let bit: UInt64 = 1 &<< UInt64(number & 63)
      let isFIFO = service.count(.fifo)
      let isCausal = service.count(.causal)
      let isAgreed = service.count(.agreed)
      let isSafe = service.count(.safe)
      // A message delivered twice, or out of its sender's order.
      var isWrong = word.pointee & bit != 0
      isWrong = isWrong || (isFIFO != 0 && message.pointee.fifoRank != fifo[sender])
      word.pointee |= bit
      fifo[sender] &+= isFIFO

      // Something that it depends on has not been delivered. What is not causal may depend on more than that; what
      // the member sends next depends on it, too.
      let clock = clocks.unsafelyUnwrapped + number &* lanes
      if lanes == 1 {
        let lacks = clock[0] .> delivered[0]
        beyond[0] = beyond[0].replacing(with: clock[0], where: clock[0] .> beyond[0])
        if isCausal != 0, Self.any(lacks) { return .fails }
      } else if isCausal != 0 {
        var lacks = clock[0] .> delivered[0]
        for lane in 1..<lanes { lacks .|= clock[lane] .> delivered[lane] }
        if Self.any(lacks) { return .fails }
      } else {
        for lane in 0..<lanes {
          beyond[lane] = beyond[lane].replacing(with: clock[lane], where: clock[lane] .> beyond[lane])
        }
      }
      deliveredCounts[sender] &+= isCausal

      // The path through the tree of agreed orders.
      let predecessor = message.pointee.predecessor
      if isWrong || (isAgreed != 0 && predecessor != Self.unknown && predecessor != lastAgreed) {
        return .fails
      }
      message.pointee.predecessor = isAgreed != 0 ? lastAgreed : predecessor
      message.pointee.followsSafe = message.pointee.followsSafe || (isAgreed != 0 && followsSafe)
      lastAgreed = isAgreed != 0 ? UInt32(truncatingIfNeeded: number &+ 1) : lastAgreed
      followsSafe = followsSafe || isSafe != 0
      if next < signal {
        message.pointee.isStable = message.pointee.isStable || isSafe != 0
      } else if isSafe != 0 {
        markLate(index, number)
      }

      let before = message.pointee.dependsOn
      fifoCount &+= isFIFO & (message.pointee.fifoRank != 0 ? 1 : 0)
      causalCount &+= isCausal & before.count(.causal)
      agreedCount &+= isAgreed & before.count(.agreed)
      safeOrderCount &+= isSafe & before.count(.safe)
      safeCount &+= isSafe
      dependsOn = Services(rawValue: dependsOn.rawValue | before.rawValue | service.rawValue)
      next &+= 1
    }
  }

  /// As `any` of the standard library, which looks at one lane after the other.
  @inline(__always)
  private static func any(_ mask: SIMDMask<Lane.MaskStorage>) -> Bool {
    let words = unsafeBitCast(mask, to: SIMD4<UInt64>.self)
    return words[0] | words[1] | words[2] | words[3] != 0
  }

  @inline(never)
  private mutating func markLate(_ member: Int, _ message: Int) {
    if lateSets.count == 0 { lateSets.extend(to: members.count * words, filledWith: 0) }
    members.address(of: member).pointee.hasLateSafe = true
    lateSets[member * words + message >> 6] |= 1 << UInt64(message & 63)
  }

  // MARK: Afterwards

  private func has(_ set: Column<UInt64>, _ member: Int, _ message: Int) -> Bool {
    set[member * words + message >> 6] & (1 << UInt64(message & 63)) != 0
  }

  private func haveDeliveredTheirOwn(
    _ sections: [Int32], of recording: borrowing LayerRecording, _ acquittal: inout Acquittal
  ) -> Bool {
    for (member, section) in sections.enumerated() {
      let facts = recording.sections.address(of: Int(section))
      acquittal.deliveries += facts.pointee.deliveries.count
      acquittal.sends += facts.pointee.sends.count
      for send in 0..<facts.pointee.sends.count {
        if has(sets, member, members[member].firstMessage + send) {
          acquittal.selfDeliveries += 1
        } else if !facts.pointee.hasLeftOrCrashed {
          return false
        }
      }
    }
    return true
  }

  /// Members with the same next view, and where transitional sets are recorded the same one, move together.
  private func haveMovedTogether(
    _ sections: [Int32], of recording: borrowing LayerRecording, _ scene: Scene, _ acquittal: inout Acquittal
  ) -> Bool {
    struct Company: Hashable {
      var view: Int32
      var transitional: Int32
    }
    var first: [Company: (member: Int, size: Int)] = [:]
    var company: [Company?] = []
    for (member, section) in sections.enumerated() {
      let next = recording.sections[Int(section)].next
      guard next != LayerRecording.none else {
        company.append(nil)
        continue
      }
      let facts = recording.sections[Int(next)]
      if scene.recordsTransitional, facts.transitional == LayerRecording.none { return false }
      let own = Company(view: facts.view, transitional: scene.recordsTransitional ? facts.transitional : 0)
      company.append(own)
      let known = first[own] ?? (member, 0)
      let bytes = words * MemoryLayout<UInt64>.size
      if bytes > 0,
        memcmp(sets.address(of: known.member * words), sets.address(of: member * words), bytes) != 0
      {
        return false
      }
      acquittal.pairs += known.size
      first[own] = (known.member, known.size + 1)
    }
    guard scene.recordsTransitional else { return true }
    for (own, known) in first {
      // The set names all of the company and nobody else who goes there from here.
      var named = 0
      for process in recording.sets[Int(own.transitional)] where Int(process) < memberOfProcess.count {
        let member = memberOfProcess[Int(process)]
        guard member >= 0, let other = company[Int(member)], other.view == own.view else { continue }
        if other != own { return false }
        named += 1
      }
      if named != known.size { return false }
    }
    return true
  }

  private func areStable(
    _ sections: [Int32], of recording: borrowing LayerRecording, _ scene: Scene, _ acquittal: inout Acquittal
  ) -> Bool {
    guard scene.records(.signal), scene.recordsTransitional else { return true }
    if (0..<messages.count).contains(where: { messages[$0].isStable }) {
      let set = recording.sections[Int(sections[0])].members
      guard sections.allSatisfy({ recording.sections[Int($0)].members == set }) else { return false }
      for process in recording.sets[Int(set)] {
        guard Int(process) < memberOfProcess.count, memberOfProcess[Int(process)] >= 0 else { return false }
      }
      for message in 0..<messages.count where messages[message].isStable {
        for member in 0..<members.count where !has(sets, member, message) {
          if !recording.sections[Int(sections[member])].hasLeftOrCrashed { return false }
        }
      }
    }
    for member in 0..<members.count where members[member].hasLateSafe {
      let facts = recording.sections[Int(sections[member])]
      if facts.next == LayerRecording.none {
        if scene.header.complete || facts.hasLeftOrCrashed { continue }
        return false
      }
      let transitional = recording.sections[Int(facts.next)].transitional
      guard transitional != LayerRecording.none else { return false }
      for process in recording.sets[Int(transitional)] {
        guard Int(process) < memberOfProcess.count, memberOfProcess[Int(process)] >= 0 else { return false }
        let other = Int(memberOfProcess[Int(process)])
        for word in 0..<words where lateSets[member * words + word] & ~lateSets[other * words + word] != 0 {
          if !recording.sections[Int(sections[other])].hasLeftOrCrashed { return false }
        }
      }
    }
    return true
  }

  /// Counts the instances of agreed order.
  private func countAgreed(_ acquittal: inout Acquittal) {
    for message in 0..<messages.count where messages[message].predecessor != Self.unknown {
      var histories = 0
      for member in 0..<members.count where has(sets, member, message) { histories += 1 }
      let fact = messages[message]
      if histories > 1 { acquittal.agreed.b += 1 }
      if fact.predecessor > 0 { acquittal.agreed.c += histories }
      if fact.service.contains(.safe) {
        acquittal.safe.a += histories > 1 ? 1 : 0
        acquittal.safe.gaps += fact.followsSafe ? histories : 0
      }
    }
  }
}
