package io.yolo4j.loss;

import io.yolo4j.graph.DetectionHead;
import java.util.List;

/**
 * The losses of one level's positives and their gradient, from the values of the predictions alone:
 * plain Java, float32 where the reference has it, sums in double and always in the same order.
 */
final class PositiveLoss {
  private static final int OBJECTNESS = 4;
  private static final int CLASSES = 5;

  /**
   * What a unit of each mean is worth in the total loss.
   *
   * @param box of the mean over the level's matches
   * @param cls of the mean over the level's matches and classes
   * @param obj of one cell's loss
   */
  record Weights(double box, double cls, double obj) {}

  private final LossOptions options;
  private final LogitLoss classLoss;
  private final LogitLoss objectnessLoss;
  private final int classes;
  private final int outputs;
  private final List<CenterBox> anchors;
  private final Positives positives;
  private final float[] values;
  private final Weights weights;
  private final float[] gradient;
  private double boxMean;
  private double classMean;
  private double objectnessChange;

  private PositiveLoss(
      LossOptions options,
      DetectionHead head,
      List<CenterBox> anchors,
      Positives positives,
      float[] values,
      Weights weights) {
    this.options = options;
    this.classLoss = new LogitLoss(options.clsPw(), options.flGamma());
    this.objectnessLoss = new LogitLoss(options.objPw(), options.flGamma());
    this.classes = head.classes();
    this.outputs = head.outputs();
    this.anchors = anchors;
    this.positives = positives;
    this.values = values;
    this.weights = weights;
    this.gradient = new float[values.length];
  }

  /**
   * Computes a level's losses.
   *
   * @param values the raw outputs of each prediction, [predictions, outputs]
   */
  static PositiveLoss of(
      LossOptions options,
      DetectionHead head,
      int level,
      Positives positives,
      float[] values,
      Weights weights) {
    PositiveLoss loss =
        new PositiveLoss(
            options,
            head,
            Assignment.inCells(head.levels().get(level)),
            positives,
            values,
            weights);
    loss.compute();
    return loss;
  }

  Weights weights() {
    return weights;
  }

  /** Mean of 1 − similarity over the matches; 0 without any. */
  double boxMean() {
    return boxMean;
  }

  /** Mean class loss over the matches and classes; 0 without any and with a single class. */
  double classMean() {
    return classMean;
  }

  /** What the level's sum of objectness losses gains when the positives' targets aren't 0. */
  double objectnessChange() {
    return objectnessChange;
  }

  /** The gradient of the total loss, [predictions, outputs], complete for these predictions. */
  float[] gradient() {
    return gradient;
  }

  private void compute() {
    List<Match> matches = positives.matches();
    float[] objectness = new float[positives.predictions()];
    for (int i = 0; i < matches.size(); i++) {
      Match match = matches.get(i);
      int prediction = positives.prediction(i);
      // the last match of a prediction stands
      objectness[prediction] = Math.max(addBox(match, prediction * outputs), 0);
      if (classes > 1) {
        addClasses(match.classId(), prediction * outputs);
      }
    }
    if (!matches.isEmpty()) {
      boxMean /= matches.size();
      classMean /= (double) matches.size() * classes;
    }
    for (int i = 0; i < objectness.length; i++) {
      addObjectness(objectness[i], i * outputs + OBJECTNESS);
    }
  }

  /** Adds a match's box loss and returns the similarity. */
  private float addBox(Match match, int offset) {
    CenterBox anchor = anchors.get(match.anchor());
    float x = sigmoid(values[offset]);
    float y = sigmoid(values[offset + 1]);
    float width = sigmoid(values[offset + 2]);
    float height = sigmoid(values[offset + 3]);
    CenterBox predicted =
        new CenterBox(
            x * 2 - 0.5f,
            y * 2 - 0.5f,
            square(width * 2) * anchor.width(),
            square(height * 2) * anchor.height());
    BoxSimilarity similarity = BoxSimilarity.of(options.boxLoss(), predicted, match.box());
    boxMean += 1 - similarity.value();
    float weight = (float) (-weights.box() / positives.matches().size());
    gradient[offset] += weight * similarity.dx() * 2 * slope(x);
    gradient[offset + 1] += weight * similarity.dy() * 2 * slope(y);
    // d (2s)²/dx = 8·s · s·(1 − s)
    gradient[offset + 2] +=
        weight * similarity.dWidth() * anchor.width() * 8 * width * slope(width);
    gradient[offset + 3] +=
        weight * similarity.dHeight() * anchor.height() * 8 * height * slope(height);
    return similarity.value();
  }

  private void addClasses(int classId, int offset) {
    double smoothing = options.labelSmoothing() / 2;
    double weight = weights.cls() / ((double) positives.matches().size() * classes);
    List<Double> factors = options.classWeights();
    for (int c = 0; c < classes; c++) {
      double factor = factors.isEmpty() ? 1 : factors.get(c);
      double x = values[offset + CLASSES + c];
      double target = c == classId ? 1 - smoothing : smoothing;
      LogitLoss.Term term = classLoss.at(x, target);
      classMean += factor * term.loss();
      gradient[offset + CLASSES + c] += (float) (weight * factor * term.gradient());
    }
  }

  private void addObjectness(float target, int at) {
    double x = values[at];
    LogitLoss.Term term = objectnessLoss.at(x, target);
    objectnessChange += term.loss() - objectnessLoss.at(x, 0).loss();
    gradient[at] = (float) (weights.obj() * term.gradient());
  }

  private static float sigmoid(float x) {
    return (float) LogitLoss.sigmoid(x);
  }

  /** The sigmoid's slope where it has this value. */
  private static float slope(float sigmoid) {
    return sigmoid * (1 - sigmoid);
  }

  private static float square(float x) {
    return x * x;
  }
}
