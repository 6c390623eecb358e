package io.yolo4j.report;

import static io.yolo4j.report.SampleProfiles.layer;
import static io.yolo4j.report.SampleProfiles.profile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.profile.Category;
import io.yolo4j.profile.Cell;
import io.yolo4j.profile.LayerCounts;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.report.ProfileCauses.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileCausesTest {
  private static final double EXACT = 1e-15;

  private static ProfiledLayer counted(
      Category category, double seconds, double paging, double reorders) {
    ProfiledLayer plain = layer("model.1", category, 90_000, 3_000_000, seconds);
    return new ProfiledLayer(
        plain.work(),
        plain.time(),
        plain.gap(),
        plain.issue(),
        plain.roof(),
        new LayerCounts(
            Cell.measured(7),
            Cell.derived(paging),
            Cell.UNAVAILABLE,
            Cell.UNAVAILABLE,
            Cell.modelled(reorders)));
  }

  private static void sums(Profile profile) {
    ProfileCauses causes = ProfileCauses.of(profile);
    assertThat(causes.total()).isCloseTo(profile.endToEnd().p50(), within(EXACT));
  }

  @Test
  void of_layersOfEveryKind_splitsEachAndSumsToTheRun() {
    ProfiledLayer paged = counted(Category.POINTWISE_CONVOLUTION, 0.002, 0.0003, 0);
    ProfiledLayer reordered = counted(Category.DEPTHWISE_CONVOLUTION, 0.003, 0.0001, 2);
    ProfiledLayer norm = counted(Category.BATCH_NORM, 0.001, 0.0002, 0);
    Profile profile = profile("yolo", List.of(paged, reordered, norm), 0.0065, 21);
    ProfileCauses causes = ProfileCauses.of(profile);
    double roof = paged.roof().seconds();
    assertThat(causes.of(Cause.ROOF)).isCloseTo(2 * roof, within(EXACT));
    assertThat(causes.of(Cause.ISSUE)).isCloseTo(2 * 0.00001, within(EXACT));
    assertThat(causes.of(Cause.PAGING)).isCloseTo(0.0004, within(EXACT));
    assertThat(causes.of(Cause.LAYOUT)).isCloseTo(0.003 - roof - 0.00001 - 0.0001, within(EXACT));
    assertThat(causes.of(Cause.BATCH_NORM)).as("all of it").isCloseTo(0.001, within(EXACT));
    assertThat(causes.of(Cause.REST)).isCloseTo(0.002 - roof - 0.00001 - 0.0003, within(EXACT));
    assertThat(causes.of(Cause.BETWEEN)).isCloseTo(0.0005, within(EXACT));
    assertThat(causes.unknown()).isEmpty();
    sums(profile);
  }

  @Test
  void of_pagingThatWouldCostMoreThanWasLost_takesNoMoreThanThat() {
    ProfiledLayer layer = counted(Category.ACTIVATION, 0.002, 5, 2);
    Profile profile = profile("yolo", List.of(layer), 0.001, 21);
    ProfileCauses causes = ProfileCauses.of(profile);
    assertThat(causes.of(Cause.PAGING)).isCloseTo(layer.lost() - 0.00001, within(EXACT));
    assertThat(causes.of(Cause.LAYOUT)).isZero();
    assertThat(causes.of(Cause.BETWEEN)).as("medians of other runs").isNegative();
    sums(profile);
  }

  @Test
  void of_whatCannotBeTold_isNamedAndStaysInTheRest() {
    Profile profile = profile("yolo", 0.007, -1);
    ProfileCauses causes = ProfileCauses.of(profile);
    assertThat(causes.unknown()).containsExactlyInAnyOrder(Cause.PAGING, Cause.LAYOUT);
    assertThat(causes.of(Cause.REST)).isPositive();
    assertThat(causes.of(Cause.PAGING)).isZero();
    sums(profile);
    sums(profile("empty", List.of(), 0.001, 0));
  }
}
