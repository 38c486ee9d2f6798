import Foundation

/// What the benches print.
enum Table {
  /// Columns beside each other, the first one flush left, the others flush right.
  static func text(_ lines: [[String]]) -> String {
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max()! }
    return lines.map { line in
      zip(line, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + space : space + cell.0
      }.joined(separator: "  ") + "\n"
    }.joined()
  }

  /// A figure and whether it is as good as it should be.
  static func goal(_ name: String, _ value: Double, atMost: Double? = nil, atLeast: Double? = nil) -> String {
    var text =
      "  " + name + String(repeating: " ", count: max(0, 58 - name.count)) + String(format: "%8.2f", value)
    if let atMost {
      text += String(format: "  goal: at most %g: ", atMost) + (value <= atMost ? "met" : "missed")
    }
    if let atLeast {
      text += String(format: "  goal: at least %g: ", atLeast) + (value >= atLeast ? "met" : "missed")
    }
    return text + "\n"
  }
}
