package io.yolo4j.eval;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * How precision, recall and F1 of one class depend on the confidence, and precision on recall, at
 * {@value #POINTS} places from 0 to 1, both included; IoU at the first threshold.
 *
 * <p>Immutable. Kept in float32: {@value #POINTS} places take 16 kB.
 */
public final class PrecisionCurves {
  /** Number of places. */
  public static final int POINTS = 1000;

  private final int classId;
  private final float[] precision;
  private final float[] recall;
  private final float[] f1;
  private final float[] precisionAtRecall;

  private PrecisionCurves(
      int classId,
      IntToDoubleFunction precision,
      IntToDoubleFunction recall,
      IntToDoubleFunction f1,
      IntToDoubleFunction precisionAtRecall) {
    this.classId = classId;
    this.precision = sampled(precision);
    this.recall = sampled(recall);
    this.f1 = sampled(f1);
    this.precisionAtRecall = sampled(precisionAtRecall);
  }

  private static float[] sampled(IntToDoubleFunction values) {
    float[] samples = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      samples[i] = (float) values.applyAsDouble(i);
    }
    return samples;
  }

  /**
   * Returns the curves of a class.
   *
   * @param precision at each confidence
   * @param recall at each confidence
   * @param precisionAtRecall at each recall
   */
  static PrecisionCurves of(
      int classId, double[] precision, double[] recall, double[] precisionAtRecall) {
    return new PrecisionCurves(
        classId,
        i -> precision[i],
        i -> recall[i],
        i -> AveragePrecision.f1(precision[i], recall[i]),
        i -> precisionAtRecall[i]);
  }

  /**
   * Returns the means over several classes, place by place, under the class id −1; zeros where
   * there is none.
   */
  public static PrecisionCurves mean(List<PrecisionCurves> classes) {
    return new PrecisionCurves(
        -1,
        i -> classes.stream().mapToDouble(c -> c.precision(i)).average().orElse(0),
        i -> classes.stream().mapToDouble(c -> c.recall(i)).average().orElse(0),
        i -> classes.stream().mapToDouble(c -> c.f1(i)).average().orElse(0),
        i -> classes.stream().mapToDouble(c -> c.precisionAtRecall(i)).average().orElse(0));
  }

  /** Returns the confidence, or recall, of a point: 0 for the first, 1 for the last. */
  public static double place(int point) {
    return point == POINTS - 1 ? 1 : point * (1.0 / (POINTS - 1));
  }

  /** Returns the class's index. */
  public int classId() {
    return classId;
  }

  /** Returns the precision at a confidence. */
  public double precision(int point) {
    return precision[point];
  }

  /** Returns the recall at a confidence. */
  public double recall(int point) {
    return recall[point];
  }

  /** Returns F1 at a confidence. */
  public double f1(int point) {
    return f1[point];
  }

  /** Returns the precision at a recall; it never rises with it. */
  public double precisionAtRecall(int point) {
    return precisionAtRecall[point];
  }
}
