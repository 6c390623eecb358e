package io.yolo4j.report;

import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.profile.WorkRatio;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A profile, or two that are compared, as a page: one file that needs neither a network nor a
 * script, which only adds tooltips and sorts tables.
 */
public final class ProfilePage {
  private final Markup page = new Markup();
  private final ProfileSections sections = new ProfileSections(page);
  private final List<Section> all = new ArrayList<>();

  /** A part of the page. */
  private record Section(String id, String title, Runnable body) {}

  private ProfilePage() {}

  /** Returns the page of a profile, its work told in a convention's counts too. */
  public static String of(Profile profile, WorkCount count) {
    ProfilePage page = new ProfilePage();
    page.choose(profile, count);
    return page.render("Profile of " + profile.model(), () -> page.lead(profile, count));
  }

  /**
   * Returns the page of two profiles, the first held against the second.
   *
   * @param ratios of their work by every convention, our own first
   */
  public static String of(Comparison comparison, List<WorkRatio> ratios) {
    ProfilePage page = new ProfilePage();
    page.choose(comparison, ratios);
    String title =
        "%s against %s".formatted(comparison.first().model(), comparison.second().model());
    return page.render(title, () -> page.lead(comparison));
  }

  private void choose(Profile profile, WorkCount count) {
    section("roofline", "Roofline", () -> ProfileRoofline.write(page, profile, "roofline-plot"));
    section("time", "Where the time goes", () -> sections.time(profile));
    section(
        "prediction",
        "Predicted and measured",
        () -> ProfileScatter.write(page, profile, "prediction-plot"));
    section("layers", "Layers", () -> ProfileTable.write(page, profile, count, "layers-table"));
  }

  private void choose(Comparison comparison, List<WorkRatio> ratios) {
    section("gap", "Where the gap comes from", () -> gap(comparison));
    section("conventions", "What counts say", () -> sections.conventions(ratios));
    WorkRatio ours = ratios.get(0);
    Profile first = comparison.first();
    Profile second = comparison.second();
    section("a", "A: " + first.model(), () -> side("a", first, ours.first()));
    section("b", "B: " + second.model(), () -> side("b", second, ours.second()));
  }

  private void side(String id, Profile profile, WorkCount count) {
    sections.facts(profile, count);
    ProfileRoofline.write(page, profile, "roofline-" + id);
    page.open("details").element("summary", profile.layers().size() + " layers as a table");
    ProfileTable.write(page, profile, count, "layers-" + id);
    page.close();
  }

  private void gap(Comparison comparison) {
    page.element(
        "p",
        "If time went with FLOPs, A would take ρ·t_B, ρ = %s. Each part's gap is t_A − ρ·t_B; the"
                .formatted(ProfileUnits.significant(comparison.flopRatio(), 3))
            + " parts sum to that of the whole run. To the right: A takes longer than its FLOPs"
            + " promise.",
        "class",
        "muted");
    sections.gap(comparison, comparison.byCategory(), "gap-category", "By category");
    sections.gap(comparison, comparison.byPart(), "gap-part", "By part of the network");
  }

  private void lead(Profile profile, WorkCount count) {
    sections.facts(profile, count);
    sections.figures(profile);
  }

  private void lead(Comparison comparison) {
    page.element("p", headline(comparison), "class", "headline");
  }

  private static String headline(Comparison comparison) {
    double gap = comparison.gap();
    OptionalDouble uncertainty = comparison.uncertainty();
    String sentence =
        "%s (A) takes %s times the time of %s (B) with %s times its FLOPs and %s times its bytes:"
            + " %s%s ms %s than its FLOPs promise.";
    return sentence.formatted(
        comparison.first().model(),
        ProfileUnits.significant(comparison.timeRatio(), 3),
        comparison.second().model(),
        ProfileUnits.significant(comparison.flopRatio(), 3),
        ProfileUnits.significant(comparison.byteRatio(), 3),
        ProfileUnits.millis(Math.abs(gap)),
        uncertainty.isPresent() ? " ±" + ProfileUnits.millis(uncertainty.getAsDouble()) : "",
        gap < 0 ? "less" : "more");
  }

  private void section(String id, String title, Runnable body) {
    all.add(new Section(id, title, body));
  }

  private String render(String title, Runnable lead) {
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    PageHead.write(page, title);
    page.open("body").open("header");
    page.open("div", "class", "top").element("h1", title).close();
    lead.run();
    page.open("nav", "aria-label", "Parts of this page");
    all.forEach(section -> page.element("a", section.title(), "href", "#" + section.id()));
    page.close().close().open("main");
    all.forEach(this::write);
    page.close();
    page.element("footer", "yolo4j · profile");
    page.open("script").raw("//<![CDATA[\n" + ReportPage.resource("profile.js") + "//]]>").close();
    page.close().close();
    return page.raw("\n").toString();
  }

  private void write(Section section) {
    String title = section.id() + "-title";
    page.open("section", "id", section.id(), "aria-labelledby", title);
    page.element("h2", section.title(), "id", title);
    section.body().run();
    page.close();
  }
}
