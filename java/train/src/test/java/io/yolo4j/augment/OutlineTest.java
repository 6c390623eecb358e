package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.Polygon;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import io.yolo4j.testing.Closeness;
import org.junit.jupiter.api.Test;

class OutlineTest {
  private static double[] points(Outline outline) {
    double[] points = new double[2 * outline.size()];
    for (int i = 0; i < outline.size(); i++) {
      points[2 * i] = outline.x(i);
      points[2 * i + 1] = outline.y(i);
    }
    return points;
  }

  @Test
  void of_fixturePolygons_pixelsMatch() {
    JsonNode segments = Fixtures.geometry("segments");
    for (int i = 0; i < segments.get("normalized").size(); i++) {
      Polygon polygon = new Polygon(Fixtures.doubles(segments.get("normalized").get(i)));
      Closeness.assertClose(
          "outline " + i,
          points(Outline.of(polygon, new ImageSize(640, 480), 10, -20)),
          Fixtures.doubles(segments.get("xyn2xy_w640_h480_padw10_padh-20").get(i)),
          0,
          1e-9);
    }
  }

  @Test
  void resampled_fixtures_match() {
    JsonNode segments = Fixtures.geometry("segments");
    int outlines = segments.get("normalized").size();
    assertThat(outlines).isEqualTo(2);
    for (int i = 0; i < outlines; i++) {
      Outline outline = Outline.of(Fixtures.doubles(segments.get("normalized").get(i)));
      Closeness.assertClose(
          "outline " + i,
          points(outline.resampled(8)),
          Fixtures.doubles(segments.get("resample_segments_n8").get(i)),
          0,
          1e-12);
    }
  }

  @Test
  void boxAfter_partBehindTheViewer_takesTheVisiblePart() {
    // w = 1 − x/100: what lies right of x = 100 is behind the viewer.
    Homography map = Homography.of(1, 0, 0, 0, 1, 0, -0.01, 0, 1);
    Outline outline = Outline.of(20, 10, 150, 10, 150, 60);
    Box box = outline.boxAfter(map, new ImageSize(200, 200));
    assertThat(box.x1()).isEqualTo(25);
    assertThat(box.x2()).isBetween(150f, 200f);
    assertThat(box.y1()).isEqualTo(12.5f);
  }

  @Test
  void clippedTo_region_movesPointsToItsEdge() {
    Outline outline = Outline.of(-5, 3, 40, 8, 12, 99);
    assertThat(points(outline.clippedTo(new Region(2, 4, 30, 50))))
        .containsExactly(2, 4, 30, 8, 12, 50);
  }
}
