package io.yolo4j.report;

import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.WorkCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The table of layers, those first that lose most; the page's script sorts it by other columns. */
final class ProfileTable {
  private static final List<Field> TEXTS =
      List.of(
          new Field("operation", layer -> layer.work().operation()),
          new Field("category", layer -> layer.work().category().title()),
          new Field("part", layer -> layer.work().part().name().toLowerCase(Locale.ROOT)),
          new Field("output", layer -> layer.work().output().toString()));

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("MFLOP", layer -> layer.work().flops() / 1e6, 3),
          new Figure("MB", layer -> layer.work().bytes() / 1e6, 3),
          new Figure("FLOP/byte", layer -> layer.work().intensity(), 2),
          new Figure("p50 ms", layer -> 1e3 * layer.time().p50(), 3),
          new Figure("min ms", layer -> 1e3 * layer.time().minimum(), 3),
          new Figure("p95 ms", layer -> 1e3 * layer.time().p95(), 3),
          new Figure("gap µs", layer -> 1e6 * layer.gap(), 1),
          new Figure("roof ms", layer -> 1e3 * layer.roof().seconds(), 3),
          new Figure("faults", layer -> layer.counts().faults().value(), 0),
          new Figure("allocations", layer -> layer.counts().allocations().value(), 0),
          new Figure("allocated MB", layer -> layer.counts().allocatedBytes().value() / 1e6, 3),
          new Figure("reorders", layer -> layer.counts().reorders().value(), 0));

  private static final Figure LOST = new Figure("lost ms", layer -> 1e3 * layer.lost(), 3);

  private final Markup page;
  private final List<Figure> figures;

  /** A column of texts. */
  private record Field(String name, Function<ProfiledLayer, String> text) {}

  /** A column of numbers with so many decimals. */
  private record Figure(String name, ToDoubleFunction<ProfiledLayer> value, int decimals) {}

  private ProfileTable(Markup page, Profile profile, WorkCount count) {
    this.page = page;
    figures = new ArrayList<>(FIGURES);
    for (CounterColumn column : CounterColumn.values()) {
      if (column.isKnown(profile)) {
        figures.add(new Figure(heading(column, profile), column::value, column.decimals()));
      }
    }
    if (count.convention() != Convention.OURS && !count.byNode().isEmpty()) {
      String name = "%s M %s".formatted(count.convention(), count.convention().unit());
      figures.add(new Figure(name, layer -> count.of(layer.work()).orElseThrow() / 1e6, 3));
    }
  }

  /** Writes the table of all layers, with a column of another convention's counts. */
  static void write(Markup page, Profile profile, WorkCount count, String id) {
    new ProfileTable(page, profile, count).table(profile, id);
  }

  /** The column's name, with where its figures come from. */
  private static String heading(CounterColumn column, Profile profile) {
    return profile.layers().stream()
        .map(column::cell)
        .filter(Cell::isKnown)
        .findFirst()
        .map(cell -> "%s, %s".formatted(column.title(), cell.provenance().text()))
        .orElse(column.title());
  }

  private void table(Profile profile, String id) {
    page.open("div", "class", "scroll tall").open("table", "class", "sortable", "id", id);
    heads();
    page.open("tbody");
    profile.layers().stream()
        .sorted(Comparator.comparingDouble(ProfiledLayer::lost).reversed())
        .forEach(this::row);
    page.close().close().close();
  }

  private void heads() {
    page.open("thead").open("tr");
    page.element("th", "layer", "scope", "col");
    TEXTS.forEach(field -> page.element("th", field.name(), "scope", "col"));
    figures.forEach(figure -> number(figure.name()));
    number("% of roof");
    page.element("th", LOST.name(), "scope", "col", "class", "number", "aria-sort", "descending");
    page.element("th", "bound", "scope", "col");
    page.close().close();
  }

  private void number(String name) {
    page.element("th", name, "scope", "col", "class", "number");
  }

  private void row(ProfiledLayer layer) {
    page.open("tr").open("th", "scope", "row");
    String ink = ProfileGroup.of(layer.work().category()).ink().css();
    page.leaf("span", "class", "swatch", "style", "--ink:" + ink);
    page.text(layer.work().path()).close();
    TEXTS.forEach(field -> page.element("td", field.text().apply(layer)));
    figures.forEach(figure -> cell(figure, layer));
    share(layer.roofShare());
    cell(LOST, layer);
    page.element("td", layer.boundText());
    page.close();
  }

  private void cell(Figure figure, ProfiledLayer layer) {
    double value = figure.value().applyAsDouble(layer);
    String text = Double.isNaN(value) ? "n/a" : ProfileUnits.fixed(value, figure.decimals());
    page.element("td", text, "class", "number", "data-value", exact(value));
  }

  /** A percentage with a bar behind it. */
  private void share(double value) {
    page.element(
        "td",
        ProfileUnits.percent(value),
        "class",
        "number share",
        "style",
        "--share:" + ProfileUnits.part(value),
        "data-value",
        exact(value));
  }

  /** Returns what to sort by; empty where there is no number. */
  private static String exact(double value) {
    return Double.isFinite(value) ? Numbers.significant(value, 7) : "";
  }
}
