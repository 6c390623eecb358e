package io.yolo4j.report;

import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.profile.WorkRatio;
import java.util.ArrayList;
import java.util.List;

/**
 * A profile, two that are compared, or one with what was predicted for it, as a page: one file that
 * needs neither a network nor a script, which only adds tooltips and sorts tables. The answer
 * stands first, in words.
 */
public final class ProfilePage {
  private final Markup page = new Markup();
  private final ProfileWords words = new ProfileWords(page);
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
   * @param caution how counts of the raw networks stand to these times
   */
  public static String of(Comparison comparison, List<WorkRatio> ratios, Caution caution) {
    ProfilePage page = new ProfilePage();
    page.choose(comparison, ratios);
    String title =
        "%s against %s".formatted(comparison.first().model(), comparison.second().model());
    return page.render(title, () -> page.words.comparison(comparison, caution));
  }

  /**
   * Returns the page of what was predicted for a network and what it took.
   *
   * @param count of its work, our own
   */
  public static String of(ForecastCheck check, WorkCount count) {
    ProfilePage page = new ProfilePage();
    page.choose(check);
    return page.render("Prediction for " + check.profile().model(), () -> page.lead(check, count));
  }

  private void choose(Profile profile, WorkCount count) {
    section("roofline", "Roofline", () -> ProfileRoofline.write(page, profile, "roofline-plot"));
    section("time", "Where the time goes", () -> sections.time(profile));
    section("roofs", "Roof and measured", () -> ProfileScatter.roofs(page, profile, "roofs-plot"));
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

  private void choose(ForecastCheck check) {
    ProfileForecast tables = new ProfileForecast(page, check);
    section(
        "prediction",
        "Predicted and measured",
        () -> ProfileScatter.forecast(page, check, "prediction-plot"));
    section("categories", "By kind of work", tables::categories);
    section("rules", "The rules", tables::rules);
    section(
        "layers",
        "Layers",
        () -> ProfileTable.write(page, check.profile(), tables.figures(), "layers-table"));
  }

  private void side(String id, Profile profile, WorkCount count) {
    words.findings(profile);
    sections.facts(profile, count);
    ProfileRoofline.write(page, profile, "roofline-" + id);
    page.open("details").element("summary", profile.layers().size() + " layers as a table");
    ProfileTable.write(page, profile, count, "layers-" + id);
    page.close();
  }

  private void gap(Comparison comparison) {
    page.element(
        "p",
        "If time went with FLOPs, A would take ρ·t_B, ρ = %s. Each part's gap is t_A − ρ·t_B, and its bar begins where the one before ends: the last is the whole run's. To the right: A takes longer than its FLOPs promise."
            .formatted(ProfileUnits.significant(comparison.flopRatio(), 3)),
        "class",
        "muted");
    sections.gap(comparison, comparison.byCategory(), "gap-category", "By category");
    sections.gap(comparison, comparison.byPart(), "gap-part", "By part of the network");
  }

  private void lead(Profile profile, WorkCount count) {
    words.profile(profile);
    sections.figures(profile);
    sections.facts(profile, count);
  }

  private void lead(ForecastCheck check, WorkCount count) {
    words.forecast(check);
    sections.facts(check.profile(), count);
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
