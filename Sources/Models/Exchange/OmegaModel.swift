public import CyclicGroups
public import FaultTolerantExchange
import GroupCommunication

/// Protocol omega; the same as `Spec/TLA/Omega.tla`.
public typealias OmegaModel = KeyExchangeModel<Omega<LinearForms<PrimeField>, Envelopes>>

/// Protocol omega with forward secrecy. Nobody breaks in here.
public typealias ForwardSecretOmegaModel = KeyExchangeModel<
  ForwardSecretOmega<LinearForms<PrimeField>, Envelopes>
>

extension OmegaModel {
  /// - Parameter field: any in which n - t_c is not zero keeps secrets (E8 in Spec/Errata.md).
  public init(
    _ servers: Servers, crashes: Int? = nil, proposalsNeeded: Int = 1,
    field: PrimeField = PrimeField(prime: 101)!
  ) {
    let machine = Omega(Process(0), among: servers, space: LinearForms(over: field), encryption: Envelopes())
    self.init(machine, crashes: crashes, proposalsNeeded: proposalsNeeded)
  }
}

extension ForwardSecretOmegaModel {
  /// - Parameters:
  ///   - breakIns: t_b.
  ///   - proposalsNeeded: n - t_c, if nothing is said (E9 in Spec/Errata.md).
  public init(
    _ servers: Servers, breakIns: Int, crashes: Int? = nil, proposalsNeeded: Int? = nil,
    field: PrimeField = PrimeField(prime: 101)!
  ) {
    let machine = ForwardSecretOmega(
      Process(0), among: servers, breakIns: breakIns, space: LinearForms(over: field), encryption: Envelopes()
    )
    self.init(machine, crashes: crashes, proposalsNeeded: proposalsNeeded ?? servers.quorum)
  }
}

extension Omega: ExploredExchange where Space == LinearForms<PrimeField>, Encryption == Envelopes {
  public var ownContribution: Contribution { space.unknown(UInt64(me.index)) }

  public static func order(of message: Message) -> UInt64 {
    switch message {
    case .encryptionKey: 0
    case .keyPart: 1
    }
  }
}

extension ForwardSecretOmega: ExploredExchange
where Space == LinearForms<PrimeField>, Encryption == Envelopes {
  public var ownContribution: Contribution {
    (0...breakIns).map { space.unknown(UInt64($0) << 16 | UInt64(me.index)) }
  }

  public static func order(of message: Message) -> UInt64 {
    switch message {
    case .encryptionKey: 0
    case .pad: 1
    case .keyPart: 2
    case .share: 3
    case .shareRequest: 4
    }
  }
}
