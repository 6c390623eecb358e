package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a profile shows to be in the way, by fixed rules.
 *
 * @param kind which rule
 * @param seconds of a run that it concerns
 * @param text a sentence with its numbers
 */
public record Finding(Kind kind, double seconds, String text) {
  /** The rules. */
  public enum Kind {
    /** Batch norms run by themselves. */
    BATCH_NORM,
    /** Depthwise convolutions take over twice their roof. */
    DEPTHWISE,
    /** Steps whose tensors are reordered, far from their roofs, take over a fifth of the time. */
    REORDERS,
    /** Over 100 page faults a run. */
    PAGING,
    /** Steps that take as long on the smallest picture are over half of the time. */
    ISSUE,
    /** One part of the network takes over half of the time, and the backbone isn't it. */
    AMDAHL
  }

  private static final double REORDERED_SHARE = 0.2;
  private static final double ISSUE_SHARE = 0.5;
  private static final double LARGE_PART = 0.5;

  /** Returns what holds for a profile, that which concerns most time first. */
  public static List<Finding> of(Profile profile) {
    List<Finding> all = new ArrayList<>();
    batchNorms(profile, all);
    depthwise(profile, all);
    reorders(profile, all);
    paging(profile, all);
    issue(profile, all);
    parts(profile, all);
    all.sort(Comparator.comparingDouble(Finding::seconds).reversed());
    return List.copyOf(all);
  }

  /**
   * Returns how a category's time is to be understood, a few words; empty: there is nothing to say.
   */
  static String remark(Profile profile, Category category) {
    List<ProfiledLayer> layers = of(profile, category);
    if (layers.isEmpty()) {
      return "";
    }
    if (category == Category.BATCH_NORM) {
      return layers.size() + " not folded";
    }
    double seconds = sum(layers);
    double roof = layers.stream().mapToDouble(layer -> layer.roof().seconds()).sum();
    boolean far = seconds > ProfiledLayer.FAR_FROM_ROOF * roof;
    if (category != Category.DEPTHWISE_CONVOLUTION || !far) {
      return "";
    }
    String times = fixed(seconds / roof, 1) + " times their roof";
    boolean reordered = layers.stream().anyMatch(ProfiledLayer::isHeldUpByLayout);
    return reordered ? "layout, " + times : times;
  }

  private static void batchNorms(Profile profile, List<Finding> all) {
    List<ProfiledLayer> layers = of(profile, Category.BATCH_NORM);
    if (!layers.isEmpty()) {
      double seconds = sum(layers);
      add(
          all,
          Kind.BATCH_NORM,
          seconds,
          "%d batch norms are not folded: %s ms".formatted(layers.size(), milliseconds(seconds)));
    }
  }

  private static void depthwise(Profile profile, List<Finding> all) {
    List<ProfiledLayer> layers = of(profile, Category.DEPTHWISE_CONVOLUTION);
    String remark = remark(profile, Category.DEPTHWISE_CONVOLUTION);
    if (!remark.isEmpty()) {
      double seconds = sum(layers);
      add(
          all,
          Kind.DEPTHWISE,
          seconds,
          "%d depthwise convolutions take %s ms (%s)"
              .formatted(layers.size(), milliseconds(seconds), remark));
    }
  }

  private static void reorders(Profile profile, List<Finding> all) {
    List<ProfiledLayer> layers =
        profile.layers().stream().filter(ProfiledLayer::isHeldUpByLayout).toList();
    double seconds = sum(layers);
    double share = seconds / profile.endToEnd().p50();
    if (share > REORDERED_SHARE) {
      double tensors = layers.stream().mapToDouble(l -> l.counts().reorders().value()).sum();
      add(
          all,
          Kind.REORDERS,
          seconds,
          "%d steps whose implementation reorders tensors (%s, modelled) take %s %% of the time, each over twice its roof"
              .formatted(layers.size(), fixed(tensors, 0), fixed(100 * share, 0)));
    }
  }

  private static void paging(Profile profile, List<Finding> all) {
    if (profile.faults() > Profile.MANY_FAULTS) {
      Cell cost = profile.paging();
      double seconds = cost.known().orElse(0);
      String costs =
          cost.isKnown()
              ? "at most %s ms, by %s us a fault measured here"
                  .formatted(
                      milliseconds(seconds),
                      fixed(1e6 * profile.circumstances().faultSeconds().value(), 2))
              : "what they cost isn't known";
      add(
          all,
          Kind.PAGING,
          seconds,
          "%s minor page faults a run: %s".formatted(fixed(profile.faults(), 0), costs));
    }
  }

  private static void issue(Profile profile, List<Finding> all) {
    List<ProfiledLayer> layers =
        profile.layers().stream().filter(layer -> layer.bound() == Bound.ISSUE).toList();
    double seconds = sum(layers);
    if (seconds > ISSUE_SHARE * profile.endToEnd().p50()) {
      add(
          all,
          Kind.ISSUE,
          seconds,
          "issue bound: %d steps that take at least half as long on the smallest picture are %s ms"
              .formatted(layers.size(), milliseconds(seconds)));
    }
  }

  private static void parts(Profile profile, List<Finding> all) {
    double sum = profile.sum(layer -> layer.time().p50());
    double backbone = profile.secondsByPart().getOrDefault(Part.BACKBONE, 0.0);
    double rest = sum - backbone;
    if (backbone > 0 && rest > LARGE_PART * sum) {
      add(
          all,
          Kind.AMDAHL,
          rest,
          "neck and head take %s %% of the layers' time, which no better backbone changes"
              .formatted(fixed(100 * rest / sum, 0)));
    }
  }

  private static void add(List<Finding> all, Kind kind, double seconds, String text) {
    all.add(new Finding(kind, seconds, text));
  }

  private static List<ProfiledLayer> of(Profile profile, Category category) {
    return profile.layers().stream().filter(layer -> layer.work().category() == category).toList();
  }

  private static double sum(List<ProfiledLayer> layers) {
    return layers.stream().mapToDouble(layer -> layer.time().p50()).sum();
  }

  private static String milliseconds(double seconds) {
    return fixed(1e3 * seconds, 3);
  }

  private static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
