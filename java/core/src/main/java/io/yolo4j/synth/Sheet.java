package io.yolo4j.synth;

import io.yolo4j.image.Box;
import io.yolo4j.image.Image;
import java.util.Optional;

/** The pixels of one picture while defects are pressed into it. */
final class Sheet {
  /**
   * Least change of a pixel in grey levels; what would change it less leaves it as it is. So the
   * faint outskirts of a defect, which nobody sees, don't belong to its box.
   */
  static final int LEAST_CHANGE = 6;

  private static final double NEARLY_WHITE = 250;

  private final int side;
  private final boolean upright;
  private final float[] grey;

  private Sheet(int side, boolean upright) {
    this.side = side;
    this.upright = upright;
    grey = new float[side * side];
  }

  /** Rolls a sheet without defects. */
  static Sheet roll(int side, Randomness random) {
    Sheet sheet = new Sheet(side, random.chance(0.8));
    SheetTexture texture = new SheetTexture(side, random);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        sheet.grey[y * side + x] = sheet.upright ? texture.grey(x, y) : texture.grey(y, x);
      }
    }
    return sheet;
  }

  /** Whether the sheet was rolled from top to bottom, not from left to right. */
  boolean upright() {
    return upright;
  }

  /**
   * Changes the pixels below a layer, unless too little would be seen of it.
   *
   * @param layer as seen by painters; it is turned to the sheet's rolling direction
   * @param left the layer's first column in the sheet; it may reach over the sheet's edges
   * @param top its first row in the sheet
   * @param leastSide least width and height of the changed area
   * @return the box around the changed pixels; empty if it would be too small, then the sheet is as
   *     it was
   */
  Optional<Box> press(Layer layer, int left, int top, double leastSide) {
    int width = upright ? layer.across() : layer.along();
    int height = upright ? layer.along() : layer.across();
    int x1 = side;
    int y1 = side;
    int x2 = 0;
    int y2 = 0;
    float[] changed = grey.clone();
    for (int y = Math.max(top, 0); y < Math.min(top + height, side); y++) {
      for (int x = Math.max(left, 0); x < Math.min(left + width, side); x++) {
        float depth = upright ? layer.depth(x - left, y - top) : layer.depth(y - top, x - left);
        int at = y * side + x;
        float value = changed(grey[at], depth);
        if (Math.abs(level(value) - level(grey[at])) >= LEAST_CHANGE) {
          changed[at] = value;
          x1 = Math.min(x1, x);
          y1 = Math.min(y1, y);
          x2 = Math.max(x2, x + 1);
          y2 = Math.max(y2, y + 1);
        }
      }
    }
    if (x2 - x1 < leastSide || y2 - y1 < leastSide) {
      return Optional.empty();
    }
    System.arraycopy(changed, 0, grey, 0, grey.length);
    return Optional.of(new Box(x1, y1, x2, y2));
  }

  private static float changed(float value, float depth) {
    return depth >= 0
        ? value * (1 - depth)
        : (float) (value - depth * Math.max(NEARLY_WHITE - value, 0));
  }

  /** Returns the picture as it is now: grey, as RGB. */
  Image image() {
    byte[] rgb = new byte[grey.length * Image.CHANNELS];
    for (int i = 0, at = 0; i < grey.length; i++) {
      byte level = (byte) level(grey[i]);
      for (int channel = 0; channel < Image.CHANNELS; channel++) {
        rgb[at++] = level;
      }
    }
    return Image.wrap(rgb, side, side);
  }

  private static int level(float value) {
    return Math.min(Math.max(Math.round(value), 0), 255);
  }
}
