import CyclicGroups

/// What of a message or a state is open to who sees it.
public enum Exposure<Element: Hashable & Sendable, Encryption: EncryptionScheme>: Hashable, Sendable {
  case value(Element)
  case ciphertext(Encryption.Ciphertext)
  case privateKey(Encryption.PrivateKey)
}

extension Omega {
  public func exposed(by message: Message) -> [Exposed] {
    switch message {
    case .encryptionKey: []
    case .keyPart(_, let ciphertext): [.ciphertext(ciphertext)]
    }
  }

  public func exposed(byProposal value: [UInt8]) -> [Exposed] {
    ((try? Proposal(bytes: value, in: space, of: servers))?.differences ?? []).map { .value($0) }
  }

  public func exposed(byPlaintext plaintext: [UInt8]) -> [Exposed] {
    (try? space.element(from: plaintext)).map { [.value($0)] } ?? []
  }

  public var exposedState: [Exposed] {
    exchanges.keys.sorted().flatMap { session -> [Exposed] in
      let exchange = exchanges[session]!
      let values = ([exchange.contribution] + exchange.contributions).compactMap(\.self)
      return values.map { .value($0) } + [exchange.privateKey].compactMap { $0.map { .privateKey($0) } }
    }
  }
}

extension ForwardSecretOmega {
  public func exposed(by message: Message) -> [Exposed] {
    switch message {
    case .encryptionKey, .shareRequest: []
    case .pad(_, let ciphertext): [.ciphertext(ciphertext)]
    case .keyPart(_, let padded): padded.map { .value($0) }
    case .share(_, let padded): [.value(padded)]
    }
  }

  public func exposed(byProposal value: [UInt8]) -> [Exposed] {
    let proposal = try? Proposal(bytes: value, in: vectors, of: servers)
    return (proposal?.differences ?? []).joined().map { .value($0) }
  }

  public func exposed(byPlaintext plaintext: [UInt8]) -> [Exposed] {
    ((try? padSpace.element(from: plaintext)) ?? []).map { .value($0) }
  }

  public var exposedState: [Exposed] {
    exchanges.keys.sorted().flatMap { session -> [Exposed] in
      let exchange = exchanges[session]!
      let vectors = [exchange.contribution] + exchange.ownPads + exchange.contributions
      let values = [exchange.share] + exchange.shares + exchange.sharePads
      let all = vectors.compactMap(\.self).joined() + values.compactMap(\.self)
      return all.map { .value($0) } + exchange.privateKeys.compactMap { $0.map { .privateKey($0) } }
    }
  }
}
