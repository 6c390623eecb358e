package io.yolo4j.eval;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.LoadedBatch;
import io.yolo4j.runtime.Calibration;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.runtime.RawHead;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Measures what 8-bit integers cost a network in accuracy, and finds the convolutions that cost the
 * most.
 *
 * <p>Threads: one at a time.
 */
public final class Int8Search {
  private final Function<PlanOptions, ? extends Executor> executors;
  private final PlanOptions plan;
  private final ValidationOptions options;

  /**
   * Creates a search.
   *
   * @param executors makes one of the network, which is closed here
   * @param plan threads and the like; its precision isn't looked at
   * @param options of the validations
   */
  public Int8Search(
      Function<PlanOptions, ? extends Executor> executors,
      PlanOptions plan,
      ValidationOptions options) {
    this.executors = executors;
    this.plan = plan;
    this.options = options;
  }

  /**
   * Returns the measures of a data set in the plan's precision, or calibrated, on bytes. Class
   * scores are computed as a detector does, where the confidence lets the objectness pass.
   */
  public ValidationResult measured(
      PlanOptions precision, Dataset dataset, ValidationListener seen) {
    float least = options.filter().lowest(dataset.classNames().size());
    return run(precision.withLeastObjectness(OptionalDouble.of(least)), dataset, seen);
  }

  private ValidationResult run(PlanOptions precision, Dataset dataset, ValidationListener seen) {
    try (Executor executor = executors.apply(precision)) {
      return new Validator(executor, options).run(dataset, seen);
    }
  }

  /**
   * Returns convolutions with what each alone on bytes does to the raw heads, all others in the
   * float type beside bytes: the square root of the sum of squared differences over that of
   * squares; the worst first.
   *
   * @param calibration with the ranges
   * @param convolutions their names
   * @param few pictures to look at
   * @param done told after each convolution
   */
  public Map<String, Double> errors(
      Calibration calibration, List<String> convolutions, Dataset few, Consumer<String> done) {
    List<float[]> exact = new ArrayList<>();
    PlanOptions whole = plan.withLeastObjectness(OptionalDouble.empty());
    run(
        whole.withInt8(calibration.withInFloat(new HashSet<>(convolutions))),
        few,
        new HeadsListener(head -> exact.add(copy(head))));
    Map<String, Double> errors = new LinkedHashMap<>();
    for (String name : convolutions) {
      Set<String> others = new HashSet<>(convolutions);
      others.remove(name);
      Difference difference = new Difference(exact);
      run(whole.withInt8(calibration.withInFloat(others)), few, new HeadsListener(difference));
      errors.put(name, difference.relative());
      done.accept(name);
    }
    Map<String, Double> worstFirst = new LinkedHashMap<>();
    errors.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> worstFirst.put(entry.getKey(), entry.getValue()));
    return worstFirst;
  }

  /**
   * Leaves convolutions in a float type until the loss is small: none, the worst one, the two worst
   * ones, twice as many each time.
   *
   * @param calibration with the ranges
   * @param worstFirst asked for once, where all of them on bytes lose too much
   * @param loss measures a calibration
   * @param tolerance the loss that is accepted
   * @return the first one within the tolerance, or the last one tried
   */
  public static Calibration withinTolerance(
      Calibration calibration,
      Supplier<List<String>> worstFirst,
      ToDoubleFunction<Calibration> loss,
      double tolerance) {
    if (loss.applyAsDouble(calibration) <= tolerance) {
      return calibration;
    }
    List<String> worst = worstFirst.get();
    Calibration tried = calibration;
    for (int kept = 1; kept < worst.size(); kept *= 2) {
      tried = calibration.withInFloat(new LinkedHashSet<>(worst.subList(0, kept)));
      if (loss.applyAsDouble(tried) <= tolerance) {
        break;
      }
    }
    return tried;
  }

  private record HeadsListener(Consumer<RawHead> each) implements ValidationListener {
    @Override
    public void headsReady(LoadedBatch batch, List<RawHead> heads) {
      heads.forEach(each);
    }
  }

  private static float[] copy(RawHead head) {
    FloatBuffer values = head.values().duplicate();
    values.clear();
    float[] copied = new float[values.remaining()];
    values.get(copied);
    return copied;
  }

  /** Of one head after the other from those of another run. */
  private static final class Difference implements Consumer<RawHead> {
    private final List<float[]> exact;
    private int next;
    private double differences;
    private double squares;

    Difference(List<float[]> exact) {
      this.exact = exact;
    }

    @Override
    public void accept(RawHead head) {
      float[] wanted = exact.get(next++);
      float[] values = copy(head);
      for (int i = 0; i < values.length; i++) {
        double difference = values[i] - (double) wanted[i];
        differences += difference * difference;
        squares += (double) wanted[i] * wanted[i];
      }
    }

    double relative() {
      return Math.sqrt(differences / squares);
    }
  }
}
