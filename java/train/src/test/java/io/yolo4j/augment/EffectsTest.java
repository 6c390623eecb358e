package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

/** Mixup, cutout, blur, grey, CLAHE. */
class EffectsTest {
  private static final int SIDE = 48;

  private static byte[] noise() {
    SampleRandom random = SampleRandom.of(1, 1, 1);
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (60 + random.nextInt(120));
    }
    return rgb;
  }

  @Test
  void mixup_fixtures_samePixels() {
    int cases = 0;
    for (JsonNode c : Fixtures.geometry("mixup").get("cases")) {
      int height = c.get("image1").size();
      int width = c.get("image1").get(0).size();
      try (Mat first = Fixtures.mat(Fixtures.bytes(c.get("image1")), width, height);
          Mat second = Fixtures.mat(Fixtures.bytes(c.get("image2")), width, height)) {
        Mixup.apply(first, second, c.get("r").asDouble());
        assertThat(Fixtures.bytes(first)).containsExactly(Fixtures.bytes(c.get("out")));
      }
      cases++;
    }
    assertThat(cases).isEqualTo(3);
  }

  @Test
  void mixup_everyPairOfLevels_withinOneGreyLevelOfTheFormula() {
    byte[] rows = new byte[256 * 256 * 3];
    byte[] columns = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (byte) (i / 3 / 256);
      columns[i] = (byte) (i / 3 % 256);
    }
    double ratio = 0.4637;
    try (Mat first = Fixtures.mat(rows, 256, 256);
        Mat second = Fixtures.mat(columns, 256, 256)) {
      Mixup.apply(first, second, ratio);
      byte[] mixed = Fixtures.bytes(first);
      for (int i = 0; i < mixed.length; i += 3) {
        int expected = (int) ((rows[i] & 0xff) * ratio + (columns[i] & 0xff) * (1 - ratio));
        assertThat(Math.abs((mixed[i] & 0xff) - expected)).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void cutout_anyDraw_paintsItsRectanglesOnlyAndHidesObjects() {
    for (int seed = 0; seed < 50; seed++) {
      Cutout cutout = Cutout.draw(SampleRandom.of(seed, 0, 0), new ImageSize(SIDE, SIDE));
      assertThat(cutout.patches()).hasSizeBetween(1, 8);
      byte[] before = noise();
      byte[] after;
      try (Mat picture = Fixtures.mat(before, SIDE, SIDE)) {
        cutout.apply(picture);
        after = Fixtures.bytes(picture);
      }
      Cutout.Patch last = cutout.patches().get(cutout.patches().size() - 1);
      for (int i = 0; i < before.length; i += 3) {
        Region pixel = Region.of(1, 1).moved(i / 3 % SIDE, i / 3 / SIDE);
        if (!last.place().intersect(pixel).isEmpty()) {
          assertThat(after[i] & 0xff).isEqualTo(last.red());
          assertThat(after[i + 2] & 0xff).isEqualTo(last.blue());
        } else if (cutout.patches().stream().allMatch(p -> p.place().intersect(pixel).isEmpty())) {
          assertThat(after[i]).isEqualTo(before[i]);
        }
      }
      Region place = last.place();
      Target hidden =
          new Target(0, new Box(place.left(), place.top(), place.right(), place.bottom()), null);
      Target whole = new Target(1, new Box(0, 0, SIDE, SIDE), null);
      assertThat(cutout.visible(List.of(hidden, whole))).containsExactly(whole);
    }
  }

  @Test
  void visible_sixtyPercent_isTheLimit() {
    Cutout cutout = new Cutout(List.of(new Cutout.Patch(new Region(0, 0, 6, 10), 0, 0, 0)));
    Target seen = new Target(0, new Box(0, 0, 10, 10), null);
    Target hidden = new Target(0, new Box(0, 0, 9.9f, 10), null);
    assertThat(cutout.visible(List.of(seen, hidden))).containsExactly(seen);
  }

  @Test
  void grey_noise_isLumaThreeTimes() {
    byte[] rgb = noise();
    try (Workspace workspace = new Workspace();
        Mat picture = Fixtures.mat(rgb, SIDE, SIDE)) {
      Grey.apply(picture, workspace);
      byte[] grey = Fixtures.bytes(picture);
      for (int i = 0; i < rgb.length; i += 3) {
        double luma =
            0.299 * (rgb[i] & 0xff) + 0.587 * (rgb[i + 1] & 0xff) + 0.114 * (rgb[i + 2] & 0xff);
        assertThat(Math.abs((grey[i] & 0xff) - luma)).isLessThan(0.51);
        assertThat(grey[i + 1]).isEqualTo(grey[i]);
        assertThat(grey[i + 2]).isEqualTo(grey[i]);
      }
    }
  }

  @Test
  void blur_noise_isTheMeanOfTheBox() {
    byte[] rgb = noise();
    try (Workspace workspace = new Workspace();
        Mat picture = Fixtures.mat(rgb, SIDE, SIDE)) {
      new Blur(3).apply(picture, workspace);
      byte[] blurred = Fixtures.bytes(picture);
      int sum = 0;
      for (int y = 9; y <= 11; y++) {
        for (int x = 19; x <= 21; x++) {
          sum += rgb[(y * SIDE + x) * 3 + 1] & 0xff;
        }
      }
      int middle = blurred[(10 * SIDE + 20) * 3 + 1] & 0xff;
      assertThat(Math.abs(middle - sum / 9.0)).isLessThan(0.51);
    }
    for (int seed = 0; seed < 20; seed++) {
      assertThat(Blur.draw(SampleRandom.of(seed, 0, 0)).side()).isIn(3, 5, 7);
    }
  }

  @Test
  void clahe_flatRamp_gainsContrast() {
    byte[] rgb = new byte[SIDE * SIDE * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (100 + i / 3 % SIDE / 4);
    }
    try (Workspace workspace = new Workspace();
        Mat picture = Fixtures.mat(rgb, SIDE, SIDE)) {
      new Clahe(40).apply(picture, workspace);
      byte[] equalised = Fixtures.bytes(picture);
      assertThat(spread(equalised)).isGreaterThan(2 * spread(rgb));
    }
    for (int seed = 0; seed < 20; seed++) {
      assertThat(Clahe.draw(SampleRandom.of(seed, 0, 0)).clipLimit()).isBetween(1.0, 4.0);
    }
  }

  private static int spread(byte[] values) {
    int low = 255;
    int high = 0;
    for (byte value : values) {
      low = Math.min(low, value & 0xff);
      high = Math.max(high, value & 0xff);
    }
    return high - low;
  }
}
