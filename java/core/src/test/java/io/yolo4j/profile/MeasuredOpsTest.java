package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Shape;
import io.yolo4j.profile.Comparison.Share;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The verdict on two networks whose operations were listed and timed elsewhere, one by one: eager,
 * channels first, folded as the reference folds.
 */
final class MeasuredOpsTest {
  /** Of the machine that those times are from. */
  private static final Roofs ROOFS =
      new Roofs(
          "the machine of the fixture",
          1,
          "avx512",
          240e9,
          Map.of(),
          List.of(
              new Roofs.Level("L1", 48 << 10, 350e9, 243e9, 523e9, 480e9, 480e9),
              new Roofs.Level("L2", 2 << 20, 180e9, 65e9, 105e9, 126e9, 126e9),
              new Roofs.Level("L3", Long.MAX_VALUE, 31e9, 31e9, 31e9, 32e9, 32e9)));

  private static final String MOBILE = "mobilenetv3small_yolo5s_nc6_640_fused";
  private static final String YOLO = "yolov5s_nc6_640_fused";

  @Test
  void byWork_ofTheStoredTimes_isTheTableThatWasMadeByHand() {
    List<Share> shares = comparison().byWork();
    assertThat(shares)
        .extracting(Share::name)
        .startsWith("depthwise convolution", "batch norm", "squeeze and excite");
    assertThat(milliseconds(shares.get(0))).isCloseTo(6.44, within(0.01));
    assertThat(milliseconds(shares.get(1))).isCloseTo(3.30, within(0.01));
    // By hand the activations of a single pixel were counted with the others: 1.46 and 0.73.
    double activation =
        shares.stream()
            .filter(share -> share.name().equals("activation"))
            .mapToDouble(MeasuredOpsTest::milliseconds)
            .sum();
    assertThat(milliseconds(shares.get(2)) + activation).isCloseTo(1.46 + 0.73, within(0.01));
    assertThat(1e3 * comparison().gap()).isCloseTo(10.21, within(0.01));
  }

  @Test
  void verdict_ofTheStoredTimes_namesDepthwiseThenBatchNormThenSqueezeAndExcite() {
    assertThat(Verdict.of(comparison()))
        .containsPattern(
            "first of all from depthwise convolution \\+6\\.4\\d+ \\(layout, [\\d.]+ times their"
                + " roof\\), batch norm \\+3\\.\\d+ \\(33 not folded\\), squeeze and excite"
                + " \\+1\\.4\\d+");
  }

  @Test
  void findings_ofTheStoredTimes_nameTheNeck() {
    assertThat(Finding.of(comparison().first()))
        .extracting(Finding::kind)
        .contains(Finding.Kind.AMDAHL, Finding.Kind.DEPTHWISE, Finding.Kind.BATCH_NORM)
        .doesNotContain(Finding.Kind.PAGING);
  }

  private static double milliseconds(Share share) {
    return 1e3 * share.gap();
  }

  private static Comparison comparison() {
    return new Comparison(profile(MOBILE, 12), profile(YOLO, 10));
  }

  /**
   * The sum of the operations' times is the whole run's: what is between them isn't in the list.
   */
  private static Profile profile(String name, int backboneRows) {
    JsonNode list = Shared.json("profile/aten_" + name + ".json");
    JsonNode times =
        Shared.json("profile/measured_cpu_1t.json").get("models").get(name).get("op_min_ms");
    assertThat(list.get("backend").asText()).isEqualTo("CPU eager NCHW");
    List<ProfiledLayer> layers = new ArrayList<>();
    double sum = 0;
    for (JsonNode op : list.get("ops")) {
      double seconds = times.get(op.get("i").asInt()).asDouble() / 1e3;
      sum += seconds;
      layers.add(layer(op, seconds, backboneRows));
    }
    return Profiles.of(name, sum, layers.toArray(ProfiledLayer[]::new));
  }

  private static ProfiledLayer layer(JsonNode op, double seconds, int backboneRows) {
    Category category = category(op);
    int row = Integer.parseInt(op.get("path").asText().split("\\.", -1)[1]);
    LayerWork work =
        new LayerWork(
            op.get("i").asInt(),
            List.of(op.get("i").asInt()),
            op.get("path").asText(),
            op.get("op").asText(),
            category,
            row < backboneRows ? Part.BACKBONE : Part.NECK,
            Shape.of(1),
            op.get("flops").asLong(),
            List.of(op.get("in_bytes").asLong()),
            op.get("w_bytes").asLong(),
            op.get("out_bytes").asLong());
    // Channels first: oneDNN reorders what goes into a depthwise convolution, and what comes out.
    Cell reorders = Cell.modelled(category == Category.DEPTHWISE_CONVOLUTION ? 2 : 0);
    return new ProfiledLayer(
        work,
        new Timing(seconds, seconds, seconds),
        0,
        0,
        RoofTime.of(work, ROOFS),
        new LayerCounts(
            Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE, reorders));
  }

  private static Category category(JsonNode op) {
    String name = op.get("op").asText();
    boolean onePixel = dim(op, "outs", 0, 2) == 1 && dim(op, "outs", 0, 3) == 1;
    boolean gate = name.equals("mul") && dim(op, "ins", 0, 2) == 1 && dim(op, "ins", 0, 3) == 1;
    if (name.equals("mean") || onePixel || gate) {
      return Category.SQUEEZE_EXCITE;
    }
    return switch (name) {
      case "convolution" -> convolution(op);
      case "native_batch_norm" -> Category.BATCH_NORM;
      case "hardswish_", "relu_", "silu" -> Category.ACTIVATION;
      case "max_pool2d_with_indices" -> Category.MAX_POOL;
      case "upsample_nearest2d" -> Category.UPSAMPLE;
      case "cat" -> Category.CONCAT;
      default -> Category.OTHER;
    };
  }

  private static Category convolution(JsonNode op) {
    if (dim(op, "ins", 1, 1) == 1) {
      return Category.DEPTHWISE_CONVOLUTION;
    }
    boolean pointwise = IntStream.of(2, 3).allMatch(axis -> dim(op, "ins", 1, axis) == 1);
    return pointwise ? Category.POINTWISE_CONVOLUTION : Category.DENSE_CONVOLUTION;
  }

  /** Returns 0 where there is no such tensor or axis. */
  private static int dim(JsonNode op, String tensors, int tensor, int axis) {
    return op.path(tensors).path(tensor).path(axis).asInt(0);
  }
}
