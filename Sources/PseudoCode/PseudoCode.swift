/// The lines of the algorithms as Spec/Algorithms tells them: the pages are part of the program.
public struct PseudoCode: Sendable {
  public struct Line: Hashable, Sendable {
    /// How deep it stands below an event, an `if` or an `else`.
    public var depth: Int
    /// Without the marks of Markdown.
    public var text: String
  }

  /// By their numbers, as 5.3.
  private var lines: [String: Line] = [:]

  /// - Parameter isOptimized: whether lines that the optimized algorithm replaces are told as it has them.
  public init(isOptimized: Bool) {
    for page in Self.pages { read(String(decoding: page, as: UTF8.self), isOptimized) }
  }

  /// nil: there is no such line.
  public func line(_ number: UInt8, ofAlgorithm algorithm: UInt8) -> Line? { lines["\(algorithm).\(number)"] }

  private static var pages: [[UInt8]] {
    [
      PackageResources.Algorithm1_md, PackageResources.Algorithm2_md, PackageResources.Algorithm3_md,
      PackageResources.Algorithm4_md, PackageResources.Algorithm5_md, PackageResources.Algorithm6_md,
      PackageResources.Algorithm7_md, PackageResources.Algorithm8_md, PackageResources.Algorithm9_md,
      PackageResources.Algorithm10_md, PackageResources.Algorithm11_md, PackageResources.Algorithm12_md,
      PackageResources.Algorithm21_md, PackageResources.Algorithm22_md, PackageResources.Algorithm23_md,
      PackageResources.Algorithm24_md, PackageResources.Algorithm25_md,
    ]
  }

  /// A line is `- **5.3** text`, indented by two spaces a level; it may go on, indented, on the next.
  private mutating func read(_ page: String, _ isOptimized: Bool) {
    var last: String?
    for row in page.split(separator: "\n", omittingEmptySubsequences: false) {
      let content = row.drop { $0 == " " }
      let indentation = row.count - content.count
      if content.hasPrefix("- **"), let end = content.dropFirst(4).firstRange(of: "** ") {
        let number = String(content[..<end.lowerBound].dropFirst(4))
        lines[number] = Line(depth: indentation / 2, text: Self.plain(content[end.upperBound...]))
        last = number
      } else if let number = last, indentation > 0, !content.isEmpty {
        lines[number]!.text += " " + Self.plain(content)
      } else {
        last = nil
        if isOptimized { readReplacement(content) }
      }
    }
  }

  /// A sentence below the lines: `5.3, optimized algorithm: text.`
  private mutating func readReplacement(_ row: Substring) {
    guard let mark = row.firstRange(of: ", optimized algorithm: ") else { return }
    let number = String(row[..<mark.lowerBound])
    lines[number]?.text = Self.plain(row[mark.upperBound...].dropLast())
  }

  private static func plain(_ text: Substring) -> String { String(text.replacing("`", with: "")) }
}
