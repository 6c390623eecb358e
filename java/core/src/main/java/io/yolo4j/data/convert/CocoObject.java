package io.yolo4j.data.convert;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.Polygon;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of a COCO file's {@code annotations}, in pixels. */
final class CocoObject {
  private static final int SHOWN = 40;

  private final String name;
  private final long category;
  private final int line;
  private final double[] edges;
  private final double[] outline;
  private final @Nullable String problem;

  private CocoObject(
      String name,
      long category,
      int line,
      double[] edges,
      double[] outline,
      @Nullable String problem) {
    this.name = name;
    this.category = category;
    this.line = line;
    this.edges = edges;
    this.outline = outline;
    this.problem = problem;
  }

  /**
   * Reads an entry.
   *
   * @param polygons keep the outline
   */
  static CocoObject of(JsonNode element, long category, int line, boolean polygons) {
    String id = element.path("id").asText("");
    String name = id.isEmpty() ? "an annotation" : "annotation " + shortened(id);
    double[] outline = polygons ? outline(element.path("segmentation")) : new double[0];
    JsonNode bbox = element.path("bbox");
    double[] numbers = numbers(bbox);
    if (numbers != null && numbers.length == 4) {
      double[] edges = {numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]};
      return new CocoObject(name, category, line, edges, outline, null);
    }
    String problem =
        bbox.isMissingNode()
            ? "the key 'bbox' is missing"
            : "'bbox' must be four numbers, got " + shortened(bbox.toString());
    return new CocoObject(name, category, line, new double[4], outline, problem);
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /** Finite numbers only; null for anything else. */
  private static double @Nullable [] numbers(JsonNode list) {
    if (!list.isArray()) {
      return null;
    }
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).isNumber() ? list.get(i).asDouble() : Double.NaN;
      if (!Double.isFinite(numbers[i])) {
        return null;
      }
    }
    return numbers;
  }

  /** No points for masks, which COCO stores as run lengths. */
  private static double[] outline(JsonNode segmentation) {
    List<double[]> parts = new ArrayList<>();
    if (segmentation.isArray()) {
      for (JsonNode part : segmentation) {
        double[] points = numbers(part);
        if (points != null && points.length >= 6 && points.length % 2 == 0) {
          parts.add(points);
        }
      }
    }
    return Outlines.joined(parts);
  }

  String name() {
    return name;
  }

  long category() {
    return category;
  }

  int line() {
    return line;
  }

  /** Returns what makes the entry useless, null where nothing does. */
  @Nullable String problem() {
    return problem;
  }

  /** Returns left, upper, right and lower edge. */
  double[] edges() {
    return edges.clone();
  }

  /** Returns the outline in fractions, moved into the picture; null where there is none. */
  @Nullable Polygon outline(ImageSize size) {
    if (outline.length == 0) {
      return null;
    }
    double[] fractions = new double[outline.length];
    for (int i = 0; i < fractions.length; i++) {
      int side = i % 2 == 0 ? size.width() : size.height();
      fractions[i] = PixelFrame.fraction(outline[i], side);
    }
    return new Polygon(fractions);
  }
}
