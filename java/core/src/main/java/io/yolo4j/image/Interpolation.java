package io.yolo4j.image;

/** How {@link Resize} computes a pixel. */
public enum Interpolation {
  /** Bilinear between the four nearest pixels, pixel centres at half coordinates. */
  LINEAR,
  /**
   * The mean of the covered source area, for shrinking; where a side grows, {@link #LINEAR} is used
   * for both.
   */
  AREA
}
