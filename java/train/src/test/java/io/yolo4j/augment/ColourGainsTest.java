package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Closeness;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class ColourGainsTest {
  private static final int HUES = 180;
  private static final int LEVELS = 256;

  private static double gain(JsonNode c, int index) {
    return c.get("gains_h_s_v").get(index).asDouble();
  }

  private static ColourGains gains(JsonNode c) {
    return new ColourGains(gain(c, 0), gain(c, 1), gain(c, 2));
  }

  private static byte[] apply(ColourGains gains, byte[] rgb) {
    try (Mat picture = Fixtures.mat(rgb, rgb.length / 3, 1)) {
      gains.apply(picture);
      return Fixtures.bytes(picture);
    }
  }

  @Test
  void apply_fixtures_withinOneGreyLevel() {
    int cases = 0;
    for (JsonNode c : Fixtures.geometry("augment_hsv").get("cases")) {
      byte[] rgb = swapped(Fixtures.bytes(c.get("bgr_in")));
      Closeness.assertClose(
          c.get("gains_h_s_v").toString(),
          Fixtures.unsigned(apply(gains(c), rgb)),
          Fixtures.unsigned(swapped(Fixtures.bytes(c.get("bgr_out")))),
          0,
          1);
      cases++;
    }
    assertThat(cases).isEqualTo(5);
  }

  private static byte[] swapped(byte[] bgr) {
    byte[] rgb = new byte[bgr.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = bgr[i / 3 * 3 + 2 - i % 3];
    }
    return rgb;
  }

  /* Of grey only the value changes, so that the table can be read off the pixels. */
  @Test
  void apply_greys_areTheFixturesTableOfValues() {
    byte[] greys = new byte[3 * LEVELS];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = (byte) (i / 3);
    }
    for (JsonNode c : Fixtures.geometry("augment_hsv").get("cases")) {
      byte[] changed = apply(gains(c), greys);
      byte[] table = Fixtures.bytes(c.get("lut_val"));
      for (int i = 0; i < changed.length; i++) {
        assertThat(changed[i] & 0xff)
            .as("value %d with %s", i / 3, c.get("gains_h_s_v"))
            .isBetween(table[i / 3] & 0xff, product(i / 3, gain(c, 2), LEVELS));
      }
    }
  }

  /* Bright reds (255, 255 − s, 255 − s) have saturation s and hue 0. */
  @Test
  void apply_brightReds_areTheFixturesTableOfSaturations() {
    byte[] reds = new byte[3 * LEVELS];
    for (int i = 0; i < reds.length; i++) {
      reds[i] = (byte) (i % 3 == 0 ? 255 : 255 - i / 3);
    }
    for (JsonNode c : Fixtures.geometry("augment_hsv").get("cases")) {
      byte[] changed = apply(new ColourGains(1, gain(c, 1), 1), reds);
      byte[] table = Fixtures.bytes(c.get("lut_sat"));
      for (int i = 0; i < LEVELS; i++) {
        assertThat(changed[3 * i] & 0xff).isEqualTo(255);
        assertThat(255 - (changed[3 * i + 1] & 0xff))
            .as("saturation %d with %s", i, c.get("gains_h_s_v"))
            .isBetween(table[i] & 0xff, product(i, gain(c, 1), LEVELS));
      }
    }
  }

  /* Saturated hues differ by eight grey levels and more. */
  @Test
  void apply_saturatedHues_areTheFixturesTableOfHues() {
    byte[] colours = new byte[3 * HUES];
    for (int hue = 0; hue < HUES; hue++) {
      for (int c = 0; c < 3; c++) {
        colours[3 * hue + c] = (byte) saturated(hue, 5 - 2 * c);
      }
    }
    for (JsonNode c : Fixtures.geometry("augment_hsv").get("cases")) {
      byte[] changed = apply(new ColourGains(gain(c, 0), 1, 1), colours);
      byte[] table = Fixtures.bytes(c.get("lut_hue"));
      for (int i = 0; i < changed.length; i++) {
        int expected = saturated(table[i / 3] & 0xff, 5 - 2 * (i % 3));
        assertThat(Math.abs((changed[i] & 0xff) - expected))
            .as("hue %d with %s", i / 3, c.get("gains_h_s_v"))
            .isLessThanOrEqualTo(1);
      }
    }
  }

  private static int saturated(int hue, int offset) {
    int k = (30 * offset + hue) % HUES;
    int share = Math.max(0, Math.min(Math.min(k, 120 - k), 30));
    return (int) Math.rint(255 * (1 - share / 30.0));
  }

  /*
   * The greatest result for a product with a fraction cut off: what lies less than 10^-4 below a
   * whole number may count as that number (100 times the fixture's 0.4099999999999999 as 41).
   */
  private static int product(int level, double gain, int levels) {
    return Math.min((int) (level * gain + 1e-4), levels - 1);
  }

  @Test
  void apply_allColours_likeOpenCvWithTables() {
    int side = 512;
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < side * side; i++) {
      rgb[3 * i] = (byte) (i >> 10 & 0xfc);
      rgb[3 * i + 1] = (byte) (i >> 4 & 0xfc);
      rgb[3 * i + 2] = (byte) (i << 2 & 0xfc);
    }
    JsonNode c = Fixtures.geometry("augment_hsv").get("cases").get(1);
    byte[] tables = new byte[3 * LEVELS];
    for (int i = 0; i < tables.length; i++) {
      String name = i % 3 == 0 ? "lut_hue" : i % 3 == 1 ? "lut_sat" : "lut_val";
      tables[i] = (byte) c.get(name).get(i / 3).asInt();
    }
    byte[] expected;
    try (Mat picture = Fixtures.mat(rgb, side, side);
        Mat lut = Fixtures.mat(tables, LEVELS, 1);
        Mat hsv = new Mat()) {
      opencv_imgproc.cvtColor(picture, hsv, opencv_imgproc.COLOR_RGB2HSV);
      opencv_core.LUT(hsv, lut, hsv);
      opencv_imgproc.cvtColor(hsv, picture, opencv_imgproc.COLOR_HSV2RGB);
      expected = Fixtures.bytes(picture);
    }
    Closeness.assertClose(
        "262144 colours",
        Fixtures.unsigned(apply(gains(c), rgb)),
        Fixtures.unsigned(expected),
        0,
        1);
  }
}
