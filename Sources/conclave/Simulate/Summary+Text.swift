import CyclicGroups
import Foundation
import GroupCommunication
import SecureGroup
import Simulation

extension Summary {
  /// For people, a subject a line: what happened in one run, or in several.
  var text: String {
    var lines = [
      ("network", "\(partitions) partitions and merges, \(falseSuspicions) false suspicions"),
      ("processes", "\(crashes) crashes, \(leaves) leaves, \(recoveries) returns"),
      ("views", "\(viewsAgreed), which members installed \(views) times"),
      ("agreements", "\(secureViews) of these ended in a secure view, \(interrupted) were interrupted"),
      ("keys", "\(keys), one for each secure view"),
      ("messages", "\(messages) of applications, \(agreementMessages) of key agreements"),
      (
        "operations",
        "\(counts.exponentiations) exponentiations, \(counts.signatures) signatures, "
          + "\(counts.verifications) verifications, of all members together"
      ),
    ]
    if waits.all.count > 0 {
      lines += [
        ("times", "\(Self.text(waits.all)) from a change to the secure view of two or more:"),
        ("", "\(Self.text(waits.service)) until there is a view,"),
        ("", "\(Self.text(waits.agreement)) until there is a key"),
      ]
    }
    if lateViews > 0 { lines.append(("late", "\(lateViews) secure views came after the flush (E5)")) }
    if let first = dropped.first { lines.append(("refused", "\(dropped.count) messages: \(first)")) }
    if !refusals.isEmpty || !accepted.isEmpty { lines.append(("adversary", adversaryText)) }
    if let first = notPossible.first {
      lines.append(("impossible", "\(notPossible.count) events: \(first)"))
    }
    if !stuck.isEmpty { lines.append(("stuck", stuck.joined(separator: ", "))) }
    if !secure.isEmpty { lines.append(("at the end", secureText)) }
    return lines.map { "  \($0.padding(toLength: 12, withPad: " ", startingAt: 0))\($1)" }
      .joined(separator: "\n")
  }

  private static func text(_ durations: Durations) -> String {
    "\(Durations.text(durations.median)) (median; the longest \(Durations.text(durations.greatest)))"
  }

  private var secureText: String {
    secure.map(\.description).joined(separator: " and ")
      + (secure.count > 1 ? " are secure, each with its key" : " is secure, with one key")
  }

  /// How often an adversary was refused, for which reasons.
  private var adversaryText: String {
    var kinds: [String: Int] = [:]
    for (_, refusals) in refusals { kinds.merge(refusals, uniquingKeysWith: +) }
    return "\(accepted.count) forged messages let in, \(kinds.values.reduce(0, +)) refused: "
      + kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }
}
