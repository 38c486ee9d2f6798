public import GroupCommunication

/// What one unit of an adversary's budget buys.
public enum Adversity: Hashable, Sendable {
  /// The network connects just the members of each part with each other.
  case connect([ProcessSet])
  /// A process suspects somebody wrongly.
  case glitch(Process)
  case crash(Process)
  /// A process joins, for the first time or after a crash.
  case join(Process)

  /// All that can be done, each effect once.
  public static func all<Payload>(in service: VirtualSynchrony<Payload>) -> [Self] {
    var all = RobustModel.partitions(of: service.processes.count)
      .filter { parts in !parts.allSatisfy { $0 == service.connected(with: $0.first!) } }
      .map(Self.connect)
    for p in service.processes {
      guard service.isJoined(p) else {
        all.append(.join(p))
        continue
      }
      let component = service.component(of: p)
      if component.first == p, !service.needsView(component) { all.append(.glitch(p)) }
      all.append(.crash(p))
    }
    return all
  }

  public func strike<Payload>(_ service: inout VirtualSynchrony<Payload>) {
    switch self {
    case .connect(let parts): service.connect(parts)
    case .glitch(let p): service.glitch(p)
    case .crash(let p): service.crash(p)
    case .join(let p) where service.isCrashed(p): service.recover(p)
    case .join(let p): service.join(p)
    }
  }
}
