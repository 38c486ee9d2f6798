extension SchnorrGroup {
  /// INSECURE, for measurements only: p of 512 bits and q of 160, the sizes of Amir et al., Section VII.
  ///
  /// Generated as FIPS 186-4 says in A.1.1.2 and A.2.3 (index 1), with SHA-256, and with SHA-256 of
  /// "Conclave insecure 512 i" as the seed, for the least i (29) that gives primes.
  public static let insecure512 = SchnorrGroup(
    name: "insecure512", modulus: SchnorrConstants.insecure512Modulus,
    order: SchnorrConstants.insecure512Order, generator: SchnorrConstants.insecure512Generator)

  /// INSECURE, for measurements only: p of 1024 bits and q of 160, the sizes of Amir et al., Section VII.
  ///
  /// Generated like `insecure512`, from "Conclave insecure 1024 i", where i is 255.
  public static let insecure1024 = SchnorrGroup(
    name: "insecure1024", modulus: SchnorrConstants.insecure1024Modulus,
    order: SchnorrConstants.insecure1024Order, generator: SchnorrConstants.insecure1024Generator)

  /// p of 2048 bits and q of 256: RFC 5114, section 2.3.
  ///
  /// Where p and q come from was not published; p - 1 has small factors, which `element(from:)` keeps out.
  public static let schnorr2048 = SchnorrGroup(
    name: "schnorr2048", modulus: SchnorrConstants.schnorr2048Modulus,
    order: SchnorrConstants.schnorr2048Order, generator: SchnorrConstants.schnorr2048Generator)

  /// The squares modulo a safe prime of 2048 bits, made of the digits of pi: RFC 3526, group 14.
  public static let modp2048 = SchnorrGroup(
    name: "modp2048", safePrime: SchnorrConstants.modp2048Modulus)

  /// The squares modulo a safe prime of 3072 bits, made of the digits of pi: RFC 3526, group 15.
  public static let modp3072 = SchnorrGroup(
    name: "modp3072", safePrime: SchnorrConstants.modp3072Modulus)

  /// The squares modulo a safe prime of 2048 bits, made of the digits of e: RFC 7919, A.1.
  public static let ffdhe2048 = SchnorrGroup(
    name: "ffdhe2048", safePrime: SchnorrConstants.ffdhe2048Modulus)

  /// The squares modulo a safe prime of 3072 bits, made of the digits of e: RFC 7919, A.2.
  public static let ffdhe3072 = SchnorrGroup(
    name: "ffdhe3072", safePrime: SchnorrConstants.ffdhe3072Modulus)

  /// Every group, the insecure ones first.
  public static let allNamed = [
    insecure512, insecure1024, schnorr2048, modp2048, modp3072, ffdhe2048, ffdhe3072,
  ]

  /// - Returns: nil where no group is called `name`.
  public static func named(_ name: some StringProtocol) -> SchnorrGroup? {
    allNamed.first { $0.name == name }
  }
}
