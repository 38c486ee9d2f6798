extension ServiceState {
  func agreement(
    for component: ProcessSet, grouping: [ProcessSet]? = nil, extra: [MessageIdentifier] = []
  ) -> Agreement? {
    guard canAgree(component) else { return nil }
    var classes: [TransitionalClass] = []
    var left = component
    for proposed in (grouping ?? [component]) + component.map({ [$0] }) {
      var parts: [TransitionalClass] = []
      for p in proposed & left {
        left.remove(p)
        let joins = parts.indices.lazy.compactMap { part in
          self.together(parts[part].members | [p]).map { (part, $0) }
        }.first
        if let (part, together) = joins {
          parts[part] = together
        } else {
          parts.append(together([p])!)
        }
      }
      classes += parts
    }
    return Agreement(
      members: component,
      classes: classes.map { together in
        extra.reduce(together) { $1.view == $0.previous ? adding($1, to: $0) ?? $0 : $0 }
      })
  }

  func agreements(for component: ProcessSet) -> [Agreement] {
    guard canAgree(component) else { return [] }
    var partitions: [[TransitionalClass]] = [[]]
    for p in component {
      partitions = partitions.flatMap { classes in
        var partitions = [classes + [together([p])!]]
        for index in classes.indices {
          guard let joined = together(classes[index].members | [p]) else { continue }
          var classes = classes
          classes[index] = joined
          partitions.append(classes)
        }
        return partitions
      }
    }
    return partitions.flatMap { classes in
      var choices: [[TransitionalClass]] = [[]]
      for together in classes {
        let variants = variants(together)
        choices = choices.flatMap { choice in variants.map { choice + [$0] } }
      }
      return choices.map { Agreement(members: component, classes: $0) }
    }
  }

  /// The class with each set of messages that it can deliver.
  private func variants(_ together: TransitionalClass) -> [TransitionalClass] {
    guard let previous = together.previous else { return [together] }
    var variants = [together]
    var known: Set = [together]
    var next = 0
    while next < variants.count {
      for message in open[index(previous)].extras(for: variants[next]) {
        if let more = adding(message, to: variants[next]), known.insert(more).inserted {
          variants.append(more)
        }
      }
      next += 1
    }
    return variants
  }

  /// nil: they cannot move together.
  private func together(_ members: ProcessSet) -> TransitionalClass? {
    let previous = endpoints[members.first!.index].view?.identifier
    guard let previous else {
      return members.count == 1 ? TransitionalClass(members: members, previous: nil) : nil
    }
    guard members.allSatisfy({ endpoints[$0.index].view?.identifier == previous }) else { return nil }
    return open[index(previous)].transitionalClass(of: members)
  }

  private func adding(_ message: MessageIdentifier, to together: TransitionalClass) -> TransitionalClass? {
    together.previous.flatMap { open[index($0)].adding(message, to: together) }
  }
}
