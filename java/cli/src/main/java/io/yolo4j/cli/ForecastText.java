package io.yolo4j.cli;

import io.yolo4j.profile.Calibration;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.Forecast;
import io.yolo4j.profile.Profile;
import io.yolo4j.report.Numbers;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A prediction against the measurement.
 *
 * @param profile the measurement
 * @param forecast the prediction for the same picture
 * @param calibration what it was made with
 */
record ForecastText(Profile profile, Forecast forecast, Calibration calibration) {
  /** Page faults under this share of the time are no reason for an error that matters. */
  private static final double PAGING_SHARE = 0.02;

  /** A category's line; seconds. */
  private record Line(Category category, double measured, double predicted, double whole) {
    boolean isSmall() {
      return measured < Forecast.SMALL_SHARE * whole;
    }

    double error() {
      return predicted / measured - 1;
    }

    double errorOfWhole() {
      return (predicted - measured) / whole;
    }
  }

  private List<Line> lines() {
    double whole = profile.endToEnd().p50();
    List<Line> lines = new ArrayList<>();
    profile
        .secondsByCategory()
        .forEach(
            (category, seconds) -> {
              if (seconds > 0) {
                lines.add(new Line(category, seconds, forecast.seconds(category), whole));
              }
            });
    return lines;
  }

  private double error() {
    return forecast.endToEnd() / profile.endToEnd().p50() - 1;
  }

  /** Returns a row a category, then the gaps between steps and the whole. */
  Table table() {
    Table table =
        new Table(List.of("category", "measured ms", "predicted ms", "error", "of whole"));
    for (Line line : lines()) {
      table.row(
          List.of(
              line.category().title(),
              ProfileText.milliseconds(line.measured()),
              ProfileText.milliseconds(line.predicted()),
              line.isSmall() ? "small" : Numbers.percent(line.error()),
              Numbers.percent(line.errorOfWhole())));
    }
    double whole = profile.endToEnd().p50();
    double gaps = (forecast.gaps() - profile.gaps()) / whole;
    table.row(
        List.of(
            "between steps",
            ProfileText.milliseconds(profile.gaps()),
            ProfileText.milliseconds(forecast.gaps()),
            "",
            Numbers.percent(gaps)));
    table.row(
        List.of(
            "end to end",
            ProfileText.milliseconds(whole),
            ProfileText.milliseconds(forecast.endToEnd()),
            Numbers.percent(error()),
            Numbers.percent(error())));
    return table;
  }

  void print(PrintWriter out) {
    table().print(out);
    out.printf(
        "%s at %dx%d on %s: predicted by %d calibrated rules, of the class of an operation or, where that wasn't calibrated, of its category%n",
        profile.model(),
        profile.height(),
        profile.width(),
        calibration.executor(),
        calibration.rules().size());
    if (profile.paging().exceeds(PAGING_SHARE * profile.endToEnd().p50())) {
      out.printf(
          "page faults cost the measured network at most %s ms a run; calibrated rules leave them out%n",
          ProfileText.milliseconds(profile.paging().value()));
    }
  }

  /** Times are seconds, errors shares; an error of a small category is one of the whole only. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "calibrated");
    json.put("model", profile.model());
    json.put("height", profile.height());
    json.put("width", profile.width());
    json.put("executor", calibration.executor());
    json.put("measured", profile.endToEnd().p50());
    json.put("predicted", forecast.endToEnd());
    json.put("error", error());
    json.put("paging", profile.paging().isKnown() ? profile.paging().value() : null);
    json.put("measured_gaps", profile.gaps());
    json.put("predicted_gaps", forecast.gaps());
    json.put("by_category", lines().stream().map(ForecastText::json).toList());
    json.put("rules", calibration.rules());
    return json;
  }

  private static Map<String, Object> json(Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("category", line.category().title());
    json.put("measured", line.measured());
    json.put("predicted", line.predicted());
    json.put("small", line.isSmall());
    json.put("error", line.isSmall() ? null : line.error());
    json.put("error_of_whole", line.errorOfWhole());
    return json;
  }
}
