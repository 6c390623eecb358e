package io.yolo4j.runtime;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a network needs to run in 8-bit integers: the range of each feature map, and the
 * convolutions that stay in a float type. Made by a {@link Calibrator} from pictures like those to
 * come.
 *
 * @param ranges of feature maps by the name of what makes them
 * @param inFloat names of convolutions that stay in a float type
 * @param method how the ranges were chosen, for people
 * @param images how many were looked at
 * @param loss of mAP50-95 against float32, 0 to 1, as it was measured; empty if it wasn't
 */
public record Calibration(
    Map<String, Range> ranges,
    Set<String> inFloat,
    String method,
    int images,
    OptionalDouble loss) {
  /** Copies the collections. */
  public Calibration {
    ranges = Map.copyOf(ranges);
    inFloat = Set.copyOf(inFloat);
  }

  /** A calibration whose loss wasn't measured. */
  public Calibration(Map<String, Range> ranges, Set<String> inFloat, String method, int images) {
    this(ranges, inFloat, method, images, OptionalDouble.empty());
  }

  /**
   * Values from the lowest to the highest.
   *
   * @param low the lowest that is kept apart from lower ones
   * @param high the highest, likewise
   */
  public record Range(double low, double high) {
    /** Checks that the values are finite and in order. */
    public Range {
      if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
        throw new IllegalArgumentException(
            "a range must be finite, its ends in order, got %s to %s".formatted(low, high));
      }
    }

    /** Returns the smallest range that holds both. */
    public Range with(Range other) {
      return new Range(Math.min(low, other.low), Math.max(high, other.high));
    }
  }

  /** Returns a calibration with a loss of mAP50-95 that was measured, 0 to 1. */
  public Calibration withLoss(double measured) {
    return new Calibration(ranges, inFloat, method, images, OptionalDouble.of(measured));
  }

  /** Returns a calibration with other convolutions in a float type, whose loss isn't known. */
  public Calibration withInFloat(Set<String> names) {
    return new Calibration(ranges, names, method, images);
  }

  /**
   * Returns the range of a feature map.
   *
   * @throws IllegalArgumentException if it wasn't calibrated
   */
  Range range(String name) {
    Range range = ranges.get(name);
    if (range == null) {
      throw new IllegalArgumentException(
          "the calibration knows no %s; it was made for another network, make one for this"
              .formatted(name));
    }
    return range;
  }
}
