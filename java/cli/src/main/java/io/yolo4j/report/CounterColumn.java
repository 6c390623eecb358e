package io.yolo4j.report;

import io.yolo4j.profile.Cell;
import io.yolo4j.profile.GpuLayerCounters;
import io.yolo4j.profile.LayerCounters;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import java.util.List;
import java.util.stream.Stream;

/** What the CPU, or the GPU, counted of a layer, as columns of tables. */
public enum CounterColumn {
  CYCLES("M cycles", 1e6, 3),
  INSTRUCTIONS("M instructions", 1e6, 3),
  INSTRUCTIONS_PER_CYCLE("instructions/cycle", 1, 2),
  MISSES("k misses", 1e3, 2),
  MISSED_BYTES("missed MB", 1e6, 3),
  FLOPS("counted MFLOP", 1e6, 2),
  INTENSITY("counted FLOP/B", 1, 2),
  GPU_READ("GPU MB read", 1e6, 3),
  GPU_WRITTEN("GPU MB written", 1e6, 3),
  GPU_MEMORY("GPU memory MB", 1e6, 3),
  GPU_L2("GPU L2 MB", 1e6, 3),
  GPU_LANES("GPU lane MFLOP", 1e6, 2),
  GPU_TENSOR("GPU tensor MFLOP", 1e6, 2),
  GPU_FLOPS("GPU MFLOP", 1e6, 2),
  GPU_INTENSITY("GPU FLOP/B", 1, 2);

  private final String title;
  private final double unit;
  private final int decimals;

  CounterColumn(String title, double unit, int decimals) {
    this.title = title;
    this.unit = unit;
    this.decimals = decimals;
  }

  /** Returns the columns of what ran a profile's steps: its GPU's, else the CPU's. */
  public static List<CounterColumn> of(Profile profile) {
    boolean gpu = profile.circumstances().gpuCounters().isPresent();
    return Stream.of(values()).filter(column -> column.isGpu() == gpu).toList();
  }

  private boolean isGpu() {
    return compareTo(GPU_READ) >= 0;
  }

  /** Returns the column's head, with the unit. */
  public String title() {
    return title;
  }

  /** Returns the figure, in its plain unit. */
  public Cell cell(ProfiledLayer layer) {
    LayerCounters counters = layer.counts().counters();
    GpuLayerCounters gpu = layer.counts().gpu();
    return switch (this) {
      case CYCLES -> counters.cycles();
      case INSTRUCTIONS -> counters.instructions();
      case INSTRUCTIONS_PER_CYCLE -> counters.instructionsPerCycle();
      case MISSES -> counters.misses();
      case MISSED_BYTES -> counters.missedBytes();
      case FLOPS -> counters.flops();
      case INTENSITY -> counters.intensity();
      case GPU_READ -> gpu.memoryRead();
      case GPU_WRITTEN -> gpu.memoryWritten();
      case GPU_MEMORY -> gpu.memory();
      case GPU_L2 -> gpu.l2();
      case GPU_LANES -> gpu.lanes();
      case GPU_TENSOR -> gpu.tensor();
      case GPU_FLOPS -> gpu.flops();
      case GPU_INTENSITY -> gpu.intensity();
    };
  }

  /** Returns the column for a page's table. */
  ProfileTable.Figure figure() {
    return new ProfileTable.Figure(title, this::cell, unit, decimals);
  }

  /**
   * Returns the figure as text.
   *
   * @param unknown where it is unavailable
   */
  public String text(ProfiledLayer layer, String unknown) {
    return cell(layer).isKnown() ? Numbers.fixed(cell(layer).value() / unit, decimals) : unknown;
  }

  /** Returns whether it is known of any layer. */
  public boolean isKnown(Profile profile) {
    return profile.layers().stream().anyMatch(layer -> cell(layer).isKnown());
  }
}
