import CyclicGroups
import GroupCommunication
import KeyAgreement
import SecureGroup
import Traces

extension Stack {
  /// Takes a step.
  /// - Throws: `NotNow`, before anything has changed.
  @discardableResult public mutating func take(_ step: Step) throws(NotNow) -> Happening<Group> {
    var happening = Happening<Group>(step: step, time: time)
    switch step {
    case .connect(let components):
      try connect(components)
    case .suspect(let p):
      try demand(p, true, "")
      tally.falseSuspicions += 1
      network.glitch(p)
    case .join(let p):
      try demand(p, !network.isJoined(p) && !network.isCrashed(p), "has joined, or has crashed")
      start(p)
      network.join(p)
    case .recover(let p):
      try demand(p, network.isCrashed(p), "has not crashed")
      record(p, nil, .recover)
      start(p)
      network.recover(p)
    case .crash(let p):
      try demand(p, isUp: true)
      tally.crashes += 1
      depart(p, .crash)
      network.crash(p)
    case .leave(let p):
      try demand(p, isUp: true)
      tally.leaves += 1
      depart(p, .leave)
      network.leave(p)
      tally.counts = tally.counts + hosts[p.index].member!.counts
      hosts[p.index].member = nil
    case .flushRequest(let p):
      try demand(p, network.canRequestFlush(p), "has been asked to flush, or needs no other view")
      record(p, .gcs, .flushRequest)
      network.apply(.flushRequest(p))
      give(p, .flushRequest, &happening.turns)
    case .signal(let p):
      try demand(p, network.canSignal(p), "has had its signal, or needs no other view")
      record(p, .gcs, .signal)
      network.apply(.signal(p))
      give(p, .signal, &happening.turns)
    case .deliver(let p, let packet):
      let identifier = identifier(packet)
      try demand(p, identifier.map { network.canDeliver(p, $0) } ?? false, "cannot deliver \(packet) now")
      deliver(p, identifier!, &happening.turns)
    case .agree(let classes, let extra):
      try agree(classes, extra, &happening)
    case .install(let p):
      try demand(p, network.canInstall(p), "has nothing to install, or must deliver something before it")
      install(p, &happening.turns)
    case .send(let p, let service):
      try demand(p, isUp: true)
      send(p, service, &happening.turns)
    case .flushOk(let p):
      try demand(p, isUp: true)
      if hosts[p.index].owesFlushOk {
        flushOk(p, &happening.turns)
      } else {
        give(p, .secureFlushOk, &happening.turns)
      }
    }
    return happening
  }

  private func demand(_ p: Process, _ isPossible: Bool, _ reason: @autoclosure () -> String) throws(NotNow) {
    if !hosts.indices.contains(p.index) { throw NotNow("there is no process \(p)") }
    if !isPossible { throw NotNow("\(p) \(reason())") }
  }

  private func demand(_ p: Process, isUp: Bool) throws(NotNow) {
    try demand(p, true, "")
    try demand(p, hosts[p.index].isUp == isUp, "is down")
  }

  // MARK: The adversary

  private mutating func connect(_ components: [ProcessSet]) throws(NotNow) {
    var seen: ProcessSet = []
    for component in components {
      for p in component {
        try demand(p, !seen.contains(p), "stands in two components")
        seen.insert(p)
      }
    }
    tally.partitions += 1
    network.connect(components)
  }

  private mutating func depart(_ p: Process, _ end: Traces.Event.Action) {
    interrupt(p)
    hosts[p.index].isUp = false
    record(p, nil, end)
  }

  private mutating func interrupt(_ p: Process) {
    if hosts[p.index].agreeing != nil { tally.interrupted += 1 }
    hosts[p.index].agreeing = nil
  }

  /// Perhaps something comes to the door of `p` that nobody sent, or not to it, or not now.
  mutating func attack(_ p: Process) {
    let view = network.view(of: p)
    guard let forgery = adversary?.forgery(against: p, in: view) else { return }
    var turns: [Turn<Group>] = []
    if let refusal = give(p, .packet(forgery.bytes, from: forgery.sender), &turns, after: forgery.delay) {
      tally.refusals[forgery.attack, default: [:]][refusal.kind, default: 0] += 1
    } else {
      tally.accepted.append("\(p): \(forgery.attack.rawValue)")
    }
  }

  // MARK: The service

  private mutating func agree(
    _ classes: [ProcessSet], _ extra: [PacketName], _ happening: inout Happening<Group>
  ) throws(NotNow) {
    let component = classes.reduce(ProcessSet(), |)
    for p in component { try demand(p, true, "") }
    guard !component.isEmpty, network.canAgree(component) else {
      throw NotNow("\(component) cannot agree on a view now")
    }
    var broadcasts: [MessageIdentifier] = []
    for packet in extra {
      guard let identifier = identifier(packet) else { throw NotNow("there is no packet \(packet)") }
      broadcasts.append(identifier)
    }
    let agreement = network.agreement(for: component, grouping: classes, extra: broadcasts)!
    network.apply(.agree(agreement))
    // Whoever is listed may know the key, also if it never gets so far.
    let identifier = network.target(of: component.first!)!.identifier
    evidence.views.append(
      Evidence.View(identifier: identifier, lives: Set(component.map { hosts[$0.index].life })))
    happening.agreed = (identifier, agreement.classes.map(\.members))
  }

  private mutating func install(_ p: Process, _ turns: inout [Turn<Group>]) {
    guard case .view(let view) = network.apply(.install(p)) else { return }
    interrupt(p)
    hosts[p.index].agreeing = view.identifier
    tally.views += 1
    record(
      p, .gcs,
      .view(
        view.identifier.traced, members: view.members.traced, transitional: view.transitional.traced, key: nil
      ))
    give(p, .view(view), &turns)
  }

  private mutating func deliver(
    _ p: Process, _ message: MessageIdentifier, _ turns: inout [Turn<Group>]
  ) {
    guard case .deliver(let delivered) = network.apply(.deliver(p, message)) else { return }
    let packet = delivered.payload
    record(p, .gcs, .deliver(message: Name(packet.name.description)))
    adversary?.hears(p, packet.name)
    let refusal = give(p, .packet(packet.bytes, from: delivered.sender), &turns, packet: packet.name)
    if let refusal { tally.dropped.append("\(p): \(refusal)") }
  }

  // MARK: The application

  private mutating func send(
    _ p: Process, _ service: GroupCommunication.Service, _ turns: inout [Turn<Group>]
  ) {
    guard hosts[p.index].maySend else {
      give(p, .userMessage(UserMessage(sender: p, number: 0, service: service)), &turns)
      return
    }
    hosts[p.index].messagesSent += 1
    let message = UserMessage(sender: p, number: hosts[p.index].messagesSent, service: service, content: [42])
    record(p, .secure, .send(message: message.traced, service: service.traced, to: nil))
    tally.messages += 1
    give(p, .userMessage(message), &turns)
  }

  private mutating func flushOk(_ p: Process, _ turns: inout [Turn<Group>]) {
    hosts[p.index].owesFlushOk = false
    hosts[p.index].maySend = false
    record(p, .secure, .flushOk)
    give(p, .secureFlushOk, &turns)
  }

  // MARK: The members

  /// - Parameters:
  ///   - packet: the name of what is given.
  ///   - delay: milliseconds that a packet was held back.
  /// - Returns: why it did not pass the door.
  @discardableResult private mutating func give(
    _ p: Process, _ input: SecureMember<Group, Scheme>.Input, _ turns: inout [Turn<Group>],
    packet: PacketName? = nil, after delay: Int64 = 0
  ) -> DoorRefusal? {
    let before = Variables(hosts[p.index].member!.agreement)
    var turn = Turn<Group>(process: p, packet: packet, before: before, after: before)
    let reaction: SecureMember<Group, Scheme>.Reaction
    do {
      reaction = try hosts[p.index].member!.handle(input, now: Int64(time * 1000) + delay)
    } catch {
      tally.notPossible.append("\(error.event) in \(error.state)")
      tally.lines.insertNotPossible(error)
      turn.notPossible = error
      turns.append(turn)
      return nil
    }
    if case .drop(let refusal) = reaction.outputs.first {
      turn.dropped = refusal.description
      turns.append(turn)
      return refusal
    }
    tally.steps += 1
    evidence.lives[hosts[p.index].life].last = hosts[p.index].member!.arithmetic.randomness
    turn.event = reaction.event
    turn.after = Variables(hosts[p.index].member!.agreement)
    if let step = reaction.step {
      for lines in step.lines { tally.lines.insert(lines) }
      turn.lines = step.lines
      turn.actions = step.actions
      for action in step.actions { observe(action) }
    }
    let place = turns.count
    turns.append(turn)
    for output in reaction.outputs { take(output, p, place, &turns) }
    return nil
  }

  /// Notes what secrecy is judged by.
  private mutating func observe(_ action: RobustAgreement<Group>.Action) {
    switch action {
    case .unicast(let message, _), .broadcast(let message, _):
      tally.agreementMessages += 1
      evidence.elements += message.elements
    case .deliverView(let view):
      // One that was never agreed on has nobody who may know its key; the checker sees it, too.
      if let index = evidence.views.lastIndex(where: { $0.identifier == view.identifier }) {
        evidence.views[index].key = view.key
      }
    case .deliverSignal, .deliverFlushRequest, .deliverData, .refuse, .broadcastData, .sendFlushOk: break
    }
  }

  /// - Parameter place: of the turn from which the output came.
  private mutating func take(
    _ output: SecureMember<Group, Scheme>.Output, _ p: Process, _ place: Int, _ turns: inout [Turn<Group>]
  ) {
    switch output {
    case .deliverView(let view):
      tally.secureViews += 1
      hosts[p.index].agreeing = nil
      hosts[p.index].maySend = true
      record(
        p, .secure,
        .view(
          view.identifier.traced, members: view.members.traced, transitional: view.transitional.traced,
          key: Traces.Event.Key(fingerprint(of: view.key))))
    case .deliverSignal: record(p, .secure, .signal)
    case .deliverFlushRequest(let answerAtOnce):
      record(p, .secure, .flushRequest)
      hosts[p.index].owesFlushOk = true
      if answerAtOnce {
        tally.lateViews += 1
        flushOk(p, &turns)
      }
    case .deliverData(let message): record(p, .secure, .deliver(message: message.traced))
    case .refuse: tally.refused += 1
    case .drop: preconditionFailure("nothing comes of what does not pass the door")
    case .sendFlushOk:
      guard network.canFlushOk(p) else {
        tally.notPossible.append("flush ok that nobody asked for")
        turns[place].isFlushOkUncalled = true
        return
      }
      record(p, .gcs, .flushOk)
      network.flushOk(p)
    case .unicast(let bytes, let to):
      if let name = transmit(bytes, p, .fifo, to) { turns[place].sent.append(name) }
    case .broadcast(let bytes, let service):
      if let name = transmit(bytes, p, service, nil) { turns[place].sent.append(name) }
    }
  }

  /// - Returns: nil where the service takes no messages.
  private mutating func transmit(
    _ bytes: [UInt8], _ p: Process, _ service: GroupCommunication.Service, _ to: Process?
  ) -> PacketName? {
    guard network.canSend(p) else {
      tally.notPossible.append("message after the flush ok")
      return nil
    }
    let name = PacketName(p, hosts[p.index].packets.count + 1)
    record(
      p, .gcs,
      .send(
        message: Name(name.description), service: service.traced, to: to.map { Name($0.description) }))
    hosts[p.index].packets.append(
      network.send(Packet(name: name, bytes: bytes), from: p, service: service, to: to))
    adversary?.sees(name, bytes, from: p, to: to, in: network.view(of: p)!.identifier)
    return name
  }
}

extension UserMessage {
  fileprivate var traced: Name { Name("\(sender).\(number)") }
}
