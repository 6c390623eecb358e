package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.kernels.ElementType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WhatIfTest {
  private static final double EXACT = 1e-15;
  private final DeviceTable.Device device = DeviceTable.load().device("RTX 3090");
  private final WhatIf plain = new WhatIf(device, 1700, Scenario.plain());

  @Test
  void of_computeBoundLayer_takesItsFlopsOverThePeak() {
    Profile profile =
        Profiles.of(
            "one",
            1,
            Profiles.layer("a", Category.DENSE_CONVOLUTION, Part.NECK, 35_686_400_000L, 4000, 1));
    WhatIf.Prediction prediction = of(plain, profile);
    assertThat(prediction.roof()).isCloseTo(1e-3, within(1e-12));
    assertThat(prediction.busyAtShares()).isGreaterThan(prediction.busy());
    assertThat(prediction.host()).isCloseTo(1e-6 + WhatIf.LAUNCH, within(EXACT));
    assertThat(prediction.isIssueBound()).isFalse();
  }

  @Test
  void of_manyTinyLayers_isIssueBound() {
    ProfiledLayer[] layers = new ProfiledLayer[200];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = Profiles.layer("l" + i, Category.ACTIVATION, Part.BACKBONE, 100, 400, 1e-5);
    }
    WhatIf.Prediction prediction = of(plain, Profiles.of("many", 1, layers));
    assertThat(prediction.isIssueBound()).isTrue();
    assertThat(prediction.eager())
        .isCloseTo(200 * (1e-6 + WhatIf.LAUNCH) + WhatIf.KERNEL_FLOOR, within(1e-9));
  }

  @Test
  void of_float16AndBatch_scaleBytesFlopsAndPeaks() {
    Profile memory =
        Profiles.of("memory", 1, Profiles.layer("a", Category.ADD, Part.NECK, 10, 936_000_000L, 1));
    assertThat(of(plain, memory).roof()).isCloseTo(1e-3, within(1e-12));
    Scenario half = Scenario.plain().withType(ElementType.F16);
    WhatIf eight = new WhatIf(device, 1700, half.withBatch(8));
    assertThat(of(eight, memory).roof()).isCloseTo(4e-3, within(1e-12));
    Profile matrices =
        Profiles.of(
            "m",
            1,
            Profiles.layer("a", Category.DENSE_CONVOLUTION, Part.NECK, 71_200_000_000L, 8, 1));
    assertThat(of(new WhatIf(device, 1695, half), matrices).roof()).isCloseTo(1e-3, within(1e-9));
  }

  private static WhatIf.Prediction of(WhatIf question, Profile profile) {
    return question.of(profile, ConvolutionPasses.NONE);
  }

  /** An input, a convolution with a bias, an activation: nodes 0, 1 and 2, at 64×64. */
  private static Graph convolved(boolean bias) {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value x = builder.input(Shape.of(1, 3, 64, 64));
    x = root.conv2d("conv", Conv2d.of(3, 8, 3).withBias(bias)).apply(x);
    x = root.activation("act", Activation.Kind.SILU).apply(x);
    return builder.build(List.of(x), null);
  }

  private static final long OUTPUT = 8L * 64 * 64;
  private static final long INPUT = 3L * 64 * 64;

  /** The convolution computes for 1 ms, the activation moves nothing to speak of. */
  private Profile profile() {
    return Profiles.of(
        "convolved",
        1,
        Profiles.step(1, Category.DENSE_CONVOLUTION, 35_686_400_000L, 8, 1),
        Profiles.step(2, Category.ACTIVATION, 4 * OUTPUT, 8 * OUTPUT, 1));
  }

  private WhatIf.Prediction ask(Scenario scenario, boolean bias) {
    return new WhatIf(device, 1700, scenario).of(profile(), convolved(bias));
  }

  @Test
  void of_bias_isAKernelThatReadsAndWritesTheOutput() {
    WhatIf.Prediction without = ask(Scenario.plain(), false);
    WhatIf.Prediction with = ask(Scenario.plain(), true);
    double pass = 8.0 * OUTPUT / 936e9;
    assertThat(without.kernels()).isEqualTo(2);
    assertThat(with.kernels()).isEqualTo(3);
    assertThat(with.roof() - without.roof()).isCloseTo(pass, within(EXACT));
    assertThat(with.busy() - without.busy()).isCloseTo(WhatIf.KERNEL_FLOOR, within(EXACT));
    assertThat(with.host() - without.host()).isCloseTo(WhatIf.LAUNCH, within(EXACT));
  }

  @Test
  void of_fusedActivation_leavesItsArithmeticAndNoKernelAndNoBias() {
    WhatIf.Prediction fused = ask(Scenario.plain().withFusedActivations(true), true);
    assertThat(fused.kernels()).isEqualTo(1);
    assertThat(fused.host()).isCloseTo(1e-6 + WhatIf.LAUNCH, within(EXACT));
    double arithmetic = 4.0 * OUTPUT / device.flops(1700);
    assertThat(fused.roof()).isCloseTo(1e-3 + arithmetic, within(1e-12));
    assertThat(fused.layers()).hasSize(2);
    assertThat(fused.layers().get(1)).isCloseTo(arithmetic, within(EXACT));
  }

  @Test
  void ofSteps_isAKernelAStepWhateverItsConvolutionsHave() {
    WhatIf.Prediction steps = plain.ofSteps(profile());
    assertThat(steps.kernels()).isEqualTo(2);
    Scenario fused = Scenario.plain().withFusedActivations(true);
    assertThat(new WhatIf(device, 1700, fused).ofSteps(profile())).isEqualTo(steps);
  }

  @Test
  void otherTypes_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WhatIf(device, 1700, Scenario.plain().withType(ElementType.BF16)))
        .withMessage("a GPU is modelled in fp32 or fp16, got bf16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scenario.plain().withType(ElementType.F64))
        .withMessage("networks compute in f32, f16, bf16 or u8, got f64");
  }

  @Test
  void of_capturedGraph_isOneLaunchAndTheKernels() {
    WhatIf.Prediction eager = ask(Scenario.plain(), true);
    WhatIf.Prediction captured = ask(Scenario.plain().withCaptured(true), true);
    assertThat(captured.host()).isEqualTo(WhatIf.LAUNCH);
    assertThat(captured.busy()).isEqualTo(eager.busy());
    assertThat(captured.eager()).isCloseTo(WhatIf.LAUNCH + eager.busy(), within(EXACT));
  }

  @Test
  void of_channelsFirst_reordersAroundTensorCoresOnly() {
    Scenario half = Scenario.plain().withType(ElementType.F16);
    WhatIf.Prediction last = ask(half, false);
    WhatIf.Prediction first = ask(half.withChannelsLast(false), false);
    assertThat(first.kernels()).isEqualTo(last.kernels() + 2);
    assertThat(first.roof() - last.roof()).isCloseTo(4.0 * (INPUT + OUTPUT) / 936e9, within(EXACT));
    assertThat(ask(Scenario.plain().withChannelsLast(false), false).kernels()).isEqualTo(2);
  }

  @Test
  void of_workWithoutBytes_isAnErrorAndNotNothing() {
    Profile odd =
        Profiles.of("odd", 1, Profiles.layer("a.b", Category.OTHER, Part.NECK, 1000, 0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(plain, odd))
        .withMessage(
            "no rule tells the time of 'a.b' (an operation): 1000 FLOPs and no byte moved");
  }

  @Test
  void scenario_words_nameWhatWasChanged() {
    assertThat(new Scenario(ElementType.F16, 8, false, true, true).words())
        .containsExactly(
            "fp16", "batch 8", "channels first", "activations fused", "captured graph");
    assertThat(Scenario.plain().words()).containsExactly("fp32", "batch 1", "channels last");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scenario.plain().withBatch(0))
        .withMessage("batch must be positive, got 0");
  }
}
