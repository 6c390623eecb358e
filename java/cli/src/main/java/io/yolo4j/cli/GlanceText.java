package io.yolo4j.cli;

import io.yolo4j.data.Split;
import io.yolo4j.data.quality.Lookalikes;
import io.yolo4j.data.quality.SuspiciousLabel;
import io.yolo4j.report.DatasetGlance;
import io.yolo4j.train.AnchorReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code data stats} prints beside the numbers. */
final class GlanceText {
  private static final int SHOWN = 5;

  private final DatasetGlance glance;

  GlanceText(DatasetGlance glance) {
    this.glance = glance;
  }

  private static String words(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * Prints as text.
   *
   * @param full labels and pictures too, not only anchors
   */
  void print(PrintWriter out, boolean full) {
    DatasetGlance.Anchors anchors = glance.anchors();
    if (anchors != null) {
      print(out, anchors);
    }
    if (full) {
      printSuspicious(out);
    }
    Lookalikes lookalikes = glance.lookalikes();
    if (full && lookalikes != null) {
      print(out, lookalikes);
    }
  }

  private void print(PrintWriter out, DatasetGlance.Anchors anchors) {
    AnchorReport report = anchors.report();
    out.printf(
        Locale.ROOT,
        "anchors of %s at %d: %.4f of the boxes can be learnt%n",
        anchors.model(),
        glance.imageSize(),
        report.recall());
    Table table = new Table(List.of("class", "boxes", "reached", "recall"));
    for (AnchorReport.ClassRecall one : report.classes()) {
      table.row(
          List.of(
              glance.config().names().get(one.classId()),
              one.boxes(),
              one.reached(),
              String.format(Locale.ROOT, "%.4f", one.recall())));
    }
    table.print(out);
    out.println();
  }

  private void printSuspicious(PrintWriter out) {
    Map<SuspiciousLabel.Kind, List<SuspiciousLabel>> kinds =
        new EnumMap<>(SuspiciousLabel.Kind.class);
    glance
        .suspicious()
        .forEach(one -> kinds.computeIfAbsent(one.kind(), k -> new ArrayList<>()).add(one));
    out.printf("suspicious labels: %d%n", glance.suspicious().size());
    kinds.forEach(
        (kind, labels) -> {
          out.printf("%s: %d%n", words(kind), labels.size());
          labels.stream().limit(SHOWN).forEach(one -> out.println("  " + one));
        });
  }

  private static void print(PrintWriter out, Lookalikes lookalikes) {
    out.printf(
        "pictures that are there twice: %d, in %d groups%n",
        lookalikes.repeated(), lookalikes.groups().size());
    for (Lookalikes.Group group : lookalikes.groups().stream().limit(2 * SHOWN).toList()) {
      out.printf(
          "  %s (%s): %s%n",
          group.exact() ? "same pixels" : "look the same",
          keys(group),
          group.pictures().stream().map(Path::toString).collect(Collectors.joining(", ")));
    }
  }

  private static String keys(Lookalikes.Group group) {
    return group.parts().stream().map(Split::key).collect(Collectors.joining(", "));
  }

  /** Adds what was found to JSON. */
  void addTo(Map<String, Object> json, boolean full) {
    DatasetGlance.Anchors anchors = glance.anchors();
    if (anchors != null) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("model", anchors.model());
      one.put("anchor_t", anchors.anchorT());
      one.put("boxes", anchors.report().boxes());
      one.put("reached", anchors.report().reached());
      one.put("recall", anchors.report().recall());
      one.put("classes", anchors.report().classes().stream().map(this::json).toList());
      json.put("anchors", one);
    }
    if (full) {
      json.put("suspicious", glance.suspicious().stream().map(GlanceText::json).toList());
    }
    Lookalikes lookalikes = glance.lookalikes();
    if (full && lookalikes != null) {
      json.put("lookalikes", lookalikes.groups().stream().map(GlanceText::json).toList());
    }
  }

  private Map<String, Object> json(AnchorReport.ClassRecall one) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", glance.config().names().get(one.classId()));
    json.put("boxes", one.boxes());
    json.put("reached", one.reached());
    json.put("recall", one.recall());
    return json;
  }

  private static Map<String, Object> json(SuspiciousLabel one) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", words(one.kind()));
    json.put("file", one.sample().image().toString());
    json.put("label", one.index() + 1);
    json.put("message", one.message());
    return json;
  }

  private static Map<String, Object> json(Lookalikes.Group group) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("same_pixels", group.exact());
    json.put("parts", group.parts().stream().map(Split::key).toList());
    json.put("files", group.pictures().stream().map(Path::toString).toList());
    return json;
  }
}
