package io.yolo4j.loss;

/**
 * Binary cross-entropy of a logit x with a target t in [0, 1], with a weight w on the positive part
 * and focal weighting, as one function of x:
 *
 * <pre>
 * bce(x, t)  = w·t·softplus(−x) + (1 − t)·softplus(x),   softplus(x) = ln(1 + eˣ)
 * loss(x, t) = bce                                        for γ = 0, else
 *            = bce · (t·α + (1 − t)·(1 − α)) · q^γ,       q = t·(1 − p) + (1 − t)·p,  p = sigmoid(x)
 * </pre>
 *
 * (Lin et al. 2017, "Focal Loss for Dense Object Detection", α = 0.25.)
 *
 * @param positiveWeight w
 * @param gamma γ, 0 for none
 */
record LogitLoss(double positiveWeight, double gamma) {
  /** Weight of the positives against the negatives where there is focal weighting. */
  static final double ALPHA = 0.25;

  double loss(double x, double t) {
    return gamma == 0 ? crossEntropy(x, t) : crossEntropy(x, t) * balance(t) * focus(x, t);
  }

  /** The derivative of the loss with respect to x. */
  double gradient(double x, double t) {
    double p = sigmoid(x);
    double slope = (1 - t) * p - positiveWeight * t * (1 - p);
    if (gamma == 0) {
      return slope;
    }
    double miss = miss(p, t);
    if (miss == 0) {
      return 0;
    }
    // d q/dx = (1 − 2t)·p·(1 − p)
    double focusSlope = gamma * Math.pow(miss, gamma - 1) * (1 - 2 * t) * p * (1 - p);
    return balance(t) * (slope * Math.pow(miss, gamma) + crossEntropy(x, t) * focusSlope);
  }

  private double crossEntropy(double x, double t) {
    // softplus(−x) = softplus(x) − x; the exponent is never positive, so nothing overflows
    double tail = Math.log1p(Math.exp(-Math.abs(x)));
    return positiveWeight * t * (tail + Math.max(-x, 0)) + (1 - t) * (tail + Math.max(x, 0));
  }

  private double focus(double x, double t) {
    return Math.pow(miss(sigmoid(x), t), gamma);
  }

  private static double miss(double p, double t) {
    return t * (1 - p) + (1 - t) * p;
  }

  private static double balance(double t) {
    return t * ALPHA + (1 - t) * (1 - ALPHA);
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
