public import CyclicGroups
public import GroupCommunication

/// What a run leaves behind for the question who could have computed which key.
public struct Evidence<Group: CyclicGroup>: Sendable {
  /// A process from a start to the next one.
  struct Life: Sendable {
    var process: Process
    var first: Randomness
    var last: Randomness
  }

  struct View: Sendable {
    var identifier: ViewIdentifier
    /// The lives that belong to it, as indices into `lives`.
    var lives: Set<Int>
    /// nil until somebody installs it as a secure view.
    var key: Group.Element?
  }

  /// All that was sent by the key agreement.
  public internal(set) var elements: [Group.Element] = []
  var lives: [Life] = []
  var views: [View] = []
}

extension Evidence where Group.Element == SymbolicGroup.Element {
  /// The secure views whose key is not secret: it could be computed from all messages of the key agreement, the keys of
  /// all other views, and every exponent that those ever drew who are not members of the view, be it before or after
  /// (key independence, and backward and forward secrecy: Amir et al., Section I).
  public var exposed: [ViewIdentifier] {
    views.compactMap { view -> ViewIdentifier? in
      guard let key = view.key else { return nil }
      var fresh: Set<UInt64> = []
      for (index, life) in lives.enumerated() where !view.lives.contains(index) {
        var randomness = life.first
        while randomness != life.last { fresh.insert(randomness.next()) }
      }
      let otherKeys = views.compactMap { $0.identifier == view.identifier ? nil : $0.key }
      let knowledge = Knowledge(elements: elements + otherKeys, exponents: fresh)
      return knowledge.canCompute(key) ? view.identifier : nil
    }
  }
}
