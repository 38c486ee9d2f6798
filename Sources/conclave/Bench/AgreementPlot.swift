/// Figs. 5 and 6: exponentiations' worth of time over the size of the group, a panel a figure.
struct AgreementPlot {
  struct Curve {
    var figure: String
    var name: String
    /// Sizes, in ascending order, and times.
    var points: [(n: Int, value: Double)]
  }

  var curves: [Curve]

  private let width = 420.0
  private let height = 300.0
  private let left = 60.0
  private let top = 40.0
  private let colours = ["#1b6ca8", "#c8553d", "#5b8c5a", "#8d6a9f", "#b8860b", "#555555", "#008b8b"]

  var text: String {
    var figures: [String] = []
    for curve in curves where !figures.contains(curve.figure) { figures.append(curve.figure) }
    let rows = curves.count { $0.figure == figures.first }
    let size = (figures.count * Int(width + left + 30), Int(height + top) + 60 + 16 * rows)
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(size.0)" height="\(size.1)" \
      viewBox="0 0 \(size.0) \(size.1)" font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="white"/>

      """
    for (place, figure) in figures.enumerated() {
      let x = Double(place) * (width + left + 30) + left
      svg += "<g transform=\"translate(\(x) \(top))\">\n"
      svg += panel(figure, curves.filter { $0.figure == figure })
      svg += "</g>\n"
    }
    return svg + "</svg>\n"
  }

  private func panel(_ figure: String, _ curves: [Curve]) -> String {
    let most = curves.flatMap(\.points).map(\.value).max() ?? 1
    let step = [1.0, 2, 5, 10, 20, 50, 100, 200, 500].first { most / $0 <= 8 } ?? 1000
    let greatestValue = (most / step).rounded(.up) * step
    let greatest = Double(max(50, curves.flatMap(\.points).map(\.n).max() ?? 50))
    func place(_ n: Double, _ value: Double) -> (x: Double, y: Double) {
      (rounded(n / greatest * width), rounded(height - value / greatestValue * height))
    }
    var svg = "<text x=\"0\" y=\"-16\" font-size=\"14\">\(figure), in exponentiations</text>\n"
    for tick in stride(from: 0, through: greatestValue, by: step) {
      let y = place(0, tick).y
      svg += "<path d=\"M0 \(y)H\(width)\" stroke=\"#dddddd\"/>"
      svg += "<text x=\"-8\" y=\"\(y + 4)\" text-anchor=\"end\">\(Int(tick))</text>\n"
    }
    for n in stride(from: 0, through: greatest, by: 10) {
      svg += "<text x=\"\(place(n, 0).x)\" y=\"\(height + 18)\" text-anchor=\"middle\">\(Int(n))</text>\n"
    }
    svg += "<text x=\"\(width / 2)\" y=\"\(height + 36)\" text-anchor=\"middle\">members</text>\n"
    for (number, curve) in curves.enumerated() {
      let colour = colours[number % colours.count]
      let path = curve.points.map { n, value in
        let (x, y) = place(Double(n), value)
        return "\(x),\(y)"
      }
      svg += "<polyline points=\"\(path.joined(separator: " "))\" fill=\"none\" stroke=\"\(colour)\" "
      svg += "stroke-width=\"2\"/>\n"
      let y = height + 54 + 16 * Double(number)
      svg += "<path d=\"M0 \(y - 4)h24\" stroke=\"\(colour)\" stroke-width=\"2\"/>"
      svg += "<text x=\"32\" y=\"\(y)\">\(curve.name)</text>\n"
    }
    return svg
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
