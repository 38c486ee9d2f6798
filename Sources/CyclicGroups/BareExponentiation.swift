import CGMP

extension SchnorrGroup {
  /// `base` raised to `exponent` and the result again, `count` times, by GMP's function and nothing around it: the
  /// least that as many exponentiations cost. For measurements.
  public func bareExponentiations(_ base: Element, _ exponent: Exponent, count: Int) -> Element {
    let size = modulus.count
    let bits = UInt(orderBits)
    let scratch = SecretLimbs(count: cgmp_sec_powm_scratch(size, bits, size))
    var number = base.limbs
    var result = [UInt](repeating: 0, count: size)
    exponent.secret.withLimbs { exponent in
      scratch.withLimbs { scratch in
        for _ in 0..<count {
          cgmp_sec_powm(
            &result, number, size, exponent.baseAddress, bits, modulus, size, scratch.baseAddress)
          swap(&result, &number)
        }
      }
    }
    return Element(limbs: number)
  }
}
