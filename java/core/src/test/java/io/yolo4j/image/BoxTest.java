package io.yolo4j.image;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BoxTest {
  @Test
  void ofCentre_fixtures_matches() {
    JsonNode boxes = Shared.json("geometry.json").get("boxes");
    for (int i = 0; i < boxes.get("xywh").size(); i++) {
      double[] in = doubles(boxes.get("xywh").get(i));
      Box box = Box.ofCentre((float) in[0], (float) in[1], (float) in[2], (float) in[3]);
      close(corners(box), boxes.get("xywh2xyxy").get(i));
      close(
          new double[] {box.centreX(), box.centreY(), box.width(), box.height()},
          boxes.get("xyxy2xywh").get(i));
    }
  }

  @Test
  void normalized_fixtures_matches() {
    JsonNode boxes = Shared.json("geometry.json").get("boxes");
    JsonNode there = boxes.get("xywhn2xyxy");
    ImageSize size = new ImageSize(there.get("w").asInt(), there.get("h").asInt());
    JsonNode back = boxes.get("xyxy2xywhn");
    ImageSize frame = new ImageSize(back.get("w").asInt(), back.get("h").asInt());
    for (int i = 0; i < there.get("in").size(); i++) {
      double[] in = doubles(there.get("in").get(i));
      NormalizedBox normalized = new NormalizedBox(in[0], in[1], in[2], in[3]);
      Box box =
          normalized.toPixels(size, there.get("padw").asDouble(), there.get("padh").asDouble());
      close(corners(box), there.get("out").get(i));
      close(values(box.normalized(frame)), back.get("out").get(i));
      Box inside = box.clippedTo(frame.width() - 1e-3f, frame.height() - 1e-3f);
      close(values(inside.normalized(frame)), back.get("out_clip_eps_1e-3").get(i));
    }
  }

  @Test
  void clippedTo_fixtures_matches() {
    JsonNode clip = Shared.json("geometry.json").get("boxes").get("clip_coords");
    ImageSize size = new ImageSize(clip.get("hw").get(1).asInt(), clip.get("hw").get(0).asInt());
    for (int i = 0; i < clip.get("in").size(); i++) {
      double[] in = doubles(clip.get("in").get(i));
      Box box = new Box((float) in[0], (float) in[1], (float) in[2], (float) in[3]);
      close(corners(box.clippedTo(size)), clip.get("out").get(i));
    }
  }

  @Test
  void around_fixturePolygons_matches() {
    JsonNode segments = Shared.json("geometry.json").get("segments");
    for (int i = 0; i < segments.get("normalized").size(); i++) {
      JsonNode polygon = segments.get("normalized").get(i);
      double[] points = new double[2 * polygon.size()];
      for (int p = 0; p < polygon.size(); p++) {
        points[2 * p] = polygon.get(p).get(0).asDouble();
        points[2 * p + 1] = polygon.get(p).get(1).asDouble();
      }
      close(
          values(NormalizedBox.around(points)),
          segments.get("segments2boxes_normalized_xywh").get(i));
    }
  }

  @Test
  void around_fixturePoints_usesThoseInsideThePicture() {
    JsonNode segments = Shared.json("geometry.json").get("segments");
    for (int i = 0; i < segments.get("normalized").size(); i++) {
      JsonNode pixels = segments.get("xyn2xy_w640_h480_padw10_padh-20").get(i);
      double[] points = new double[2 * pixels.size()];
      for (int p = 0; p < pixels.size(); p++) {
        points[2 * p] = pixels.get(p).get(0).asDouble();
        points[2 * p + 1] = pixels.get(p).get(1).asDouble();
      }
      close(
          corners(Box.around(points, new ImageSize(640, 480))),
          segments.get("segment2box_w640_h480").get(i));
      close(
          corners(Box.around(points, new ImageSize(300, 200))),
          segments.get("segment2box_w300_h200").get("out").get(i));
      close(
          corners(Box.around(points, new ImageSize(10, 10))),
          segments.get("segment2box_all_outside").get(0));
    }
  }

  @Test
  void around_oddCount_throws() {
    assertThatThrownBy(() -> Box.around(new double[] {1, 2, 3}, new ImageSize(9, 9)))
        .hasMessage("points must have as many x as y, got 3 numbers");
    assertThatThrownBy(() -> NormalizedBox.around(0.1, 0.2, 0.3))
        .hasMessage("a polygon needs at least one point and as many x as y, got 3 numbers");
  }

  @Test
  void clipped_boxOverTheEdge_keepsTheInnerPart() {
    NormalizedBox clipped = new NormalizedBox(0, 0.5, 0.5, 0.5).clipped();
    assertThat(clipped).isEqualTo(new NormalizedBox(0.125, 0.5, 0.25, 0.5));
  }

  @Test
  void iou_boxesWithoutArea_isNaN() {
    Box line = new Box(3, 0, 3, 10);
    assertThat(line.iou(line)).isNaN();
    assertThat(new Box(0, 0, 10, 10).iou(new Box(0, 0, 10, 5))).isEqualTo(0.5f);
  }

  @Property
  void toPixels_thenNormalized_isTheSame(
      @ForAll @DoubleRange(min = 0, max = 1) double x,
      @ForAll @DoubleRange(min = 0, max = 1) double y,
      @ForAll @DoubleRange(min = 0, max = 1) double width,
      @ForAll @IntRange(min = 1, max = 4000) int side) {
    NormalizedBox box = new NormalizedBox(x, y, width, 0.25);
    ImageSize size = new ImageSize(side, 480);
    assertClose(
        "there and back", values(box.toPixels(size).normalized(size)), values(box), 0, 1e-6);
  }

  static double[] corners(Box box) {
    return new double[] {box.x1(), box.y1(), box.x2(), box.y2()};
  }

  private static double[] values(NormalizedBox box) {
    return new double[] {box.centreX(), box.centreY(), box.width(), box.height()};
  }

  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  private static void close(double[] actual, JsonNode expected) {
    assertClose("box", actual, doubles(expected), 1e-6, 1e-6);
  }
}
