package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import io.yolo4j.testing.Closeness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

class PerspectiveTest {
  private static final double GREY_LEVELS = 2;

  private static PerspectiveParameters parameters(JsonNode c) {
    return new PerspectiveParameters(
        c.get("perspective_x").asDouble(),
        c.get("perspective_y").asDouble(),
        c.get("angle_deg").asDouble(),
        c.get("scale").asDouble(),
        c.get("shear_x_deg").asDouble(),
        c.get("shear_y_deg").asDouble(),
        c.get("translate_x_fraction").asDouble(),
        c.get("translate_y_fraction").asDouble());
  }

  private static Homography map(JsonNode c) {
    return parameters(c).matrix(Fixtures.size(c.get("image_hw")), Fixtures.size(c.get("out_hw")));
  }

  @Test
  void matrix_fixtures_matches() {
    int cases = 0;
    for (JsonNode c : Fixtures.geometry("random_perspective").get("cases")) {
      Homography map = map(c);
      String name = c.get("name").asText();
      assertThat(map.isAffine()).as(name).isEqualTo(!c.get("warp").asText().equals("perspective"));
      if (c.get("M").isNull()) {
        assertThat(map.isIdentity()).as(name).isTrue();
        continue;
      }
      double[] actual = new double[9];
      for (int i = 0; i < 9; i++) {
        actual[i] = map.at(i / 3, i % 3);
      }
      Closeness.assertClose(name, actual, Fixtures.doubles(c.get("M")), 1e-12, 1e-12);
      cases++;
    }
    assertThat(cases).isGreaterThan(10);
  }

  @Test
  void transformed_fixtures_matches() {
    for (JsonNode c : Fixtures.geometry("random_perspective").get("cases")) {
      String name = c.get("name").asText();
      Homography map = map(c);
      ImageSize frame = Fixtures.size(c.get("out_hw"));
      List<Box> after = new ArrayList<>();
      List<Target> kept = new ArrayList<>();
      for (Target target : targets(c)) {
        Outline outline = target.outline();
        after.add(outline == null ? target.boxAfter(map, frame) : outline.boxAfter(map, frame));
        target.transformed(map, c.get("scale").asDouble(), frame).ifPresent(kept::add);
      }
      Closeness.assertClose(
          name, Fixtures.corners(after), Fixtures.doubles(c.get("new_boxes_all")), 1e-6, 1e-4);
      Closeness.assertClose(
          name, Fixtures.rows(kept), Fixtures.doubles(c.get("targets_out")), 1e-6, 1e-4);
    }
  }

  private static List<Target> targets(JsonNode c) {
    List<Target> boxes = Fixtures.targets(c.get("targets_cls_xyxy"));
    if (!c.has("segments")) {
      return boxes;
    }
    List<Target> outlined = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      Outline outline = Outline.of(Fixtures.doubles(c.get("segments").get(i)));
      outlined.add(new Target(boxes.get(i).classId(), boxes.get(i).box(), outline));
    }
    return outlined;
  }

  @Test
  void apply_fixturePixels_withinTwoGreyLevels() {
    int cases = 0;
    for (JsonNode c : Fixtures.geometry("random_perspective").get("cases")) {
      if (!c.has("pixels_in")) {
        continue;
      }
      ImageSize frame = Fixtures.size(c.get("out_hw"));
      try (Mat input = Fixtures.repeated(c.get("pixels_in"));
          Mat expected = Fixtures.repeated(c.get("pixels_out"));
          Mat output = new Mat(frame.height(), frame.width(), opencv_core.CV_8UC3)) {
        Warp.apply(input, map(c), output);
        Closeness.assertClose(
            c.get("name").asText(),
            Fixtures.unsigned(Fixtures.bytes(output)),
            Fixtures.unsigned(Fixtures.bytes(expected)),
            0,
            GREY_LEVELS);
      }
      cases++;
    }
    assertThat(cases).isEqualTo(2);
  }

  /* 1/128 pixel and 1/32 pixel steps on both sides: on pictures without noise, a grey level. */
  @Test
  void apply_smoothPicture_likeOpenCv() {
    byte[] rgb = new byte[200 * 160 * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % 200;
      int y = i / 3 / 200;
      rgb[i] = (byte) (int) (128 + 100 * Math.sin(x / 15.0 + i % 3) * Math.cos(y / 11.0));
    }
    AugmentOptions options = AugmentOptions.none().withGeometry(30, 0.2, 0.5, 10, 0);
    for (int seed = 0; seed < 20; seed++) {
      Homography map =
          PerspectiveParameters.draw(SampleRandom.of(seed, 0, 0), options)
              .matrix(new ImageSize(200, 160), new ImageSize(96, 128));
      try (Mat input = Fixtures.mat(rgb, 200, 160);
          Mat matrix = new Mat(2, 3, opencv_core.CV_64F);
          Size size = new Size(96, 128);
          Scalar grey = new Scalar(114, 114, 114, 0);
          Mat expected = new Mat();
          Mat output = new Mat(128, 96, opencv_core.CV_8UC3)) {
        for (int i = 0; i < 6; i++) {
          matrix.ptr(i / 3, i % 3).putDouble(map.at(i / 3, i % 3));
        }
        opencv_imgproc.warpAffine(
            input,
            expected,
            matrix,
            size,
            opencv_imgproc.INTER_LINEAR,
            opencv_core.BORDER_CONSTANT,
            grey);
        Warp.apply(input, map, output);
        Closeness.assertClose(
            "seed " + seed,
            Fixtures.unsigned(Fixtures.bytes(output)),
            Fixtures.unsigned(Fixtures.bytes(expected)),
            0,
            GREY_LEVELS);
      }
    }
  }

  @Test
  void apply_reductionBeyondTheKernel_isDrawnAllTheSame() {
    byte[] rgb = new byte[64 * 64 * 3];
    Arrays.fill(rgb, (byte) 200);
    // 64 pixels become 0.64: one that is not grey.
    Homography map = Homography.of(0.01, 0, 320, 0, 0.01, 320, 0, 0, 1);
    try (Mat input = Fixtures.mat(rgb, 64, 64);
        Mat output = new Mat(640, 640, opencv_core.CV_8UC3)) {
      Warp.apply(input, map, output);
      byte[] pixels = Fixtures.bytes(output);
      assertThat(pixels[(320 * 640 + 320) * 3] & 0xff).isEqualTo(200);
      assertThat(pixels[0] & 0xff).isEqualTo(114);
    }
  }

  @Test
  void transformed_boxAcrossTheHorizon_isDropped() {
    // w = 1 − x/100: the horizon at x = 100 crosses the box.
    Homography map = Homography.of(1, 0, 0, 0, 1, 0, -0.01, 0, 1);
    Target target = new Target(0, new Box(50, 10, 150, 60), null);
    assertThat(target.transformed(map, 1, new ImageSize(200, 200))).isEmpty();
  }

  @Test
  void candidates_fixtures_matches() {
    int boxes = 0;
    for (JsonNode c : Fixtures.geometry("box_candidates")) {
      for (int i = 0; i < c.get("keep").size(); i++) {
        Box before = Fixtures.box(c.get("box1_xyxy").get(i), 0);
        Box after = Fixtures.box(c.get("box2_xyxy").get(i), 0);
        assertThat(BoxCandidates.keep(before, 1, after, c.get("area_thr").asDouble()))
            .as("%s -> %s", before, after)
            .isEqualTo(c.get("keep").get(i).asBoolean());
        boxes++;
      }
    }
    assertThat(boxes).isEqualTo(24);
  }
}
