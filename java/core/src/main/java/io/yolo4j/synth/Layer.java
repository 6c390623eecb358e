package io.yolo4j.synth;

/**
 * What a defect does to the sheet below it. Depth 1 makes a pixel black, −1 nearly white, 0 leaves
 * it. Painters always see the rolling direction as y; a layer for a sheet that was rolled from left
 * to right turns what they draw.
 */
final class Layer {
  private final int across;
  private final int along;
  private final double scale;
  private final float[] depth;

  /**
   * Creates an empty layer.
   *
   * @param across size in x in pixels
   * @param along size in y, the rolling direction, in pixels
   * @param scale pixels of the picture for one nominal pixel
   */
  Layer(int across, int along, double scale) {
    this.across = across;
    this.along = along;
    this.scale = scale;
    depth = new float[across * along];
  }

  int across() {
    return across;
  }

  int along() {
    return along;
  }

  /** Returns a length of the picture, given a nominal one. */
  double pixels(double nominal) {
    return nominal * scale;
  }

  float depth(int x, int y) {
    return depth[y * across + x];
  }

  /** Changes a pixel; of several changes the strongest stays. Outside the layer nothing happens. */
  void mark(int x, int y, double change) {
    if (x < 0 || x >= across || y < 0 || y >= along) {
      return;
    }
    int at = y * across + x;
    if (Math.abs(change) > Math.abs(depth[at])) {
      depth[at] = (float) change;
    }
  }
}
