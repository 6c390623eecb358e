package io.yolo4j.report;

import io.yolo4j.lighten.Weighed;
import io.yolo4j.profile.Timing;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Models before and after they were made lighter, as a page: one file without a script. */
public final class LighteningPage {
  private final Markup page = new Markup();
  private final List<Weighed> models;

  private LighteningPage(List<Weighed> models) {
    this.models = models;
  }

  /**
   * Returns the page.
   *
   * @param imageSize side of the pictures that were measured
   * @param models at least one; the others are compared with the first
   * @param facts what else is known, by name; nested maps become tables of their own
   */
  public static String of(
      String title, int imageSize, List<Weighed> models, Map<String, Object> facts) {
    return new LighteningPage(models).render(title, imageSize, facts);
  }

  private String render(String title, int imageSize, Map<String, Object> facts) {
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    PageHead.write(page, title);
    page.open("body").open("header");
    page.open("div", "class", "top").element("h1", title).close();
    page.element(
        "p",
        "One picture of %d×%d pixels; times are medians, in brackets the share of the first model's."
            .formatted(imageSize, imageSize),
        "class",
        "muted");
    page.close().open("main");
    models();
    facts.forEach(this::fact);
    page.close().element("footer", "yolo4j").close().close();
    return page.raw("\n").toString();
  }

  private void models() {
    page.open("section", "id", "models").element("h2", "Before and after");
    page.open("table").open("thead").open("tr").element("th", "");
    models.forEach(model -> page.element("th", model.name(), "scope", "col"));
    page.close().close().open("tbody");
    row("mAP50", "%.3f", Weighed::map50, false);
    row("mAP50-95", "%.3f", Weighed::map50To95, false);
    row("Parameters", "%,.0f", Weighed::parameters, true);
    row("GFLOPs", "%.3f", model -> model.flops() / 1e9, true);
    row("MB moved", "%.1f", model -> model.bytesMoved() / 1e6, true);
    row("File, kB", "%,.0f", model -> model.fileBytes() / 1e3, true);
    row("LibTorch, ms", "%.2f", model -> 1e3 * model.torch().p50(), true);
    row(
        "oneDNN plan, ms",
        "%.2f",
        model -> 1e3 * model.plan().map(Timing::p50).orElse(Double.NaN),
        true);
    page.close().close().close();
  }

  private void row(String name, String format, ToDoubleFunction<Weighed> value, boolean share) {
    page.open("tr").element("th", name, "scope", "row");
    double first = value.applyAsDouble(models.get(0));
    for (int i = 0; i < models.size(); i++) {
      double own = value.applyAsDouble(models.get(i));
      String text = Double.isNaN(own) ? "–" : String.format(Locale.ROOT, format, own);
      boolean compared = share && i > 0 && !Double.isNaN(own / first);
      page.element(
          "td",
          compared ? String.format(Locale.ROOT, "%s (%.2f)", text, own / first) : text,
          "class",
          "number");
    }
    page.close();
  }

  private void fact(String name, Object value) {
    page.open("section").element("h2", name.replace('_', ' '));
    if (value instanceof Map<?, ?> entries) {
      page.open("table").open("tbody");
      entries.forEach(
          (key, entry) ->
              page.open("tr")
                  .element("th", String.valueOf(key), "scope", "row")
                  .element("td", String.valueOf(entry), "class", "number")
                  .close());
      page.close().close();
    } else {
      page.element("p", String.valueOf(value));
    }
    page.close();
  }
}
