#include <gmp.h>
#include <string.h>

// GMP names its functions by macros, which Swift does not import.

static inline mp_size_t cgmp_sec_powm_scratch(mp_size_t base, mp_bitcnt_t exponent_bits, mp_size_t modulus) {
  return mpn_sec_powm_itch(base, exponent_bits, modulus);
}

static inline void cgmp_sec_powm(
    mp_limb_t *result, const mp_limb_t *base, mp_size_t base_count, const mp_limb_t *exponent,
    mp_bitcnt_t exponent_bits, const mp_limb_t *modulus, mp_size_t modulus_count, mp_limb_t *scratch) {
  mpn_sec_powm(
      result, base, base_count, exponent, exponent_bits, modulus, modulus_count, scratch);
}

static inline mp_size_t cgmp_sec_mul_scratch(mp_size_t a, mp_size_t b) { return mpn_sec_mul_itch(a, b); }

static inline void cgmp_sec_mul(
    mp_limb_t *result, const mp_limb_t *a, mp_size_t a_count, const mp_limb_t *b, mp_size_t b_count,
    mp_limb_t *scratch) {
  mpn_sec_mul(result, a, a_count, b, b_count, scratch);
}

static inline mp_size_t cgmp_sec_remainder_scratch(mp_size_t dividend, mp_size_t divisor) {
  return mpn_sec_div_r_itch(dividend, divisor);
}

// Leaves the remainder in the low limbs of the dividend.
static inline void cgmp_sec_remainder(
    mp_limb_t *dividend, mp_size_t dividend_count, const mp_limb_t *divisor, mp_size_t divisor_count,
    mp_limb_t *scratch) {
  mpn_sec_div_r(dividend, dividend_count, divisor, divisor_count, scratch);
}

// The inverse of a number that has one; in a time that depends on both.
static inline void cgmp_invert(
    mp_limb_t *result, const mp_limb_t *number, const mp_limb_t *modulus, mp_size_t count) {
  mpz_t x, y, inverse;
  mpz_init(inverse);
  mpz_invert(inverse, mpz_roinit_n(x, number, count), mpz_roinit_n(y, modulus, count));
  for (mp_size_t limb = 0; limb < count; limb++) result[limb] = mpz_getlimbn(inverse, limb);
  mpz_clear(inverse);
}

// The Jacobi symbol of two numbers, read where they are.
static inline int cgmp_jacobi(const mp_limb_t *a, const mp_limb_t *modulus, mp_size_t count) {
  mpz_t x, y;
  return mpz_jacobi(mpz_roinit_n(x, a, count), mpz_roinit_n(y, modulus, count));
}

// Whether a number to the power of another one is 1; in a time that depends on both.
static inline int cgmp_is_power_one(
    const mp_limb_t *number, const mp_limb_t *modulus, mp_size_t count, const mp_limb_t *exponent,
    mp_size_t exponent_count) {
  mpz_t x, y, z, power;
  mpz_init(power);
  mpz_powm(
      power, mpz_roinit_n(x, number, count), mpz_roinit_n(y, exponent, exponent_count),
      mpz_roinit_n(z, modulus, count));
  int is_one = mpz_cmp_ui(power, 1) == 0;
  mpz_clear(power);
  return is_one;
}

// Whether a number is prime, but for a chance of one in 4^rounds.
static inline int cgmp_is_prime(const mp_limb_t *number, mp_size_t count, int rounds) {
  mpz_t x;
  return mpz_probab_prime_p(mpz_roinit_n(x, number, count), rounds) != 0;
}

// Zeroes memory, even where the compiler sees that nothing reads it again.
static inline void cgmp_wipe(void *memory, size_t bytes) {
  memset(memory, 0, bytes);
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}
