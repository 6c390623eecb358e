package io.yolo4j.cli;

import static io.yolo4j.cli.ProfileText.milliseconds;

import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Comparison.Share;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.Verdict;
import io.yolo4j.profile.WorkRatio;
import io.yolo4j.report.Caution;
import io.yolo4j.report.Numbers;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalDouble;

/** A comparison as tables and in words. */
final class ComparisonText {
  private ComparisonText() {}

  /** Returns the parts of the gap by category, then by part of the network. */
  static Table shares(Comparison comparison) {
    Table table = new Table(List.of("part", "A ms", "B ms", "gap ms"));
    comparison.byCategory().forEach(share -> add(table, share));
    comparison.byPart().forEach(share -> add(table, share));
    return table;
  }

  static void print(
      Comparison comparison, Footprints footprints, List<WorkRatio> ratios, PrintWriter out) {
    out.printf("A = %s, B = %s%n", comparison.first().model(), comparison.second().model());
    table(comparison.byCategory(), "category").print(out);
    out.println();
    table(comparison.byPart(), "part").print(out);
    out.println();
    ratios(ratios).print(out);
    out.println();
    out.println(Verdict.of(comparison));
    disturbance("A", comparison.first(), out);
    disturbance("B", comparison.second(), out);
    Caution caution = footprints.caution(comparison);
    out.println(caution.fact());
    caution.warning().ifPresent(out::println);
  }

  /** What each convention makes of both networks, as they ran. */
  private static Table ratios(List<WorkRatio> ratios) {
    Table table = new Table(List.of("counted by", "A", "B", "unit", "FLOP ratio", "byte ratio"));
    for (WorkRatio ratio : ratios) {
      OptionalDouble bytes = ratio.bytes();
      int decimals = ratio.convention() == Convention.YOLOV5 ? 1 : 0;
      table.row(
          List.of(
              ratio.convention(),
              Numbers.fixed(ratio.first().arithmetic(), decimals),
              Numbers.fixed(ratio.second().arithmetic(), decimals),
              ratio.convention().unit(),
              Numbers.fixed(ratio.arithmetic(), 3),
              bytes.isPresent() ? Numbers.fixed(bytes.getAsDouble(), 3) : "n/a"));
    }
    return table;
  }

  private static void disturbance(String letter, Profile profile, PrintWriter out) {
    profile.disturbance().ifPresent(text -> out.printf("Warning: %s: %s.%n", letter, text));
  }

  private static Table table(List<Share> shares, String title) {
    Table table = new Table(List.of(title, "A ms", "B ms", "gap ms"));
    shares.forEach(share -> add(table, share));
    add(
        table,
        new Share(
            "sum",
            shares.stream().mapToDouble(Share::first).sum(),
            shares.stream().mapToDouble(Share::second).sum(),
            shares.stream().mapToDouble(Share::gap).sum()));
    return table;
  }

  private static void add(Table table, Share share) {
    table.row(
        List.of(
            share.name(),
            milliseconds(share.first()),
            milliseconds(share.second()),
            signed(share.gap())));
  }

  private static String signed(double seconds) {
    return (seconds >= 0 ? "+" : "") + milliseconds(seconds);
  }
}
