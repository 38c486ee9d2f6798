internal import Traces

/// What became of "delivers m", an obligation of a history in its installation of a view: met once the history
/// does it before it installs a further view; void if it crashes or has `leave` before; broken if it installs a
/// further view without, or the trace is complete; else open.
enum Obligation {
  case met, void, broken, open

  static func state(isMet: Bool, in section: LayerRecording.Section, _ scene: Scene) -> Obligation {
    if isMet { return .met }
    if section.hasLeftOrCrashed { return .void }
    return section.hasNextView || scene.completenessBreaks ? .broken : .open
  }
}
