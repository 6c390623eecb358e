package io.yolo4j.report;

import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;

/**
 * Why a run takes as long as it does, in seconds. The parts sum to the median of whole runs.
 *
 * @param roof what the processor needs at best, of each layer at most what it took
 * @param issue over the roof: what layers take on the smallest picture too
 * @param inefficiency over the roof, the rest
 * @param between what the layers' medians leave of the whole run's; negative where, as medians of
 *     different runs, they sum to more
 */
record ProfileCauses(double roof, double issue, double inefficiency, double between) {
  /** Returns the causes of a profile. */
  static ProfileCauses of(Profile profile) {
    double layers = profile.sum(layer -> layer.time().p50());
    double lost = profile.sum(ProfiledLayer::lost);
    double issue = profile.sum(ProfileCauses::issue);
    return new ProfileCauses(layers - lost, issue, lost - issue, profile.endToEnd().p50() - layers);
  }

  private static double issue(ProfiledLayer layer) {
    return Math.max(0, Math.min(layer.issue(), layer.lost()));
  }

  /** Returns the sum. */
  double total() {
    return roof + issue + inefficiency + between;
  }
}
