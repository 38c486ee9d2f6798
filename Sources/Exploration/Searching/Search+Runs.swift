public import Synchronization

extension Search {
  /// Who found a state: the record of the one before, nil for initial states, and the ordinal of the action, or
  /// of the initial state.
  @inlinable
  func origin(of record: UInt32) -> (record: UInt32?, ordinal: Int) {
    let key = visited.key(record).pointee.load(ordering: .relaxed)
    let position = Int(key >> 32)
    return (position == 0 ? nil : order[position - 1], Int(key >> 8 & 0xff_ffff))
  }

  /// The run that found a state, executed again.
  @inlinable
  func run(to record: UInt32) -> Run<M> {
    var records = [record]
    while let previous = origin(of: records.last!).record { records.append(previous) }
    records.reverse()
    let initial = model.initialStates[origin(of: records[0]).ordinal]
    var run = Run<M>(initial: initial, steps: [])
    var actions: [M.Action] = []
    for record in records.dropFirst() {
      actions.removeAll(keepingCapacity: true)
      model.actions(of: run.last, into: &actions)
      // Where symmetry replaced states by others, the action may have another name.
      let ordinal = origin(of: record).ordinal
      let promising = workers[0].symmetry == nil ? actions[ordinal...ordinal] : actions[...]
      var step: Run<M>.Step?
      for action in promising {
        if let next = model.next(run.last, action), isRepresented(next, by: record) {
          step = Run<M>.Step(action: action, state: next)
          break
        }
      }
      guard let step else {
        preconditionFailure(
          "the model does something else when it is executed again, or its symmetry is none")
      }
      run.steps.append(step)
    }
    return run
  }

  @inlinable
  func isRepresented(_ state: M.State, by record: UInt32) -> Bool {
    let representative = workers[0].symmetry.map { $0(state) } ?? state
    workers[0].scratch.writer.removeAll()
    let draft = visited.storage.draft(representative, &workers[0].scratch)
    return visited.matches(record, representative, draft, workers[0].scratch)
  }

  @inlinable
  func kind(of record: UInt32) -> String {
    let (previous, ordinal) = origin(of: record)
    guard let previous else { return model.kind(of: nil, to: visited.read(record)) }
    var actions: [M.Action] = []
    model.actions(of: visited.read(previous), into: &actions)
    return model.kind(of: actions[ordinal], to: visited.read(record))
  }
}
