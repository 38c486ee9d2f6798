import Testing

@testable import GroupCommunication

private let (a, b, c) = (Process(0), Process(1), Process(2))

/// Three processes in one view.
private func group() -> VirtualSynchrony<Int> {
  var service = VirtualSynchrony<Int>(processes: 3)
  for p in [a, b, c] { service.join(p) }
  service.agree([a, b, c])
  for p in [a, b, c] { service.apply(.install(p)) }
  return service
}

extension VirtualSynchrony {
  fileprivate mutating func agree(_ component: ProcessSet) { apply(.agree(agreement(for: component)!)) }
  /// Who sent what `p` can deliver.
  fileprivate func senders(_ p: Process) -> [Process] { deliverable(p).map(\.sender) }
}

/// All three are told of a change and agree to it.
private func flush(_ service: inout VirtualSynchrony<Int>, _ processes: Process...) {
  for p in processes {
    if service.canSignal(p) { service.apply(.signal(p)) }
    if service.canRequestFlush(p) { service.apply(.flushRequest(p)) }
    service.flushOk(p)
  }
}

@Suite struct ProcessTests {
  @Test(arguments: 0..<64) func `names are read back`(number: Int) {
    #expect(Process(Process(number).description) == Process(number))
  }

  @Test func `sets are in the order of their numbers`() {
    let set: ProcessSet = [c, a]
    #expect(Array(set) == [a, c])
    #expect(set.description == "{a c}")
    #expect((set - [a]) == [c])
    #expect((set | [b]).count == 3)
    #expect(set.first == a && !set.contains(b))
    #expect(Process("z9") == nil)
  }
}

@Suite struct VirtualSynchronyTests {
  /// Property 13 and Appendix I: one signal, one flush request, and a view only after the flush ok.
  @Test func `a view needs a signal and a flush ok of every member`() {
    var service = group()
    #expect(!service.isPending(a) && !service.canSignal(a) && !service.canAgree([a, b, c]))
    service.glitch(b)
    #expect(service.isPending(a) && service.canSignal(a) && service.canRequestFlush(a))
    flush(&service, a, b)
    #expect(!service.canSignal(a) && !service.canRequestFlush(a) && !service.canSend(a))
    #expect(!service.canAgree([a, b, c]))
    flush(&service, c)
    #expect(service.canAgree([a, b, c]))
    service.agree([a, b, c])
    #expect(service.canInstall(a) && service.canInstall(b))
    guard case .view(let view) = service.apply(.install(a)) else { return }
    #expect(view.members == [a, b, c] && view.transitional == [a, b, c] && view.leaving.isEmpty)
    #expect(view.merging.isEmpty)
  }

  /// Property 9: of one sender in order; property 6: what is sent is owed by its sender.
  @Test func `messages of one sender stay in order`() {
    var service = group()
    service.send(1, from: a, service: .fifo)
    service.send(2, from: a, service: .fifo)
    #expect(service.deliverable(b).map(\.number) == [0])
    #expect(service.mustDeliver(a) == service.deliverable(b) + [service.undelivered(b)[1]])
    #expect(service.mustDeliver(b).isEmpty)
    service.apply(.deliver(b, service.deliverable(b)[0]))
    #expect(service.deliverable(b).map(\.number) == [1])
  }

  /// Property 11: the order is chosen by who delivers first, and binds all before their signals.
  @Test func `agreed messages come in one order`() {
    var service = group()
    service.send(1, from: a, service: .agreed)
    service.send(2, from: b, service: .agreed)
    #expect(service.deliverable(c).count == 2)
    service.apply(.deliver(c, service.deliverable(c)[1]))
    #expect(service.senders(a) == [b])
    // After its signal a may pass over what it does not owe; b may not pass over its own message.
    service.connect([[a], [b], [c]])
    service.apply(.signal(a))
    service.apply(.signal(b))
    #expect(service.senders(a) == [a, b])
    #expect(service.senders(b) == [b])
  }

  /// Property 12: a safe message delivered before the signal is owed by every member.
  @Test func `what one delivers as safe all owe`() {
    var service = group()
    service.send(1, from: a, service: .safe)
    service.connect([[a], [b, c]])
    service.apply(.deliver(b, service.deliverable(b)[0]))
    #expect(service.mustDeliver(c).contains(service.deliverable(c)[0]))
    flush(&service, b, c)
    service.agree([b, c])
    #expect(service.canInstall(b) && !service.canInstall(c))
  }

  /// Property 12: who has gone on without a safe message keeps others from delivering it before their signals.
  @Test func `nobody delivers as safe what a member can no longer deliver`() {
    var service = group()
    service.connect([[a, b], [c]])
    flush(&service, c)
    service.agree([c])
    service.apply(.install(c))
    service.send(1, from: a, service: .safe)
    #expect(service.deliverable(b).isEmpty)
    service.apply(.signal(b))
    #expect(service.deliverable(b).count == 1)
  }

  /// Members are diverted: the first view is never installed by b.
  @Test func `another view may be agreed before one is installed`() {
    var service = group()
    service.connect([[a, b], [c]])
    flush(&service, a, b)
    service.agree([a, b])
    service.apply(.install(a))
    service.connect([[b], [a], [c]])
    #expect(service.canAgree([b]))
    service.agree([b])
    guard case .view(let view) = service.apply(.install(b)) else { return }
    #expect(view.members == [b] && view.leaving == [a, c])
    #expect(service.isPending(a))
  }
}
