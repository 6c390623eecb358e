package io.yolo4j.profile;

import io.yolo4j.profile.Comparison.Share;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What decides between two networks, in words and numbers. */
public final class Verdict {
  /** Gaps within this share of the time are no gap. */
  private static final double LEVEL = 0.03;

  /** How many categories the words name. */
  private static final int NAMED = 3;

  private Verdict() {}

  /** Returns a few sentences, the same in every country; A and B as in the comparison. */
  public static String of(Comparison comparison) {
    double gap = comparison.gap();
    double time = comparison.first().endToEnd().p50();
    String start =
        "A has %s of B's FLOPs, %s of its bytes and takes %s of its time (%s of %s ms). "
            .formatted(
                fixed(comparison.flopRatio()),
                fixed(comparison.byteRatio()),
                fixed(comparison.timeRatio()),
                milliseconds(time),
                milliseconds(comparison.second().endToEnd().p50()));
    if (Math.abs(gap) < LEVEL * time) {
      return start + "Time goes with FLOPs: there is no gap to explain.";
    }
    List<Share> shares = new ArrayList<>(comparison.byCategory());
    if (gap < 0) {
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

  private static String signed(double seconds) {
    return (seconds >= 0 ? "+" : "") + milliseconds(seconds);
  }

  private static String milliseconds(double seconds) {
    return fixed(1e3 * seconds);
  }

  private static String fixed(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
