package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * The least time that a layer can take: the longer of its FLOPs over the peak and its bytes over
 * the bandwidth of the innermost level that holds each tensor, after Williams, Waterman and
 * Patterson's roofline (2009) with a line for each cache.
 *
 * @param compute seconds for the FLOPs
 * @param memory seconds for the bytes
 * @param level the level in which most of the memory's time passes; empty where no byte moves
 */
public record RoofTime(double compute, double memory, String level) {
  /** Returns the time of a layer under these roofs. */
  public static RoofTime of(LayerWork layer, Roofs roofs) {
    List<Long> tensors = new ArrayList<>(layer.inputBytes());
    tensors.add(layer.weightBytes());
    tensors.add(layer.outputBytes());
    double memory = 0;
    double longest = 0;
    String level = "";
    for (long bytes : tensors) {
      Roofs.Level of = roofs.levelOf(bytes);
      double seconds = bytes / of.bandwidth();
      memory += seconds;
      if (seconds > longest) {
        longest = seconds;
        level = of.name();
      }
    }
    return new RoofTime(
        layer.flops() / roofs.peak(layer.operands(), layer.category()), memory, level);
  }

  /** Returns the longer of both. */
  public double seconds() {
    return Math.max(compute, memory);
  }

  /** Returns whether arithmetic decides. */
  public boolean isCompute() {
    return compute >= memory;
  }
}
