/// A line chart as SVG: a few series over whole numbers.
struct LinePlot {
  struct Series {
    var name: String
    var points: [(x: Int, y: Double)]
  }

  var title: String
  var xTitle: String
  var series: [Series]

  private static let width = 430.0
  private static let height = 330.0
  private static let left = 58.0
  private static let right = 14.0
  private static let top = 34.0
  private static let bottom = 46.0
  /// Tell apart also who does not see red and green (Okabe and Ito).
  private static let colours = ["#d55e00", "#0072b2", "#009e73", "#8a6fb0", "#666666"]

  /// Charts side by side, which have the same series, under one heading.
  static func document(_ heading: String, _ plots: [LinePlot]) -> String {
    let total = width * Double(plots.count)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(number(total))" height="\(number(height + 62))" \
      viewBox="0 0 \(number(total)) \(number(height + 62))" font-family="sans-serif" font-size="12" fill="#222">
      <rect width="100%" height="100%" fill="#fff"/>
      <text x="\(number(left))" y="24" font-size="15" font-weight="bold">\(escaped(heading))</text>

      """
    var x = left
    for (index, series) in plots[0].series.enumerated() {
      let colour = colours[index % colours.count]
      text += """
        <path d="M\(number(x)) 44h22" stroke="\(colour)" stroke-width="2"/>
        <text x="\(number(x + 28))" y="48">\(escaped(series.name))</text>

        """
      x += 28 + 7.2 * Double(series.name.count) + 24
    }
    for (index, plot) in plots.enumerated() {
      text += "<g transform=\"translate(\(number(width * Double(index))) 58)\">\n\(plot.body)</g>\n"
    }
    return text + "</svg>\n"
  }

  private var body: String {
    let xs = series.flatMap { $0.points.map(\.x) }
    let (first, last) = (xs.min() ?? 0, max(xs.max() ?? 1, (xs.min() ?? 0) + 1))
    let step = Self.step(series.flatMap { $0.points.map(\.y) }.max() ?? 1)
    let highest = step * 5
    func px(_ x: Int) -> Double {
      Self.left + (Self.width - Self.left - Self.right) * Double(x - first) / Double(last - first)
    }
    func py(_ y: Double) -> Double {
      Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * y / highest
    }
    var text = "<text x=\"\(Self.number(Self.left))\" y=\"22\">\(Self.escaped(title))</text>\n"
    for line in 0...5 {
      let y = step * Double(line)
      text += """
        <path d="M\(Self.number(Self.left)) \(Self.number(py(y)))H\(Self.number(Self.width - Self.right))" \
        stroke="\(line == 0 ? "#222" : "#ddd")"/>
        <text x="\(Self.number(Self.left - 6))" y="\(Self.number(py(y) + 4))" text-anchor="end">\
        \(Self.number(y))</text>

        """
    }
    let every = max(1, (last - first + 9) / 10)
    for x in stride(from: first, through: last, by: every) {
      text += """
        <text x="\(Self.number(px(x)))" y="\(Self.number(Self.height - Self.bottom + 18))" \
        text-anchor="middle">\(x)</text>

        """
    }
    text += """
      <text x="\(Self.number((Self.left + Self.width - Self.right) / 2))" y="\(Self.number(Self.height - 8))" \
      text-anchor="middle">\(Self.escaped(xTitle))</text>

      """
    for (index, one) in series.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let points = one.points.map { "\(Self.number(px($0.x))) \(Self.number(py($0.y)))" }
      text +=
        "<path d=\"M\(points.joined(separator: "L"))\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>\n"
      for point in one.points {
        text += """
          <circle cx="\(Self.number(px(point.x)))" cy="\(Self.number(py(point.y)))" r="3" fill="\(colour)"/>

          """
      }
    }
    return text
  }

  /// A fifth of a round number that is not below `greatest`.
  private static func step(_ greatest: Double) -> Double {
    var unit = 1.0
    while true {
      for factor in [1, 2, 2.5, 3, 4, 5, 8] where factor * unit * 5 >= greatest { return factor * unit }
      unit *= 10
    }
  }

  private static func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}
