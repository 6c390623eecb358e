// Included inside the anonymous namespace of each instruction set's file, after its vectors.

/// 2^(u·factor) for a product from −126 to 127; NaN gives anything. 2^n·2^r with n whole and |r| <=
/// 1/2; 2^r by a polynomial whose relative error is 1.05e-7 (minimax, with 1 + r·ln 2 kept).
inline Vector power_of_two(Vector u, Vector factor) {
  // 1.5·2^23 is so large that the sum's last bit counts ones: the addition rounds to n.
  const Vector magic = splat(12582912.0f);
  Vector z = fma(u, factor, magic);
  Vector r = fma(u, factor, subtract(magic, z));
  // Estrin's order: shorter than Horner's.
  Vector r2 = multiply(r, r);
  Vector low = fma(r, splat(0x1.62e43p-1f), splat(1.0f));
  Vector middle = fma(r, splat(0x1.c6b3bp-5f), splat(0x1.ebf9fp-3f));
  Vector high = fma(r, splat(0x1.5ca84ep-10f), splat(0x1.3cdbdp-7f));
  Vector p = fma(r2, fma(r2, high, middle), low);
  return scale_by_power(p, z);
}

/// A result, u where that is NaN: its low bits would have moved into a power's exponent.
inline Vector unless_nan(Vector u, Vector result) { return select(at_most(u, u), result, u); }

/// e^u for u up to 80; below −80 it stays at 1.8e-35, NaN goes through. log2 e in one float adds a
/// relative error of 1.3e-8·|u| to the polynomial's.
inline Vector exponential(Vector u) {
  Vector e = power_of_two(greatest(splat(-80.0f), u), splat(1.44269504f));
  return unless_nan(u, e);
}
