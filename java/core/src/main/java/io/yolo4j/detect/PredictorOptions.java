package io.yolo4j.detect;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a {@link Predictor} detects.
 *
 * @param imageSize the long side of the network's frame in pixels; raised to a multiple of the
 *     largest stride
 * @param filter confidence and classes
 * @param nms suppression of overlapping boxes
 * @param augment test-time augmentation: three passes at several scales, one of them mirrored
 * @param tiling how pictures larger than a tile are cut; without it every picture is looked at as a
 *     whole
 */
public record PredictorOptions(
    int imageSize,
    CandidateFilter filter,
    NmsOptions nms,
    boolean augment,
    Optional<TilingOptions> tiling) {
  /** Checks the values. */
  public PredictorOptions {
    if (imageSize < 1) {
      throw new IllegalArgumentException("an image size must be at least 1, got " + imageSize);
    }
  }

  /** Returns the defaults: 640 pixels, confidence 0.25, IoU 0.45, at most 1000, no augmentation. */
  public static PredictorOptions defaults() {
    return new PredictorOptions(
        640, CandidateFilter.of(0.25f), NmsOptions.detection(), false, Optional.empty());
  }

  /** Returns options with another image size. */
  public PredictorOptions withImageSize(int pixels) {
    return new PredictorOptions(pixels, filter, nms, augment, tiling);
  }

  /** Returns options with another confidence threshold, for the classes without their own. */
  public PredictorOptions withConfidence(float confidence) {
    return withFilter(filter.withConfidence(confidence));
  }

  /**
   * Returns options with confidence thresholds of single classes, by class id; {@link
   * #withConfidence} holds for the others.
   *
   * @throws IllegalArgumentException if an id is negative or a threshold not in 0 to 1
   */
  public PredictorOptions withClassConfidences(Map<Integer, Float> byClass) {
    return withFilter(filter.withClassConfidences(byClass));
  }

  /** Returns options that keep these classes only; all where the set is empty. */
  public PredictorOptions withClasses(Set<Integer> classes) {
    return withFilter(filter.withClasses(classes));
  }

  private PredictorOptions withFilter(CandidateFilter other) {
    return new PredictorOptions(imageSize, other, nms, augment, tiling);
  }

  /** Returns options with other rules of suppression. */
  public PredictorOptions withNms(NmsOptions other) {
    return new PredictorOptions(imageSize, filter, other, augment, tiling);
  }

  /** Returns options with or without test-time augmentation. */
  public PredictorOptions withAugment(boolean severalPasses) {
    return new PredictorOptions(imageSize, filter, nms, severalPasses, tiling);
  }

  /** Returns options that cut large pictures into tiles. */
  public PredictorOptions withTiling(TilingOptions tiles) {
    return new PredictorOptions(imageSize, filter, nms, augment, Optional.of(tiles));
  }
}
