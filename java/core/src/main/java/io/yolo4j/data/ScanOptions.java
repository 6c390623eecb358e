package io.yolo4j.data;

/**
 * What is done with the flaws of a data set.
 *
 * @param badBoxes what becomes of boxes outside the picture
 * @param missingLabels what becomes of pictures without a label file; an empty label file always
 *     means a picture without objects
 * @param decodeImages decode every picture, which also finds truncated ones, instead of reading
 *     headers only
 */
public record ScanOptions(BadBoxes badBoxes, MissingLabels missingLabels, boolean decodeImages) {
  /** What becomes of boxes with coordinates outside 0 to 1. */
  public enum BadBoxes {
    /** The row is left out. */
    DROP,
    /** The part inside the picture stays. */
    CLIP
  }

  /** What becomes of pictures without a label file. */
  public enum MissingLabels {
    /** They are left out. */
    SKIP,
    /** They stand for background. */
    BACKGROUND
  }

  /** Returns the defaults: bad boxes and pictures without a label file are left out. */
  public static ScanOptions defaults() {
    return new ScanOptions(BadBoxes.DROP, MissingLabels.SKIP, false);
  }

  /** Returns options with another treatment of bad boxes. */
  public ScanOptions withBadBoxes(BadBoxes treatment) {
    return new ScanOptions(treatment, missingLabels, decodeImages);
  }

  /** Returns options with another treatment of missing label files. */
  public ScanOptions withMissingLabels(MissingLabels treatment) {
    return new ScanOptions(badBoxes, treatment, decodeImages);
  }

  /** Returns options that decode every picture or don't. */
  public ScanOptions withDecodeImages(boolean decode) {
    return new ScanOptions(badBoxes, missingLabels, decode);
  }
}
