// Included inside the anonymous namespace of each instruction set's file, after its vectors.

#include "simd/powers.h"

/// The parts of s = 1 / (1 + e^−u); s = estimate·correction. Kept apart, so that what is multiplied
/// by s need not wait for it: on CPUs whose window two threads share, the length of the chain of
/// dependent operations is what costs.
struct Sigmoid {
  Vector clamped;     // u in [−80, 80]
  Vector e;           // e^−clamped, at most 5.6e34
  Vector estimate;    // of 1 / (1 + e)
  Vector correction;  // one step of Newton's method
};

/// Of NaN, anything: who multiplies by u has NaN again. log2 e in one float adds a relative error
/// of 1.3e-8·|u|, less than the rounding of u itself does. In all, the relative error of s stays
/// below 4e-7 + 2e-8·|u| for |u| <= 80; below −80 s stays at 1.8e-35.
inline Sigmoid sigmoid(Vector u) {
  Vector clamped = greatest(splat(-80.0f), least(splat(80.0f), u));
  Vector e = power_of_two(clamped, splat(-1.44269504f));
  Vector d = add(splat(1), e);
  Vector estimate = reciprocal_estimate(d);
  return Sigmoid{clamped, e, estimate, reciprocal_correction(d, estimate)};
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

/// u·s.
struct Silu {
  static Vector forward(Vector u) {
    Sigmoid s = sigmoid(u);
    return multiply(multiply(u, s.estimate), s.correction);
  }
  /// dy·s·(1 + u·(1 − s)), where 1 − s = e·s.
  static Vector backward(Vector u, Vector dy) {
    Sigmoid parts = sigmoid(u);
    Vector s = multiply(parts.estimate, parts.correction);
    Vector slope = fma(multiply(parts.clamped, parts.e), s, splat(1));
    return multiply(multiply(dy, s), slope);
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
