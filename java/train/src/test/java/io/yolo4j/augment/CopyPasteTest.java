package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.Box;
import io.yolo4j.testing.Closeness;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class CopyPasteTest {
  private static final int SIDE = 100;

  @Test
  void accept_fixtures_objectsAndOutlinesMatch() {
    int cases = 0;
    for (JsonNode c : Fixtures.geometry("copy_paste").get("cases")) {
      List<Target> targets = targets(c);
      List<Target> accepted = CopyPaste.accept(drawn(c, targets), targets, SIDE);
      List<Target> all = new ArrayList<>(targets);
      List<double[]> outlines = new ArrayList<>();
      for (Target target : accepted) {
        Target pasted = CopyPaste.mirrored(target, SIDE);
        all.add(pasted);
        outlines.add(points(pasted));
      }
      Closeness.assertClose(
          "objects", Fixtures.rows(all), Fixtures.doubles(c.get("labels_out")), 0, 1e-5);
      assertThat(outlines).hasSize(c.get("segments_added").size());
      for (int i = 0; i < outlines.size(); i++) {
        assertThat(outlines.get(i))
            .containsExactly(Fixtures.doubles(c.get("segments_added").get(i)));
      }
      cases++;
    }
    assertThat(cases).isEqualTo(3);
  }

  @Test
  void paste_fixtures_samePixels() {
    for (JsonNode c : Fixtures.geometry("copy_paste").get("cases")) {
      byte[] before = new byte[SIDE * SIDE * 3];
      for (int i = 0; i < before.length; i++) {
        before[i] = (byte) ((i / 3 % SIDE + i / 3 / SIDE) % 200 + 1);
      }
      List<Target> targets = targets(c);
      List<Target> accepted = CopyPaste.accept(drawn(c, targets), targets, SIDE);
      byte[] after;
      try (Workspace workspace = new Workspace();
          Mat canvas = Fixtures.mat(before, SIDE, SIDE)) {
        CopyPaste.paste(canvas, accepted, workspace);
        after = Fixtures.bytes(canvas);
      }
      long sum = 0;
      int changed = 0;
      int[] corners = {SIDE, SIDE, 0, 0};
      for (int i = 0; i < before.length; i += 3) {
        sum += after[i] & 0xff;
        if (after[i] != before[i]) {
          changed++;
          int x = i / 3 % SIDE;
          int y = i / 3 / SIDE;
          corners[0] = Math.min(corners[0], x);
          corners[1] = Math.min(corners[1], y);
          corners[2] = Math.max(corners[2], x + 1);
          corners[3] = Math.max(corners[3], y + 1);
        }
      }
      assertThat(changed).isEqualTo(c.get("changed_pixels").asInt());
      assertThat(sum).isEqualTo(c.get("image_sum_channel0").asLong());
      double[] expected = Fixtures.doubles(c.get("changed_bbox_x1y1x2y2"));
      for (int i = 0; i < 4; i++) {
        assertThat((double) corners[i]).isEqualTo(expected[i]);
      }
    }
  }

  private static List<Target> targets(JsonNode c) {
    List<Target> targets = new ArrayList<>();
    List<Target> boxes = Fixtures.targets(c.get("labels_in_cls_xyxy"));
    for (int i = 0; i < boxes.size(); i++) {
      Outline outline = Outline.of(Fixtures.doubles(c.get("segments_in").get(i)));
      targets.add(new Target(boxes.get(i).classId(), boxes.get(i).box(), outline));
    }
    return targets;
  }

  private static List<Target> drawn(JsonNode c, List<Target> targets) {
    List<Target> drawn = new ArrayList<>();
    c.get("drawn_order").forEach(index -> drawn.add(targets.get(index.asInt())));
    return drawn;
  }

  private static double[] points(Target target) {
    Outline outline = target.outline();
    if (outline == null) {
      throw new AssertionError("no outline");
    }
    double[] points = new double[2 * outline.size()];
    for (int i = 0; i < outline.size(); i++) {
      points[2 * i] = outline.x(i);
      points[2 * i + 1] = outline.y(i);
    }
    return points;
  }

  @Test
  void draw_share_roundsAndTakesOutlinedObjectsOnly() {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Outline outline = i == 3 ? null : Outline.of(0, 0, 1, 0, 1, 1);
      targets.add(new Target(i, new Box(0, 0, 1, 1), outline));
    }
    for (int seed = 0; seed < 20; seed++) {
      SampleRandom random = SampleRandom.of(seed, 0, 0);
      assertThat(CopyPaste.draw(targets, 0.4, random))
          .hasSize(2)
          .doesNotHaveDuplicates()
          .noneMatch(t -> t.classId() == 3);
    }
    assertThat(CopyPaste.draw(targets, 1, SampleRandom.of(0, 0, 0))).hasSize(6);
    assertThat(CopyPaste.draw(targets, 0, SampleRandom.of(0, 0, 0))).isEmpty();
  }
}
