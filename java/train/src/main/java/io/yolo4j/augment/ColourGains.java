package io.yolo4j.augment;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Gains of hue, saturation and value, carried out by look-up tables on 8-bit HSV, where hue is
 * counted in 0 … 179.
 *
 * @param hue wraps around
 * @param saturation clipped
 * @param value clipped
 */
record ColourGains(double hue, double saturation, double value) {
  private static final int LEVELS = 256;
  private static final int HUES = 180;

  /** Draws gains of 1 ± the options'. */
  static ColourGains draw(SampleRandom random, AugmentOptions options) {
    return new ColourGains(
        1 + random.uniform(-1, 1) * options.hsvH(),
        1 + random.uniform(-1, 1) * options.hsvS(),
        1 + random.uniform(-1, 1) * options.hsvV());
  }

  /** Returns the table of hues. */
  byte[] hueTable() {
    byte[] table = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) (int) (i * hue % HUES);
    }
    return table;
  }

  /** Returns the table of saturations. */
  byte[] saturationTable() {
    return clipped(saturation);
  }

  /** Returns the table of values. */
  byte[] valueTable() {
    return clipped(value);
  }

  private static byte[] clipped(double gain) {
    byte[] table = new byte[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      table[i] = (byte) (int) Math.min(Math.max(i * gain, 0), LEVELS - 1);
    }
    return table;
  }

  /** Changes an RGB picture in place. */
  void apply(Mat picture, Workspace workspace) {
    try (PointerScope scope = new PointerScope()) {
      Mat colours = workspace.rgb(Workspace.Slot.COLOURS, picture.cols(), picture.rows());
      Mat tables = new Mat(1, LEVELS, opencv_core.CV_8UC3);
      tables.data().put(interleaved());
      opencv_imgproc.cvtColor(picture, colours, opencv_imgproc.COLOR_RGB2HSV);
      opencv_core.LUT(colours, tables, colours);
      opencv_imgproc.cvtColor(colours, picture, opencv_imgproc.COLOR_HSV2RGB);
    }
  }

  private byte[] interleaved() {
    byte[][] tables = {hueTable(), saturationTable(), valueTable()};
    byte[] interleaved = new byte[3 * LEVELS];
    for (int i = 0; i < interleaved.length; i++) {
      interleaved[i] = tables[i % 3][i / 3];
    }
    return interleaved;
  }
}
