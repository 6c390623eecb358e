package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a network would run, apart from where: what a what-if changes.
 *
 * @param type of weights and feature maps: float32; float16, with half the bytes, whose
 *     convolutions that aren't depthwise run on a GPU's tensor cores; bfloat16; U8 where a plan
 *     computes on bytes
 * @param batch pictures at once: FLOPs and feature maps grow with it, weights and issue don't
 * @param channelsLast whether feature maps lie channels last; if not, a GPU's tensor cores read and
 *     write them through a reorder on each side of the convolution
 * @param fusedActivations whether an activation behind a convolution runs in the convolution's
 *     kernel, and with it the bias
 * @param captured whether the host issues the whole network as one captured graph: one launch
 */
public record Scenario(
    ElementType type, int batch, boolean channelsLast, boolean fusedActivations, boolean captured) {
  private static final Map<ElementType, String> NAMES =
      Map.of(
          ElementType.F32, "fp32",
          ElementType.F16, "fp16",
          ElementType.BF16, "bf16",
          ElementType.U8, "int8");

  /** Checks the values. */
  public Scenario {
    if (!NAMES.containsKey(type)) {
      throw new IllegalArgumentException(
          "networks compute in f32, f16, bf16 or u8, got " + type.nativeName());
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be positive, got %d".formatted(batch));
    }
  }

  /** Returns one picture in float32, channels last, a kernel an operation. */
  public static Scenario plain() {
    return new Scenario(ElementType.F32, 1, true, false, false);
  }

  /** Returns a copy in another type. */
  public Scenario withType(ElementType changed) {
    return new Scenario(changed, batch, channelsLast, fusedActivations, captured);
  }

  /** Returns a copy with so many pictures at once. */
  public Scenario withBatch(int changed) {
    return new Scenario(type, changed, channelsLast, fusedActivations, captured);
  }

  /** Returns a copy with another layout. */
  public Scenario withChannelsLast(boolean changed) {
    return new Scenario(type, batch, changed, fusedActivations, captured);
  }

  /** Returns a copy with activations inside convolutions, or by themselves. */
  public Scenario withFusedActivations(boolean changed) {
    return new Scenario(type, batch, channelsLast, changed, captured);
  }

  /** Returns a copy that is captured, or issued operation by operation. */
  public Scenario withCaptured(boolean changed) {
    return new Scenario(type, batch, channelsLast, fusedActivations, changed);
  }

  /** Returns whether weights and feature maps are float16. */
  public boolean float16() {
    return type == ElementType.F16;
  }

  /** Returns the type's usual short name, for example {@code fp16}. */
  public String dtype() {
    return Objects.requireNonNull(NAMES.get(type));
  }

  /** Returns bytes of an element of weights and feature maps. */
  public int elementBytes() {
    return type.bytes();
  }

  /** Returns all of it in words, for example {@code fp16}, {@code batch 8}. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(dtype());
    words.add("batch " + batch);
    words.add(channelsLast ? "channels last" : "channels first");
    if (fusedActivations) {
      words.add("activations fused");
    }
    if (captured) {
      words.add("captured graph");
    }
    return words;
  }
}
