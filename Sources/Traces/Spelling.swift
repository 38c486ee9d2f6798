/// Help with misspelt words.
enum Spelling {
  /// `, did you mean "deliver"?`, or nothing where no word is near.
  static func hint(_ word: String, among words: [String]) -> String {
    guard let nearest = nearest(word, among: words) else { return "" }
    return ", did you mean \"\(nearest)\"?"
  }

  /// The first of the words that are nearest, if one differs by few letters or only in case.
  static func nearest(_ word: String, among words: [String]) -> String? {
    guard word.utf8.count <= 40 else { return nil }
    let letters = Array(word.lowercased().utf8)
    var best: (word: String, distance: Int)?
    for candidate in words {
      let distance = distance(letters, Array(candidate.lowercased().utf8))
      if distance <= min(2, candidate.utf8.count / 3), distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.word
  }

  /// Insertions, deletions, replacements and exchanges of neighbours that lead from `a` to `b`.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
