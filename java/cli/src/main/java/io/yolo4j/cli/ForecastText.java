package io.yolo4j.cli;

import io.yolo4j.profile.Evidence;
import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.report.Numbers;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A prediction against the measurement, as a table and JSON.
 *
 * @param check both
 */
record ForecastText(ForecastCheck check) {
  private Profile profile() {
    return check.profile();
  }

  /** Returns a row a category, then the gaps between steps and the whole. */
  Table table() {
    Table table =
        new Table(List.of("category", "measured ms", "predicted ms", "error", "of whole"));
    for (ForecastCheck.Line line : check.lines()) {
      table.row(
          List.of(
              line.category().title(),
              ProfileText.milliseconds(line.measured()),
              ProfileText.milliseconds(line.predicted()),
              line.isSmall() ? "small" : Numbers.percent(line.error()),
              Numbers.percent(line.errorOfWhole())));
    }
    table.row(
        List.of(
            "between steps",
            ProfileText.milliseconds(profile().gaps()),
            ProfileText.milliseconds(check.forecast().gaps()),
            "",
            Numbers.percent(check.gapErrorOfWhole())));
    table.row(
        List.of(
            "end to end",
            ProfileText.milliseconds(profile().endToEnd().p50()),
            ProfileText.milliseconds(check.forecast().endToEnd()),
            Numbers.percent(check.error()),
            Numbers.percent(check.error())));
    return table;
  }

  void print(PrintWriter out) {
    table().print(out);
    out.printf(
        "%s at %dx%d on %s: %s%n",
        profile().model(),
        profile().height(),
        profile().width(),
        check.calibration().executor(),
        check.basis());
    check.paging().ifPresent(out::println);
  }

  /** Times are seconds, errors shares; an error of a small category is one of the whole only. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", Evidence.CALIBRATED.text());
    json.put("model", profile().model());
    json.put("height", profile().height());
    json.put("width", profile().width());
    json.put("executor", check.calibration().executor());
    json.put("measured", profile().endToEnd().p50());
    json.put("predicted", check.forecast().endToEnd());
    json.put("error", check.error());
    json.put("paging", profile().paging().isKnown() ? profile().paging().value() : null);
    json.put("disturbance", profile().disturbance().orElse(null));
    json.put("measured_gaps", profile().gaps());
    json.put("predicted_gaps", check.forecast().gaps());
    json.put("by_category", check.lines().stream().map(ForecastText::json).toList());
    json.put("layers", layers());
    json.put("rules", check.calibration().rules());
    return json;
  }

  private static Map<String, Object> json(ForecastCheck.Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("category", line.category().title());
    json.put("measured", line.measured());
    json.put("predicted", line.predicted());
    json.put("small", line.isSmall());
    json.put("error", line.isSmall() ? null : line.error());
    json.put("error_of_whole", line.errorOfWhole());
    return json;
  }

  private List<Map<String, Object>> layers() {
    List<Map<String, Object>> layers = new ArrayList<>();
    for (int i = 0; i < profile().layers().size(); i++) {
      ProfiledLayer layer = profile().layers().get(i);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("path", layer.work().path());
      json.put("category", layer.work().category().title());
      json.put("measured", layer.time().p50());
      json.put("predicted", check.forecast().layers().get(i));
      layers.add(json);
    }
    return layers;
  }
}
