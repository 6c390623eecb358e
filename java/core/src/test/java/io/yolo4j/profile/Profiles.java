package io.yolo4j.profile;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import java.util.List;
import java.util.Map;

/** Profiles with round numbers. */
final class Profiles {
  /** 100 GFLOP/s; L1 holds 1000 bytes at 100 GB/s, memory gives 10 GB/s. */
  static final Roofs ROOFS =
      new Roofs(
          "a processor",
          1,
          "scalar",
          100e9,
          Map.of("bf16", 150e9),
          List.of(
              new Roofs.Level("L1", 1000, 80e9, 60e9, 100e9, 90e9, 95e9),
              new Roofs.Level("DRAM", Long.MAX_VALUE, 10e9, 5e9, 8e9, 9e9, 7e9)));

  private Profiles() {}

  /** A layer of this work that took these seconds every time. */
  static ProfiledLayer layer(
      String path, Category category, Part part, long flops, long bytes, double seconds) {
    return layer(0, path, category, part, flops, bytes, seconds);
  }

  /** The step of a node. */
  static ProfiledLayer step(int node, Category category, long flops, long bytes, double seconds) {
    return layer(node, "n" + node, category, Part.NECK, flops, bytes, seconds);
  }

  private static ProfiledLayer layer(
      int node, String path, Category category, Part part, long flops, long bytes, double seconds) {
    LayerWork work =
        new LayerWork(
            node,
            List.of(node),
            path,
            "an operation",
            category,
            part,
            Shape.of(1, 8, 4, 4),
            flops,
            List.of(bytes / 2),
            0,
            bytes / 2);
    return new ProfiledLayer(
        work, new Timing(seconds, seconds, seconds), 1e-6, 1e-6, RoofTime.of(work, ROOFS));
  }

  static Profile of(String model, double endToEnd, ProfiledLayer... layers) {
    Timing whole = new Timing(endToEnd, endToEnd, endToEnd);
    return new Profile(
        model,
        64,
        64,
        ElementType.F32,
        "an executor",
        ROOFS,
        List.of(layers),
        whole,
        whole,
        1e-4,
        1e-5,
        0,
        3);
  }
}
