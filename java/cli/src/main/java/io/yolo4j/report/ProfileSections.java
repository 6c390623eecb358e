package io.yolo4j.report;

import io.yolo4j.profile.Category;
import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.profile.WorkRatio;
import io.yolo4j.report.ProfileCauses.Cause;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What the sections of a profile's page show, but for the large drawings. */
final class ProfileSections {
  private final Markup page;

  ProfileSections(Markup page) {
    this.page = page;
  }

  /** The numbers that everybody looks for first. */
  void figures(Profile profile) {
    page.open("dl", "class", "figures");
    pair("end to end, p50 ms", ProfileUnits.millis(profile.endToEnd().p50()));
    pair("sum of layers, ms", ProfileUnits.millis(profile.sum(layer -> layer.time().p50())));
    pair("GFLOP/s", ProfileUnits.significant(speed(profile), 3));
    pair("of the peak", ProfileUnits.percent(speed(profile) * 1e9 / profile.peak()));
    page.close();
  }

  private static double speed(Profile profile) {
    return profile.flops() / profile.endToEnd().p50() / 1e9;
  }

  /** What was measured, on what and how. */
  void facts(Profile profile, WorkCount count) {
    page.open("dl", "class", "facts");
    pair("model", profile.model());
    pair("executor", profile.executor());
    pair("device", profile.roofs().device());
    pair("threads", Integer.toString(profile.roofs().threads()));
    pair("size", profile.height() + "×" + profile.width());
    pair("runs", Integer.toString(profile.runs()));
    pair("end to end", times(profile));
    pair("work", count.text());
    pair("timing overhead", ProfileUnits.percent(profile.overhead()));
    pair("page faults a run", faults(profile));
    boolean gpu = profile.circumstances().gpuCounters().isPresent();
    pair(gpu ? "GPU counters" : "CPU counters", counters(profile));
    profile.roofs().tensorNote(profile.type()).ifPresent(note -> pair("tensor cores", note));
    page.close();
  }

  private static String times(Profile profile) {
    return "%s ms (min %s, p95 %s)"
        .formatted(
            ProfileUnits.millis(profile.endToEnd().p50()),
            ProfileUnits.millis(profile.endToEnd().minimum()),
            ProfileUnits.millis(profile.endToEnd().p95()));
  }

  /** That they are in the table, or why they aren't. */
  private static String counters(Profile profile) {
    if (Stream.of(CounterColumn.values()).anyMatch(column -> column.isKnown(profile))) {
      return "of each layer";
    }
    return "n/a, "
        + profile
            .circumstances()
            .gpuCounters()
            .or(profile.circumstances()::whyNoCycles)
            .orElse("not asked for, or a runtime that tells of its steps at the end of a run");
  }

  private static String faults(Profile profile) {
    return profile.faults() < 0 ? "n/a" : ProfileUnits.significant(profile.faults(), 6);
  }

  private void pair(String name, String value) {
    page.open("div").element("dt", name).element("dd", value).close();
  }

  /** Bars of the categories and the causes of the whole run's time. */
  void time(Profile profile) {
    page.open("div", "class", "charts large");
    categories(profile);
    causes(profile);
    page.close();
    meanings(ProfileCauses.of(profile));
  }

  /** What the causes are, those first that can't be told here. */
  private void meanings(ProfileCauses causes) {
    StringBuilder text = new StringBuilder();
    for (Cause cause : Cause.values()) {
      if (causes.unknown().contains(cause)) {
        text.append(cause.title()).append(": n/a here, it is among the inefficiency. ");
      } else if (causes.of(cause) != 0) {
        text.append(cause.title()).append(": ").append(cause.meaning()).append(". ");
      }
    }
    page.element("p", text.toString().strip(), "class", "muted");
  }

  private void categories(Profile profile) {
    Map<Category, Double> seconds = profile.secondsByCategory();
    double sum = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    double most = seconds.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    page.open("figure", "class", "chart", "id", "categories");
    page.element("figcaption", "The layers' time by category");
    page.open("ol", "class", "bars one times");
    seconds.entrySet().stream()
        .filter(entry -> entry.getValue() != 0)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> category(entry.getKey(), entry.getValue(), most, sum));
    page.close().close();
  }

  private void category(Category category, double seconds, double most, double sum) {
    String ink = ProfileGroup.of(category).ink().css();
    page.open(
        "li", "style", "--share:%s;--ink:%s".formatted(ProfileUnits.part(seconds / most), ink));
    page.element("span", category.title(), "class", "name");
    page.leaf("span", "class", "bar");
    String text = ProfileUnits.millis(seconds) + " ms · " + ProfileUnits.percent(seconds / sum);
    page.element("span", text, "class", "number");
    page.close();
  }

  private void causes(Profile profile) {
    ProfileCauses causes = ProfileCauses.of(profile);
    ProfileBars.waterfall(
        page,
        "causes",
        "End to end by cause",
        Stream.of(Cause.values())
            .filter(cause -> causes.of(cause) != 0)
            .map(cause -> new ProfileBars.Part(cause.title(), causes.of(cause), cause.ink()))
            .toList(),
        new ProfileBars.Part("end to end", causes.total(), "var(--accent)"));
  }

  /** Table and bars of the parts of the gap between two profiles. */
  void gap(Comparison comparison, List<Comparison.Share> shares, String id, String title) {
    page.element("h3", title);
    page.open("div", "class", "charts large");
    page.open("div", "class", "scroll").open("table", "id", id + "-table");
    page.open("thead").open("tr").element("th", "part", "scope", "col");
    List.of("t_A ms", "t_B ms", "gap ms")
        .forEach(name -> page.element("th", name, "scope", "col", "class", "number"));
    page.close().close().open("tbody");
    shares.forEach(share -> row(share, ""));
    Comparison.Share total =
        new Comparison.Share(
            "total",
            comparison.first().endToEnd().p50(),
            comparison.second().endToEnd().p50(),
            comparison.gap());
    row(total, "all");
    page.close().close().close();
    ProfileBars.waterfall(
        page,
        id,
        "Gap in ms, " + title.toLowerCase(Locale.ROOT),
        shares.stream().map(ProfileSections::part).toList(),
        new ProfileBars.Part("whole gap", total.gap(), "var(--accent)"));
    page.close();
  }

  /** Table of what each convention makes of two networks. */
  void conventions(List<WorkRatio> ratios) {
    page.open("div", "class", "scroll").open("table", "id", "conventions-table");
    page.open("thead").open("tr").element("th", "counted by", "scope", "col");
    List.of("FLOP ratio", "byte ratio", "A", "B")
        .forEach(name -> page.element("th", name, "scope", "col", "class", "number"));
    page.close().close().open("tbody");
    for (WorkRatio ratio : ratios) {
      OptionalDouble bytes = ratio.bytes();
      page.open("tr").element("th", ratio.convention().toString(), "scope", "row");
      List.of(
              ProfileUnits.significant(ratio.arithmetic(), 3),
              bytes.isPresent() ? ProfileUnits.significant(bytes.getAsDouble(), 3) : "n/a",
              ratio.first().totals(),
              ratio.second().totals())
          .forEach(text -> page.element("td", text, "class", "number totals"));
      page.close();
    }
    page.close().close().close();
  }

  private void row(Comparison.Share share, String style) {
    page.open("tr", "class", style).element("th", share.name(), "scope", "row");
    for (double seconds : new double[] {share.first(), share.second(), share.gap()}) {
      page.element("td", ProfileUnits.millis(seconds), "class", "number");
    }
    page.close();
  }

  private static ProfileBars.Part part(Comparison.Share share) {
    String ink = share.gap() > 0 ? "var(--bad)" : "var(--good)";
    return new ProfileBars.Part(share.name(), share.gap(), ink);
  }
}
