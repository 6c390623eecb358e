package io.yolo4j.profile;

import java.util.Locale;

/**
 * A layer, measured.
 *
 * @param work what it does
 * @param time how long its step took
 * @param gap seconds between the step before and this one, the median
 * @param issue seconds of the same step on the smallest picture, where it has next to nothing to do
 * @param roof the least time under the roofs
 * @param counts what happens beside the arithmetic
 */
public record ProfiledLayer(
    LayerWork work, Timing time, double gap, double issue, RoofTime roof, LayerCounts counts) {
  /** A step that takes this share of its time on the smallest picture too is bound by its issue. */
  private static final double ISSUE_SHARE = 0.5;

  /** A step that takes so many times its roof does something that the roof doesn't know. */
  static final double FAR_FROM_ROOF = 2;

  /** A step that pays this share of its time for page faults is bound by them. */
  private static final double PAGING_SHARE = 0.5;

  /** A layer of which nothing is known beside its time. */
  public ProfiledLayer(LayerWork work, Timing time, double gap, double issue, RoofTime roof) {
    this(work, time, gap, issue, roof, LayerCounts.UNKNOWN);
  }

  /** Returns whether it takes over twice the time of its roof. */
  public boolean isFarFromRoof() {
    return time.p50() > FAR_FROM_ROOF * roof.seconds();
  }

  /** Returns whether its tensors are reordered and it takes over twice the time of its roof. */
  public boolean isHeldUpByLayout() {
    return counts.reorders().exceeds(0) && isFarFromRoof();
  }

  /** Returns what decides. */
  public Bound bound() {
    if (work.category() == Category.INPUT || work.category() == Category.HEAD) {
      return Bound.LAYOUT;
    }
    if (counts.paging().exceeds(PAGING_SHARE * time.p50())) {
      return Bound.PAGING;
    }
    if (issue >= ISSUE_SHARE * time.p50()) {
      return Bound.ISSUE;
    }
    if (isHeldUpByLayout()) {
      return Bound.LAYOUT;
    }
    return roof.isCompute() ? Bound.COMPUTE : Bound.MEMORY;
  }

  /** Returns the bound for people, with the level of memory. */
  public String boundText() {
    return bound() == Bound.MEMORY ? roof.level() : bound().name().toLowerCase(Locale.ROOT);
  }

  /** Returns the seconds over the roof: what better code could win at most. */
  public double lost() {
    return Math.max(0, time.p50() - roof.seconds());
  }

  /** Returns the share of the roof that the median reached, 0 to 1. */
  public double roofShare() {
    return time.p50() > 0 ? roof.seconds() / time.p50() : 0;
  }
}
