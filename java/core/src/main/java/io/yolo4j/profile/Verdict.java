package io.yolo4j.profile;

import io.yolo4j.profile.Comparison.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What decides between two networks, in words and numbers. */
public final class Verdict {
  /** Gaps within this share of the time are no gap, where nobody knows their uncertainty. */
  private static final double LEVEL = 0.03;

  /** Categories that bring less than this share of the gap are not named. */
  private static final double NAMED = 0.1;

  /** Half of the last digit that is printed, seconds. */
  private static final double SMALLEST = 0.5e-6;

  /** What is said beside the category's share. */
  private static final Set<Finding.Kind> IN_SHARES =
      Set.of(Finding.Kind.BATCH_NORM, Finding.Kind.DEPTHWISE);

  private Verdict() {}

  /** Returns a few sentences, the same in every country; A and B as in the comparison. */
  public static String of(Comparison comparison) {
    return String.join(" ", sentences(comparison));
  }

  /** Returns them one by one: first how both compare, then what decides. */
  public static List<String> sentences(Comparison comparison) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "A has %s of B's FLOPs, %s of its bytes and takes %s of its time (%s of %s ms)."
            .formatted(
                fixed(comparison.flopRatio()),
                fixed(comparison.byteRatio()),
                fixed(comparison.timeRatio()),
                milliseconds(comparison.first().endToEnd().p50()),
                milliseconds(comparison.second().endToEnd().p50())));
    double gap = comparison.gap();
    OptionalDouble uncertainty = comparison.uncertainty();
    double level = uncertainty.orElse(LEVEL * comparison.first().endToEnd().p50());
    if (Math.abs(gap) <= level) {
      sentences.add(none(gap, uncertainty));
    } else {
      sentences.add(causes(comparison));
      addFindings(sentences, "A", comparison.first());
      addFindings(sentences, "B", comparison.second());
    }
    return List.copyOf(sentences);
  }

  private static String none(double gap, OptionalDouble uncertainty) {
    return uncertainty.isPresent()
        ? "The gap of %s ms is within its uncertainty of ±%s ms: it can't be told from none."
            .formatted(signed(gap), milliseconds(uncertainty.getAsDouble()))
        : "Time goes with FLOPs: there is no gap to explain.";
  }

  private static String causes(Comparison comparison) {
    double gap = comparison.gap();
    OptionalDouble uncertainty = comparison.uncertainty();
    return "By FLOPs it should take %s ms; the gap of %s%s ms comes first of all from %s ms; by part it is %s ms."
        .formatted(
            milliseconds(comparison.first().endToEnd().p50() - gap),
            signed(gap),
            uncertainty.isPresent() ? " ±" + milliseconds(uncertainty.getAsDouble()) : "",
            categories(comparison),
            named(comparison.byPart()));
  }

  /** Categories of work on the gap's side, then what lies between layers, if it is on that side. */
  private static String categories(Comparison comparison) {
    boolean longer = comparison.gap() > 0;
    List<Share> shares = new ArrayList<>(comparison.byWork());
    if (!longer) {
      Collections.reverse(shares);
    }
    // What rounds to nothing, too, is on neither side.
    shares.removeIf(share -> (longer ? share.gap() : -share.gap()) < SMALLEST);
    List<Share> work =
        shares.stream().filter(share -> !share.name().equals(Comparison.BETWEEN)).toList();
    List<String> words = new ArrayList<>();
    double least = NAMED * Math.abs(comparison.gap());
    work.stream()
        .filter(share -> share.equals(work.get(0)) || Math.abs(share.gap()) >= least)
        .forEach(share -> words.add(remarked(comparison, share)));
    shares.stream()
        .filter(share -> share.name().equals(Comparison.BETWEEN))
        .forEach(share -> words.add(share.name() + " " + signed(share.gap())));
    return String.join(", ", words);
  }

  /** With what the network has to do with it that takes longer than it should there. */
  private static String remarked(Comparison comparison, Share share) {
    Profile slow = share.gap() > 0 ? comparison.first() : comparison.second();
    String remark =
        Arrays.stream(Category.values())
            .filter(category -> category.title().equals(share.name()))
            .map(category -> Finding.remark(slow, category))
            .findFirst()
            .orElse("");
    return share.name() + " " + signed(share.gap()) + (remark.isEmpty() ? "" : " (" + remark + ")");
  }

  /** What the shares don't say already. */
  private static void addFindings(List<String> sentences, String letter, Profile profile) {
    for (Finding finding : Finding.of(profile)) {
      if (!IN_SHARES.contains(finding.kind())) {
        sentences.add(letter + ": " + finding.text() + ".");
      }
    }
  }

  private static String named(List<Share> shares) {
    return shares.stream()
        .map(share -> share.name() + " " + signed(share.gap()))
        .collect(Collectors.joining(", "));
  }

  private static String signed(double seconds) {
    return (seconds >= 0 ? "+" : "") + milliseconds(seconds);
  }

  private static String milliseconds(double seconds) {
    return fixed(1e3 * seconds);
  }

  private static String fixed(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "n/a";
  }
}
