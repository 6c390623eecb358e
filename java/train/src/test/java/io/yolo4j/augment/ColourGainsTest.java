package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Closeness;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class ColourGainsTest {
  private static ColourGains gains(JsonNode c) {
    JsonNode gains = c.get("gains_h_s_v");
    return new ColourGains(
        gains.get(0).asDouble(), gains.get(1).asDouble(), gains.get(2).asDouble());
  }

  @Test
  void tables_fixtures_matchExactly() {
    int cases = 0;
    for (JsonNode c : Fixtures.geometry("augment_hsv").get("cases")) {
      ColourGains gains = gains(c);
      assertThat(gains.hueTable()).containsExactly(Fixtures.bytes(c.get("lut_hue")));
      assertThat(gains.saturationTable()).containsExactly(Fixtures.bytes(c.get("lut_sat")));
      assertThat(gains.valueTable()).containsExactly(Fixtures.bytes(c.get("lut_val")));
      cases++;
    }
    assertThat(cases).isEqualTo(5);
  }

  @Test
  void apply_fixtures_withinOneGreyLevel() {
    for (JsonNode c : Fixtures.geometry("augment_hsv").get("cases")) {
      byte[] rgb = swapped(Fixtures.bytes(c.get("bgr_in")));
      double[] expected = Fixtures.unsigned(swapped(Fixtures.bytes(c.get("bgr_out"))));
      try (Workspace workspace = new Workspace();
          Mat picture = Fixtures.mat(rgb, rgb.length / 3, 1)) {
        gains(c).apply(picture, workspace);
        Closeness.assertClose(
            c.get("gains_h_s_v").toString(),
            Fixtures.unsigned(Fixtures.bytes(picture)),
            expected,
            0,
            1);
      }
    }
  }

  private static byte[] swapped(byte[] bgr) {
    byte[] rgb = new byte[bgr.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = bgr[i / 3 * 3 + 2 - i % 3];
    }
    return rgb;
  }

  @Test
  void apply_grey_staysGrey() {
    byte[] rgb = new byte[3 * 256];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3);
    }
    ColourGains gains = new ColourGains(1.01, 1.6, 1.3);
    byte[] values = gains.valueTable();
    try (Workspace workspace = new Workspace();
        Mat picture = Fixtures.mat(rgb, 256, 1)) {
      gains.apply(picture, workspace);
      byte[] changed = Fixtures.bytes(picture);
      for (int i = 0; i < changed.length; i++) {
        assertThat(changed[i]).isEqualTo(values[i / 3]);
      }
    }
  }
}
