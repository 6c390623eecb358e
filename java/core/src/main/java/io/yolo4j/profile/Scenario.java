package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * How a network would run, apart from where: what a what-if changes.
 *
 * @param float16 whether weights and feature maps are float16: half the bytes, and on a GPU
 *     convolutions that aren't depthwise run on the tensor cores
 * @param batch pictures at once: FLOPs and feature maps grow with it, weights and issue don't
 * @param channelsLast whether feature maps lie channels last; if not, a GPU's tensor cores read and
 *     write them through a reorder on each side of the convolution
 * @param fusedActivations whether an activation behind a convolution runs in the convolution's
 *     kernel, and with it the bias
 * @param captured whether the host issues the whole network as one captured graph: one launch
 */
public record Scenario(
    boolean float16, int batch, boolean channelsLast, boolean fusedActivations, boolean captured) {
  /** Checks the values. */
  public Scenario {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be positive, got %d".formatted(batch));
    }
  }

  /** Returns one picture in float32, channels last, a kernel an operation. */
  public static Scenario plain() {
    return new Scenario(false, 1, true, false, false);
  }

  /** Returns a copy in float16 or float32. */
  public Scenario withFloat16(boolean changed) {
    return new Scenario(changed, batch, channelsLast, fusedActivations, captured);
  }

  /** Returns a copy with so many pictures at once. */
  public Scenario withBatch(int changed) {
    return new Scenario(float16, changed, channelsLast, fusedActivations, captured);
  }

  /** Returns a copy with another layout. */
  public Scenario withChannelsLast(boolean changed) {
    return new Scenario(float16, batch, changed, fusedActivations, captured);
  }

  /** Returns a copy with activations inside convolutions, or by themselves. */
  public Scenario withFusedActivations(boolean changed) {
    return new Scenario(float16, batch, channelsLast, changed, captured);
  }

  /** Returns a copy that is captured, or issued operation by operation. */
  public Scenario withCaptured(boolean changed) {
    return new Scenario(float16, batch, channelsLast, fusedActivations, changed);
  }

  /** Returns bytes of an element of weights and feature maps. */
  public int elementBytes() {
    return float16 ? 2 : 4;
  }

  /** Returns all of it in words, for example {@code fp16}, {@code batch 8}. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(float16 ? "fp16" : "fp32");
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
