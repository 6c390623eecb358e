package io.yolo4j.report;

import io.yolo4j.profile.Category;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Why a run takes as long as it does. The parts sum to the median of whole runs.
 *
 * @param seconds of each cause; 0 of one that nothing was lost to
 * @param unknown causes of which this measurement can't tell: their time is among {@link
 *     Cause#REST}
 */
record ProfileCauses(Map<Cause, Double> seconds, Set<Cause> unknown) {
  /** A cause. */
  enum Cause {
    ROOF("roof", "--s2", "what arithmetic and memory need at best"),
    ISSUE("issue", "--s3", "over that, what a layer takes on the smallest picture too"),
    PAGING("paging", "--s4", "what its page faults cost at most"),
    LAYOUT("layout", "--warn", "the rest of layers whose implementation reorders tensors"),
    BATCH_NORM("batch norm", "--bad", "all that batch norms take that are not folded"),
    REST("inefficiency", "--s1", "the rest of a layer's median"),
    BETWEEN(
        "between layers",
        "--s5",
        "what the layers' medians leave of the whole run's; it can be negative, for medians of different runs don't add up");

    private final String title;
    private final String ink;
    private final String meaning;

    Cause(String title, String ink, String meaning) {
      this.title = title;
      this.ink = ink;
      this.meaning = meaning;
    }

    String title() {
      return title;
    }

    /** Returns a colour of the style sheet. */
    String ink() {
      return "var(" + ink + ")";
    }

    String meaning() {
      return meaning;
    }
  }

  /** Copies the collections, in the causes' order. */
  ProfileCauses {
    seconds = Collections.unmodifiableMap(new EnumMap<>(seconds));
    unknown = Set.copyOf(unknown);
  }

  /** Returns the causes of a profile. */
  static ProfileCauses of(Profile profile) {
    Map<Cause, Double> seconds = new EnumMap<>(Cause.class);
    for (Cause cause : Cause.values()) {
      seconds.put(cause, 0.0);
    }
    profile.layers().forEach(layer -> add(seconds, layer));
    double layers = profile.sum(layer -> layer.time().p50());
    seconds.put(Cause.BETWEEN, profile.endToEnd().p50() - layers);
    return new ProfileCauses(seconds, unknown(profile));
  }

  private static void add(Map<Cause, Double> seconds, ProfiledLayer layer) {
    double time = layer.time().p50();
    if (layer.work().category() == Category.BATCH_NORM) {
      // Folded it would take nothing, its roof included.
      seconds.merge(Cause.BATCH_NORM, time, Double::sum);
      return;
    }
    double lost = layer.lost();
    double issue = part(layer.issue(), lost);
    double paging = part(layer.counts().paging().known().orElse(0), lost - issue);
    seconds.merge(Cause.ROOF, time - lost, Double::sum);
    seconds.merge(Cause.ISSUE, issue, Double::sum);
    seconds.merge(Cause.PAGING, paging, Double::sum);
    Cause last = layer.isHeldUpByLayout() ? Cause.LAYOUT : Cause.REST;
    seconds.merge(last, lost - issue - paging, Double::sum);
  }

  private static double part(double wanted, double left) {
    return Math.max(0, Math.min(wanted, left));
  }

  private static Set<Cause> unknown(Profile profile) {
    Set<Cause> unknown = EnumSet.noneOf(Cause.class);
    if (profile.layers().stream().noneMatch(layer -> layer.counts().paging().isKnown())) {
      unknown.add(Cause.PAGING);
    }
    if (profile.layers().stream().noneMatch(layer -> layer.counts().reorders().isKnown())) {
      unknown.add(Cause.LAYOUT);
    }
    return unknown;
  }

  /** Returns the seconds of a cause. */
  double of(Cause cause) {
    return seconds.getOrDefault(cause, 0.0);
  }

  /** Returns the sum. */
  double total() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
