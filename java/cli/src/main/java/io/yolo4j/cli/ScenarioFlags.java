package io.yolo4j.cli;

import io.yolo4j.cli.ExecutorOptions.Precision;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Scenario;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a network would run that isn't measured so. */
final class ScenarioFlags {
  /** Types of feature maps and weights. */
  enum Type {
    FP32(ElementType.F32),
    FP16(ElementType.F16);

    private final ElementType elementType;

    Type(ElementType elementType) {
      this.elementType = elementType;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "What it computes in: ${COMPLETION-CANDIDATES}; fp16 halves the bytes, and a GPU's tensor cores take its convolutions. Default: as the measurement, fp32 unless --precision says else.")
  private @Nullable Type type;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Pictures at once: FLOPs and feature maps grow, weights and the time to issue don't. Default: ${DEFAULT-VALUE}.")
  private int batch = 1;

  @Option(
      names = "--channels-last",
      negatable = true,
      description =
          "The layout of feature maps, also in the measurement; a plan's is channels last. With --no-channels-last each convolution on a GPU's tensor cores is charged a reorder of what it reads and of what it writes. Default: on.")
  private @Nullable Boolean channelsLast;

  @Option(
      names = "--graph",
      description = "A captured CUDA graph: one launch, no time to issue each operation.")
  private boolean captured;

  @Option(
      names = "--fuse-act",
      description =
          "An activation behind a convolution runs in the convolution's kernel, and with it the bias: no kernel and no bytes of its own. A plan has that anyway.")
  private boolean fused;

  void check() {
    OptionChecks.atLeast("--batch", batch, 1);
  }

  /**
   * Returns how the networks would run.
   *
   * @param measured what the measurement computes in
   */
  Scenario scenario(Precision measured) {
    return Scenario.plain()
        .withType(type == null ? measured.elementType() : type.elementType)
        .withBatch(batch)
        .withChannelsLast(!Boolean.FALSE.equals(channelsLast))
        .withFusedActivations(fused)
        .withCaptured(captured);
  }
}
