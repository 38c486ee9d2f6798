import Foundation
import Testing

/// Each line of the paper's pseudo-code is a line of Swift, in the paper's order, that ends with its number in
/// Spec/Algorithms; and each `ran` records lines that stand where it stands.
@Suite struct TranscriptionTests {
  @Test(arguments: Array(3...12) + Array(21...25)) func theSourcesFollowThePage(_ algorithm: Int) throws {
    let transcription = try Repository.transcription()
    #expect(transcription.defectsOfNumbers(algorithm) == [])
    #expect(transcription.defectsOfCalls(algorithm) == [])
  }

  @Test func theVariablesAreInitializedAsOnThePage() throws {
    let transcription = try Repository.transcription()
    #expect(transcription.defectsOfNumbers(2) == [])
    #expect(transcription.files(2) == ["RobustAgreement.swift"])
  }

  @Test func nothingIsNumberedThatIsNotOnThePage() throws {
    #expect(try Repository.transcription().strays == [])
  }

  @Test(arguments: Array(1...12) + Array(21...25)) func eachPageCountsItsLines(_ algorithm: Int) throws {
    let text = try Repository.page(algorithm)
    let lines = pageLines(text)
    #expect(text.hasPrefix("# Algorithm \(algorithm): "))
    #expect(!lines.isEmpty)
    #expect(lines.map(\.name) == lines.indices.map { LineName(algorithm, $0 + 1) })
    let rows = text.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("- ") }
    #expect(rows.count == lines.count, "a line has not the form of a line")
    #expect(lines.first?.depth == 0)
    for (line, next) in zip(lines, lines.dropFirst()) {
      #expect(line.opens ? next.depth == line.depth + 1 : next.depth <= line.depth, "\(next.name)")
    }

    let entry = "| [Algorithm \(algorithm)](Algorithm\(algorithm).md) |"
    let contents = try Repository.text("Spec/Algorithms/README.md").split(separator: "\n")
    let entries = contents.filter { $0.hasPrefix(entry) }
    #expect(entries.count == 1)
    #expect(entries.allSatisfy { $0.hasSuffix(" | \(lines.count) |") })
  }
}

/// The judges of `TranscriptionTests`, on sources small enough to see what they must say.
@Suite struct TranscriptionJudgeTests {
  static let page = """
    # Algorithm 5: an example

    - **5.1** `Key_List`:
      - **5.2** if `ready`
        - **5.3** take it
        - **5.4** go on
      - **5.5** else, it is not
        - **5.6** wait
      - **5.7** set `Done`
    - **5.8** any other event:
      - **5.9** cannot happen

    A note, of 5.3.
    """

  static let source = """
    /// Algorithm 5; see 5.4.
    case .keyList:  // 5.1
      out.ran(5, 1...2)
      if ready {  // 5.2
        out.ran(5, 3...4)
        // What follows is 5.3, as on the page.
        take()  // 5.3 repaired: E4
        goOn()  // 5.4
      } else {  // 5.5
        out.ran(5, 5...6)
        wait()  // 5.6
      }
      out.ran(5, 7)
      done = true  // 5.7
    case .other:  // 5.8
      throw notPossible  // 5.9
    """

  struct Fault: CustomTestStringConvertible, Sendable {
    var what: String
    var by: String
    var defects: [String]
    var testDescription: String { "\(what) -> \(by)" }

    init(_ what: String, _ by: String, _ defects: String...) {
      self.what = what
      self.by = by
      self.defects = defects
    }
  }

  static let faults: [Fault] = [
    Fault("  // 5.4", "", "5.4 is missing"),
    Fault("// 5.4\n", "// see 5.4\n", "5.4 is missing"),
    Fault("// 5.9", "// 5.9, 5.9", "5.9 occurs 2 times"),
    Fault("// 5.7", "// 5.6", "5.6 occurs 2 times", "5.7 is missing"),
    Fault(
      "take()  // 5.3 repaired: E4\n    goOn()  // 5.4", "goOn()  // 5.4\n    take()  // 5.3",
      "5.4 stands before 5.3"),
    Fault("// What follows is 5.3", "// 5.3 follows", "5.3 occurs 2 times", "5.3 has no code"),
    Fault("take()  // 5.3", "// 5.3", "5.3 has no code"),
    Fault("// 5.9", "// 5.9, 5.10", "5.10 is on no page"),
    Fault("// 5.9", "// 5.9\n  more()  // 7.1", "7.1 is on no page"),
    Fault("ran(5, 1...2)", "ran(5, 1...2)\n  out.ran(7, 1)", "7.1 is on no page"),
    Fault("ran(5, 7)", "ran(5, 7...10)", "5.10 is on no page", "5.8 does not always run after 5.7"),
    Fault("  out.ran(5, 7)\n", "", "5.7 is in no ran"),
    Fault("ran(5, 7)", "ran(5, line)", "ran(5, line) is not understood", "5.7 is in no ran"),
    Fault("ran(5, 7)", "ran(\n    5, 7)", "ran() is not understood", "5.7 is in no ran"),
    Fault("ran(5, 7)", "ran(5, 7...6)", "ran(5, 7...6) is not understood", "5.7 is in no ran"),
    Fault("out.ran(5, 7)", "// out.ran(5, 7)", "5.7 is in no ran"),
    Fault("out.ran(5, 7)", "out.overran(5, 7)", "5.7 is in no ran"),
    Fault("out.ran(5, 7)", "out.ran(5, 7)\n  out.ran(5, 7)", "5.7 is in 2 ran"),
    Fault("ran(5, 3...4)", "ran(5, 3)", "5.4 is in no ran"),
    Fault("ran(5, 1...2)", "ran(5, 1...3)", "5.3 does not always run after 5.2", "5.3 is in 2 ran"),
    Fault(
      "ran(5, 5...6)", "ran(5, 5...7)", "5.7 does not always run after 5.6", "5.7 is in 2 ran"),
    Fault(
      "ran(5, 3...4)", "ran(5, 5...6)", "ran 5.5 stands after 5.2", "5.3 is in no ran", "5.4 is in no ran",
      "5.5 is in 2 ran", "5.6 is in 2 ran"),
  ]

  private func defects(_ sources: [Source]) -> [String] {
    let transcription = Transcription(pages: [pageLines(Self.page)], sources: sources)
    return transcription.strays + transcription.defectsOfNumbers(5) + transcription.defectsOfCalls(5)
  }

  @Test func aFaithfulSourceHasNoDefects() {
    #expect(defects([Source("A.swift", Self.source)]) == [])
  }

  @Test(arguments: faults) func aFaultIsNoticed(_ fault: Fault) {
    let faulty = Self.source.replacingOccurrences(of: fault.what, with: fault.by)
    #expect(faulty != Self.source)
    #expect(defects([Source("A.swift", faulty)]) == fault.defects)
  }

  @Test func callsInEachOthersPlacesAreNoticed() {
    let faulty = Self.source
      .replacingOccurrences(of: "ran(5, 3...4)", with: "ran(5, X)")
      .replacingOccurrences(of: "ran(5, 5...6)", with: "ran(5, 3...4)")
      .replacingOccurrences(of: "ran(5, X)", with: "ran(5, 5...6)")
    #expect(
      defects([Source("A.swift", faulty)]) == ["ran 5.5 stands after 5.2", "ran 5.3 stands after 5.5"])
  }

  @Test func twoFilesAreNoticed() {
    let halves = Self.source.components(separatedBy: "case .other")
    let sources = [Source("A.swift", halves[0]), Source("B.swift", "case .other" + halves[1])]
    #expect(defects(sources) == ["Algorithm 5 is in A.swift, B.swift"])
  }

  @Test func anAlgorithmThatIsNowhereIsNoticed() {
    let transcription = Transcription(pages: [pageLines(Self.page)], sources: [Source("A.swift", "")])
    #expect(transcription.defectsOfNumbers(5) == ["Algorithm 5 is nowhere"])
    #expect(transcription.defectsOfNumbers(6) == ["there is no page of Algorithm 6"])
    #expect(transcription.defectsOfCalls(6) == ["there is no page of Algorithm 6"])
  }

  /// Of Algorithm 2, some lines have no counterpart: there a comment may say why.
  @Test func variablesMayBeExplainedAway() {
    let page = pageLines("- **2.1** `A` is empty\n- **2.2** `B` is empty\n- **2.3** `Event`: there is none")
    let source = Source("A.swift", "a = []  // 2.1\n// 2.2, 2.3: nothing needs them.")
    #expect(Transcription(pages: [page], sources: [source]).defectsOfNumbers(2) == [])
  }

  @Test(arguments: [
    (" 5.3", "5.3"), (" 5.3 repaired: E4", "5.3"), (" 5.3, 10.14", "5.3 10.14"), (" 5.3, then 5.4", "5.3"),
    (" 5.3 and 5.4", "5.3"), (" 2.2, 2.3: no use", "2.2 2.3"), ("/ 5.3", ""), (" see 5.3", ""), (" 5", ""),
    (" 5.3.1", ""), (" 5.3x", ""), (" E4", ""), ("", ""),
  ])
  func numbersAtTheBeginningOfAComment(_ comment: String, _ numbers: String) {
    #expect(lineNames(Substring(comment)).map(\.description).joined(separator: " ") == numbers)
  }

  @Test func linesOfAPage() {
    let lines = pageLines(Self.page)
    #expect(lines.map(\.name.number) == Array(1...9))
    #expect(lines.map(\.depth) == [0, 1, 2, 2, 1, 2, 1, 0, 1])
    #expect(
      lines.map(\.kind) == [
        .label, .condition, .statement, .statement, .alternative, .statement, .statement, .label, .impossible,
      ])
  }
}

/// The number of a line: 5.3 is the third of Algorithm 5.
private struct LineName: Hashable, CustomStringConvertible {
  var algorithm: Int
  var number: Int

  init(_ algorithm: Int, _ number: Int) {
    self.algorithm = algorithm
    self.number = number
  }

  init?(_ word: Substring) {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let algorithm = parts[0], let number = parts[1] else { return nil }
    self.init(algorithm, number)
  }

  var description: String { "\(algorithm).\(number)" }
}

/// A line of a page of Spec/Algorithms.
private struct PageLine {
  enum Kind {
    /// The name of an event.
    case label
    /// `if`
    case condition
    /// `else`
    case alternative
    /// The throw that stands for it records nothing.
    case impossible
    case statement
  }

  var name: LineName
  var depth: Int
  var kind: Kind

  /// Reads `  - **5.3** text`.
  init?(_ row: Substring) {
    guard let parts = row.wholeMatch(of: #/((?:  )*)- \*\*([0-9.]+)\*\* (.+)/#)?.output,
      let name = LineName(parts.2)
    else { return nil }
    self.name = name
    depth = parts.1.count / 2
    kind = Self.kind(parts.3)
  }

  private static func kind(_ text: Substring) -> Kind {
    if text.hasSuffix(":") { return .label }
    if text.hasPrefix("if ") { return .condition }
    if text == "else" || text.hasPrefix("else,") { return .alternative }
    return text == "cannot happen" ? .impossible : .statement
  }

  /// Whether lines are nested in it.
  var opens: Bool { kind == .label || kind == .condition || kind == .alternative }

  /// Whether `next`, the line after it, runs whenever this one does.
  func isAlwaysFollowed(by next: PageLine) -> Bool {
    kind != .condition && next.depth == (opens ? depth + 1 : depth)
  }
}

private func pageLines(_ text: String) -> [PageLine] {
  text.split(separator: "\n").compactMap { PageLine($0) }
}

/// The numbers with which a comment begins, separated by commas.
private func lineNames(_ comment: Substring) -> [LineName] {
  var names: [LineName] = []
  for word in comment.split(separator: " ") {
    let bare = word.hasSuffix(",") || word.hasSuffix(":") ? word.dropLast() : word
    guard let name = LineName(bare) else { break }
    names.append(name)
    if !word.hasSuffix(",") { break }
  }
  return names
}

/// What is between the parentheses of each `ran(...)`, unless it is being declared.
private func ranArguments(_ code: Substring) -> [Substring] {
  code.ranges(of: "ran(").compactMap { found -> Substring? in
    let before = code[..<found.lowerBound]
    if before.hasSuffix("func ") { return nil }
    if let last = before.last, last.isLetter || last.isNumber || last == "_" { return nil }
    return code[found.upperBound...].prefix { $0 != ")" }
  }
}

/// The numbered lines of a file of Swift, and its calls of `ran`.
private struct Source {
  struct Mark {
    var name: LineName
    var row: Int
    var hasCode: Bool
  }

  struct Call {
    var algorithm: Int
    var numbers: ClosedRange<Int>
    var row: Int

    /// Reads `5, 3...8` or `5, 3`.
    init?(_ arguments: Substring, row: Int) {
      let parts = arguments.components(separatedBy: ", ")
      guard parts.count == 2, let algorithm = Int(parts[0]) else { return nil }
      let ends = parts[1].components(separatedBy: "...").map { Int($0) }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last else {
        return nil
      }
      self.algorithm = algorithm
      numbers = first...last
      self.row = row
    }
  }

  var file: String
  var marks: [Mark] = []
  var calls: [Call] = []
  var unreadCalls: [String] = []

  init(_ file: String, _ text: String) {
    self.file = file
    for (row, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let slashes = line.firstRange(of: "//")
      let code = line[..<(slashes?.lowerBound ?? line.endIndex)]
      let comment = line[(slashes?.upperBound ?? line.endIndex)...]
      let hasCode = !code.allSatisfy { $0.isWhitespace }
      marks += lineNames(comment).map { Mark(name: $0, row: row, hasCode: hasCode) }
      for arguments in ranArguments(code) {
        if let call = Call(arguments, row: row) {
          calls.append(call)
        } else {
          unreadCalls.append("ran(\(arguments)) is not understood")
        }
      }
    }
  }
}

private struct Transcription {
  /// In the order of their numbers, which begin with 1.
  var pages: [[PageLine]]
  var sources: [Source]

  private func page(_ algorithm: Int) -> [PageLine]? {
    pages.first { $0.first?.name.algorithm == algorithm }
  }

  func files(_ algorithm: Int) -> [String] {
    sources.filter { $0.marks.contains { $0.name.algorithm == algorithm } }.map(\.file)
  }

  /// Numbers in the sources, or in a `ran`, that no page has, and what could not be read.
  var strays: [String] {
    let known = Set(pages.joined().map(\.name))
    return sources.flatMap { source -> [String] in
      let ran = source.calls.flatMap { call in
        call.numbers.map { number in LineName(call.algorithm, number) }
      }
      let strange = (source.marks.map(\.name) + ran).filter { !known.contains($0) }
      return strange.map { "\($0) is on no page" } + source.unreadCalls
    }
  }

  /// What is missing, doubled, out of order, scattered or without code.
  func defectsOfNumbers(_ algorithm: Int) -> [String] {
    guard let page = self.page(algorithm) else { return ["there is no page of Algorithm \(algorithm)"] }
    let files = self.files(algorithm)
    if files.isEmpty { return ["Algorithm \(algorithm) is nowhere"] }
    var defects: [String] = []
    if files.count > 1 {
      defects.append("Algorithm \(algorithm) is in \(files.joined(separator: ", "))")
    }
    let marks = sources.map { $0.marks.filter { $0.name.algorithm == algorithm } }
    for line in page {
      let count = marks.joined().filter { $0.name == line.name }.count
      if count == 0 { defects.append("\(line.name) is missing") }
      if count > 1 { defects.append("\(line.name) occurs \(count) times") }
    }
    for ofFile in marks {
      for (mark, next) in zip(ofFile, ofFile.dropFirst()) where next.name.number < mark.name.number {
        defects.append("\(mark.name) stands before \(next.name)")
      }
    }
    if algorithm > 2 {
      defects += marks.joined().filter { !$0.hasCode }.map { "\($0.name) has no code" }
    }
    return defects
  }

  /// Calls of `ran` that do not record just what runs where they stand. Each statement is recorded by one call; names
  /// of events, `if`, `else`, and what is not possible by one at most.
  func defectsOfCalls(_ algorithm: Int) -> [String] {
    guard let page = self.page(algorithm) else { return ["there is no page of Algorithm \(algorithm)"] }
    var defects: [String] = []
    var counts: [Int: Int] = [:]
    for source in sources {
      for call in source.calls where call.algorithm == algorithm {
        let above = source.marks.last { $0.name.algorithm == algorithm && $0.row < call.row }
        let before = above?.name.number ?? 0
        let first = call.numbers.lowerBound
        if first != before && first != before + 1 {
          defects.append("ran \(LineName(algorithm, first)) stands after \(LineName(algorithm, before))")
        }
        let lines = page.filter { call.numbers.contains($0.name.number) }
        for (line, next) in zip(lines, lines.dropFirst()) where !line.isAlwaysFollowed(by: next) {
          defects.append("\(next.name) does not always run after \(line.name)")
        }
        for line in lines { counts[line.name.number, default: 0] += 1 }
      }
    }
    for line in page {
      let count = counts[line.name.number, default: 0]
      if count == 0 && line.kind == .statement { defects.append("\(line.name) is in no ran") }
      if count > 1 { defects.append("\(line.name) is in \(count) ran") }
    }
    return defects
  }
}

private enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  static func page(_ algorithm: Int) throws -> String {
    try text("Spec/Algorithms/Algorithm\(algorithm).md")
  }

  /// Those of a folder and of the folders in it.
  static func sources(_ folder: String) throws -> [Source] {
    let names = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
    let files = (names?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".swift") }
    return try files.sorted().map { name in
      Source(String(name.split(separator: "/").last!), try text("\(folder)/\(name)"))
    }
  }

  static func transcription() throws -> Transcription {
    Transcription(
      pages: try (Array(2...12) + Array(21...25)).map { pageLines(try page($0)) },
      sources: try sources("Sources/SecureGroup") + sources("Sources/FaultTolerantExchange"))
  }
}
