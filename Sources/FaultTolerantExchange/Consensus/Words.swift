import GroupCommunication

// What consensus says and where it stands, for people, in the words of Spec/Algorithms.

extension CoinAgreement {
  public var standing: String {
    switch state {
    case .waitForProposal: "no proposal"
    case .waitForPreVotes: "pre-votes, phase \(phase)"
    case .waitForMainVotes: "main votes, phase \(phase)"
    case .waitForCoin: "coin, phase \(phase)"
    case .decided: "decided"
    }
  }
}

extension CoinAgreement.Message: CustomStringConvertible {
  public var description: String {
    switch self {
    case .preVote(let vote, let phase): "pre_vote \(vote.word), phase \(phase)"
    case .mainVote(let vote, let phase): "main_vote \(vote?.word ?? "abstain"), phase \(phase)"
    case .coinShare(_, let phase): "coin_share, phase \(phase)"
    case .decided(let value): "decided \(value.word)"
    }
  }
}

extension CoreAgreement {
  public var standing: String {
    switch state {
    case .waitForProposal: "no proposal"
    case .collectVotes: "votes, phase \(phase)"
    case .collectOutcomes: "outcomes, phase \(phase)"
    case .collectFlips: "flips, phase \(phase)"
    case .decided: "decided"
    }
  }
}

extension CoreAgreement.Message: CustomStringConvertible {
  public var description: String {
    switch self {
    case .core(let message, let subject, let phase): "\(subject) \(message), phase \(phase)"
    case .decided(let value): "decided \(value.word)"
    }
  }
}

extension GetCore.Message: CustomStringConvertible {
  public var description: String {
    switch self {
    case .first(let ballot): "first \(ballot.word)"
    case .second(let ballots): "second \(ballots)"
    case .third(let ballots): "third \(ballots)"
    }
  }
}

extension Ballots: CustomStringConvertible {
  /// As `yes {a b} no {c}`.
  public var description: String {
    let parts = [("yes", yes), ("no", no)].filter { !$0.1.isEmpty }
    return parts.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }
}

extension RotatingCoordinator {
  public var standing: String {
    switch state {
    case .waitForOwnProposal: "no proposal"
    case .waitForEstimates: "estimates, round \(round)"
    case .waitForChoice: "choice, round \(round)"
    case .waitForReplies: "replies, round \(round)"
    case .decided: "decided"
    }
  }
}

extension RotatingCoordinator.Message: CustomStringConvertible {
  public var description: String {
    switch self {
    case .estimate(let value, let adopted, let round):
      "estimate \(value.excerpt) adopted in \(adopted), round \(round)"
    case .choice(let value, let round): "choice \(value.excerpt), round \(round)"
    case .reply(let isAdopted, let round): "reply \(isAdopted.word), round \(round)"
    case .decided(let value): "decided \(value.excerpt)"
    }
  }
}

extension MultivaluedConsensus {
  /// `#1` is the agreement with the number 1.
  public var standing: String {
    if decision != nil { return "decided" }
    if let number { return "#\(number) \(agreements[number].standing)" }
    return proposals[me.index] == nil ? "no proposal" : "proposals"
  }
}

extension MultivaluedConsensus.Message: CustomStringConvertible {
  public var description: String {
    switch self {
    case .proposal(let value): "proposal \(value.excerpt)"
    case .agreement(let message, let number, _): "#\(number) \(message)"
    }
  }
}

extension Bool {
  fileprivate var word: String { self ? "yes" : "no" }
}

extension [UInt8] {
  /// In hexadecimal; of a long value the beginning.
  fileprivate var excerpt: String {
    let shown = prefix(count > 8 ? 4 : 8).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return shown.joined() + (count > 8 ? "…" : "")
  }
}
