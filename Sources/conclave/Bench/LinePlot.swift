/// A line chart as SVG: a few series over whole numbers.
struct LinePlot {
  struct Series {
    var name: String
    var points: [(x: Int, y: Double)]
    /// Series of one colour belong together; nil: its place among the series.
    var colour: Int?
    var style = Style.solid
  }

  enum Style {
    case solid, dashed, dotted
    /// Points that no line joins: what others measured.
    case reference
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
    let (legend, depth) = legend(plots[0].series, width: total)
    let size = "\(number(total))\" height=\"\(number(height + depth + 14))"
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(size)" \
      viewBox="0 0 \(number(total)) \(number(height + depth + 14))" font-family="sans-serif" font-size="12" \
      fill="#222">
      <rect width="100%" height="100%" fill="#fff"/>
      <text x="\(number(left))" y="24" font-size="15" font-weight="bold">\(escaped(heading))</text>

      """
    text += legend
    for (index, plot) in plots.enumerated() {
      let x = number(width * Double(index))
      text += "<g transform=\"translate(\(x) \(number(depth + 10)))\">\n\(plot.body)</g>\n"
    }
    return text + "</svg>\n"
  }

  /// - Returns: the rows of the legend, and where they end.
  private static func legend(_ series: [Series], width: Double) -> (text: String, depth: Double) {
    var text = ""
    var (x, y) = (left, 44.0)
    for (index, one) in series.enumerated() {
      let wide = 28 + 7 * Double(one.name.count)
      if x > left && x + wide > width {
        x = left
        y += 18
      }
      text += one.line([(x, y), (x + 22, y)], place: index) + one.marker(x + 11, y, place: index)
      text += "<text x=\"\(number(x + 28))\" y=\"\(number(y + 4))\">\(escaped(one.name))</text>\n"
      x += wide + 20
    }
    return (text, y + 6)
  }

  private var body: String {
    let xs = series.flatMap { $0.points.map(\.x) }
    let every = Self.step(xs.max() ?? 1, atMost: 10)
    let first = (xs.min() ?? 0) / every * every
    let last = max(xs.max() ?? 1, first + 1)
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
      text += one.line(one.points.map { (px($0.x), py($0.y)) }, place: index)
      for point in one.points { text += one.marker(px(point.x), py(point.y), place: index) }
    }
    return text
  }

  /// A fifth of a round number that is not below `greatest`.
  private static func step(_ greatest: Double) -> Double {
    var unit = 1.0
    while true {
      for factor in [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] where factor * unit * 5 >= greatest {
        return factor * unit
      }
      unit *= 10
    }
  }

  /// The least round number of which `count` reach `greatest`.
  private static func step(_ greatest: Int, atMost count: Int) -> Int {
    var unit = 1
    while true {
      for factor in [1, 2, 5] where factor * unit * count >= greatest { return factor * unit }
      unit *= 10
    }
  }

  fileprivate static func colour(_ place: Int) -> String { colours[place % colours.count] }

  fileprivate static func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

extension LinePlot.Series {
  /// - Parameter place: among the series.
  fileprivate func line(_ points: [(x: Double, y: Double)], place: Int) -> String {
    let dashes: String
    switch style {
    case .solid: dashes = ""
    case .dashed: dashes = " stroke-dasharray=\"7 4\""
    case .dotted: dashes = " stroke-dasharray=\"2 3\""
    case .reference: return ""
    }
    let path = points.map { "\(LinePlot.number($0.x)) \(LinePlot.number($0.y))" }.joined(separator: "L")
    let colour = LinePlot.colour(colour ?? place)
    return "<path d=\"M\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"\(dashes)/>\n"
  }

  fileprivate func marker(_ x: Double, _ y: Double, place: Int) -> String {
    let colour = LinePlot.colour(colour ?? place)
    if style == .reference {
      let corner = "\(LinePlot.number(x)) \(LinePlot.number(y - 6))"
      return
        "<path d=\"M\(corner)l6 6l-6 6l-6 -6z\" fill=\"#fff\" stroke=\"\(colour)\" stroke-width=\"2\"/>\n"
    }
    return """
      <circle cx="\(LinePlot.number(x))" cy="\(LinePlot.number(y))" r="3" fill="\(colour)"/>

      """
  }
}
