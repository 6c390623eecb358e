package io.yolo4j.study;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * How many pictures a class reach a wanted mAP50: the size from which on the curve of means, linear
 * between the measured sizes, stays at or above it; and the same of the curves of the intervals'
 * ends.
 *
 * @param target the wanted mAP50
 * @param smallest the smallest measured size
 * @param largest the largest
 * @param pictures by the means; empty where the mean of the largest size is below
 * @param least by the upper ends; empty without intervals, or where they end below
 * @param most by the lower ends; likewise
 * @param last what the largest size gives
 */
public record SizeAnswer(
    double target,
    int smallest,
    int largest,
    OptionalDouble pictures,
    OptionalDouble least,
    OptionalDouble most,
    Estimate last) {
  /**
   * Returns the answer of a curve.
   *
   * @param curve by rising size, at least one
   */
  static SizeAnswer of(List<CellResult> curve, double target) {
    CellResult last = curve.get(curve.size() - 1);
    return new SizeAnswer(
        target,
        curve.get(0).cell().picturesPerClass(),
        last.cell().picturesPerClass(),
        reached(curve, target, Estimate::mean),
        reached(curve, target, Estimate::high),
        reached(curve, target, Estimate::low),
        last.map50());
  }

  /** The last crossing from below; a value that is NaN reaches nothing. */
  private static OptionalDouble reached(
      List<CellResult> curve, double target, ToDoubleFunction<Estimate> value) {
    int from = curve.size();
    while (from > 0 && value.applyAsDouble(curve.get(from - 1).map50()) >= target) {
      from--;
    }
    if (from == curve.size()) {
      return OptionalDouble.empty();
    }
    double after = curve.get(from).cell().picturesPerClass();
    if (from == 0) {
      return OptionalDouble.of(after);
    }
    double before = curve.get(from - 1).cell().picturesPerClass();
    double low = value.applyAsDouble(curve.get(from - 1).map50());
    double high = value.applyAsDouble(curve.get(from).map50());
    return OptionalDouble.of(
        Double.isNaN(low) ? after : before + (after - before) * (target - low) / (high - low));
  }

  /** Returns the answer as sentences. */
  public String text() {
    return pictures.isPresent() ? reachedText(pictures.getAsDouble()) : missedText();
  }

  private String reachedText(double size) {
    String answer =
        size <= smallest
            ? "mAP50 %s is reached at %d pictures a class, the smallest size measured, or fewer"
                .formatted(number(target), smallest)
            : "mAP50 %s is reached at about %.0f pictures a class"
                .formatted(number(target), whole(size));
    if (!last.hasInterval()) {
      return answer + "; one seed gives no bounds.";
    }
    return "%s; by the ends of the %.0f %% intervals %s."
        .formatted(answer, 100 * Estimate.CONFIDENCE, bounds(least.orElse(size)));
  }

  private String bounds(double early) {
    if (most.isPresent() && most.getAsDouble() <= smallest) {
      return "at %d or fewer".formatted(smallest);
    }
    String lower =
        early <= smallest ? "%d or fewer".formatted(smallest) : "%.0f".formatted(whole(early));
    String upper =
        most.isPresent()
            ? "%.0f".formatted(whole(most.getAsDouble()))
            : "more than the %d measured".formatted(largest);
    return "between %s and %s".formatted(lower, upper);
  }

  private String missedText() {
    String answer =
        "The curve does not reach mAP50 %s: at %d pictures a class it is %s"
            .formatted(number(target), largest, number(last.mean()));
    if (!last.hasInterval()) {
      return answer + "; one seed gives no bounds.";
    }
    return least.isPresent()
        ? "%s, but the interval up to %s does not rule it out."
            .formatted(answer, number(last.high()))
        : "%s, and the interval ends below, at %s.".formatted(answer, number(last.high()));
  }

  /** Rounds up to pictures, but not for the last bits of an interpolation. */
  private static double whole(double pictures) {
    return Math.ceil(pictures - 1e-6);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
