package io.yolo4j.report;

import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Finding;
import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.Verdict;
import java.util.List;
import java.util.Locale;

/** The answers of a profile's page in words; their numbers are explained further down on it. */
final class ProfileWords {
  private final Markup page;

  ProfileWords(Markup page) {
    this.page = page;
  }

  /** What a run takes, what is in the way, and what disturbed the measurement. */
  void profile(Profile profile) {
    page.element("p", time(profile), "class", "headline");
    findings(profile);
    profile.disturbance().ifPresent(this::warning);
  }

  private static String time(Profile profile) {
    double roof = profile.sum(layer -> layer.roof().seconds());
    double seconds = profile.endToEnd().p50();
    return "%s takes %s ms, %s times the %s ms of its layers' roofs."
        .formatted(
            profile.model(),
            ProfileUnits.millis(seconds),
            ProfileUnits.significant(seconds / roof, 3),
            ProfileUnits.millis(roof));
  }

  /** What the rules found, that which concerns most time first. */
  void findings(Profile profile) {
    List<String> found = Finding.of(profile).stream().map(f -> sentence(f.text())).toList();
    list(found.isEmpty() ? List.of("No rule finds anything in the way.") : found);
  }

  /**
   * What decides between two networks, and what disturbed the measurement.
   *
   * @param caution how counts of the raw networks stand to these times
   */
  void comparison(Comparison comparison, Caution caution) {
    List<String> sentences = Verdict.sentences(comparison);
    page.element(
        "p",
        "A is %s, B is %s. %s"
            .formatted(comparison.first().model(), comparison.second().model(), sentences.get(0)),
        "class",
        "headline");
    list(sentences.subList(1, sentences.size()));
    disturbance("A", comparison.first());
    disturbance("B", comparison.second());
    caution.warning().ifPresent(text -> page.element("p", "Warning: " + text, "class", "warning"));
    page.element("p", caution.fact(), "class", "muted");
  }

  private void disturbance(String letter, Profile profile) {
    profile.disturbance().ifPresent(text -> warning(letter + ": " + text));
  }

  /** How well a network was predicted, by what, and what disturbed the measurement. */
  void forecast(ForecastCheck check) {
    page.element("p", check.headline(), "class", "headline");
    page.element("p", sentence(check.basis()));
    check.paging().ifPresent(text -> page.element("p", sentence(text)));
    check.profile().disturbance().ifPresent(this::warning);
  }

  private void list(List<String> sentences) {
    page.open("ul", "class", "findings");
    sentences.forEach(text -> page.element("li", text));
    page.close();
  }

  private void warning(String text) {
    page.element("p", "Warning: " + text + ".", "class", "warning");
  }

  private static String sentence(String text) {
    String end = text.endsWith(".") ? "" : ".";
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + end;
  }
}
