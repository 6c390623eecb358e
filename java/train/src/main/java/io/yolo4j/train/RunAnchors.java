package io.yolo4j.train;

import io.yolo4j.data.Dataset;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.model.AnchorTable;
import io.yolo4j.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Checks a model's anchors against the labels before a run, and fits new ones. */
final class RunAnchors {
  private RunAnchors() {}

  /** Returns the model, with better anchors where its own miss boxes. */
  static Model checked(
      Model model, Dataset training, TrainOptions options, TrainingListener listener) {
    List<LabelSize> sizes = LabelSize.of(training, options.imageSize());
    double anchorT = options.hyperparameters().anchorT();
    boolean placeholder = model.description().anchors().isPlaceholder();
    if (!placeholder) {
      AnchorReport report = AnchorCheck.of(sizes, model.head(), anchorT);
      listener.message(text(report, training));
      if (!options.checkAnchors() || !report.needsFit(AnchorCheck.LIMIT)) {
        return model;
      }
    }
    AnchorFit.Result fit = AnchorFit.of(anchorT, options.seed()).fit(model.head(), sizes);
    if (!fit.improved()) {
      listener.message(
          String.format(
              Locale.ROOT,
              "anchors: fitted ones reach %.4f, no better, so the model's own stay",
              fit.after().recall()));
      return model;
    }
    Model fitted = Model.of(model.description().withAnchors(table(fit.head())));
    listener.message(
        String.format(
            Locale.ROOT,
            "anchors: fitted to the labels, best possible recall %.4f: %s",
            fit.after().recall(),
            numbers(fit.head())));
    return fitted;
  }

  /** Returns a head's anchors as a description writes them. */
  static AnchorTable table(DetectionHead head) {
    List<List<Number>> rows = new ArrayList<>();
    for (Level level : head.levels()) {
      rows.add(List.copyOf(numbers(level)));
    }
    return new AnchorTable(head.levels().get(0).anchors().size(), rows);
  }

  /** Returns a level's anchors as width, height, width, height … in pixels. */
  static List<Double> numbers(Level level) {
    List<Double> numbers = new ArrayList<>();
    for (Anchor anchor : level.anchors()) {
      numbers.add((double) anchor.width());
      numbers.add((double) anchor.height());
    }
    return numbers;
  }

  private static String text(AnchorReport report, Dataset training) {
    String missed =
        report.below(AnchorCheck.LIMIT).stream()
            .map(
                c ->
                    String.format(
                        Locale.ROOT, "%s %.4f", training.classNames().get(c.classId()), c.recall()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "anchors: %.2f per box, best possible recall %.4f%s",
        report.anchorsPerBox(),
        report.recall(),
        missed.isEmpty() ? "" : "; below %s: %s".formatted(AnchorCheck.LIMIT, missed));
  }

  private static String numbers(DetectionHead head) {
    return head.levels().stream()
        .flatMap(level -> level.anchors().stream())
        .map(a -> "%d×%d".formatted(Math.round(a.width()), Math.round(a.height())))
        .collect(Collectors.joining(" "));
  }
}
