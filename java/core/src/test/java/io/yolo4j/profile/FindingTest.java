package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.kernels.PerfCounters.Counter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rules at both sides of their bounds. */
final class FindingTest {
  /** Its roof, 10,000 bytes at the memory's best, 10 GB/s, is 1 us. */
  private static ProfiledLayer layer(Category category, double seconds, double reorders) {
    ProfiledLayer plain = Profiles.layer("model.1", category, Part.BACKBONE, 100, 10_000, seconds);
    return new ProfiledLayer(
        plain.work(),
        plain.time(),
        plain.gap(),
        0,
        plain.roof(),
        new LayerCounts(
            Cell.UNAVAILABLE,
            Cell.UNAVAILABLE,
            Cell.UNAVAILABLE,
            Cell.UNAVAILABLE,
            Cell.modelled(reorders)));
  }

  private static Profile profile(double faults, double faultSeconds, ProfiledLayer... layers) {
    Profile plain = Profiles.of("a model", 0.001, layers);
    return with(
        plain,
        faults,
        new Circumstances(
            List.of(), 1, 2, Cell.measured(0), Map.of(), Map.of(), Cell.measured(faultSeconds)));
  }

  private static Profile with(Profile plain, double faults, Circumstances circumstances) {
    return new Profile(
        plain.model(),
        plain.height(),
        plain.width(),
        plain.type(),
        plain.executor(),
        plain.roofs(),
        plain.layers(),
        plain.endToEnd(),
        plain.bare(),
        plain.issue(),
        plain.gaps(),
        faults,
        plain.runs(),
        circumstances);
  }

  private static List<Finding.Kind> kinds(Profile profile) {
    return Finding.of(profile).stream().map(Finding::kind).toList();
  }

  @Test
  void depthwise_overTwiceItsRoof_isNamed_withTheLayoutWhereTensorsAreReordered() {
    double roof = layer(Category.DEPTHWISE_CONVOLUTION, 1, 0).roof().seconds();
    ProfiledLayer near = layer(Category.DEPTHWISE_CONVOLUTION, 1.9 * roof, 2);
    assertThat(kinds(profile(0, 1e-6, near))).isEmpty();
    assertThat(near.bound()).isEqualTo(Bound.MEMORY);
    ProfiledLayer far = layer(Category.DEPTHWISE_CONVOLUTION, 3 * roof, 2);
    assertThat(kinds(profile(0, 1e-6, far))).containsExactly(Finding.Kind.DEPTHWISE);
    assertThat(far.bound()).isEqualTo(Bound.LAYOUT);
    assertThat(Finding.remark(profile(0, 1e-6, far), Category.DEPTHWISE_CONVOLUTION))
        .isEqualTo("layout, 3.0 times their roof");
    ProfiledLayer inLayout = layer(Category.DEPTHWISE_CONVOLUTION, 3 * roof, 0);
    assertThat(Finding.remark(profile(0, 1e-6, inLayout), Category.DEPTHWISE_CONVOLUTION))
        .isEqualTo("3.0 times their roof");
  }

  @Test
  void reorders_overAFifthOfTheTime_areNamed() {
    assertThat(kinds(profile(0, 1e-6, layer(Category.DENSE_CONVOLUTION, 0.00019, 2)))).isEmpty();
    assertThat(kinds(profile(0, 1e-6, layer(Category.DENSE_CONVOLUTION, 0.00021, 2))))
        .containsExactly(Finding.Kind.REORDERS);
  }

  @Test
  void paging_over100Faults_saysWhatTheyCostAtMost() {
    assertThat(Finding.of(profile(100, 2e-6))).isEmpty();
    assertThat(Finding.of(profile(150, 2e-6)))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.text())
                    .isEqualTo(
                        "150 minor page faults a run: at most 0.300 ms, by 2.00 us a fault"
                            + " measured here"));
    assertThat(Finding.of(profile(150, Double.NaN)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.text()).contains("what they cost isn't known"));
  }

  @Test
  void paging_halfOfAStep_boundsIt() {
    ProfiledLayer plain = layer(Category.CONCAT, 0.001, 0);
    ProfiledLayer paging =
        new ProfiledLayer(
            plain.work(),
            plain.time(),
            0,
            0,
            plain.roof(),
            new LayerCounts(
                Cell.measured(300),
                Cell.derived(0.0006),
                Cell.UNAVAILABLE,
                Cell.UNAVAILABLE,
                Cell.UNAVAILABLE));
    assertThat(paging.boundText()).isEqualTo("paging");
    assertThat(plain.bound()).isEqualTo(Bound.MEMORY);
  }

  @Test
  void disturbance_loadOrSwitches_isSaidWithItsNumbers() {
    assertThat(disturbance(0.1, 2)).isEmpty();
    assertThat(disturbance(0.5, 2).orElseThrow())
        .contains("kept 0.5 of 2 processors busy meanwhile (up to 0.2 is quiet)");
    assertThat(disturbance(0.1, 6).orElseThrow())
        .contains("others took the core 6.0 times a run (up to 5.0 is quiet)");
    assertThat(Circumstances.UNKNOWN.disturbance(0.1)).isEmpty();
  }

  private static Optional<String> disturbance(double load, double involuntary) {
    return new Circumstances(
            List.of(),
            1,
            2,
            Cell.measured(load),
            Map.of(Counter.INVOLUNTARY_SWITCHES, Cell.measured(involuntary)),
            Map.of(),
            Cell.UNAVAILABLE)
        .disturbance(0.1);
  }

  @Test
  void uncertainty_drift_doesNotCountWhereNetworksTookTurns() {
    List<Double> drifting = List.of(1.0, 1.1, 1.2, 1.3, 1.4, 1.5);
    Comparison turns = comparison(drifting, 6);
    Comparison apart = comparison(drifting, 1);
    assertThat(turns.uncertainty().orElseThrow()).isLessThan(1e-9);
    assertThat(apart.uncertainty().orElseThrow()).isGreaterThan(0.1);
    assertThat(Verdict.of(apart))
        .contains("within its uncertainty of ±", "it can't be told from none");
  }

  private static Comparison comparison(List<Double> seconds, int blocks) {
    Circumstances how =
        new Circumstances(
            seconds, blocks, 2, Cell.measured(0), Map.of(), Map.of(), Cell.UNAVAILABLE);
    Profile plain = Profiles.of("a model", 1.25, layer(Category.DENSE_CONVOLUTION, 1.25, 0));
    return new Comparison(with(plain, 0, how), with(plain, 0, how));
  }
}
