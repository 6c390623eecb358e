package io.yolo4j.cli;

import static io.yolo4j.cli.ProfileText.milliseconds;

import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Comparison.Share;
import io.yolo4j.report.Numbers;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** A comparison as tables and in words. */
final class ComparisonText {
  /** Gaps within this share of the time are no gap. */
  private static final double LEVEL = 0.03;

  /** How many parts the words name. */
  private static final int NAMED = 3;

  private ComparisonText() {}

  /**
   * Ratios of torchinfo's "Estimated Total Size".
   *
   * @param raw with batch norms
   * @param folded as the networks run
   */
  record Footprints(double raw, double folded) {}

  /** Returns the parts of the gap by category, then by part of the network. */
  static Table shares(Comparison comparison) {
    Table table = new Table(List.of("part", "A ms", "B ms", "gap ms"));
    comparison.byCategory().forEach(share -> add(table, share));
    comparison.byPart().forEach(share -> add(table, share));
    return table;
  }

  static void print(Comparison comparison, Footprints footprints, PrintWriter out) {
    out.printf("A = %s, B = %s%n", comparison.first().model(), comparison.second().model());
    table(comparison.byCategory(), "category").print(out);
    out.println();
    table(comparison.byPart(), "part").print(out);
    out.println();
    out.println(verdict(comparison));
    out.println(footprints(comparison, footprints));
  }

  /** Returns what decides, in words and numbers. */
  static String verdict(Comparison comparison) {
    double ratio = comparison.flopRatio();
    double gap = comparison.gap();
    double time = comparison.first().endToEnd().p50();
    String start =
        "A has %s of B's FLOPs, %s of its bytes and takes %s of its time (%s of %s ms). "
            .formatted(
                Numbers.fixed(ratio, 3),
                Numbers.fixed(comparison.byteRatio(), 3),
                Numbers.fixed(comparison.timeRatio(), 3),
                milliseconds(time),
                milliseconds(comparison.second().endToEnd().p50()));
    if (Math.abs(gap) < LEVEL * time) {
      return start + "Time goes with FLOPs: there is no gap to explain.";
    }
    boolean slower = gap > 0;
    List<Share> shares = new ArrayList<>(comparison.byCategory());
    if (!slower) {
      Collections.reverse(shares);
    }
    return start
        + "By FLOPs it should take %s ms; the gap of %s ms comes first of all from %s ms; by part it is %s ms."
            .formatted(
                milliseconds(time - gap),
                signed(gap),
                named(shares.subList(0, Math.min(NAMED, shares.size()))),
                named(comparison.byPart()));
  }

  private static String named(List<Share> shares) {
    return shares.stream()
        .map(share -> share.name() + " " + signed(share.gap()))
        .collect(Collectors.joining(", "));
  }

  private static String footprints(Comparison comparison, Footprints footprints) {
    return "torchinfo's sizes have the ratio %s with batch norms and %s as the reference folds them: hold %s against the times measured here, and neither is what moves through memory (%s)."
        .formatted(
            Numbers.fixed(footprints.raw(), 3),
            Numbers.fixed(footprints.folded(), 3),
            "the second",
            Numbers.fixed(comparison.byteRatio(), 3));
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
