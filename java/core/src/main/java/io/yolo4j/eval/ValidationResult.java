package io.yolo4j.eval;

import io.yolo4j.data.DataIssue;
import io.yolo4j.detect.StageTimes;
import java.util.List;

/**
 * The outcome of a validation.
 *
 * @param images pictures that were read
 * @param labels their labels
 * @param averages precision, recall and average precisions, all classes and each
 * @param classes the classes that have labels, by rising id
 * @param confusion what was taken for what
 * @param inspection overkill and escape rates over the confidence threshold
 * @param times the sums over all pictures; preprocessing ran beside the network
 * @param issues the pictures that could not be read
 */
public record ValidationResult(
    int images,
    int labels,
    AveragePrecision.Result averages,
    List<ClassResult> classes,
    ConfusionMatrix confusion,
    Inspection inspection,
    StageTimes times,
    List<DataIssue> issues) {
  /** Copies the lists. */
  public ValidationResult {
    classes = List.copyOf(classes);
    issues = List.copyOf(issues);
  }

  /**
   * Returns the same without the curves, which take 32 kB a class: for who keeps the results of
   * many validations.
   */
  public ValidationResult withoutCurves() {
    return new ValidationResult(
        images,
        labels,
        averages.withoutCurves(),
        classes,
        confusion,
        Inspection.NONE,
        times,
        issues);
  }

  /** Returns the mean precision over the classes. */
  public double precision() {
    return averages.precision();
  }

  /** Returns the mean recall over the classes. */
  public double recall() {
    return averages.recall();
  }

  /** Returns the mean average precision at IoU 0.5. */
  public double map50() {
    return averages.map50();
  }

  /** Returns the mean average precision over IoU 0.50 to 0.95. */
  public double map50To95() {
    return averages.map50To95();
  }

  /** Returns 0.1·mAP50 + 0.9·mAP50-95. */
  public double fitness() {
    return AveragePrecision.fitness(map50(), map50To95());
  }

  /** Returns reading, decoding and letterboxing in milliseconds a picture. */
  public double preprocessMillis() {
    return perImage(times.preprocessNanos());
  }

  /** Returns the network's milliseconds a picture. */
  public double inferenceMillis() {
    return perImage(times.inferenceNanos());
  }

  /** Returns decoding and suppression in milliseconds a picture. */
  public double nmsMillis() {
    return perImage(times.nmsNanos());
  }

  private double perImage(long nanos) {
    return images == 0 ? 0 : nanos / 1e6 / images;
  }
}
