package io.yolo4j.eval;

import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.NmsOptions;

/**
 * How a network is validated.
 *
 * @param imageSize the network's image size in pixels
 * @param batchSize pictures a batch
 * @param filter confidence and classes of candidates
 * @param nms suppression of overlapping boxes
 * @param rectangular frames just large enough for their batch instead of square ones
 * @param compatible as the Python reference: boxes go back to the original picture by the height
 *     ratio alone, and the confusion matrix leaves out detections on pictures without a match
 */
public record ValidationOptions(
    int imageSize,
    int batchSize,
    CandidateFilter filter,
    NmsOptions nms,
    boolean rectangular,
    boolean compatible) {
  /** Checks the values. */
  public ValidationOptions {
    if (imageSize < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "image size and batch size must be at least 1, got %d and %d"
              .formatted(imageSize, batchSize));
    }
  }

  /**
   * Returns the defaults: 640 pixels, batches of 8 in rectangular frames, confidence 0.001, every
   * class over it, IoU 0.6, at most 300 detections a picture.
   */
  public static ValidationOptions defaults() {
    return new ValidationOptions(
        640,
        8,
        CandidateFilter.of(0.001f).withMultiLabel(true),
        NmsOptions.validation(),
        true,
        false);
  }

  /** Returns options with another image size. */
  public ValidationOptions withImageSize(int pixels) {
    return new ValidationOptions(pixels, batchSize, filter, nms, rectangular, compatible);
  }

  /** Returns options with another batch size. */
  public ValidationOptions withBatchSize(int pictures) {
    return new ValidationOptions(imageSize, pictures, filter, nms, rectangular, compatible);
  }

  /** Returns options with another choice of candidates. */
  public ValidationOptions withFilter(CandidateFilter other) {
    return new ValidationOptions(imageSize, batchSize, other, nms, rectangular, compatible);
  }

  /** Returns options with other rules of suppression. */
  public ValidationOptions withNms(NmsOptions other) {
    return new ValidationOptions(imageSize, batchSize, filter, other, rectangular, compatible);
  }

  /** Returns options with rectangular or square frames. */
  public ValidationOptions withRectangular(boolean fitted) {
    return new ValidationOptions(imageSize, batchSize, filter, nms, fitted, compatible);
  }

  /** Returns options that reproduce the reference or don't; NMS then follows in its mode. */
  public ValidationOptions withCompatible(boolean asReference) {
    NmsOptions changed =
        nms.withMode(asReference ? NmsOptions.Mode.COMPATIBLE : NmsOptions.Mode.EXACT);
    return new ValidationOptions(imageSize, batchSize, filter, changed, rectangular, asReference);
  }
}
