import ArgumentParser
import CyclicGroups
import Foundation
import KeyAgreement
import SecureGroup
import Simulation

struct BenchAgreement: Benchmark {
  static let configuration = CommandConfiguration(
    commandName: "agreement",
    abstract: "Measures the time to the secure view, beside Figs. 5 and 6.",
    discussion: """
      Runs the optimized algorithm with each protocol through a join and a leave, signed by Ed25519, and measures \
      what each member calculates, in seconds of the processor. The time to the secure view is that along the \
      longest chain of calculations that wait for one another, as if each member had a machine of its own and the \
      network took no time; the work is that of all members together. The time is told in exponentiations, too, \
      which the same run measures ("x exp."), and beside what the exponentiations, signatures and verifications along \
      the chain take by themselves ("x bare"). A leaving member is CKD's controller with probability 1/n, as in the \
      paper. Then agreements of 20 members over 2048 bits are compared with their bare exponentiations and \
      signatures. It needs a release build.

      EXIT STATUS
        0   measured; the goal may be met or not
        64  the command line is wrong, or this is no release build
        74  writing failed
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Sizes of the group before the change.", valueName: "n"))
  var sizes: [Int] = [2, 5, 10, 15, 20, 30, 40, 50]
  @Flag(help: "All sizes from 2 to 50.") var all = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The groups in which keys live: \(SchnorrGroup.allNamed.map(\.name).joined(separator: ", ")).",
      valueName: "name"))
  var groups = ["insecure512", "insecure1024"]
  @Option(
    help: ArgumentHelp("How often each agreement is measured; the one in the middle counts.", valueName: "n"))
  var runs = 5
  @Option(help: ArgumentHelp("Where to draw both figures, as SVG.", valueName: "file")) var svg: String?

  func validate() throws {
    guard sizes.allSatisfy({ (2...63).contains($0) }), !sizes.isEmpty else {
      throw ValidationError("Sizes must be from 2 to 63.")
    }
    for name in groups where SchnorrGroup.named(name) == nil {
      throw ValidationError("There is no group '\(name)'.")
    }
    if runs < 1 { throw ValidationError("--runs must be at least 1.") }
  }

  func measure() throws {
    let plots = try figures()
    if let svg {
      let heading = "Time to the secure view, in exponentiations of the same run"
      try Output.write(Array(LinePlot.document(heading, plots).utf8), to: svg)
    }
    try Output.standard.write(Self.bareCosts())
  }

  private enum Change: String, CaseIterable {
    case join = "Fig. 5, join"
    case leave = "Fig. 6, leave"

    /// What the paper measured at n = 20 with 512 bits, in milliseconds.
    private func paperTime(_ agreement: KeyAgreementProtocol) -> Double {
      switch agreement {
      case .gdh: self == .join ? 142 : 49
      case .ckd: self == .join ? 91 : 58
      }
    }

    /// The same as points of a plot.
    var reference: [LinePlot.Series] {
      KeyAgreementProtocol.allCases.enumerated().map { colour, agreement in
        LinePlot.Series(
          name: "\(agreement.rawValue.uppercased()), the paper, 512 bit",
          points: [(20, paperTime(agreement) / Self.paperCosts.exponentiation)], colour: colour,
          style: .reference)
      }
    }

    /// The same in words.
    var paper: String {
      var text = "  the paper, n = 20, 512 bit: "
      for agreement in KeyAgreementProtocol.allCases {
        let view = paperTime(agreement)
        text += String(
          format: "%@ %.0f ms, x exp. %.1f, x bare %.2f; ", agreement.rawValue.uppercased(), view,
          view / Self.paperCosts.exponentiation, view / least(agreement))
      }
      return text
        + "an RSA signature\n  took 5.6 exponentiations, a verification 0.1, and members shared machines\n"
    }

    /// Milliseconds.
    private static let paperCosts = BareCosts(
      exponentiation: 1.7, signature: 9.6, verification: 0.2, check: 0)

    /// What Table II's operations took at least in the paper.
    private func least(_ agreement: KeyAgreementProtocol) -> Double {
      func least(_ change: AgreementCost.Change) -> Double {
        // GDH has no row of its own for a controller that leaves: it is like the others.
        let rows = BenchCosts.rows(1).filter { $0.agreement == agreement }
        let columns = (rows.first { $0.change == change } ?? rows.first { $0.change == .leave }!).paper(20)
        return Self.paperCosts.least(
          OperationCounts(exponentiations: columns[4], signatures: columns[5], verifications: columns[6]))
      }
      return self == .join ? least(.join) : 0.95 * least(.leave) + 0.05 * least(.controllerLeave)
    }
  }

  /// Seconds.
  private struct Times {
    var view: Double
    /// What the operations along the longest chain take at least.
    var least: Double
    var work: Double

    /// The mean, if the other happens with a probability of `share`.
    func mixed(with other: Self, _ share: Double) -> Self {
      func mean(_ time: KeyPath<Self, Double>) -> Double {
        (1 - share) * self[keyPath: time] + share * other[keyPath: time]
      }
      return Self(view: mean(\.view), least: mean(\.least), work: mean(\.work))
    }
  }

  private func figures() throws -> [LinePlot] {
    var plots: [LinePlot] = []
    for change in Change.allCases {
      var plot = LinePlot(title: change.rawValue, xTitle: "members before the change", series: [])
      try Output.standard.write(
        "\(change.rawValue): the time to the secure view, and the work of all members, in milliseconds\n")
      for (place, name) in groups.enumerated() {
        let group = SchnorrGroup.named(name)!
        let bare = BareCosts(group)
        try Output.standard.write(
          String(
            format:
              "  %@: an exponentiation %.3f ms, a signature %.3f, a verification %.3f, an element checked %.3f\n",
            name, bare.exponentiation * 1000, bare.signature * 1000, bare.verification * 1000,
            bare.check * 1000)
            + row(["n"] + ["GDH", "CKD"].flatMap { ["\($0) view", "x exp.", "x bare", "work"] }))
        var points: [KeyAgreementProtocol: [(Int, Double)]] = [:]
        for n in all ? Array(2...50) : sizes {
          var cells = ["\(n)"]
          for agreement in KeyAgreementProtocol.allCases {
            let times = measure(change, n, agreement, group, bare)
            cells += [
              String(format: "%.2f", times.view * 1000),
              String(format: "%.1f", times.view / bare.exponentiation),
              String(format: "%.2f", times.view / times.least), String(format: "%.2f", times.work * 1000),
            ]
            points[agreement, default: []].append((n, times.view / bare.exponentiation))
          }
          try Output.standard.write(row(cells))
        }
        plot.series += KeyAgreementProtocol.allCases.enumerated().map { colour, agreement in
          LinePlot.Series(
            name: "\(agreement.rawValue.uppercased()), \(name)", points: points[agreement]!,
            colour: colour, style: [.solid, .dashed, .dotted][place % 3])
        }
      }
      plot.series += change.reference
      plots.append(plot)
      try Output.standard.write(change.paper + "\n")
    }
    return plots
  }

  private func row(_ cells: [String]) -> String {
    cells.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined() + "\n"
  }

  private func measure(
    _ change: Change, _ n: Int, _ agreement: KeyAgreementProtocol, _ group: SchnorrGroup, _ bare: BareCosts
  ) -> Times {
    func median(_ change: AgreementCost.Change) -> Times {
      let costs = (0..<runs).map { _ in
        AgreementCost.measure(change, n: n, agreement, in: group, Ed25519())
      }
      return Times(
        view: costs.map(\.time).sorted()[runs / 2], least: bare.least(costs[0].serial),
        work: costs.map(\.totalTime).sorted()[runs / 2])
    }
    switch change {
    case .join: return median(.join)
    case .leave: return median(.leave).mixed(with: median(.controllerLeave), 1 / Double(n))
    }
  }

  /// The work of whole agreements beside their bare operations, measured in turn.
  private static func bareCosts() -> String {
    let group = SchnorrGroup.modp2048
    var text =
      "GDH, 20 members afterwards, \(group.name): the work beside its bare exponentiations and signatures\n"
    let changes: [(String, AgreementCost.Change, Int)] = [
      ("a join", .join, 19), ("a leave", .leave, 21), ("20 who meet", .merge(19), 1),
    ]
    for (name, change, n) in changes {
      // The machine may be busier at one time than at another: what is compared is measured in turn.
      let rounds = (0..<9).map { _ in
        let before = BareCosts(group)
        let cost = AgreementCost.measure(change, n: n, .gdh, in: group, Ed25519())
        let least = (before.least(cost.total) + BareCosts(group).least(cost.total)) / 2
        return (cost, least, ratio: cost.totalTime / least)
      }
      let (cost, least, ratio) = rounds.sorted { $0.ratio < $1.ratio }[rounds.count / 2]
      text += "  " + name + String(repeating: " ", count: max(0, 12 - name.count))
      text += String(
        format: "%.1f ms for %d exponentiations, %d signatures, %d verifications of %.1f ms: ratio %.3f",
        cost.totalTime * 1000, cost.total.exponentiations, cost.total.signatures, cost.total.verifications,
        least * 1000, ratio)
      text += "; goal <= 1.1: \(ratio <= 1.1 ? "met" : "missed")\n"
    }
    return text
  }
}

/// Seconds of the processor that single operations take with nothing around them.
struct BareCosts {
  var exponentiation: Double
  var signature: Double
  var verification: Double
  /// Whether bytes are an element of the group.
  var check: Double
}

extension BareCosts {
  init(_ group: SchnorrGroup) {
    var randomness = Randomness.seeded(1)
    let exponent = group.randomExponent(using: &randomness)
    let element = group.bareExponentiations(group.generator, exponent, count: 1)
    let bytes = group.bytes(of: element)
    let scheme = Ed25519()
    let key = scheme.generateKey(using: &randomness)
    let publicKey = scheme.publicKey(of: key)
    let message = [UInt8](repeating: 7, count: bytes.count + 100)
    let signed = scheme.sign(message, with: key)
    exponentiation = Self.median(12) { count in
      _ = group.bareExponentiations(element, exponent, count: count)
    }
    signature = Self.median(100) { count in for _ in 0..<count { _ = scheme.sign(message, with: key) } }
    verification = Self.median(100) { count in
      for _ in 0..<count { precondition(scheme.isValid(signed, of: message, by: publicKey)) }
    }
    check = Self.median(12) { count in for _ in 0..<count { _ = try? group.element(from: bytes) } }
  }

  /// What so many operations take at least.
  func least(_ counts: OperationCounts) -> Double {
    Double(counts.exponentiations) * exponentiation + Double(counts.signatures) * signature
      + Double(counts.verifications) * verification
  }

  /// The middle of five times, for one of `count`.
  private static func median(_ count: Int, _ body: (Int) -> Void) -> Double {
    let times = (0..<5).map { _ in
      let start = ProcessorTime.ofThisThread
      body(count)
      return (ProcessorTime.ofThisThread - start) / Double(count)
    }
    return times.sorted()[2]
  }
}
