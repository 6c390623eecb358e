package io.yolo4j.detect;

import java.util.Set;

/**
 * How a {@link Predictor} detects.
 *
 * @param imageSize the long side of the network's frame in pixels; raised to a multiple of the
 *     largest stride
 * @param filter confidence and classes
 * @param nms suppression of overlapping boxes
 * @param augment test-time augmentation: three passes at several scales, one of them mirrored
 */
public record PredictorOptions(
    int imageSize, CandidateFilter filter, NmsOptions nms, boolean augment) {
  /** Checks the values. */
  public PredictorOptions {
    if (imageSize < 1) {
      throw new IllegalArgumentException("an image size must be at least 1, got " + imageSize);
    }
  }

  /** Returns the defaults: 640 pixels, confidence 0.25, IoU 0.45, at most 1000, no augmentation. */
  public static PredictorOptions defaults() {
    return new PredictorOptions(640, CandidateFilter.of(0.25f), NmsOptions.detection(), false);
  }

  /** Returns options with another image size. */
  public PredictorOptions withImageSize(int pixels) {
    return new PredictorOptions(pixels, filter, nms, augment);
  }

  /** Returns options with another confidence threshold. */
  public PredictorOptions withConfidence(float confidence) {
    CandidateFilter changed =
        new CandidateFilter(confidence, filter.multiLabel(), filter.classes());
    return new PredictorOptions(imageSize, changed, nms, augment);
  }

  /** Returns options that keep these classes only; all where the set is empty. */
  public PredictorOptions withClasses(Set<Integer> classes) {
    return new PredictorOptions(imageSize, filter.withClasses(classes), nms, augment);
  }

  /** Returns options with other rules of suppression. */
  public PredictorOptions withNms(NmsOptions other) {
    return new PredictorOptions(imageSize, filter, other, augment);
  }

  /** Returns options with or without test-time augmentation. */
  public PredictorOptions withAugment(boolean severalPasses) {
    return new PredictorOptions(imageSize, filter, nms, severalPasses);
  }
}
