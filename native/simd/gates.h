// The activations that aren't used after a batch norm or a convolution. Included inside the
// anonymous namespace of each instruction set's file, after activations.h.

/// min(max(u + 3, 0), 6) / 6.
struct Hardsigmoid {
  static Vector forward(Vector u) {
    return multiply(Relu6::forward(add(u, splat(3))), splat(1.0f / 6));
  }
  /// As LibTorch has it: 0 where u is NaN.
  static Vector backward(Vector u, Vector dy) {
    Vector below = select(at_most(u, splat(-3)), splat(0), multiply(dy, splat(1.0f / 6)));
    Vector outside = select(at_most(splat(3), u), splat(0), below);
    return select(at_most(u, u), outside, splat(0));
  }
};

/// s = 1 / (1 + e^−u).
struct Logistic {
  static Vector forward(Vector u) {
    Sigmoid s = sigmoid(u);
    return unless_nan(u, multiply(s.estimate, s.correction));
  }
  /// dy·s·(1 − s), where 1 − s = e·s.
  static Vector backward(Vector u, Vector dy) {
    Sigmoid parts = sigmoid(u);
    Vector s = multiply(parts.estimate, parts.correction);
    return unless_nan(u, multiply(multiply(dy, s), multiply(parts.e, s)));
  }
};
