package io.yolo4j.report;

import io.yolo4j.profile.ClassRule;
import io.yolo4j.profile.Forecast;
import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.ProfiledLayer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables of a prediction's page. */
final class ProfileForecast {
  private final Markup page;
  private final ForecastCheck check;

  ProfileForecast(Markup page, ForecastCheck check) {
    this.page = page;
    this.check = check;
  }

  /** A row a category, then what lies between steps and the whole. */
  void categories() {
    heads("categories-table", "category", "measured ms", "predicted ms", "error", "of the whole");
    for (ForecastCheck.Line line : check.lines()) {
      String error = line.isSmall() ? "small" : ProfileUnits.percent(line.error());
      row(line.category().title(), line.measured(), line.predicted(), error, line.errorOfWhole());
    }
    double gaps = check.profile().gaps();
    row("between steps", gaps, check.forecast().gaps(), "", check.gapErrorOfWhole());
    double whole = check.profile().endToEnd().p50();
    String error = ProfileUnits.percent(check.error());
    row("end to end", whole, check.forecast().endToEnd(), error, check.error());
    page.close().close().close();
    page.element(
        "p",
        "Small: less than %s of the time; such a category is judged by what its error is of the whole."
            .formatted(ProfileUnits.percent(Forecast.SMALL_SHARE)),
        "class",
        "muted");
  }

  private void row(
      String name, double measured, double predicted, String error, double errorOfWhole) {
    numbers(
        name,
        List.of(
            ProfileUnits.millis(measured),
            ProfileUnits.millis(predicted),
            error,
            ProfileUnits.percent(errorOfWhole)));
  }

  /** The rules that it was predicted by. */
  void rules() {
    page.element(
        "p",
        "A step takes max(a · compute, b · memory) + c, with the seconds that its FLOPs and its bytes take under the roofs: a and b say how far from its roofs a class of operations stays, c what it takes however small it is. Fitted to short runs on this device, of %s."
            .formatted(check.calibration().executor()),
        "class",
        "muted");
    heads("rules-table", "class of operations", "a", "b", "c, µs", "steps fitted");
    for (Map.Entry<String, ClassRule> entry : check.calibration().rules().entrySet()) {
      ClassRule rule = entry.getValue();
      numbers(
          entry.getKey(),
          List.of(
              ProfileUnits.fixed(rule.arithmetic(), 2),
              ProfileUnits.fixed(rule.traffic(), 2),
              ProfileUnits.fixed(1e6 * rule.issue(), 1),
              Integer.toString(rule.samples())));
    }
    page.close().close().close();
  }

  /** Columns of each layer's prediction for the table of layers. */
  List<ProfileTable.Figure> figures() {
    Map<Integer, Double> predicted = new HashMap<>();
    List<ProfiledLayer> layers = check.profile().layers();
    for (int i = 0; i < layers.size(); i++) {
      predicted.put(layers.get(i).work().node(), check.forecast().layers().get(i));
    }
    return List.of(
        ProfileTable.modelled("predicted ms", layer -> 1e3 * seconds(predicted, layer), 3),
        ProfileTable.modelled(
            "error %", layer -> 100 * (seconds(predicted, layer) / layer.time().p50() - 1), 1));
  }

  private static double seconds(Map<Integer, Double> predicted, ProfiledLayer layer) {
    return predicted.getOrDefault(layer.work().node(), Double.NaN);
  }

  private void heads(String id, String first, String... numbers) {
    page.open("div", "class", "scroll").open("table", "id", id);
    page.open("thead").open("tr").element("th", first, "scope", "col");
    List.of(numbers).forEach(name -> page.element("th", name, "scope", "col", "class", "number"));
    page.close().close().open("tbody");
  }

  private void numbers(String name, List<String> texts) {
    page.open("tr").element("th", name, "scope", "row");
    texts.forEach(text -> page.element("td", text, "class", "number"));
    page.close();
  }
}
