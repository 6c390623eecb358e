package io.yolo4j.report;

import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.Provenance;
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

  private static final Figure LOST = modelled("lost ms", layer -> 1e3 * layer.lost(), 3);

  private static final List<Figure> FIGURES =
      List.of(
          modelled("MFLOP", layer -> layer.work().flops() / 1e6, 3),
          modelled("MB", layer -> layer.work().bytes() / 1e6, 3),
          modelled("FLOP/byte", ProfileTable::intensity, 2),
          measured("p50 ms", layer -> 1e3 * layer.time().p50(), 3),
          measured("min ms", layer -> 1e3 * layer.time().minimum(), 3),
          measured("p95 ms", layer -> 1e3 * layer.time().p95(), 3),
          measured("gap µs", layer -> 1e6 * layer.gap(), 1),
          modelled("roof ms", layer -> 1e3 * layer.roof().seconds(), 3),
          new Figure("faults", layer -> layer.counts().faults(), 1, 0),
          new Figure("paging µs", layer -> layer.counts().paging(), 1e-6, 1),
          new Figure("allocations", layer -> layer.counts().allocations(), 1, 0),
          new Figure("allocated MB", layer -> layer.counts().allocatedBytes(), 1e6, 3),
          new Figure("reorders", layer -> layer.counts().reorders(), 1, 0));

  /** Letters of a text that fits its column. */
  private static final int LONG = 32;

  private final Markup page;
  private final List<Figure> figures;

  /** A column of texts. */
  private record Field(String name, Function<ProfiledLayer, String> text) {}

  /** A column of figures in a unit, with so many decimals. */
  record Figure(String name, Function<ProfiledLayer, Cell> cell, double unit, int decimals) {
    /** Returns where the column's figures come from, each of which is known or n/a. */
    private Provenance provenance(Profile profile) {
      return profile.layers().stream()
          .map(cell)
          .filter(Cell::isKnown)
          .findFirst()
          .map(Cell::provenance)
          .orElse(Provenance.UNAVAILABLE);
    }
  }

  private ProfileTable(Markup page, Profile profile, List<Figure> more) {
    this.page = page;
    figures = new ArrayList<>(FIGURES);
    for (CounterColumn column : CounterColumn.values()) {
      if (column.isKnown(profile)) {
        figures.add(column.figure());
      }
    }
    figures.addAll(more);
  }

  /** Returns a column of what shapes and rules give; n/a where that is no number. */
  static Figure modelled(String name, ToDoubleFunction<ProfiledLayer> value, int decimals) {
    return new Figure(
        name,
        layer -> {
          double known = value.applyAsDouble(layer);
          return Double.isFinite(known) ? Cell.modelled(known) : Cell.UNAVAILABLE;
        },
        1,
        decimals);
  }

  private static Figure measured(String name, ToDoubleFunction<ProfiledLayer> value, int decimals) {
    return new Figure(name, layer -> Cell.measured(value.applyAsDouble(layer)), 1, decimals);
  }

  /** Of a layer that moves no byte there is none. */
  private static double intensity(ProfiledLayer layer) {
    return layer.work().bytes() > 0 ? layer.work().intensity() : Double.NaN;
  }

  /** Writes the table of all layers, with a column of another convention's counts. */
  static void write(Markup page, Profile profile, WorkCount count, String id) {
    List<Figure> counted = new ArrayList<>();
    if (count.convention() != Convention.OURS && !count.byNode().isEmpty()) {
      String name = "%s M %s".formatted(count.convention(), count.convention().unit());
      counted.add(modelled(name, layer -> count.of(layer.work()).orElseThrow() / 1e6, 3));
    }
    write(page, profile, counted, id);
  }

  /** Writes the table of all layers, with more columns. */
  static void write(Markup page, Profile profile, List<Figure> more, String id) {
    page.element(
        "p",
        "Under each figure's name stands where it comes from. Measured: read off a clock or a counter. Derived: computed from what was measured. Modelled: computed from shapes, rules and the roofs. N/a: not known here.",
        "class",
        "muted");
    new ProfileTable(page, profile, more).table(profile, id);
  }

  private void table(Profile profile, String id) {
    page.open("div", "class", "scroll tall").open("table", "class", "sortable", "id", id);
    heads(profile);
    page.open("tbody");
    profile.layers().stream()
        .sorted(Comparator.comparingDouble(ProfiledLayer::lost).reversed())
        .forEach(this::row);
    page.close().close().close();
  }

  private void heads(Profile profile) {
    page.open("thead").open("tr");
    page.element("th", "layer", "scope", "col");
    TEXTS.forEach(field -> page.element("th", field.name(), "scope", "col"));
    figures.forEach(figure -> number(figure.name(), figure.provenance(profile)));
    number("% of roof", Provenance.MODELLED);
    number(LOST.name(), LOST.provenance(profile), "aria-sort", "descending");
    head("bound", Provenance.MODELLED, "scope", "col");
    page.close().close();
  }

  private void number(String name, Provenance provenance, String... sorted) {
    List<String> attributes = new ArrayList<>(List.of("scope", "col", "class", "number"));
    attributes.addAll(List.of(sorted));
    head(name, provenance, attributes.toArray());
  }

  private void head(String name, Provenance provenance, Object... attributes) {
    page.open("th", attributes).text(name);
    page.element("small", provenance.text()).close();
  }

  private void row(ProfiledLayer layer) {
    page.open("tr").open("th", "scope", "row");
    String ink = ProfileGroup.of(layer.work().category()).ink().css();
    page.leaf("span", "class", "swatch", "style", "--ink:" + ink);
    page.text(name(layer)).close();
    TEXTS.forEach(field -> words(field.text().apply(layer)));
    figures.forEach(figure -> cell(figure, layer));
    share(layer.time().p50() > 0 ? layer.roofShare() : Double.NaN);
    cell(LOST, layer);
    page.element("td", layer.boundText());
    page.close();
  }

  /** Returns the layer's path; the input has none. */
  static String name(ProfiledLayer layer) {
    String path = layer.work().path();
    return path.isEmpty() ? "input" : path;
  }

  private void cell(Figure figure, ProfiledLayer layer) {
    Cell cell = figure.cell().apply(layer);
    double value = cell.value() / figure.unit();
    String text =
        cell.isKnown() ? ProfileUnits.fixed(value, figure.decimals()) : cell.provenance().text();
    page.element("td", text, "class", "number", "data-value", exact(value));
  }

  /** A text, which the page cuts where it is long; the pointer shows all of it. */
  private void words(String text) {
    Object[] whole =
        text.length() > LONG ? new Object[] {"title", text, "class", "cut"} : new Object[] {};
    page.element("td", text, whole);
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
