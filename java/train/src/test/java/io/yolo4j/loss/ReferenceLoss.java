package io.yolo4j.loss;

import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The loss once more, in double and straight from the formulas: every cell is asked whether it is a
 * positive, and nothing has a gradient; the test differentiates numerically. What the gradient
 * takes as constant (objectness targets, α of CIoU) is fixed by {@link #freeze}.
 */
final class ReferenceLoss {
  /** A cell and anchor that has to predict a target. {@code rank} orders the matches. */
  @SuppressWarnings("ArrayRecordComponent") // nobody changes them; identity suffices as a key
  private record Positive(int at, int classId, double[] target, double[] anchor, int rank) {}

  private final RandomBatch batch;
  private final LossOptions options;
  private final List<List<Positive>> positives = new ArrayList<>();
  private final List<Map<Integer, Double>> objectness = new ArrayList<>();
  private final Map<Positive, Double> alphas = new HashMap<>();

  ReferenceLoss(RandomBatch batch, LossOptions options) {
    this.batch = batch;
    this.options = options;
    for (int l = 0; l < batch.shapes.size(); l++) {
      positives.add(positives(batch.head.levels().get(l), batch.shapes.get(l)));
    }
  }

  /** Offsets of the predictions that are positives. */
  List<Integer> positiveOffsets(int level) {
    return positives.get(level).stream().map(Positive::at).distinct().toList();
  }

  /** Fixes what has no gradient at these logits. */
  void freeze(List<double[]> logits) {
    objectness.clear();
    alphas.clear();
    for (int l = 0; l < positives.size(); l++) {
      Map<Integer, Double> targets = new HashMap<>();
      Map<Integer, Integer> ranks = new HashMap<>();
      for (Positive positive : positives.get(l)) {
        double[] box = box(logits.get(l), positive);
        double iou = intersection(box, positive.target) / union(box, positive.target);
        double v = aspect(box, positive.target);
        alphas.put(positive, v / (1 - iou + v));
        if (ranks.getOrDefault(positive.at, -1) < positive.rank) {
          ranks.put(positive.at, positive.rank);
          targets.put(positive.at, Math.max(0, similarity(box, positive)));
        }
      }
      objectness.add(targets);
    }
  }

  /** Box, objectness and class loss, gains included. */
  double[] items(List<double[]> logits) {
    double[] balance = {4, 1, 0.4};
    double[] items = new double[3];
    int outputs = batch.head.outputs();
    int classes = batch.head.classes();
    for (int l = 0; l < positives.size(); l++) {
      double[] values = logits.get(l);
      int count = positives.get(l).size();
      for (Positive positive : positives.get(l)) {
        items[0] += options.box() * (1 - similarity(box(values, positive), positive)) / count;
        for (int c = 0; c < classes && classes > 1; c++) {
          double smooth = options.labelSmoothing() / 2;
          double target = c == positive.classId ? 1 - smooth : smooth;
          double factor = options.classWeights().isEmpty() ? 1 : options.classWeights().get(c);
          double loss = logitLoss(values[positive.at + 5 + c], target, options.clsPw());
          items[2] += options.cls() * factor * loss / (count * classes);
        }
      }
      int predictions = values.length / outputs;
      for (int i = 0; i < predictions; i++) {
        double target = objectness.get(l).getOrDefault(i * outputs, 0.0);
        double loss = logitLoss(values[i * outputs + 4], target, options.objPw());
        items[1] += options.obj() * balance[l] * loss / predictions;
      }
    }
    return items;
  }

  double total(List<double[]> logits) {
    double[] items = items(logits);
    return (items[0] + items[1] + items[2]) * batch.shapes.get(0).dim(0);
  }

  private List<Positive> positives(Level level, Shape shape) {
    List<Positive> found = new ArrayList<>();
    Targets targets = batch.targets;
    for (int anchor = 0; anchor < shape.dim(1); anchor++) {
      double[] size = {
        (double) level.anchors().get(anchor).width() / level.stride(),
        (double) level.anchors().get(anchor).height() / level.stride()
      };
      for (int t = 0; t < targets.count(); t++) {
        double x = targets.centerX(t) * (double) shape.dim(3);
        double y = targets.centerY(t) * (double) shape.dim(2);
        double w = targets.width(t) * (double) shape.dim(3);
        double h = targets.height(t) * (double) shape.dim(2);
        double worst =
            Math.max(Math.max(w / size[0], size[0] / w), Math.max(h / size[1], size[1] / h));
        for (int row = 0; row < shape.dim(2) && worst < options.anchorT(); row++) {
          for (int column = 0; column < shape.dim(3); column++) {
            int rank = rank(x - column, y - row);
            if (rank >= 0) {
              int prediction =
                  ((targets.image(t) * shape.dim(1) + anchor) * shape.dim(2) + row) * shape.dim(3)
                      + column;
              found.add(
                  new Positive(
                      prediction * shape.dim(4),
                      targets.classId(t),
                      new double[] {x - column, y - row, w, h},
                      size,
                      rank * targets.count() + t));
            }
          }
        }
      }
    }
    return found;
  }

  /** Centre, left, upper, right, lower: 0 to 4; −1 for a cell that is none of these. */
  private static int rank(double dx, double dy) {
    boolean inColumn = dx >= 0 && dx < 1;
    boolean inRow = dy >= 0 && dy < 1;
    if (inColumn && inRow) {
      return 0;
    }
    if (inRow && dx >= 1 && dx < 1.5) {
      return 1;
    }
    if (inColumn && dy >= 1 && dy < 1.5) {
      return 2;
    }
    if (inRow && dx < 0 && dx > -0.5) {
      return 3;
    }
    return inColumn && dy < 0 && dy > -0.5 ? 4 : -1;
  }

  private static double[] box(double[] logits, Positive positive) {
    double[] box = new double[4];
    for (int i = 0; i < 4; i++) {
      double s = 1 / (1 + Math.exp(-logits[positive.at + i]));
      box[i] = i < 2 ? 2 * s - 0.5 : 4 * s * s * positive.anchor[i - 2];
    }
    return box;
  }

  private double similarity(double[] box, Positive positive) {
    double[] target = positive.target;
    double union = union(box, target);
    double iou = intersection(box, target) / union;
    double cw = hull(box, target, 0);
    double ch = hull(box, target, 1);
    double dx = box[0] - target[0];
    double dy = box[1] - target[1];
    double diou = iou - (dx * dx + dy * dy) / (cw * cw + ch * ch);
    return switch (options.boxLoss()) {
      case IOU -> iou;
      case GIOU -> iou - (cw * ch - union) / (cw * ch);
      case DIOU -> diou;
      case CIOU -> diou - Objects.requireNonNull(alphas.get(positive)) * aspect(box, target);
    };
  }

  private static double intersection(double[] a, double[] b) {
    return overlap(a, b, 0) * overlap(a, b, 1);
  }

  private static double union(double[] a, double[] b) {
    return a[2] * a[3] + b[2] * b[3] - intersection(a, b);
  }

  private static double overlap(double[] a, double[] b, int axis) {
    double low = Math.max(a[axis] - a[axis + 2] / 2, b[axis] - b[axis + 2] / 2);
    double high = Math.min(a[axis] + a[axis + 2] / 2, b[axis] + b[axis + 2] / 2);
    return Math.max(0, high - low);
  }

  private static double hull(double[] a, double[] b, int axis) {
    double low = Math.min(a[axis] - a[axis + 2] / 2, b[axis] - b[axis + 2] / 2);
    double high = Math.max(a[axis] + a[axis + 2] / 2, b[axis] + b[axis + 2] / 2);
    return high - low;
  }

  private static double aspect(double[] a, double[] b) {
    double difference = Math.atan(b[2] / b[3]) - Math.atan(a[2] / a[3]);
    return 4 / (Math.PI * Math.PI) * difference * difference;
  }

  private double logitLoss(double x, double t, double positiveWeight) {
    double p = 1 / (1 + Math.exp(-x));
    double loss = -positiveWeight * t * Math.log(p) - (1 - t) * Math.log(1 - p);
    if (options.flGamma() == 0) {
      return loss;
    }
    double hit = t * p + (1 - t) * (1 - p);
    return loss * (t * 0.25 + (1 - t) * 0.75) * Math.pow(1 - hit, options.flGamma());
  }
}
