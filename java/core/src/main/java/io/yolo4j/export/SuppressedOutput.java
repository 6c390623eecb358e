package io.yolo4j.export;

import io.yolo4j.graph.Shape;
import java.util.List;

/**
 * Non-maximum suppression behind decoded boxes of one picture: the best class of each box only,
 * objectness · class probability over the confidence, greedy by IoU within a class (or across).
 * Classes are kept apart by ONNX's operator, not by moved boxes, which would cost precision.
 */
final class SuppressedOutput {
  private static final OnnxAttributes NONE = OnnxAttributes.NONE;
  private static final OnnxAttributes LAST = NONE.integer("axis", -1);

  /** The first set of operators whose ReduceMax takes its axes as an input. */
  private static final int AXES_AS_INPUT = 18;

  private final int classes;
  private final OnnxBuilder out;
  private final Thresholds thresholds;

  SuppressedOutput(int classes, OnnxBuilder out) {
    this.classes = classes;
    this.out = out;
    thresholds = out.options().thresholds();
  }

  /** Writes the outputs boxes, scores and classes of a value [1, rows, 5 + classes]. */
  void write(String decoded) {
    out.at("suppress", "non-maximum suppression of one picture");
    List<String> parts = out.addSeveral("Split", 4, LAST, decoded, out.integers(2, 2, 1, classes));
    String half = out.add("Mul", NONE, parts.get(1), out.floats(Shape.of(), 0.5f));
    String upper = out.add("Sub", NONE, parts.get(0), half);
    String lower = out.add("Add", NONE, parts.get(0), half);
    String corners = out.add("Concat", LAST, upper, lower); // [1,rows,4]
    String products = out.add("Mul", NONE, parts.get(2), parts.get(3)); // [1,rows,nc]
    String best = out.add("ArgMax", LAST.integer("keepdims", 1), products); // [1,rows,1]
    String score = greatest(products); // [1,rows,1]
    String selected = select(corners, thresholds.agnostic() ? score : alone(products, best));
    String rows = column(selected, 2);
    String keptScores = out.add("Gather", NONE, flat(score), rows);
    String order = order(keptScores);
    String kept = out.add("Gather", NONE, rows, order);
    out.output(out.add("Gather", NONE, keptScores, order), "scores");
    String boxes = LayoutRules.reshape(corners, out, -1, 4);
    out.output(out.add("Gather", NONE, boxes, kept), "boxes");
    out.output(out.add("Gather", NONE, flat(best), kept), "classes");
  }

  private String greatest(String products) {
    return out.options().opset() >= AXES_AS_INPUT
        ? out.add("ReduceMax", NONE.integer("keepdims", 1), products, out.integers(-1))
        : out.add("ReduceMax", NONE.integer("keepdims", 1).integers("axes", -1), products);
  }

  /** Scores of the best class, 0 in all other columns. */
  private String alone(String products, String best) {
    long[] ids = new long[classes];
    for (int i = 0; i < classes; i++) {
      ids[i] = i;
    }
    String isBest = out.add("Equal", NONE, best, out.integers(ids)); // [1,rows,nc]
    return out.add("Where", NONE, isBest, products, out.floats(Shape.of(), 0));
  }

  /** Returns [K, 3]: picture, class, row. */
  private String select(String corners, String scores) {
    return out.add(
        "NonMaxSuppression",
        NONE,
        corners,
        LayoutRules.transpose(scores, out, 0, 2, 1), // [1,nc,rows]
        out.integers(thresholds.maxDetections()),
        out.floats(Shape.of(1), (float) thresholds.iou()),
        out.floats(Shape.of(1), (float) thresholds.confidence()));
  }

  /** Indices of the highest scores, falling: the operator sorts by class and limits each alone. */
  private String order(String scores) {
    String count = out.add("Shape", NONE, scores);
    String most = out.add("Min", NONE, count, out.integers(thresholds.maxDetections()));
    return out.addSeveral("TopK", 2, NONE.integer("axis", 0), scores, most).get(1);
  }

  private String column(String selected, int index) {
    String one = out.add("Gather", NONE.integer("axis", 1), selected, out.integer(index));
    return flat(one);
  }

  private String flat(String value) {
    return LayoutRules.reshape(value, out, -1);
  }
}
