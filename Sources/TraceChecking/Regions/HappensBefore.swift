internal import Traces

/// Lamport's happens-before among the sends of a region, as one vector clock a send: the transitive closure of the
/// orders of the histories and of each send -> each delivery of the same message.
///
/// In a broken trace the relation may have cycles; events on one cycle happen before each other and before
/// themselves. Strongly connected components are found over the predecessors of each event (Tarjan), which hands
/// them out predecessors first, so that clocks are computed on the way. The cost of an event is a merge of two
/// clocks, as wide as the region has histories.
struct HappensBefore {
  private let width: Int
  private var clocks: [Int32]
  /// By delivery: it happens before a send of its own message.
  private(set) var precedesItsSend: [Bool]

  /// How many sends of the history `row` happen before `send`.
  func sends(ofRow row: Int, before send: Int) -> Int32 { clocks[send * width + row] }

  init(_ region: Region) {
    let width = region.rows.count
    self.width = width
    let sendCount = region.sends.count
    let deliveryCount = region.deliveries.count
    clocks = [Int32](repeating: 0, count: sendCount * width)
    precedesItsSend = [Bool](repeating: false, count: deliveryCount)

    // Nodes: sends, then deliveries.
    let total = sendCount + deliveryCount
    var previous = [Int32](repeating: -1, count: total)
    var order: [Int32] = []
    order.reserveCapacity(total)
    var rankInRow = [Int32](repeating: 0, count: sendCount)
    for row in region.rows {
      var last: Int32 = -1
      var rank: Int32 = 0
      for section in row.sections {
        let facts = region.sections[section]
        var send = facts.sends.lowerBound
        let base = region.sections[row.sections.lowerBound].deliveries.lowerBound
        func take(_ node: Int) {
          previous[node] = last
          last = Int32(node)
          order.append(last)
        }
        for delivery in facts.deliveries {
          while send < facts.sends.upperBound, Int(region.sends[send].deliveriesBefore) + base <= delivery {
            rankInRow[send] = rank
            rank += 1
            take(send)
            send += 1
          }
          take(sendCount + delivery)
        }
        while send < facts.sends.upperBound {
          rankInRow[send] = rank
          rank += 1
          take(send)
          send += 1
        }
      }
    }

    // The clock of each history after its last finished event.
    var current = [Int32](repeating: 0, count: width * width)
    var visited = [Int32](repeating: 0, count: total)
    var low = [Int32](repeating: 0, count: total)
    var finished = [Bool](repeating: false, count: total)
    var counter: Int32 = 0
    var component: [Int32] = []
    var frames: [(node: Int32, edge: Int32)] = []

    func row(_ node: Int32) -> Int {
      Int(node < sendCount ? region.sends[Int(node)].row : region.deliveries[Int(node) - sendCount].row)
    }
    func edges(_ node: Int32) -> Int {
      node < sendCount ? 1 : 1 + region.sends(of: region.deliveries[Int(node) - sendCount].message).count
    }
    func edge(_ node: Int32, _ index: Int32) -> Int32 {
      if index == 0 { return previous[Int(node)] }
      let sends = region.sends(of: region.deliveries[Int(node) - sendCount].message)
      return sends[sends.startIndex + Int(index) - 1]
    }

    func raise(_ target: Int, with send: Int32) {
      for column in 0..<width {
        current[target + column] = max(current[target + column], clocks[Int(send) * width + column])
      }
      let sender = Int(region.sends[Int(send)].row)
      current[target + sender] = max(current[target + sender], rankInRow[Int(send)] + 1)
    }

    func finish(_ node: Int32) {
      let target = row(node) * width
      if node < sendCount {
        for column in 0..<width { clocks[Int(node) * width + column] = current[target + column] }
        current[target + row(node)] = rankInRow[Int(node)] + 1
      } else {
        for send in region.sends(of: region.deliveries[Int(node) - sendCount].message) {
          raise(target, with: send)
        }
      }
    }

    func finish(cycle: ArraySlice<Int32>, _ precedes: inout [Bool]) {
      let rows = Set(cycle.map(row)).sorted()
      let joint = rows[0] * width
      for other in rows.dropFirst() {
        for column in 0..<width {
          current[joint + column] = max(current[joint + column], current[other * width + column])
        }
      }
      let members = Set(cycle)
      for node in cycle where node >= sendCount {
        for send in region.sends(of: region.deliveries[Int(node) - sendCount].message) {
          if members.contains(send) {
            precedes[Int(node) - sendCount] = true
          } else {
            raise(joint, with: send)
          }
        }
      }
      for node in cycle where node < sendCount {
        current[joint + row(node)] = max(current[joint + row(node)], rankInRow[Int(node)] + 1)
      }
      for node in cycle where node < sendCount {
        for column in 0..<width { clocks[Int(node) * width + column] = current[joint + column] }
      }
      for other in rows.dropFirst() {
        for column in 0..<width { current[other * width + column] = current[joint + column] }
      }
    }

    for start in order where visited[Int(start)] == 0 {
      frames.append((start, 0))
      while let (node, index) = frames.last {
        if index == 0 {
          counter += 1
          visited[Int(node)] = counter
          low[Int(node)] = counter
          component.append(node)
        }
        if Int(index) < edges(node) {
          frames[frames.count - 1].edge += 1
          let predecessor = edge(node, index)
          if predecessor < 0 || finished[Int(predecessor)] { continue }
          if visited[Int(predecessor)] == 0 {
            frames.append((predecessor, 0))
          } else {
            low[Int(node)] = min(low[Int(node)], visited[Int(predecessor)])
          }
          continue
        }
        frames.removeLast()
        if let parent = frames.last { low[Int(parent.node)] = min(low[Int(parent.node)], low[Int(node)]) }
        if low[Int(node)] == visited[Int(node)] {
          let begin = component.lastIndex(of: node)!
          let cycle = component[begin...]
          for member in cycle { finished[Int(member)] = true }
          if cycle.count == 1 { finish(node) } else { finish(cycle: cycle, &precedesItsSend) }
          component.removeSubrange(begin...)
        }
      }
    }
  }
}
