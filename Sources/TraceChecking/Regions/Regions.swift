internal import Traces

/// How a layer falls into regions.
///
/// Views stand in the order of their identifiers. Every message, and every history that does not go up, joins all
/// views from the lowest to the highest that it touches. No chain of events leaves such a union and comes back, so
/// that happens-before among the messages of one view, delivery orders and sets can be judged within it.
enum Regions {
  struct Part {
    /// By history, in its order.
    var sections: [Int32]
    /// By identifier.
    var views: [Int32]
    /// One view, and nothing crosses its border: sends and deliveries are in it, each message is sent once.
    var isRegular: Bool

    /// The same with the histories ordered by the names of their processes, so that what is told does not depend on
    /// the order of files.
    func ordered(of recording: borrowing LayerRecording, _ scene: Scene) -> Part {
      let keys = sections.map { (scene.names[Int(recording.sections[Int($0)].process)], $0) }
      return Part(sections: keys.sorted { $0 < $1 }.map(\.1), views: views, isRegular: isRegular)
    }
  }

  /// All that is not retired.
  static func parts(of recording: borrowing LayerRecording, _ profile: Header.Profile) -> [Part] {
    let none = LayerRecording.none
    let order = recording.views.indices.filter { !recording.views[$0].retired }
      .sorted { recording.views[$0].identifier < recording.views[$1].identifier }
    var rank = [Int](repeating: 0, count: recording.views.count)
    for (place, view) in order.enumerated() { rank[view] = place }

    // What stands in no view belongs to the first view of its history, or, without any, behind all views.
    let beyond = order.count
    var level = [Int](repeating: beyond, count: recording.sections.count)
    for index in recording.sections.elements.indices {
      let section = recording.sections[index]
      if section.view != none {
        level[index] = section.retired ? -1 : rank[Int(section.view)]
      } else if section.next != none, !recording.sections[Int(section.next)].retired {
        level[index] = rank[Int(recording.sections[Int(section.next)].view)]
      } else if section.next != none {
        level[index] = -1
      }
    }

    // joins[i] counts the spans that begin at i less those that end there.
    var joins = [Int](repeating: 0, count: beyond + 2)
    var isRegular = [Bool](repeating: profile != .evs, count: beyond + 1)
    if profile == .evs {
      joins[0] += 1
      joins[beyond] -= 1
    }
    func join(_ a: Int, _ b: Int) {
      joins[min(a, b)] += 1
      joins[max(a, b)] -= 1
    }
    var unsent: [UInt32: Int] = [:]
    for index in recording.sections.elements.indices where level[index] >= 0 {
      let section = recording.sections[index]
      let here = level[index]
      if section.view == none, section.deliveries.count + section.sends.count > 0 { isRegular[here] = false }
      if section.previousView != none, section.previous != none, level[Int(section.previous)] >= here {
        isRegular[here] = false
        join(level[Int(section.previous)], here)
      }
      for delivery in section.deliveries.elements {
        let message = recording.messages[Int(delivery.message)]
        if message.section >= 0, !message.sentAgain {
          let there = level[Int(message.section)]
          if there != here { join(here, there) }
        } else if message.section < 0 {
          isRegular[here] = false
          if let there = unsent.updateValue(here, forKey: delivery.message), there != here {
            join(here, there)
          }
        } else {
          isRegular[here] = false
          for send in recording.sends(of: delivery.message) { join(here, level[Int(send.section)]) }
        }
      }
    }
    for (message, further) in recording.furtherSends {
      let first = Int(recording.messages[Int(message)].section)
      for send in further {
        join(level[first], level[Int(send.section)])
        isRegular[level[first]] = false
        isRegular[level[Int(send.section)]] = false
      }
    }

    var parts: [Part] = []
    var partOfLevel = [Int](repeating: 0, count: beyond + 1)
    var open = 0
    for place in 0...beyond {
      if open > 0 {
        parts[parts.count - 1].isRegular = false
      } else {
        parts.append(Part(sections: [], views: [], isRegular: isRegular[place]))
      }
      partOfLevel[place] = parts.count - 1
      if place < beyond { parts[parts.count - 1].views.append(Int32(order[place])) }
      open += joins[place]
    }
    // Histories begin with sections of ascending index, but those of several processes mix.
    var histories = [Int32: [Int32]]()
    for index in recording.sections.elements.indices where level[index] >= 0 {
      histories[recording.sections[index].history, default: []].append(Int32(index))
    }
    for history in histories.keys.sorted() {
      for section in histories[history]! { parts[partOfLevel[level[Int(section)]]].sections.append(section) }
    }
    return parts.filter { !$0.sections.isEmpty }
  }
}
