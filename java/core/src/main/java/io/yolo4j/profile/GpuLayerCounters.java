package io.yolo4j.profile;

import io.yolo4j.profile.CounterSet.Figure;
import io.yolo4j.profile.CounterSet.Quantity;
import java.util.Map;
import java.util.Objects;

/**
 * What a GPU counts while it works a step off.
 *
 * @param memoryRead bytes that came from its memory
 * @param memoryWritten bytes that went there
 * @param memory both together; where the chip counts neither, what its last cache missed
 * @param l2 bytes through the second cache
 * @param lanes floating-point operations of float32 and float16 instructions, a multiply-add as 2
 * @param tensor operations of the tensor cores in the network's type
 */
public record GpuLayerCounters(
    Cell memoryRead, Cell memoryWritten, Cell memory, Cell l2, Cell lanes, Cell tensor) {
  /** Of which nobody knows anything. */
  public static final GpuLayerCounters UNKNOWN =
      new GpuLayerCounters(
          Cell.UNAVAILABLE,
          Cell.UNAVAILABLE,
          Cell.UNAVAILABLE,
          Cell.UNAVAILABLE,
          Cell.UNAVAILABLE,
          Cell.UNAVAILABLE);

  /** Returns them of what a set found. */
  static GpuLayerCounters of(Map<Quantity, Figure> figures) {
    double lanes =
        cell(figures, Quantity.FLOAT32_FLOPS).value()
            + cell(figures, Quantity.FLOAT16_FLOPS).value();
    return new GpuLayerCounters(
        cell(figures, Quantity.MEMORY_READ),
        cell(figures, Quantity.MEMORY_WRITTEN),
        cell(figures, Quantity.MEMORY_BYTES),
        cell(figures, Quantity.L2_BYTES),
        Cell.derived(lanes),
        cell(figures, Quantity.TENSOR_OPERATIONS));
  }

  private static Cell cell(Map<Quantity, Figure> figures, Quantity quantity) {
    Figure figure = Objects.requireNonNull(figures.get(quantity));
    return new Cell(figure.value(), figure.provenance());
  }

  /** Returns all operations, derived; unavailable where those of the tensor cores are. */
  public Cell flops() {
    return Cell.derived(lanes.value() + tensor.value());
  }

  /** Returns operations a byte of memory, derived; unavailable where no byte moved. */
  public Cell intensity() {
    return memory.exceeds(0) ? Cell.derived(flops().value() / memory.value()) : Cell.UNAVAILABLE;
  }
}
