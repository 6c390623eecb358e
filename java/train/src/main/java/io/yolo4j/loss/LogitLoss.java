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

  /** The loss at a logit and its derivative with respect to it. */
  record Term(double loss, double gradient) {}

  Term at(double x, double t) {
    // softplus(x) = max(x, 0) + ln(1 + e^−|x|): the exponent is never positive, nothing overflows
    double e = Math.exp(-Math.abs(x));
    double p = (x < 0 ? e : 1) / (1 + e);
    double tail = Math.log(1 + e);
    double positive = positiveWeight * t;
    double loss = positive * (tail + Math.max(-x, 0)) + (1 - t) * (tail + Math.max(x, 0));
    double slope = (1 - t) * p - positive * (1 - p);
    return gamma == 0 ? new Term(loss, slope) : focal(p, t, loss, slope);
  }

  private Term focal(double p, double t, double loss, double slope) {
    double balance = t * ALPHA + (1 - t) * (1 - ALPHA);
    double miss = t * (1 - p) + (1 - t) * p;
    double factor = Math.pow(miss, gamma);
    // dq/dx = (1 − 2t)·p·(1 − p); where q is 0, p·(1 − p) is too, and q^(γ − 1) may be infinite
    double factorSlope =
        miss == 0 ? 0 : gamma * Math.pow(miss, gamma - 1) * (1 - 2 * t) * p * (1 - p);
    return new Term(balance * loss * factor, balance * (slope * factor + loss * factorSlope));
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
