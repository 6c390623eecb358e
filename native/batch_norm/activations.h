// Included inside the anonymous namespace of each instruction set's file, after its vectors.

/// A sigmoid and what it lacks to 1, which a subtraction would get wrong where it is small.
struct Sigmoid {
  Vector value;
  Vector rest;
};

/// s = 1 / (1 + e^−u) and e^−u·s, NaN through; u clamped to [−87, 87]. e^−u = 2^n·2^r with n whole
/// and |r| <= 1/2; 2^r by a polynomial whose relative error is 1.05e-7 (minimax, with 1 + r·ln 2
/// kept). log2 e in one float adds a relative error of 1.3e-8·|u|, less than the rounding of u
/// itself does. In all, the relative error stays below 4e-7 + 2e-8·|u|.
inline Sigmoid sigmoid(Vector u) {
  u = greatest(splat(-87.0f), least(splat(87.0f), u));
  const Vector minus_log2e = splat(-1.44269504f);
  // 1.5·2^23 is so large that the sum's last bit counts ones: the addition rounds to n.
  const Vector magic = splat(12582912.0f);
  Vector z = fma(u, minus_log2e, magic);
  Vector r = fma(u, minus_log2e, subtract(magic, z));
  Vector p = fma(r, splat(0x1.5ca84ep-10f), splat(0x1.3cdbdp-7f));
  p = fma(r, p, splat(0x1.c6b3bp-5f));
  p = fma(r, p, splat(0x1.ebf9fp-3f));
  p = fma(r, p, splat(0x1.62e43p-1f));
  p = fma(r, p, splat(1.0f));
  Vector e = scale_by_power(p, z);
  Vector s = reciprocal(add(splat(1), e));
  return Sigmoid{s, multiply(e, s)};
}

struct None {
  static Vector forward(Vector u) { return u; }
  static Vector backward(Vector, Vector dy) { return dy; }
};

// Comparisons are so that NaN goes through, as in LibTorch.
struct Relu {
  static Vector forward(Vector u) { return greatest(splat(0), u); }
  static Vector backward(Vector u, Vector dy) { return select(at_most(u, splat(0)), splat(0), dy); }
};

struct Relu6 {
  static Vector forward(Vector u) { return least(splat(6), greatest(splat(0), u)); }
  static Vector backward(Vector u, Vector dy) {
    Vector below = select(at_most(u, splat(0)), splat(0), dy);
    return select(at_most(splat(6), u), splat(0), below);
  }
};

/// u·sigmoid(u).
struct Silu {
  static Vector forward(Vector u) { return multiply(u, sigmoid(u).value); }
  static Vector backward(Vector u, Vector dy) {
    Sigmoid s = sigmoid(u);
    // dy·s·(1 + u·(1 − s))
    return multiply(multiply(dy, s.value), fma(u, s.rest, splat(1)));
  }
};

/// u·min(max(u + 3, 0), 6) / 6.
struct Hardswish {
  static Vector forward(Vector u) {
    Vector gate = Relu6::forward(add(u, splat(3)));
    return multiply(multiply(u, splat(1.0f / 6)), gate);
  }
  static Vector backward(Vector u, Vector dy) {
    Vector between = multiply(dy, fma(u, splat(1.0f / 3), splat(0.5f)));
    Vector above = select(at_most(splat(3), u), dy, between);
    return select(at_most(u, splat(-3)), splat(0), above);
  }
};
